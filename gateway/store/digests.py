"""What waits for a digest: reader, ticket and event. The letter itself is an outbox row like any other."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, null, select, update

from gateway.store import tickets
from gateway.store.columns import Instant
from gateway.store.schema import digests, events
from gateway.store.schema import tickets as ticket_table
from gateway.store.tickets import Stored
from routing.directory import canonical
from routing.events import Event, decode

_DUE = (digests.c.outbox_id.is_(None), digests.c.at < bindparam("before", type_=Instant))
_MINE = (digests.c.address == bindparam("reader"), *_DUE)
_READERS = select(digests.c.address).where(*_DUE).distinct().order_by(digests.c.address).limit(bindparam("limit"))
_CLAIM = (
    select(digests.c.ticket_id, digests.c.event_seq)
    .where(*_MINE)
    .order_by(digests.c.ticket_id, digests.c.event_seq)
    .with_for_update()
)
_DONE = update(digests).where(*_MINE).values(outbox_id=bindparam("letter"))
_FORGET = delete(digests).where(*_MINE)
_KEEP = insert(digests).values(outbox_id=null())
_TICKET = tickets.EVERY.where(ticket_table.c.id == bindparam("row"))
_TIMELINE = select(events.c.data).where(events.c.ticket_id == bindparam("row")).order_by(events.c.seq)


def keep(connection: Connection, waiting: Sequence[tuple[str, int, int]], at: datetime) -> None:
    """Note which events of which tickets (by their rows) somebody reads of later."""
    if waiting:
        connection.execute(
            _KEEP,
            [
                {"address": canonical(address), "ticket_id": ticket, "event_seq": seq, "at": at}
                for address, ticket, seq in dict.fromkeys(waiting)
            ],
        )


def readers(connection: Connection, before: datetime, limit: int) -> list[str]:
    """The addresses of at most `limit` readers for whom something waits from before a moment."""
    return list(connection.execute(_READERS, {"before": before, "limit": limit}).scalars())


def claim(connection: Connection, reader: str, before: datetime) -> Mapping[int, frozenset[int]]:
    """By the row of each ticket the numbers of its events that wait for a reader; nobody else takes them meanwhile."""
    found: dict[int, frozenset[int]] = {}
    for row in connection.execute(_CLAIM, {"reader": reader, "before": before}):
        found[row.ticket_id] = found.get(row.ticket_id, frozenset()) | {row.event_seq}
    return found


def settle(connection: Connection, reader: str, before: datetime, letter: int | None) -> None:
    """What waited stands in a letter now; without one there was nothing that its reader may still see."""
    values = {"reader": reader, "before": before}
    if letter is None:
        connection.execute(_FORGET, values)
    else:
        connection.execute(_DONE, {**values, "letter": letter})


def whole(connection: Connection, ticket: int) -> tuple[Stored, tuple[Event, ...]]:
    """The ticket of a row with all its events."""
    known = tickets.stored(connection.execute(_TICKET, {"row": ticket}).one())
    return known, tuple(map(decode, connection.execute(_TIMELINE, {"row": ticket}).scalars()))
