"""What waits for a digest: reader, ticket and event. The letter itself is an outbox row like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, update

from gateway.store import tickets
from gateway.store.columns import Instant
from gateway.store.schema import digests, events
from gateway.store.schema import tickets as ticket_table
from gateway.store.tickets import Stored
from routing.directory import canonical
from routing.events import Event, decode
from routing.wishes import Wish

_WAITS = digests.c.outbox_id.is_(None)
_MINE = (
    digests.c.address == bindparam("reader"),
    digests.c.cadence == bindparam("which"),
    digests.c.at < bindparam("before", type_=Instant),
    _WAITS,
)
_READERS = (
    select(digests.c.address, digests.c.cadence, func.min(digests.c.at, type_=Instant).label("since"))
    .where(_WAITS)
    .group_by(digests.c.address, digests.c.cadence)
    .order_by("since", digests.c.address)
)
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """For whom something waits to stand in an hourly or a daily digest, and since when."""

    reader: str
    cadence: Wish
    since: datetime


def keep(connection: Connection, later: Sequence[tuple[str, int, int, Wish]], at: datetime) -> None:
    """Note which events of which tickets (by their rows) somebody reads of later, in which digest."""
    rows: dict[tuple[str, int, int], Wish] = {}
    for address, ticket, seq, cadence in later:
        rows.setdefault((canonical(address), ticket, seq), cadence)
    if rows:
        connection.execute(
            _KEEP,
            [
                {"address": address, "ticket_id": ticket, "event_seq": seq, "cadence": cadence.value, "at": at}
                for (address, ticket, seq), cadence in rows.items()
            ],
        )


def waiting(connection: Connection) -> list[Waiting]:
    """All for whom something waits, those that have waited longest first."""
    return [Waiting(row.address, Wish(row.cadence), row.since) for row in connection.execute(_READERS)]


def claim(connection: Connection, reader: str, cadence: Wish, before: datetime) -> Mapping[int, frozenset[int]]:
    """By the row of each ticket the numbers of its events that wait for a reader; nobody else takes them meanwhile."""
    found: dict[int, frozenset[int]] = {}
    for row in connection.execute(_CLAIM, {"reader": reader, "which": cadence.value, "before": before}):
        found[row.ticket_id] = found.get(row.ticket_id, frozenset()) | {row.event_seq}
    return found


def settle(connection: Connection, reader: str, cadence: Wish, before: datetime, letter: int | None) -> None:
    """What waited stands in a letter now; without one there was nothing that its reader may still see."""
    values = {"reader": reader, "which": cadence.value, "before": before}
    if letter is None:
        connection.execute(_FORGET, values)
    else:
        connection.execute(_DONE, {**values, "letter": letter})


def whole(connection: Connection, ticket: int) -> tuple[Stored, tuple[Event, ...]]:
    """The ticket of a row with all its events."""
    known = tickets.stored(connection.execute(_TICKET, {"row": ticket}).one())
    return known, tuple(map(decode, connection.execute(_TIMELINE, {"row": ticket}).scalars()))
