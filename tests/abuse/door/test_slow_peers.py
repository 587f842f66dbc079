"""Peers that take their time: each clock of the door ends a session by itself."""

import pytest

from gateway.smtp.bounds import Bounds
from gateway.smtp.pace import Pace
from tests.integration.smtp.house import Build, House, numbered


def test_commands_of_a_session(build: Build) -> None:
    """case 55: NOOP for ever, the sixth command of five."""
    house = build(bounds={"commands": 5})
    with house.peer() as peer:  # EHLO was the first
        assert [peer.say("NOOP")[:3] for _ in range(4)] == ["250"] * 4
        assert peer.say("NOOP") == "421 4.7.0 Too many commands and no message"
        assert peer.closed()
    assert len(house.refusals("Too many commands")) == 1


def test_a_message_that_is_taken_starts_the_count_of_commands_again(build: Build) -> None:
    """case 55: who brings mail may go on."""
    house = build(bounds={"commands": 5})
    with house.peer() as peer:
        for number in range(3):
            assert peer.deliver(numbered(number)).startswith("250")


def test_a_command_that_does_not_come(build: Build) -> None:
    """case 55: silence."""
    house = build(bounds={"command_time": 0.2})
    with house.peer() as peer:
        assert peer.answer() == "421 4.4.2 That took too long"
        assert peer.closed()
    assert len(house.refusals("That took too long")) == 1


def test_a_command_that_comes_byte_by_byte(build: Build) -> None:
    """case 55: a byte sets no clock back."""
    house = build(bounds={"command_time": 0.5})
    assert _dribble(house, b"N", begun=False).startswith("421 4.4.2 ")


@pytest.mark.parametrize(
    "bounds",
    [{"message_time": 0.5}, {"command_time": 0.5, "min_rate": 10_000_000}],
    ids=["in the end too long", "too slow"],
)
def test_a_message_that_comes_byte_by_byte(build: Build, bounds: dict[str, float]) -> None:
    """case 55: DATA by drops, in the end too long or all the time too slow."""
    house = build(bounds=bounds)
    assert _dribble(house, b"x", begun=True).startswith("421 4.4.2 ")
    assert house.rows() == []
    assert house.refusals() == ["421 4.4.2 That took too long [peer 127.0.0.1] (from <>)"]


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


BOUNDS = Bounds(command_time=60.0, message_time=600.0, session_time=1800.0, min_rate=500)


def receiving(begun: float, *heard: tuple[float, int]) -> Pace:
    """The clocks of a session that began at 0, whose message began then, with bytes at moments."""
    pace = Pace(BOUNDS)
    pace.wait(0.0)
    pace.message(begun)
    for moment, size in heard:
        pace.heard(size, moment)
    return pace


@pytest.mark.parametrize(
    ("pace", "last"),
    [
        (receiving(0.0), 60.0),
        (receiving(0.0, (59.0, 500 * 60 - 1)), 60.0),
        (receiving(0.0, (59.0, 500 * 60)), 60.01),
        (receiving(0.0, *((float(second), 100_000) for second in range(0, 600, 10))), 600.0),
    ],
    ids=["silent", "one byte too few", "then a moment too slow", "in the end too long"],
)
def test_a_message_is_late_from_one_moment_on(pace: Pace, last: float) -> None:
    """case 55: and not before it."""
    assert pace.late(last - 0.01) is None
    assert pace.late(last) == "421 4.4.2 That took too long"


def test_a_command_is_late_from_one_moment_on() -> None:
    """case 55: and so is a session, between two commands only."""
    pace = Pace(BOUNDS)
    pace.wait(0.0)
    assert (pace.late(59.9), pace.late(60.0)) == (None, "421 4.4.2 That took too long")
    pace.wait(1790.0)
    over = "421 4.4.2 This session has lasted too long; please connect again"
    assert (pace.late(1799.9), pace.late(1800.0)) == (None, over)
    pace.message(1799.0)
    assert pace.late(1800.0) is None
    pace.work()
    assert pace.late(99_999.0) is None, "our own work is nobody's delay"
