"""Accepting mail: durable once, however often it comes."""

from dataclasses import replace

import pytest
from sqlalchemy import Table, func, select

from gateway.store.schema import inbox, raw_mail
from gateway.store.store import Accepted, Store
from tests.integration.store.samples import ANN, LEASE, MINUTE, NOW, STRANGER, arrival


def _count(store: Store, table: Table) -> int:
    with store.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_group_is_accepted_in_its_order(store: Store) -> None:
    names = [f"mail-{number:02}" for number in range(20, 0, -1)]
    accepted = store.accept([arrival(name) for name in names], NOW)
    assert [a.duplicate for a in accepted] == [False] * 20
    ids = [a.inbox_id for a in accepted]
    assert ids == sorted(ids)
    assert [row.message_id for row in store.inbox.claim(50, LEASE, NOW)] == [f"<{name}@acme.example>" for name in names]


def test_nothing_is_accepted_of_nothing(store: Store) -> None:
    assert store.accept([], NOW) == []


def test_a_mail_that_comes_again_is_the_same_row(store: Store) -> None:
    (first,) = store.accept([arrival("one")], NOW)
    again, other = store.accept([arrival("one"), arrival("two")], NOW + MINUTE)
    assert again == Accepted(first.inbox_id, duplicate=True)
    assert not other.duplicate
    assert other.inbox_id > first.inbox_id


def test_a_mail_twice_in_one_group_is_one_row(store: Store) -> None:
    one, again, other = store.accept([arrival("one"), arrival("one", sender=STRANGER), arrival("two")], NOW)
    assert (one.duplicate, again.duplicate, other.duplicate) == (False, True, False)
    assert one.inbox_id == again.inbox_id != other.inbox_id
    assert [row.envelope.sender for row in store.inbox.claim(9, LEASE, NOW)] == [ANN, ANN]


def test_a_duplicate_of_work_that_is_done_stays_one(store: Store) -> None:
    store.accept([arrival("one")], NOW)
    (row,) = store.inbox.claim(1, LEASE, NOW)
    assert store.inbox.finish(row.id, row.lease, "done")
    assert store.accept([arrival("one")], NOW) == [Accepted(row.id, duplicate=True)]
    assert store.inbox.claim(1, LEASE, NOW) == []


def test_the_same_bytes_for_two_of_our_addresses_are_kept_once(store: Store) -> None:
    raw = b"Subject: both\r\n\r\nhello\r\n"
    store.accept([arrival("a", raw=raw), arrival("b", raw=raw)], NOW)
    store.accept([arrival("c", raw=raw)], NOW)
    assert _count(store, raw_mail) == 1
    assert _count(store, inbox) == 3
    assert [row.raw for row in store.inbox.claim(9, LEASE, NOW)] == [raw] * 3


def test_what_the_transport_knew_comes_back(store: Store) -> None:
    given = replace(arrival("one", order_key="k"), quiet=True)
    given = replace(given, envelope=replace(given.envelope, sender="", peer="2001:db8::1", trusted=True))
    store.accept([given], NOW)
    (row,) = store.inbox.claim(1, LEASE, NOW)
    assert row.envelope == given.envelope
    assert (row.raw, row.queue, row.quiet, row.message_id, row.order_key, row.attempts) == (
        given.raw,
        "inbound",
        True,
        given.message_id,
        "k",
        1,
    )


@pytest.mark.parametrize("hostile", ["a\0b@elsewhere.example", "a\udcffb@elsewhere.example", "ä" * 300 + "@x.example"])
def test_no_envelope_stops_the_intake(store: Store, hostile: str) -> None:
    given = replace(arrival("one", sender=hostile, order_key="k"), message_id=f"<{hostile}>")
    (accepted,) = store.accept([given], NOW)
    (row,) = store.inbox.claim(1, LEASE, NOW)
    assert row.id == accepted.inbox_id
    assert row.raw == given.raw


def test_any_bytes_are_kept_as_they_are(store: Store) -> None:
    raw = bytes(range(256)) * 4096
    store.accept([arrival("one", raw=raw)], NOW)
    (row,) = store.inbox.claim(1, LEASE, NOW)
    assert row.raw == raw
