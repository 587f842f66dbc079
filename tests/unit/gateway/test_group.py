"""Group commit: who shares a commit, who waits for whom, and what one bad item does to the others."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import pytest

from gateway.group import GroupCommit

PATIENCE = 10.0  # seconds: no test waits for it


class Journal:
    """A commit that waits at a gate, and writes down its groups. `spoils` are items that no group survives."""

    def __init__(self, spoils: Sequence[int] = ()) -> None:
        self.groups: list[list[int]] = []
        self.begun = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self._spoils = spoils

    def commit(self, items: Sequence[int]) -> list[str]:
        self.groups.append(list(items))
        self.begun.release()
        assert self.gate.acquire(timeout=PATIENCE)
        if any(item in self._spoils for item in items):
            raise ValueError(f"spoilt: {items}")
        return [f"kept {item}" for item in items]

    def open(self, times: int = 100) -> None:
        self.gate.release(times)


def while_the_first_commits(
    journal: Journal, items: Sequence[int], make: Callable[[Journal], GroupCommit[int, str]]
) -> list[Future[str]]:
    """The answers to the first item, and to those that came while it was in the commit."""
    group = make(journal)
    group.start()
    answers = [group.submit(0)]
    assert journal.begun.acquire(timeout=PATIENCE)
    answers += [group.submit(item) for item in items]
    journal.open()
    group.stop()
    return answers


def plain(journal: Journal) -> GroupCommit[int, str]:
    return GroupCommit("test", journal.commit)


def test_what_comes_while_a_commit_runs_shares_the_next() -> None:
    journal = Journal()
    answers = while_the_first_commits(journal, (1, 2, 3), plain)
    assert journal.groups == [[0], [1, 2, 3]]
    assert [answer.result(0) for answer in answers] == ["kept 0", "kept 1", "kept 2", "kept 3"]


def test_who_expects_company_waits_for_it() -> None:
    journal = Journal()
    expecting: GroupCommit[int, str] = GroupCommit("test", journal.commit, expected=lambda: 2, patience=PATIENCE)
    expecting.start()
    first = expecting.submit(1)
    assert not journal.begun.acquire(timeout=0.05)
    second = expecting.submit(2)
    journal.open()
    assert [first.result(PATIENCE), second.result(PATIENCE)] == ["kept 1", "kept 2"]
    assert journal.groups == [[1, 2]]
    expecting.stop()


def test_patience_ends_and_the_end_does_not_wait_for_it() -> None:
    journal = Journal()
    journal.open()
    brief: GroupCommit[int, str] = GroupCommit("test", journal.commit, expected=lambda: 9, patience=0.001)
    brief.start()
    assert brief.submit(1).result(PATIENCE) == "kept 1"
    brief.stop()
    patient: GroupCommit[int, str] = GroupCommit("test", journal.commit, expected=lambda: 9, patience=PATIENCE * 9)
    patient.start()
    answer = patient.submit(2)
    patient.stop()
    assert answer.result(0) == "kept 2"


def test_nobody_waits_for_company() -> None:
    journal = Journal()
    journal.open()
    group = plain(journal)
    group.start()
    assert group.submit(1).result(PATIENCE) == "kept 1"
    assert group.submit(2).result(PATIENCE) == "kept 2"
    group.stop()
    assert journal.groups == [[1], [2]]


def test_a_group_has_room_for_so_many_pieces() -> None:
    journal = Journal()
    while_the_first_commits(journal, range(1, 8), lambda j: GroupCommit("test", j.commit, pieces=3))
    assert journal.groups == [[0], [1, 2, 3], [4, 5, 6], [7]]


def test_a_group_ends_with_the_item_that_fills_its_room() -> None:
    journal = Journal()
    while_the_first_commits(
        journal, (5, 5, 5, 30, 1), lambda j: GroupCommit("test", j.commit, weight=lambda item: item, room=10)
    )
    assert journal.groups == [[0], [5, 5], [5, 30], [1]]


def test_where_a_group_fails_each_is_committed_alone_and_only_the_bad_one_fails() -> None:
    journal = Journal(spoils=[2])
    answers = while_the_first_commits(journal, (1, 2, 3), plain)
    assert journal.groups == [[0], [1, 2, 3], [1], [2], [3]]
    with pytest.raises(ValueError, match=r"spoilt: \[2\]"):
        answers[2].result(0)
    assert [answers[place].result(0) for place in (0, 1, 3)] == ["kept 0", "kept 1", "kept 3"]


def test_an_item_that_failed_alone_is_not_tried_again() -> None:
    journal = Journal(spoils=[0])
    (answer,) = while_the_first_commits(journal, (), plain)
    assert isinstance(answer.exception(0), ValueError)
    assert journal.groups == [[0]]


def test_stop_commits_what_was_submitted_before() -> None:
    journal = Journal()
    group = plain(journal)
    answers = [group.submit(item) for item in (1, 2)]
    journal.open()
    group.start()
    group.stop()
    assert [answer.result(0) for answer in answers] == ["kept 1", "kept 2"]


def test_after_a_failure_the_next_is_committed() -> None:
    journal = Journal(spoils=[1])
    journal.open()
    group = plain(journal)
    group.start()
    assert isinstance(group.submit(1).exception(PATIENCE), ValueError)
    assert group.submit(2).result(PATIENCE) == "kept 2"
    group.stop()


def test_an_error_that_no_item_has_caused_fails_all_without_trying_each() -> None:
    """A locked database makes fifty senders wait once, and not fifty times."""
    tried: list[int] = []
    open_gate = threading.Event()

    def commit(items: Sequence[int]) -> list[str]:
        tried.append(len(items))
        assert open_gate.wait(PATIENCE)
        raise TimeoutError

    group: GroupCommit[int, str] = GroupCommit("test", commit, of_all=lambda error: isinstance(error, TimeoutError))
    futures = [group.submit(number) for number in range(5)]
    open_gate.set()
    group.start()
    for future in futures:
        with pytest.raises(TimeoutError):
            future.result(PATIENCE)
    group.stop()
    assert tried == [5, 1]
