"""Where a process may die: before a commit nothing happened, after it all did."""

import pytest

from gateway import failpoint
from gateway.store.store import Store
from parsers.address import Keys
from routing.delivery import Fate, Mishap
from tests.integration.store.samples import (
    ANN,
    DESK,
    JANE,
    LEASE,
    NOW,
    arrival,
    claimed,
    clues,
    mail,
    open_ticket,
    opened,
)


class Died(Exception):  # noqa: N818 - what happens, not a fault
    """The process ended here."""


def _die_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def reached(point: str) -> None:
        if point == name:
            raise Died(name)

    monkeypatch.setattr(failpoint, "reached", reached)


def test_accept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        _die_at(patch, "accept.before-commit")
        with pytest.raises(Died):
            store.accept([arrival("one")], NOW)
    assert store.inbox.waiting(NOW) == 0
    with monkeypatch.context() as patch:
        _die_at(patch, "accept.after-commit")
        with pytest.raises(Died):
            store.accept([arrival("one")], NOW)
    assert store.inbox.waiting(NOW) == 1
    assert store.accept([arrival("one")], NOW)[0].duplicate


def test_claim(store: Store, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ticket(store, keys, tell=(JANE,))
    store.accept([arrival("one")], NOW)
    with monkeypatch.context() as patch:
        _die_at(patch, "claim.inbox.after-commit")
        with pytest.raises(Died):
            store.inbox.claim(1, LEASE, NOW)
        _die_at(patch, "claim.outbox.after-commit")
        with pytest.raises(Died):
            store.outbox.claim(1, LEASE, NOW)
    assert (store.inbox.waiting(NOW), store.outbox.waiting(NOW)) == (0, 0)
    assert len(store.inbox.reap(NOW + LEASE)) == len(store.outbox.reap(NOW + LEASE)) == 1


@pytest.mark.parametrize(("point", "state"), [("decide.before-commit", "working"), ("decide.after-commit", "done")])
def test_decide(store: Store, keys: Keys, monkeypatch: pytest.MonkeyPatch, point: str, state: str) -> None:
    (row,) = claimed(store, "one")

    def decide() -> None:
        with store.write() as tx:
            situation = tx.situation(row, mail("one"), clues(), "Printer on fire", DESK, NOW)
            tx.commit_decision(row, opened(situation), keys, NOW)

    with monkeypatch.context() as patch:
        _die_at(patch, point)
        with pytest.raises(Died):
            decide()
    assert store.inbox_states([row.id]) == {row.id: state}
    with store.read() as reading:
        assert [ticket.key for ticket in reading.tickets()] == (["CT-1"] if state == "done" else [])


@pytest.mark.parametrize(("point", "kept"), [("send.before-commit", False), ("send.after-commit", True)])
def test_send(store: Store, keys: Keys, monkeypatch: pytest.MonkeyPatch, point: str, *, kept: bool) -> None:
    open_ticket(store, keys, tell=(JANE,))
    (row,) = store.outbox.claim(1, LEASE, NOW)
    with monkeypatch.context() as patch:
        _die_at(patch, point)
        with pytest.raises(Died):
            store.settle([(row, 250, "ok", "sent", None)], NOW)
    with store.read() as reading:
        assert [line.state for line in reading.queue(["working", "sent"])] == ["sent" if kept else "working"]


@pytest.mark.parametrize(("point", "kept"), [("send.before-commit", False), ("send.after-commit", True)])
def test_a_refused_letter_and_all_that_comes_of_it_are_one(
    store: Store, keys: Keys, monkeypatch: pytest.MonkeyPatch, point: str, *, kept: bool
) -> None:
    """case 140: outcome, event and suppression are there together or not at all."""
    open_ticket(store, keys, tell=(ANN,))
    (row,) = store.outbox.claim(1, LEASE, NOW)
    mishap = Mishap(Fate.REFUSED, "5.1.1", "550 5.1.1 No such user")
    fate = (row, 550, "5.1.1 No such user", "refused", None)
    with monkeypatch.context() as patch:
        _die_at(patch, point)
        with pytest.raises(Died):
            store.befell(fate, mishap, DESK, keys, NOW)
    with store.read() as reading:
        ticket = reading.ticket("CT-1")
        assert [line.state for line in reading.queue(["working", "refused"])] == ["refused" if kept else "working"]
    assert ticket is not None
    assert [entry.event.kind for entry in ticket.timeline] == ["opened", *(["delivery"] if kept else [])]
    assert [line.suppression.address for line in store.suppressions(NOW)] == ([ANN] if kept else [])
    # The relay is asked again, or the outcome is told again: it happens once.
    decision = store.befell(fate, mishap, DESK, keys, NOW)
    assert (decision is None) == kept
    assert [line.suppression.address for line in store.suppressions(NOW)] == [ANN]


@pytest.mark.parametrize(("untried", "attempts"), [(True, 0), (False, 1)])
def test_a_letter_that_was_not_tried_loses_no_try_by_what_is_told_of_it(
    store: Store, keys: Keys, *, untried: bool, attempts: int
) -> None:
    """case 31: its ticket hears that it still waits for the relay."""
    open_ticket(store, keys, tell=(ANN,))
    (row,) = store.outbox.claim(1, LEASE, NOW)
    late = Mishap(Fate.LATE, "", "The relay cannot be used", about_recipient=False)
    assert store.befell((row, 0, "The relay cannot be used", "waiting", NOW), late, DESK, keys, NOW, untried=untried)
    with store.read() as reading:
        assert [line.attempts for line in reading.queue(["waiting"])] == [attempts]
