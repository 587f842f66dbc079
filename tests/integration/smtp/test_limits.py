"""Each limit of the door, crossed by one: its answer, its line in the log, and what goes on afterwards."""

import resource
import socket
import threading
from dataclasses import replace

import pytest

from gateway.smtp.bounds import Manners
from gateway.smtp.traffic import Window
from tests.integration.smtp.house import BOUNDS, MAIL, MANNERS, SUPPORT, Build, House, Marks, numbered
from tests.integration.store.samples import ANN


def test_connections_of_one_peer(build: Build) -> None:
    """Case 56."""
    house = build(bounds={"connections_per_peer": 2})
    with house.peer(), house.peer():
        third = house.peer()
        assert third.answer() == "421 4.7.0 Too many connections; please try again later"
        assert third.closed()
        third.socket.close()
        with house.peer(source="127.0.0.2") as other:
            assert other.deliver().startswith("250"), "another peer has its own count"
    with house.peer() as peer:
        assert peer.deliver().startswith("250"), "those that left count no longer"
    assert len(house.refusals("Too many connections")) == 1


def test_connections_in_all(build: Build) -> None:
    """Case 56."""
    house = build(bounds={"connections": 2})
    with house.peer(source="127.0.0.2"), house.peer(source="127.0.0.3"):
        third = house.peer()
        assert third.answer().startswith("421 4.7.0 ")
        third.socket.close()
    assert len(house.refusals("Too many connections")) == 1


def test_a_trusted_relay_may_have_many_connections(build: Build) -> None:
    house = build(_trusting(), bounds={"connections_per_peer": 1})
    with house.peer(), house.peer() as second:
        assert second.deliver().startswith("250")


def _trusting() -> Manners:
    return replace(MANNERS, trusts=lambda peer: peer == "127.0.0.1")


def test_commands_of_a_session(build: Build) -> None:
    """Case 55: NOOP for ever."""
    house = build(bounds={"commands": 5})
    with house.peer() as peer:  # EHLO was the first
        assert [peer.say("NOOP")[:3] for _ in range(4)] == ["250"] * 4
        assert peer.say("NOOP") == "421 4.7.0 Too many commands and no message"
        assert peer.closed()
    assert len(house.refusals("Too many commands")) == 1


def test_a_message_that_is_taken_starts_the_count_of_commands_again(build: Build) -> None:
    house = build(bounds={"commands": 5})
    with house.peer() as peer:
        for number in range(3):
            assert peer.deliver(numbered(number)).startswith("250")


def test_errors_of_a_session(build: Build) -> None:
    """Case 57."""
    house = build(bounds={"errors": 3})
    with house.peer() as peer:
        assert [peer.say("JUMP")[:3] for _ in range(3)] == ["500"] * 3
        assert peer.say("JUMP") == "421 4.7.0 Too many errors"
        assert peer.closed()
    assert len(house.refusals("Too many errors")) == 1


def test_a_message_far_beyond_the_limit_is_not_read_to_its_end(build: Build) -> None:
    """Case 52: drained to a bound, then closed."""
    house = build(bounds={"size": 1000, "drain": 1000})
    with house.peer() as peer:
        peer.begin()
        peer.send(b"x" * 300_000)
        assert peer.answer().startswith("552 5.3.4 ")
        assert peer.closed()
    assert len(house.refusals("far too large")) == 1


@pytest.mark.parametrize(("more", "answer"), [(0, "250"), (1, "552 5.3.4")])
def test_the_header_section(build: Build, more: int, answer: str) -> None:
    house = build(bounds={"headers_size": 1000})
    head = b"From: Ann <ann@acme.example>\r\nX: "
    head += b"x" * (1000 - len(head) + more)
    with house.peer() as peer:
        assert peer.deliver(head + b"\r\n\r\n" + b"It beeps.\r\n" * 200).startswith(answer)
    assert len(house.refusals("header section")) == more


@pytest.mark.parametrize(("more", "answer"), [(0, "250"), (1, "554 5.6.0")])
def test_the_length_of_a_line(build: Build, more: int, answer: str) -> None:
    """Case 51."""
    house = build(bounds={"line_length": 1000})
    with house.peer() as peer:
        assert peer.deliver(MAIL + b"x" * (1000 + more) + b"\r\n").startswith(answer)
    assert len(house.refusals("A line is longer")) == more


def test_the_length_of_a_command(house: House) -> None:
    """Case 51: and a line without end is not kept."""
    with house.peer() as peer:
        assert peer.say("NOOP " + "x" * 505) == "250 2.0.0 OK"
        assert peer.say("NOOP " + "x" * 506).startswith("500 5.5.2 ")
        peer.send(b"x" * 300_000 + b"\r\n")
        assert peer.answer().startswith("500 5.5.2 ")
        assert peer.say("NOOP").startswith("250")
        peer.send(b"x" * 900_000)
        assert peer.answer().startswith("500 5.5.2 ")
        assert peer.closed()


def test_messages_of_one_sender(build: Build) -> None:
    house = build(bounds={"messages_per_sender": 2})
    with house.peer() as peer:
        for number in range(2):
            assert peer.deliver(numbered(number)).startswith("250")
        assert peer.say(f"MAIL FROM:<{ANN.upper()}>") == "450 4.7.1 Too many messages; please try again later"
        assert peer.say("MAIL FROM:<bob@acme.example>").startswith("250")
    assert len(house.refusals("Too many messages")) == 1


