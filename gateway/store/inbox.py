"""Incoming messages: made durable by `accept`, then worked in order per sender."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from gateway import failpoint
from gateway.store import raw
from gateway.store.columns import Record, storable
from gateway.store.engine import Database
from gateway.store.queue import Discipline, Queue
from gateway.store.rows import Accepted, Arrival, InboxRow
from gateway.store.schema import inbox
from parsers.mail import Door, Envelope

_KNOWN = select(inbox.c.dedupe_key, inbox.c.id).where(inbox.c.dedupe_key.in_(bindparam("keys", expanding=True)))


_DISCIPLINE = Discipline("inbox", step="walk", strict=True, lock=1, far=timedelta(days=1))


class Inbox(Queue[InboxRow]):
    """The messages that wait to be decided."""

    def __init__(self, database: Database, worker: str) -> None:
        super().__init__(database, inbox, _DISCIPLINE, worker)
        self._insert = database.insert_new(inbox, "dedupe_key").returning(inbox.c.dedupe_key, inbox.c.id)

    def accept(self, arrivals: Sequence[Arrival], now: datetime) -> list[Accepted]:
        """Make the arrivals durable in one transaction; what was here already is named, not stored again."""
        if not arrivals:
            return []
        with self._database.write() as connection:
            first = {arrival.dedupe_key: arrival for arrival in reversed(arrivals)}
            new, known = self._insert_all(connection, [a for a in arrivals if first[a.dedupe_key] is a], now)
            failpoint.reached("accept.before-commit")
        failpoint.reached("accept.after-commit")
        return [
            Accepted(known[key], duplicate=True) if key in known else Accepted(new[key], duplicate=first[key] is not a)
            for a in arrivals
            for key in [a.dedupe_key]
        ]

    def _insert_all(
        self, connection: Connection, arrivals: Sequence[Arrival], now: datetime
    ) -> tuple[dict[str, int], dict[str, int]]:
        """The ids by dedupe key: of the new rows, and of those that were here."""
        names = raw.keep(connection, self._database, {a.raw for a in arrivals}, now)
        rows = [_row(a, names[a.raw], now) for a in arrivals]
        new = {row.dedupe_key: row.id for row in connection.execute(self._insert, rows)}
        missing = [a.dedupe_key for a in arrivals if a.dedupe_key not in new]
        known = connection.execute(_KNOWN, {"keys": missing}) if missing else ()
        return new, {row.dedupe_key: row.id for row in known}

    def _load(self, connection: Connection, claimed: Sequence[Record], lease: str, now: datetime) -> list[InboxRow]:
        originals = raw.load(connection, [row.raw_sha256 for row in claimed])
        return [
            InboxRow(
                id=row.id,
                envelope=envelope(row),
                raw=originals[row.raw_sha256],
                queue=row.queue,
                quiet=row.quiet,
                message_id=row.message_id,
                attempts=row.attempts,
                strikes=row.strikes,
                lease=lease,
                order_key=row.order_key,
                dedupe_key=row.dedupe_key,
                damaged=raw.damaged(originals[row.raw_sha256], row.raw_sha256),
            )
            for row in claimed
        ]


def envelope(row: Record) -> Envelope:
    """What the transport knew of a stored message."""
    return Envelope(row.sender, row.recipient, Door(row.door), row.received_at, row.peer, row.trusted, row.submitter)


def _row(arrival: Arrival, sha256: str, now: datetime) -> dict[str, object]:
    transport = arrival.envelope
    return {
        "dedupe_key": arrival.dedupe_key,
        "raw_sha256": sha256,
        "sender": storable(transport.sender),
        "recipient": storable(transport.recipient),
        "door": transport.door.value,
        "peer": transport.peer,
        "trusted": transport.trusted,
        "submitter": transport.submitter,
        "quiet": arrival.quiet,
        "queue": arrival.queue,
        "order_key": arrival.order_key,
        "message_id": None if arrival.message_id is None else storable(arrival.message_id),
        "received_at": transport.received_at,
        "state": "waiting",
        "attempts": 0,
        "strikes": 0,
        "next_at": now,
    }
