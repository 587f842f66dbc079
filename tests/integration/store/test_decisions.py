"""One decision, one transaction: events, ticket, letters and the end of its mail."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from gateway.store.errors import Conflict, LeaseLost
from gateway.store.store import InboxRow, Store, Transaction
from parsers.address import Keys
from routing.directory import Person
from routing.events import fold
from routing.model import Decision, Situation
from tests.integration.store.samples import (
    ANN,
    DESK,
    JANE,
    LEASE,
    MINUTE,
    NOW,
    STRANGER,
    arrival,
    claimed,
    clues,
    commented,
    mail,
    notice,
    open_ticket,
    opened,
)


def _situation(tx: Transaction, row: InboxRow, *, author: str = ANN, **named: object) -> Situation:
    name = (row.message_id or "").strip("<>").partition("@")[0]
    return tx.situation(row, mail(name, author=author), clues(author, **named), "Printer on fire", DESK, NOW)


def test_a_ticket_is_what_its_events_fold_to(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys)
    for name in ("second", "third"):
        (row,) = claimed(store, name)
        with store.write() as tx:
            tx.commit_decision(row, commented(_situation(tx, row, tags=(key,)), name), keys, NOW)
    with store.read() as reading:
        view = reading.ticket(key)
    assert view is not None
    assert [entry.event.text for entry in view.timeline] == ["hello", "second", "third"]
    assert [entry.seq for entry in view.timeline] == [1, 2, 3]
    assert view.ticket == fold([entry.event for entry in view.timeline])


def test_a_decided_mail_is_done_and_says_what_it_did(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys)
    with store.read() as reading:
        (line,) = reading.inbox()
    assert (line.state, line.outcome, line.ticket, line.from_) == ("done", "opened", key, ANN)


def test_a_held_mail_does_nothing_else(store: Store, keys: Keys) -> None:
    (row,) = claimed(store, "first")
    with store.write() as tx:
        decision = opened(_situation(tx, row), notices=(notice(JANE, "CT-1"),))
        tx.commit_decision(row, replace(decision, held="a stranger writes"), keys, NOW)
    with store.read() as reading:
        assert reading.tickets() == []
        assert reading.queue() == []
        (line,) = reading.inbox()
    assert (line.state, line.reason) == ("held", "a stranger writes")
    assert open_ticket(store, keys, "second") == "CT-1"


def test_a_mail_that_touches_no_ticket_may_still_be_answered(store: Store, keys: Keys) -> None:
    (row,) = claimed(store, "help")
    answer = notice(ANN, "", template="help", event=None, answer=True)
    with store.write() as tx:
        _situation(tx, row)
        tx.commit_decision(row, Decision("answered", notices=(answer,)), keys, NOW)
    (letter,) = store.outbox.claim(9, LEASE, NOW)
    assert (letter.ticket_key, letter.event, letter.notice) == ("", None, answer)
    assert store.tickets_of_letters([letter.id]) == {}


def test_a_ticket_opened_earlier_in_the_batch_is_seen_by_the_later_mails(store: Store, keys: Keys) -> None:
    first, second = claimed(store, "first", "second")
    with store.write() as tx:
        tx.commit_decision(first, opened(_situation(tx, first)), keys, NOW)
        situation = _situation(tx, second, references=(first.message_id,))
        tx.commit_decision(second, commented(situation), keys, NOW)
    with store.read() as reading:
        (ticket,) = reading.tickets()
    assert ticket.version == 2


def test_a_lost_lease_undoes_the_whole_transaction(store: Store, keys: Keys) -> None:
    """case 25: whatever else was decided in it."""
    first, second = claimed(store, "first", "second")
    late = replace(second, lease="the lease of another")

    def both() -> None:
        with store.write() as tx:
            tx.commit_decision(first, opened(_situation(tx, first)), keys, NOW)
            tx.commit_decision(late, opened(_situation(tx, late)), keys, NOW)

    with pytest.raises(LeaseLost):
        both()
    assert set(store.inbox_states([first.id, second.id]).values()) == {"working"}
    with store.read() as reading:
        assert reading.tickets() == []


def test_a_ticket_that_has_other_events_than_were_seen_is_a_conflict(store: Store, keys: Keys) -> None:
    """case 26: nobody decides on what a ticket was."""
    key = open_ticket(store, keys)
    row, other = claimed(store, "second", "third")
    with store.read() as reading:
        before = reading.situation(other, mail("third"), clues(tags=(key,)), "Printer on fire", DESK, NOW)
    with store.write() as tx:
        tx.commit_decision(row, commented(_situation(tx, row, tags=(key,))), keys, NOW)

    def decide_on_what_was() -> None:
        with store.write() as tx:
            _situation(tx, other, tags=(key,))
            tx.commit_decision(other, commented(before), keys, NOW)

    with pytest.raises(Conflict):
        decide_on_what_was()
    assert store.inbox_states([other.id]) == {other.id: "working"}


def test_one_cause_brings_one_letter(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys)
    warning = notice(ANN, key, template="warning", once=f"forwarded:{key}")
    for name in ("second", "third"):
        (row,) = claimed(store, name)
        with store.write() as tx:
            told = (warning, notice(JANE, key))
            tx.commit_decision(row, commented(_situation(tx, row, tags=(key,)), notices=told), keys, NOW)
    with store.read() as reading:
        letters = [(line.to, line.template) for line in reading.queue()]
    assert letters == [(ANN, "warning"), (JANE, "comment"), (JANE, "comment")]


def test_two_letters_to_one_reader_with_one_template_in_one_decision_are_one(store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(JANE, JANE.upper(), ANN))
    with store.read() as reading:
        assert [line.to for line in reading.queue()] == [JANE, ANN]


def test_numbers_have_no_gaps_whatever_fails(store: Store, keys: Keys) -> None:
    assert open_ticket(store, keys, "a") == "CT-1"
    (row,) = claimed(store, "b")

    def fail_at_the_end() -> None:
        with store.write() as tx:
            tx.commit_decision(row, opened(_situation(tx, row)), keys, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_at_the_end()
    (other,) = claimed(store, "unused", sender=STRANGER)
    with store.write() as tx:
        _situation(tx, other)
        tx.commit_decision(other, Decision("ignored"), keys, NOW)
    assert open_ticket(store, keys, "c", author=JANE) == "CT-2"


def test_a_mail_on_a_ticket_may_open_another(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys)
    (row,) = claimed(store, "second", sender=STRANGER)
    with store.write() as tx:
        situation = _situation(tx, row, author=STRANGER, tags=(key,))
        assert situation.ticket is not None
        tx.commit_decision(row, opened(situation), keys, NOW)
    assert open_ticket(store, keys, "third", author=JANE) == "CT-3"


def test_numbers_have_no_gaps_when_many_open_at_once(store: Store, keys: Keys) -> None:
    senders = [f"person{number}@acme.example" for number in range(4)]
    for sender in senders:
        store.accept([arrival(f"{number}-{sender}", sender=sender) for number in range(6)], NOW)

    def work() -> None:
        while rows := store.inbox.claim(2, LEASE, NOW):
            with store.write() as tx:
                for row in rows:
                    tx.commit_decision(row, opened(_situation(tx, row, author=row.envelope.sender)), keys, NOW)

    with ThreadPoolExecutor(4) as pool:
        for worker in [pool.submit(work) for _ in range(4)]:
            worker.result()
    work()
    with store.read() as reading:
        numbers = sorted(int(ticket.key.removeprefix("CT-")) for ticket in reading.tickets())
    assert numbers == list(range(1, 25))


def test_comments_at_once_on_one_ticket_are_all_kept_in_one_order(store: Store, keys: Keys) -> None:
    """case 26: none is lost."""
    key = open_ticket(store, keys)
    names = [f"comment{number}" for number in range(8)]
    rows = claimed(store, *names)

    def work(row: InboxRow) -> None:
        with store.write() as tx:
            tx.commit_decision(row, commented(_situation(tx, row, tags=(key,)), str(row.id)), keys, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, rows))
    with store.read() as reading:
        view = reading.ticket(key)
    assert view is not None
    assert [entry.seq for entry in view.timeline] == list(range(1, 10))
    assert {entry.event.text for entry in view.timeline[1:]} == {str(row.id) for row in rows}


def test_a_newcomer_is_remembered_once(store: Store, keys: Keys) -> None:
    newcomer = Person("A. Stranger", (STRANGER,), registered=False)
    assert not store.knows(STRANGER)
    for name in ("first", "second"):
        (row,) = claimed(store, name, sender=STRANGER)
        with store.write() as tx:
            situation = _situation(tx, row, author=STRANGER)
            tx.commit_decision(row, opened(situation, newcomer=newcomer), keys, NOW)
    assert store.knows(STRANGER.upper())
    (row,) = claimed(store, "third", sender=STRANGER)
    with store.write() as tx:
        situation = _situation(tx, row, author=STRANGER, tags=("CT-1",))
    assert situation.writer == newcomer
    assert situation.guests == (newcomer,)


def test_the_letters_of_a_mail_come_after_it_in_time(store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(JANE,))
    assert store.outbox.claim(9, LEASE, NOW - MINUTE) == []
    assert len(store.outbox.claim(9, LEASE, NOW)) == 1
