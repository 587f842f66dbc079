"""The work queues: order, leases, fencing, strikes. What holds for both is tried on the inbox."""

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from gateway.store.store import InboxRow, OutboxRow, Store
from parsers.address import Keys
from tests.integration.store.samples import ANN, JANE, LEASE, MINUTE, NOW, STRANGER, arrival, open_ticket

BOB = "bob@acme.example"
LATER = NOW + LEASE


def _names(rows: list[InboxRow]) -> list[str]:
    return [(row.message_id or "").strip("<>").partition("@")[0] for row in rows]


def _accept(store: Store, *names: str, order_key: str | None = None) -> None:
    store.accept([arrival(name, order_key=order_key or name) for name in names], NOW)


def test_the_oldest_are_claimed_first(store: Store) -> None:
    _accept(store, "c", "a", "b")
    assert _names(store.inbox.claim(2, LEASE, NOW)) == ["c", "a"]
    assert _names(store.inbox.claim(2, LEASE, NOW)) == ["b"]
    assert store.inbox.claim(2, LEASE, NOW) == []


def test_several_mails_of_one_sender_come_in_one_batch_in_order(store: Store) -> None:
    _accept(store, "1", "2", order_key=ANN)
    _accept(store, "x", order_key=BOB)
    _accept(store, "3", order_key=ANN)
    assert _names(store.inbox.claim(9, LEASE, NOW)) == ["1", "2", "x", "3"]


def test_a_mail_waits_while_an_earlier_one_of_its_sender_is_in_work(store: Store) -> None:
    _accept(store, "1", "2", order_key=ANN)
    _accept(store, "x", order_key=BOB)
    (first,) = store.inbox.claim(1, LEASE, NOW)
    assert _names(store.inbox.claim(9, LEASE, NOW)) == ["x"]
    store.inbox.finish(first.id, first.lease, "done")
    assert _names(store.inbox.claim(9, LEASE, NOW)) == ["2"]


def test_a_mail_waits_for_an_earlier_one_of_its_sender_that_is_not_due(store: Store) -> None:
    _accept(store, "1", "2", order_key=ANN)
    (first,) = store.inbox.claim(1, LEASE, NOW)
    assert store.inbox.retry(first.id, first.lease, NOW + MINUTE, "database busy")
    assert store.inbox.claim(9, LEASE, NOW) == []
    assert _names(store.inbox.claim(9, LEASE, NOW + MINUTE)) == ["1", "2"]


def test_a_held_mail_stops_nobody(store: Store) -> None:
    _accept(store, "1", "2", order_key=ANN)
    (first,) = store.inbox.claim(1, LEASE, NOW)
    assert store.inbox.hold(first.id, first.lease, "poison")
    assert _names(store.inbox.claim(9, LEASE, NOW)) == ["2"]
    with store.read() as reading:
        assert [(line.state, line.reason) for line in reading.inbox(["held"])] == [("held", "poison")]


def test_a_deferred_letter_does_not_stop_the_later_ones_of_its_reader(store: Store, keys: Keys) -> None:
    for name in ("1", "2"):
        open_ticket(store, keys, name, tell=(JANE,))
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET order_key = 'same'")
    first, second = store.outbox.claim(9, LEASE, NOW)
    store.outbox.release([second])
    assert store.outbox.claim(9, LEASE, NOW) == []
    store.settle([(first, 451, "try later", "waiting", NOW + MINUTE)], NOW)
    assert [row.id for row in store.outbox.claim(9, LEASE, NOW)] == [second.id]


def test_a_claim_counts_before_the_work(store: Store) -> None:
    _accept(store, "1")
    (row,) = store.inbox.claim(1, LEASE, NOW)
    assert row.attempts == 1
    store.inbox.retry(row.id, row.lease, NOW, "again")
    (row,) = store.inbox.claim(1, LEASE, NOW)
    assert row.attempts == 2


def test_released_rows_were_never_claimed(store: Store) -> None:
    _accept(store, "1", "2")
    store.inbox.release(store.inbox.claim(9, LEASE, NOW))
    store.inbox.release([])
    assert [row.attempts for row in store.inbox.claim(9, LEASE, NOW)] == [1, 1]


Word = Callable[[Store, InboxRow], bool]
WORDS: dict[str, Word] = {
    "finish": lambda store, row: store.inbox.finish(row.id, row.lease, "done"),
    "retry": lambda store, row: store.inbox.retry(row.id, row.lease, NOW, "late"),
    "hold": lambda store, row: store.inbox.hold(row.id, row.lease, "late"),
}


@pytest.mark.parametrize("word", WORDS)
def test_a_worker_that_lost_its_lease_changes_nothing(store: Store, word: str) -> None:
    """case 25: the late word of a worker whose claim another one has is not written."""
    _accept(store, "1")
    (late,) = store.inbox.claim(1, LEASE, NOW)
    assert store.inbox.reap(LATER) == [late.id]
    assert not WORDS[word](store, late)
    (current,) = store.inbox.claim(1, LEASE, LATER)
    assert not WORDS[word](store, late)
    store.inbox.release([late])
    assert store.inbox_states([late.id]) == {late.id: "working"}
    assert WORDS[word](store, current)
    assert not WORDS[word](store, current)


def test_only_leases_that_ran_out_are_reaped(store: Store) -> None:
    _accept(store, "1", "2")
    store.inbox.claim(1, LEASE, NOW)
    store.inbox.claim(1, LEASE, NOW + MINUTE)
    assert store.inbox.reap(LATER - MINUTE) == []
    assert len(store.inbox.reap(LATER)) == 1
    assert len(store.inbox.reap(LATER + MINUTE)) == 1


