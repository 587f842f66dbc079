"""Tickets as rows: load under lock, write by compare-and-set on `version`, append events."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, bindparam, insert, select, update

from gateway.store import assignments, numbers, participants
from gateway.store.columns import Record
from gateway.store.errors import Conflict
from gateway.store.schema import counters, events, tickets
from routing import storms
from routing.events import Event, encode
from routing.ticket import Ticket

_NAMES = tuple(field.name for field in fields(Ticket))
_COLUMNS = tuple(tickets.c[name] for name in _NAMES)

EVERY = select(tickets.c.id, *_COLUMNS)
_ONE = EVERY.where(tickets.c.key == bindparam("wanted"))
_ONE_LOCKED = _ONE.with_for_update()
_SEVERAL = EVERY.where(tickets.c.key.in_(bindparam("wanted", expanding=True)))
# In one order everywhere: two decisions about the same tickets wait for each other, but never both.
_SEVERAL_LOCKED = _SEVERAL.order_by(tickets.c.id).with_for_update()
_INSERT = insert(tickets).returning(tickets.c.id)
_UPDATE = (
    update(tickets)
    .where(tickets.c.id == bindparam("row"), tickets.c.version == bindparam("base"))
    .values({name: bindparam(name) for name in _NAMES if name != "key"})
)
_APPEND = insert(events)
_PEEK = select(counters.c.value).where(counters.c.name == "ticket")
_LOCK = _PEEK.with_for_update()
_COUNT = update(counters).where(counters.c.name == "ticket").values(value=bindparam("last"))
MOST_MERGES = 16
LONGEST_INDEXED = 1000
"""Bytes of a Message-ID that is still looked up: no line has more (RFC 5322), and PostgreSQL's indexes end at 2704."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A ticket with the number of its row."""

    id: int
    ticket: Ticket


def stored(row: Record) -> Stored:
    """A row of `EVERY`."""
    return Stored(row[0], Ticket(*row[1:]))


def load(connection: Connection, key: str, *, lock: bool) -> Stored | None:
    """The ticket of a key, or the one that it was merged into; with `lock` nobody else changes it until the commit."""
    for _ in range(MOST_MERGES):
        row = connection.execute(_ONE_LOCKED if lock else _ONE, {"wanted": key}).one_or_none()
        if row is None:
            return None
        found = stored(row)
        if found.ticket.merged_into is None:
            return found
        key = found.ticket.merged_into
    raise LookupError(f"The ticket {key} is merged into itself.")


def family(connection: Connection, keys: Collection[str], *, lock: bool) -> dict[str, Stored]:
    """The tickets of just these keys, and all that were merged into them.

    Raises Conflict where another transaction changed who was merged into whom meanwhile.
    """
    wanted = {*keys, *_merged(_several(connection, keys, lock=False))}
    found = _several(connection, wanted, lock=lock)
    if not _merged(found) <= wanted:
        raise Conflict("Another ticket was merged into these at the same time.")
    return found


def _merged(found: Mapping[str, Stored]) -> set[str]:
    return {key for one in found.values() for key in one.ticket.merged}


def _several(connection: Connection, keys: Collection[str], *, lock: bool) -> dict[str, Stored]:
    rows = connection.execute(_SEVERAL_LOCKED if lock else _SEVERAL, {"wanted": sorted(keys)})
    return {one.ticket.key: one for one in map(stored, rows)}


def exact(connection: Connection, key: str) -> Stored | None:
    """The ticket of just this key, merged or not."""
    row = connection.execute(_ONE, {"wanted": key}).one_or_none()
    return stored(row) if row else None


def write(connection: Connection, ticket: Ticket, known: Stored | None, added: int) -> int:
    """Insert or update the ticket to which `added` events were appended; returns its row.

    Raises Conflict where it has other events than those the decision saw.
    """
    values = {name: getattr(ticket, name) for name in _NAMES}
    base = ticket.version - added
    if base == 0:
        row = int(connection.execute(_INSERT, values).scalar_one())
        assignments.keep(connection, row, None, ticket)
        participants.keep(connection, row, None, ticket)
        numbers.keep(connection, row, None, ticket)
        return row
    if known is None or known.ticket.key != ticket.key:
        raise LookupError(f"The ticket {ticket.key} was decided upon without being loaded.")
    if added and connection.execute(_UPDATE, {**values, "row": known.id, "base": base}).rowcount != 1:
        raise Conflict(f"The ticket {ticket.key} was changed at the same time.")
    assignments.keep(connection, known.id, known.ticket, ticket)
    participants.keep(connection, known.id, known.ticket, ticket)
    numbers.keep(connection, known.id, known.ticket, ticket)
    return known.id


@dataclass(frozen=True, slots=True)
class Cause:
    """The mail behind events: its inbox row, Message-ID and subject; without a row the clock is behind them."""

    inbox_id: int | None
    message_id: str | None
    subject: str


def append(
    connection: Connection, ticket_id: int, base: int, facts: Sequence[Event], cause: Cause, first: int = 0
) -> None:
    """Append events after the `base` ones that the ticket has; `first` is how many the mail brought other tickets."""
    message_id = cause.message_id
    if message_id is not None and len(message_id.encode()) > LONGEST_INDEXED:
        message_id = None
    rows = [
        {
            "ticket_id": ticket_id,
            "seq": base + 1 + ordinal,
            "inbox_id": cause.inbox_id,
            "ordinal": first + ordinal,
            "at": fact.at,
            "kind": fact.kind,
            "audience": fact.audience,
            "message_id": message_id,
            "subject": cause.subject,
            "writer": storms.witness(fact),
            "likeness": storms.likeness(fact),
            "data": encode(fact),
        }
        for ordinal, fact in enumerate(facts)
    ]
    if rows:
        connection.execute(_APPEND, rows)


class Numbers:
    """The ticket numbers of one transaction, without gaps: what a rolled back transaction took is free again.

    A number that will probably be used is locked, so that no other transaction takes it; one that will probably not
    is only looked at, so that comments on different tickets do not wait for each other.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: int | None = None
        self._locked = False
        self._used = False

    def next(self, *, lock: bool) -> int:
        """The number that a new ticket would get now."""
        if lock and not self._locked:
            self._lock()
        if self._last is None:
            self._last = self._connection.execute(_PEEK).scalar_one()
        return self._last + 1

    def use(self) -> None:
        """The number last told is a ticket's now. Raises Conflict where another transaction was faster."""
        seen = self._last
        if not self._locked:
            self._lock()
        if self._last is None or seen != self._last:
            raise Conflict("Another ticket took the number at the same time.")
        self._last += 1
        self._used = True

    def close(self) -> None:
        """Write down how far the numbers have come; to be called before the commit."""
        if self._used:
            self._connection.execute(_COUNT, {"last": self._last})

    def _lock(self) -> None:
        self._last = self._connection.execute(_LOCK).scalar_one()
        self._locked = True
