"""What humans see, and what they may do."""

from datetime import timedelta

import pytest

from gateway.store.errors import ActionRefused, NoSuchRow
from gateway.store.store import InboxAction, OutboxAction, Store
from parsers.address import Keys
from routing.events import Change, Moved, apply
from routing.model import Decision
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
    mail,
    open_ticket,
)


def _change(store: Store, keys: Keys, key: str, at: timedelta, **after: str | tuple[str, ...]) -> None:
    (row,) = claimed(store, f"change {key} {after}")
    with store.write() as tx:
        ticket = tx.situation(row, mail("change"), clues(tags=(key,)), "", DESK, NOW).ticket
        assert ticket is not None
        changes = tuple(Change(field=n, before=getattr(ticket, n), after=value) for n, value in after.items())
        event = Moved(at=NOW + at, actor=JANE, audience="everyone", verb="x", changes=changes)
        tx.commit_decision(row, Decision("move", apply(ticket, event), (event,)), keys, NOW)


def _listed(store: Store, **filters: str) -> list[str]:
    with store.read() as reading:
        return [ticket.key for ticket in reading.tickets(**filters)]  # type: ignore[arg-type]  # names of filters


def test_tickets_come_with_the_newest_update_first(store: Store, keys: Keys) -> None:
    for name in ("a", "b", "c"):
        open_ticket(store, keys, name)
    _change(store, keys, "CT-2", MINUTE, status="closed")
    assert _listed(store) == ["CT-2", "CT-3", "CT-1"]


def test_tickets_are_filtered(store: Store, keys: Keys) -> None:
    for name in ("a", "b", "c"):
        open_ticket(store, keys, name)
    _change(store, keys, "CT-1", MINUTE, status="closed", assignees=("x.%_jane@desk.example", "Jane@desk.example"))
    _change(store, keys, "CT-2", MINUTE, queue="second", organisation="acme")
    assert _listed(store, state="closed") == ["CT-1"]
    assert _listed(store, queue="second", organisation="acme") == ["CT-2"]
    assert _listed(store, queue="second", organisation="other") == []
    assert _listed(store, assignee="jane@DESK.example") == ["CT-1"]
    assert _listed(store, assignee="ane@desk.example") == []
    assert _listed(store, assignee="%") == []
    with store.read() as reading:
        assert len(reading.tickets(limit=2)) == 2


def test_a_ticket_shows_who_was_told_of_each_event(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, tell=(JANE, STRANGER))
    _change(store, keys, key, MINUTE, status="closed")
    with store.read() as reading:
        view = reading.ticket(key.lower())
        assert reading.ticket("CT-999") is None
    assert view is not None
    assert [(entry.event.kind, entry.notified) for entry in view.timeline] == [
        ("opened", (JANE, STRANGER)),
        ("move", ()),
    ]


@pytest.mark.parametrize(
    ("waited", "age"),
    [(timedelta(minutes=4), "5m"), (timedelta(minutes=6), "1h"), (timedelta(hours=3), "4h"), (timedelta(hours=5), "1d"),
     (timedelta(days=2), "5d"), (timedelta(days=6), "older")],
)  # fmt: skip
def test_letters_are_counted_by_domain_and_age(store: Store, keys: Keys, waited: timedelta, age: str) -> None:
    open_ticket(store, keys, "one", tell=(ANN, JANE))
    with store.read() as reading:
        letters = reading.queue()
        found = reading.shape(NOW + waited)
    assert {name for _, counts in found for name in counts} == {age}
    assert sum(counts[age] for _, counts in found) == len(letters) == 2
    assert {domain for domain, _ in found} == {line.to.partition("@")[2] for line in letters}


def test_failed_mails_come_first_then_the_newest(store: Store) -> None:
    store.accept([arrival(name, order_key=name, sender="" if name == "d" else ANN) for name in "abcd"], NOW)
    first, second, _, _ = store.inbox.claim(4, LEASE, NOW)
    store.inbox.finish(first.id, first.lease, "done")
    store.inbox.hold(second.id, second.lease, "poison")
    with store.read() as reading:
        assert [(line.message_id, line.state, line.from_) for line in reading.inbox()] == [
            ("<b@acme.example>", "held", ANN),
            ("<d@acme.example>", "working", None),
            ("<c@acme.example>", "working", ANN),
            ("<a@acme.example>", "done", ANN),
        ]
        assert [line.id for line in reading.inbox(["held", "done"])] == [second.id, first.id]
        shown = reading.message(second.id)
        assert shown is not None
        assert shown[1] == arrival("b").raw == reading.raw(shown[0].raw_sha256)
        assert reading.message(999) is None
        assert reading.raw("00") is None


def test_letters_are_listed_and_shown(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, tell=(JANE, STRANGER))
    first, _ = store.outbox.claim(2, LEASE, NOW)
    store.keep_letters([(first.id, first.lease, b"bytes")])
    store.settle([(first, 550, "no such user", "refused", None)], NOW)
    with store.read() as reading:
        assert [(line.ticket, line.to, line.state, line.reason, line.attempts) for line in reading.queue()] == [
            (key, JANE, "refused", "no such user", 1),
            (key, STRANGER, "working", None, 1),
        ]
        assert [line.to for line in reading.queue(["working"])] == [STRANGER]
        shown = reading.letter(first.id)
        assert shown is not None
        assert shown[1] == b"bytes"
        assert reading.letter(999) is None


