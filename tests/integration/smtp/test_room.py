"""The marks of disk and inbox: nothing is taken that could not be kept."""

import pytest

from gateway.smtp.traffic import Window
from tests.integration.smtp.house import Build, House, Marks, numbered
from tests.integration.store.samples import ANN

BLOCK = 4096


def recovered(house: House) -> list[str]:
    return [fact["reason"] for fact in house.logged() if fact["outcome"] == "recovered"]


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
    assert recovered(house) == ["room: it is over; refused 3 times"]


class Disk:
    """One of so many free blocks, of a thousand."""

    f_frsize = BLOCK
    f_blocks = 1000

    def __init__(self, free: int) -> None:
        self.f_bavail = free


def test_a_disk_without_room(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 41: before DATA and by the announced size, to the byte; and mail flows again by itself."""
    house = build(room=Marks())
    with house.peer() as peer:
        with monkeypatch.context() as patch:
            patch.setattr("gateway.smtp.room.os.statvfs", lambda _: Disk(1))
            for _ in range(2):
                assert peer.say(f"MAIL FROM:<{ANN}> SIZE={BLOCK + 1}").startswith("452 4.3.1 ")
            assert len(house.refusals(f"{BLOCK + 1} bytes do not fit")) == 1
            assert peer.say(f"MAIL FROM:<{ANN}> SIZE={BLOCK}").startswith("250")
            peer.say("RSET")
        assert peer.deliver().startswith("250")
    assert recovered(house) == ["room: it is over; refused 2 times"]
    assert len(house.rows()) == 1


@pytest.mark.parametrize(("free", "answer"), [(10, "250"), (9, "452 4.3.1 ")])
def test_what_must_stay_free(build: Build, monkeypatch: pytest.MonkeyPatch, free: int, answer: str) -> None:
    """case 41: one block too few, whatever is announced; with more of them mail flows again."""
    house = build(room=Marks(free=10 * BLOCK))
    with house.peer() as peer:
        with monkeypatch.context() as patch:
            patch.setattr("gateway.smtp.room.os.statvfs", lambda _: Disk(free))
            assert peer.say(f"MAIL FROM:<{ANN}>").startswith(answer)
        peer.say("RSET")
        assert peer.deliver().startswith("250")
    assert len(house.refusals("bytes are free")) == len(recovered(house)) == (free < 10)


def test_a_window_turns() -> None:
    window = Window(limit=2, seconds=10.0)
    for moment in (100.0, 101.0):
        assert not window.full("ann", moment)
        window.count("ann", moment)
    assert window.full("ann", 101.0)
    assert not window.full("bob", 101.0)
    assert not window.full("ann", 118.0), "the older half fades"
    assert not window.full("ann", 130.0)
