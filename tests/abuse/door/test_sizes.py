"""Sizes, each crossed by one byte: its answer, its line in the log, and what goes on afterwards."""

import pytest

from tests.integration.smtp.house import MAIL, SIZE, SUPPORT, Build, House
from tests.integration.store.samples import ANN


def test_a_message_far_beyond_the_limit_is_not_read_to_its_end(build: Build) -> None:
    """case 52: drained to a bound, then closed."""
    house = build(bounds={"size": 1000, "drain": 1000})
    with house.peer() as peer:
        peer.begin()
        peer.send(b"x" * 300_000)
        assert peer.answer().startswith("552 5.3.4 ")
        assert peer.closed()
    assert len(house.refusals("far too large")) == 1


@pytest.mark.parametrize(("more", "answer"), [(0, "250"), (1, "552 5.3.4")])
def test_the_header_section(build: Build, more: int, answer: str) -> None:
    """case 51: the last byte of a thousand, and one more."""
    house = build(bounds={"headers_size": 1000})
    head = b"From: Ann <ann@acme.example>\r\nX: "
    head += b"x" * (1000 - len(head) + more)
    with house.peer() as peer:
        assert peer.deliver(head + b"\r\n\r\n" + b"It beeps.\r\n" * 200).startswith(answer)
    assert len(house.refusals("header section")) == more


@pytest.mark.parametrize(("more", "answer"), [(0, "250"), (1, "554 5.6.0")])
def test_the_length_of_a_line(build: Build, more: int, answer: str) -> None:
    """case 51: the last byte of a thousand, and one more."""
    house = build(bounds={"line_length": 1000})
    with house.peer() as peer:
        assert peer.deliver(MAIL + b"x" * (1000 + more) + b"\r\n").startswith(answer)
    assert len(house.refusals("A line is longer")) == more


def test_the_length_of_a_command(house: House) -> None:
    """case 51: and a line without end is not kept."""
    with house.peer() as peer:
        assert peer.say("NOOP " + "x" * 505) == "250 2.0.0 OK"
        assert peer.say("NOOP " + "x" * 506).startswith("500 5.5.2 ")
        peer.send(b"x" * 300_000 + b"\r\n")
        assert peer.answer().startswith("500 5.5.2 ")
        assert peer.say("NOOP").startswith("250")
        peer.send(b"x" * 900_000)
        assert peer.answer().startswith("500 5.5.2 ")
        assert peer.closed()


def test_bytes_in_flight(build: Build) -> None:
    """case 69: what comes in at once is bounded, and what was held is given back."""
    house = build(bounds={"size": 400_000, "in_flight": 600_000, "headers_size": 400_000, "commands": 100_000})
    with house.peer() as first, house.peer() as second:
        first.begin()
        first.send(b"x" * 380_000 + b"\r\n")
        second.begin()
        answer = ""
        while not answer.startswith("452"):  # until the first one's bytes have arrived
            second.send(b"y" * 380_000 + b"\r\n.\r\n")
            answer = second.answer()
            assert answer[:3] in ("250", "452")
            second.begin()
        first.send(b".\r\n")
        assert first.answer().startswith("250")
        second.send(b"z" * 380_000 + b"\r\n.\r\n")
        assert second.answer().startswith("250")
        assert [first.say("NOOP")[:3], second.say("NOOP")[:3]] == ["250", "250"]
    assert house.doors.reception.in_flight.used == 0


def test_an_announced_size_over_the_limit_is_refused_before_anything_is_sent(house: House) -> None:
    """case 52: one byte more than what EHLO says."""
    with house.peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE={SIZE + 1}") == f"552 5.3.4 The message is larger than {SIZE} bytes"
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE={SIZE}").startswith("250")
    assert len(house.refusals(f"larger than {SIZE} bytes")) == 1


@pytest.mark.parametrize(("more", "answer"), [(0, "250 2.1.5 OK"), (1, "452 4.5.3 Too many recipients")])
def test_recipients_of_a_message(build: Build, more: int, answer: str) -> None:
    """case 53: the last of a hundred, and one more."""
    house = build(bounds={"recipients": 100, "commands": 1000})
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        said = [peer.say(f"RCPT TO:<{SUPPORT}>") for _ in range(100 + more)]
        assert said[:-1] == ["250 2.1.5 OK"] * (99 + more)
        assert said[-1] == answer
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        assert peer.answer().startswith("250"), "the others get it"
    assert len(house.refusals("Too many recipients")) == more


@pytest.mark.parametrize(("more", "answer"), [(0, "250"), (1, "452 4.3.1 Too much is coming in at once")])
def test_the_last_byte_in_flight(build: Build, more: int, answer: str) -> None:
    """case 69: what frames a message counts, too."""
    framed = len(b"\r\n") + len(b".\r\n")
    house = build(bounds={"in_flight": 10_000 + framed})
    with house.peer() as peer:
        assert peer.deliver(b"x" * (10_000 - 2 + more) + b"\r\n").startswith(answer)
        assert peer.deliver(MAIL).startswith("250")
        assert peer.say("NOOP").startswith("250")
    assert len(house.refusals("Too much is coming in")) == more
    assert house.doors.reception.in_flight.used == 0