def test_messages_of_one_peer(build: Build) -> None:
    house = build(bounds={"messages_per_peer": 2})
    with house.peer() as peer:
        for number in range(2):
            assert peer.deliver(numbered(number), sender=f"c{number}@acme.example").startswith("250")
        assert peer.say("MAIL FROM:<>").startswith("450 4.7.1 ")
    with house.peer(source="127.0.0.2") as other:
        assert other.deliver(numbered(9)).startswith("250")


def test_a_trusted_relay_is_exempt_from_what_is_counted(build: Build) -> None:
    house = build(_trusting(), bounds={"messages_per_peer": 1, "messages_per_sender": 1})
    with house.peer() as peer:
        for number in range(3):
            assert peer.deliver(numbered(number)).startswith("250")


def test_a_window_turns() -> None:
    window = Window(limit=2, seconds=10.0)
    for moment in (100.0, 101.0):
        assert not window.full("ann", moment)
        window.count("ann", moment)
    assert window.full("ann", 101.0)
    assert not window.full("bob", 101.0)
    assert not window.full("ann", 118.0), "the older half fades"
    assert not window.full("ann", 130.0)


def test_bytes_in_flight(build: Build) -> None:
    """Case 69: what comes in at once is bounded, and what was held is given back."""
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


# Slow peers.


def test_a_command_that_does_not_come(build: Build) -> None:
    """Case 55."""
    house = build(bounds={"command_time": 0.2})
    with house.peer() as peer:
        assert peer.answer() == "421 4.4.2 That took too long"
        assert peer.closed()
    assert len(house.refusals("That took too long")) == 1


def test_a_command_that_comes_byte_by_byte(build: Build) -> None:
    """Case 55: a byte sets no clock back."""
    house = build(bounds={"command_time": 0.5})
    assert _dribble(house, b"N", begun=False).startswith("421 4.4.2 ")


@pytest.mark.parametrize(
    "bounds",
    [{"message_time": 0.5}, {"command_time": 0.5, "min_rate": 10_000_000}],
    ids=["in the end too long", "too slow"],
)
def test_a_message_that_comes_byte_by_byte(build: Build, bounds: dict[str, float]) -> None:
    """Case 55."""
    house = build(bounds=bounds)
    assert _dribble(house, b"x", begun=True).startswith("421 4.4.2 ")
    assert house.rows() == []


def _dribble(house: House, byte: bytes, *, begun: bool) -> str:
    """Send a byte now and then until the door has had enough; its last word."""
    with house.peer() as peer:
        if begun:
            peer.begin()
        while peer.silent():
            try:
                peer.send(byte)
            except OSError:
                break
        return peer.answer()


def test_a_session_that_lasts(build: Build) -> None:
    """Case 55."""
    house = build(bounds={"session_time": 0.5, "commands": 1_000_000})
    with house.peer() as peer:
        said = ""
        while not said.startswith("421"):
            said = peer.say("NOOP")
        assert said == "421 4.4.2 This session has lasted too long; please connect again"


def test_a_commit_is_no_slow_peer(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 4: no clock runs while the message is in our hands."""
    house = build(bounds={"command_time": 0.2, "message_time": 0.2, "session_time": 0.2})
    waited = threading.Event()
    accept = house.store.accept

    def slow(*arguments: object) -> object:
        waited.wait(0.8)
        return accept(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(house.store, "accept", slow)
    with house.peer() as peer:
        assert peer.deliver().startswith("250")


def test_honest_peers_are_served_beside_many_slow_ones(build: Build) -> None:
    """Cases 55 and 56."""
    house = build(bounds={"connections": 300, "connections_per_peer": 300})
    slow = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(200)]
    for one in slow:
        one.sendall(b"EHL")
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
    for one in slow:
        one.close()


def test_there_is_a_file_handle_for_each_connection(build: Build) -> None:
    build(bounds={"connections": 400})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == resource.RLIM_INFINITY or soft >= min(400, hard)


# Room.


def test_a_backlog(build: Build) -> None:
    """case 41: nothing more is taken while too much waits; the log hears of it once, and when it is over."""
    house = build(room=Marks(backlog=2))
    with house.peer() as peer:
        for number in range(2):
            assert peer.deliver(numbered(number)).startswith("250")
        for _ in range(3):
            assert peer.say(f"MAIL FROM:<{ANN}>").startswith("452 4.3.1 ")
        assert len(house.refusals("2 messages or more wait")) == 1
        house.rows()  # looked at, and given back
        with house.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE inbox SET state = 'done'")
        assert peer.deliver(numbered(3)).startswith("250")
    assert [fact["reason"] for fact in house.logged() if fact["outcome"] == "recovered"] == [
        "room: it is over; refused 3 times"
    ]


def test_a_disk_without_room(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 41: before DATA, and by the announced size."""
    house = build(room=Marks())
    with house.peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE=100").startswith("250")
        peer.say("RSET")
        with monkeypatch.context() as patch:
            patch.setattr("gateway.smtp.room.os.statvfs", lambda _: _Disk(f_bavail=1))
            assert peer.say(f"MAIL FROM:<{ANN}> SIZE=5000").startswith("452 4.3.1 ")
            assert peer.say(f"MAIL FROM:<{ANN}> SIZE=4000").startswith("250")
            assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        assert BOUNDS.size > 5000


class _Disk:
    def __init__(self, f_bavail: int) -> None:
        self.f_bavail = f_bavail
        self.f_frsize = 4096
        self.f_blocks = 1000
