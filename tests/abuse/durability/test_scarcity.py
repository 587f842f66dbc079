"""File handles, threads and memory that run out, and a relay that is away for a day."""

from datetime import timedelta
from itertools import count

import pytest

from gateway.store.store import Store
from outbound import retry
from parsers.address import Keys
from tests.integration.smtp.house import House, failing
from tests.integration.store.samples import JANE, LEASE, NOW, open_ticket

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError(), RuntimeError("no new thread")])
def test_what_runs_out_is_no_reason_to_refuse_for_good(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """case 39: 451 while it lasts, then mail again."""
    with house.peer() as peer:
        with monkeypatch.context() as patch:
            failing(patch, house.store, error)
            assert peer.deliver().startswith("451 4.3.0 ")
        assert peer.deliver().startswith("250")
    assert len(house.rows()) == 1


def test_a_relay_that_was_away_for_a_day_gets_all_and_the_new_first_try_at_once(store: Store, keys: Keys) -> None:
    """case 31: letters deferred for hours hold up no new one, come back spread over time, and none is lost."""
    for number in range(20):
        open_ticket(store, keys, f"old{number}", tell=(JANE,))
    now, jitters = NOW, count()
    while now < NOW + timedelta(days=1):
        for row in store.outbox.claim(99, LEASE, now):
            due = retry.next_try(row.attempts, (next(jitters) * 7 % 20 - 10) / 10, now)
            assert store.settle([(row, 0, "nobody listens", "waiting", due)], now) == 1
        now += 15 * MINUTE
    open_ticket(store, keys, "new", tell=(JANE,))
    sent: dict[int, int] = {}
    for minute in range(0, 6 * 60, 10):
        for row in store.outbox.claim(99, LEASE, now + minute * MINUTE):
            store.settle([(row, 250, "taken", "sent", None)], now)
            sent[row.id] = minute
    assert sent.pop(max(sent)) == 0
    assert len(sent) == 20
    assert len(set(sent.values())) > 5
