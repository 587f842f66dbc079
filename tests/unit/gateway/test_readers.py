"""Several readers at once."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from gateway import readers as module
from gateway.mailfiles import Found, Unread
from gateway.reader import Containment, Crashed
from gateway.readers import Read, Readers
from parsers.mail import ParsedMail


def mails(first: int, count: int, body: bytes = b"") -> list[Found]:
    return [(f"{n}.eml", b"Subject: %d\r\n\r\n%s" % (n, body)) for n in range(first, first + count)]


def subjects(found: list[Read]) -> list[str | None]:
    return [one.result.subject if isinstance(one.result, ParsedMail) else None for one in found]


def test_messages_come_back_in_order_with_their_names() -> None:
    batches = [mails(n, 3) for n in range(0, 30, 3)]
    with closing(Readers(Containment(), 2)) as readers:
        found = list(readers.read(batches, shown=False))
    assert subjects(found) == [str(n) for n in range(30)]
    assert [one.name for one in found] == [f"{n}.eml" for n in range(30)]


def test_what_could_not_be_had_keeps_its_place() -> None:
    gone = Unread("gone")
    with closing(Readers(Containment(), 2)) as readers:
        found = list(readers.read([[*mails(0, 1), ("x", gone), *mails(1, 1)]], shown=False))
    assert subjects(found) == ["0", None, "1"]
    assert found[1] == Read("x", 0, gone)


def test_what_kills_a_child_costs_its_message_alone(capfd: pytest.CaptureFixture[str]) -> None:
    deadly = ("deadly", b"Subject: deadly\r\n\r\n" + b"x" * (192 * 1024**2))
    with closing(Readers(Containment(memory_bytes=160 * 1024**2), 2)) as readers:
        found = list(readers.read([[*mails(0, 2), deadly, *mails(2, 2)], mails(4, 2)], shown=False))
    assert subjects(found) == ["0", "1", None, "2", "3", "4", "5"]
    assert isinstance(found[2].result, Crashed)
    assert "MemoryError" in capfd.readouterr().err


def test_no_more_is_taken_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of any length: what waits is bounded in number and in bytes."""
    monkeypatch.setattr(module, "MOST_BYTES", 10_000)
    taken = 0

    def source(body: bytes) -> Iterator[list[Found]]:
        nonlocal taken
        for n in range(100):
            taken += 1
            yield mails(n, 1, body)

    with closing(Readers(Containment(), 2)) as readers:
        small = readers.read(source(b""), shown=False)
        next(small)
        assert taken <= 6
        list(small)
        taken = 0
        large = readers.read(source(b"x" * 9_000), shown=False)
        next(large)
        assert taken == 2
        list(large)


def test_one_batch_starts_one_child() -> None:
    with closing(Readers(Containment(), 2)) as readers:
        for n in range(3):
            assert subjects(list(readers.read([mails(n, 1)], shown=False))) == [str(n)]
        assert sum(reader._child is not None for reader in readers._crew) == 1


def test_readers_can_be_closed_in_the_midst_of_their_work() -> None:
    """As by Ctrl-C: no child is left, no thread, and nothing is waited for."""
    before = threading.active_count()
    readers = Readers(Containment(), 2)
    found = readers.read((mails(n, 16, b"x" * 10_000) for n in range(10_000)), shown=False)
    next(found)
    children = [reader._child for reader in readers._crew]
    readers.close()
    assert all(child is None or child.returncode is not None for child in children)
    assert threading.active_count() == before
