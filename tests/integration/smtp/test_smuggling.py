"""What looks like the end of a message, and what hides behind commands."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.integration.smtp.house import MAIL, MANNERS, SUPPORT, Build, House
from tests.integration.store.samples import ANN

LOOK_ALIKES = {
    "LF . LF": b"\n.\n",
    "LF . CRLF": b"\n.\r\n",
    "CRLF . LF": b"\r\n.\n",
    "CR . CRLF": b"\r.\r\n",
    "CR . CR": b"\r.\r",
    "CRLF . CR": b"\r\n.\r",
    "CR . LF": b"\r.\n",
    "LF . CR": b"\n.\r",
    "NUL before": b"\r\n\0.\r\n",
    "NUL after": b"\r\n.\0\r\n",
    "CRLF . CRCRLF": b"\r\n.\r\r\n",
    "CRCRLF . CRLF": b"\r\r.\r\n",
    "stuffed": b"\r\n..\r\n",
    "space": b"\r\n. \r\n",
}
SMUGGLED = (
    b"MAIL FROM:<admin@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nclose\r\n"
)


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    yield from (data[place : place + 1] for place in range(len(data)))


def at_each_dot(data: bytes) -> Iterator[bytes]:
    yield from (part if not place else b"." + part for place, part in enumerate(data.split(b".")))


@pytest.mark.parametrize("segments", [whole, byte_by_byte, at_each_dot])
def test_what_looks_like_the_end_of_data_never_makes_two_messages(
    house: House, segments: Callable[[bytes], Iterator[bytes]]
) -> None:
    """Cases 43 and 44, P36, P37: CVE-2023-51764, -51765, -51766, CVE-2024-27305."""
    taken = 0
    for number, (name, look_alike) in enumerate(LOOK_ALIKES.items()):
        with house.peer() as peer:
            peer.begin()
            for segment in segments(b"Subject: %d\r\n\r\nIt beeps." % number + look_alike + SMUGGLED + b".\r\n"):
                peer.send(segment)
            answer = peer.answer()
            refused = name not in ("NUL before", "NUL after", "stuffed", "space")
            assert answer.startswith("550 5.6.0 " if refused else "250"), name
            assert peer.say("NOOP").startswith("250"), f"{name}: the session is not where it was"
        taken += answer.startswith("250")
        assert len(house.rows()) == taken, name


def test_a_message_that_comes_before_it_is_invited_is_not_taken(house: House) -> None:
    """Case 49."""
    with house.peer() as peer:
        peer.send(f"MAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode() + MAIL + b".\r\n")
        answers = [peer.answer() for _ in range(3)]
        assert answers[2][:3] in ("503", "354")
        if answers[2].startswith("503"):
            assert peer.line() == ""
    assert len(house.rows()) <= (0 if answers[2].startswith("503") else 1)


def test_newlines_of_a_trusted_relay_may_be_mended(build: Build) -> None:
    """Case 44."""
    manners = replace(MANNERS, trusts=lambda peer: peer == "127.0.0.1", mends_newlines=True)
    house = build(manners)
    with house.peer() as peer:
        assert peer.deliver(b"Subject: a\n\nb\rc\r\n").startswith("250")
    with house.peer(source="127.0.0.2") as peer:
        assert peer.deliver(b"Subject: a\n\nb\rc\r\n").startswith("550 5.6.0 ")
    assert [row.raw for row in house.rows()] == [b"Subject: a\r\n\r\nb\r\nc\r\n"]


@pytest.mark.parametrize("line", [b"NOOP\n", b"NO\rOP\r\n", b"NOOP\0\r\n", b"NOOP \xff\r\n", b"NOOP \x1b[2J\r\n"])
def test_a_command_is_one_clean_line(house: House, line: bytes) -> None:
    """Cases 45 and 46."""
    with house.peer() as peer:
        peer.send(line)
        assert peer.answer().startswith("500 5.5.2 ")
        assert peer.say("NOOP").startswith("250")


def test_commands_may_be_sent_ahead(house: House) -> None:
    """Case 49: what is announced (RFC 2920) works."""
    with house.peer() as peer:
        peer.send(f"MAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode())
        assert [peer.answer()[:3] for _ in range(3)] == ["250", "250", "354"]
        peer.send(MAIL + b".\r\nNOOP\r\nQUIT\r\n")
        assert [peer.answer()[:3] for _ in range(3)] == ["250", "250", "221"]


def test_who_talks_before_the_greeting_is_sent_away(build: Build) -> None:
    """Case 49."""
    house = build(bounds={"greeting_delay": 0.3})
    early = house.peer()
    early.send(b"EHLO acme.example\r\n")
    assert early.answer().startswith("554 5.5.1 ")
    assert early.closed()
    early.socket.close()
    with house.peer() as patient:
        assert patient.deliver().startswith("250")