class TestReplay:
    """A message may be processed again as long as its effect is not doubled."""

    def test_begins_anew(self, store: Store) -> None:
        (row,) = claimed(store, "one")
        store.inbox.hold(row.id, row.lease, "poison")
        store.inbox_action(row.id, InboxAction.REPLAY, NOW + MINUTE)
        assert store.inbox.claim(1, LEASE, NOW) == []
        (again,) = store.inbox.claim(1, LEASE, NOW + MINUTE)
        assert (again.id, again.attempts, again.raw) == (row.id, 1, row.raw)

    def test_of_a_mail_that_did_something_is_refused(self, store: Store, keys: Keys) -> None:
        open_ticket(store, keys)
        with store.read() as reading:
            (line,) = reading.inbox()
        with pytest.raises(ActionRefused, match="has done its work"):
            store.inbox_action(line.id, InboxAction.REPLAY, NOW)
        assert store.inbox_states([line.id]) == {line.id: "done"}

    def test_of_a_mail_that_did_nothing_is_done(self, store: Store, keys: Keys) -> None:
        (row,) = claimed(store, "one")
        with store.write() as tx:
            tx.situation(row, mail("one"), clues(), "", DESK, NOW)
            tx.commit_decision(row, Decision("ignored"), keys, NOW)
        store.inbox_action(row.id, InboxAction.REPLAY, NOW)
        assert store.inbox_states([row.id]) == {row.id: "waiting"}

    def test_of_a_mail_in_work_is_refused(self, store: Store) -> None:
        (row,) = claimed(store, "one")
        with pytest.raises(ActionRefused, match=f"Message {row.id} is working: it cannot be replayed"):
            store.inbox_action(row.id, InboxAction.REPLAY, NOW)

    def test_of_a_mail_that_does_not_exist(self, store: Store) -> None:
        with pytest.raises(NoSuchRow, match="There is no message 7"):
            store.inbox_action(7, InboxAction.REPLAY, NOW)


def test_a_dropped_mail_is_not_worked_and_may_be_replayed(store: Store) -> None:
    (accepted,) = store.accept([arrival("one")], NOW)
    store.inbox_action(accepted.inbox_id, InboxAction.DROP, NOW)
    assert store.inbox.claim(1, LEASE, NOW) == []
    with pytest.raises(ActionRefused, match="is dropped: it cannot be dropped"):
        store.inbox_action(accepted.inbox_id, InboxAction.DROP, NOW)
    store.inbox_action(accepted.inbox_id, InboxAction.REPLAY, NOW)
    assert len(store.inbox.claim(1, LEASE, NOW)) == 1


A = OutboxAction


@pytest.mark.parametrize(
    ("actions", "end"),
    [
        ([A.HOLD], "held"),
        ([A.HOLD, A.RELEASE], "waiting"),
        ([A.HOLD, A.RETRY], "waiting"),
        ([A.RETRY], "waiting"),
        ([A.DROP], "dropped"),
        ([A.HOLD, A.DROP], "dropped"),
    ],
)
def test_letters_follow_a_human(store: Store, keys: Keys, actions: list[OutboxAction], end: str) -> None:
    open_ticket(store, keys, tell=(JANE,))
    with store.read() as reading:
        (line,) = reading.queue()
    for action in actions:
        store.outbox_action(line.id, action, NOW)
    assert len(store.outbox.claim(1, LEASE, NOW)) == (end == "waiting")
    with store.read() as reading:
        assert [one.state for one in reading.queue(["held", "dropped"])] == ([end] if end != "waiting" else [])


def test_a_deferred_letter_is_retried_at_once_and_counts_anew(store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(JANE,))
    (row,) = store.outbox.claim(1, LEASE, NOW)
    store.settle([(row, 451, "later", "waiting", NOW + LEASE)], NOW)
    store.outbox_action(row.id, A.RETRY, NOW)
    (again,) = store.outbox.claim(1, LEASE, NOW)
    assert again.attempts == 1


@pytest.mark.parametrize("action", list(A))
def test_a_letter_that_was_sent_or_is_being_sent_is_left_alone(store: Store, keys: Keys, action: OutboxAction) -> None:
    open_ticket(store, keys, tell=(JANE,))
    (row,) = store.outbox.claim(1, LEASE, NOW)
    with pytest.raises(ActionRefused, match="is working"):
        store.outbox_action(row.id, action, NOW)
    store.settle([(row, 250, "ok", "sent", None)], NOW)
    with pytest.raises(ActionRefused, match="is sent"):
        store.outbox_action(row.id, action, NOW)
    with pytest.raises(NoSuchRow, match="There is no letter 999"):
        store.outbox_action(999, action, NOW)