def test_the_third_strike_holds_a_message(store: Store) -> None:
    _accept(store, "1")
    moment = NOW
    for strike in (1, 2, 3):
        (row,) = store.inbox.claim(1, LEASE, moment)
        assert row.attempts == strike
        moment += LEASE
        assert store.inbox.reap(moment, 3) == [row.id]
    assert store.inbox_states([row.id]) == {row.id: "held"}
    with store.read() as reading:
        (line,) = reading.inbox(["held"])
    assert "never ended" in (line.reason or "")


def test_tries_that_ended_with_a_word_are_no_strikes(store: Store) -> None:
    """A letter deferred for days must not be held because its courier died once."""
    _accept(store, "1")
    for _ in range(5):
        (row,) = store.inbox.claim(1, LEASE, NOW)
        store.inbox.retry(row.id, row.lease, NOW, "not yet")
    store.inbox.claim(1, LEASE, NOW)
    store.inbox.reap(LATER, 3)
    assert store.inbox_states([row.id]) == {row.id: "waiting"}


def test_a_start_gives_back_what_an_earlier_process_of_its_name_had_in_hand(store_url: str, store: Store) -> None:
    _accept(store, "1", "2")
    dead, other = Store.open(store_url, "host1"), Store.open(store_url, "host2")
    dead.inbox.claim(1, LEASE, NOW)
    other.inbox.claim(1, LEASE, NOW)
    reborn = Store.open(store_url, "host1")
    reborn.inbox.recover(NOW)
    assert [row.strikes for row in reborn.inbox.claim(9, LEASE, NOW)] == [1]
    for opened in (dead, other, reborn):
        opened.close()


def test_what_waits_and_when_the_next_is_due(store: Store) -> None:
    assert store.inbox.next_due() is None
    assert store.inbox.waiting(NOW) == 0
    _accept(store, "1", "2")
    (row,) = store.inbox.claim(1, LEASE, NOW)
    store.inbox.retry(row.id, row.lease, NOW + MINUTE, "later")
    assert store.inbox.waiting(NOW) == 1
    assert store.inbox.waiting(NOW + MINUTE) == 2
    assert store.inbox.next_due() == NOW


def test_a_letter_is_composed_once_and_sent_once(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, tell=(JANE,))
    (row,) = store.outbox.claim(9, LEASE, NOW)
    assert (row.ticket_key, row.address, row.letter) == (key, JANE, None)
    assert row.event is not None
    assert row.event.text == "hello"
    assert row.notice.details == {"state": "New", "told": ("a", "b")}
    store.keep_letters([(row.id, row.lease, b"the bytes"), (row.id, "another lease", b"other bytes")])
    assert store.settle([(row, 451, "greylisted\0", "waiting", NOW + MINUTE)], NOW) == 1
    assert store.outbox.claim(9, LEASE, NOW) == []
    (again,) = store.outbox.claim(9, LEASE, NOW + MINUTE)
    assert (again.letter, again.message_id, again.attempts) == (b"the bytes", row.message_id, 2)
    lost, held = (row, 250, "ok", "sent", None), (again, 250, "ok", "sent", None)
    assert store.settle([lost], NOW) == 0
    assert store.settle([lost, held], NOW + MINUTE) == 1
    with store.read() as reading:
        (line,) = reading.queue(["sent"])
    assert (line.sent_at, line.reason, line.attempts) == (NOW + MINUTE, "ok", 2)


def test_claimers_at_the_same_time_never_share_a_row_and_keep_the_order(store: Store) -> None:
    senders = [ANN, BOB, STRANGER]
    names = [(senders[number % 3], f"{number:03}") for number in range(60)]
    store.accept([arrival(name, order_key=sender) for sender, name in names], NOW)
    done: dict[str, list[str]] = defaultdict(list)
    in_work: dict[str, int] = defaultdict(int)
    guard, left = threading.Lock(), threading.Semaphore(len(names))

    def work() -> None:
        me = threading.get_ident()
        while store.inbox.waiting(NOW):
            rows = store.inbox.claim(2, LEASE, NOW)
            with guard:
                for row in rows:
                    # Whoever holds a row of a sender holds all of that sender that are in work.
                    assert in_work.setdefault(row.order_key, me) in (0, me)
                    in_work[row.order_key] = me
            for row, name in zip(rows, _names(rows), strict=True):
                with guard:
                    done[row.order_key].append(name)
                    left.acquire()
                    if row is [r for r in rows if r.order_key == row.order_key][-1]:
                        in_work[row.order_key] = 0
                assert store.inbox.finish(row.id, row.lease, "done")

    with ThreadPoolExecutor(4) as pool:
        for worker in [pool.submit(work) for _ in range(4)]:
            worker.result()
    assert not left.acquire(blocking=False)
    assert done == {sender: [name for one, name in names if one == sender] for sender in senders}


def _take(store: Store, claim: Callable[[], list[InboxRow]], barrier: threading.Barrier) -> list[InboxRow]:
    barrier.wait()
    return claim()


@pytest.mark.parametrize("moment", [NOW])
def test_two_claims_in_one_instant(store: Store, moment: datetime) -> None:
    _accept(store, *(str(number) for number in range(8)), order_key=ANN)
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(_take, store, lambda: store.inbox.claim(4, LEASE, moment), barrier) for _ in range(2)]
        batches = [_names(one.result()) for one in both]
    assert sorted(batches) == [[], ["0", "1", "2", "3"]]


def test_an_outbox_row_without_words_has_no_event(store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(JANE,))
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET event_seq = NULL")
    (row,) = store.outbox.claim(1, LEASE, NOW)
    assert isinstance(row, OutboxRow)
    assert row.event is None
