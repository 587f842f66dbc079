"""What the leak guard compares letters with: the timelines of their tickets, and of those near to them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, literal_column, select

from gateway.store.columns import Record
from gateway.store.schema import events, tickets
from routing.cast import CUSTOMER_LANE, OPERATOR_LANE, audience_of
from routing.events import Event, Opened, decode
from routing.visible import readable

# Most tickets have no event that is not for everyone: this asks a small index whether there is any.
_NARROW = select(events.c.ticket_id, events.c.data).where(
    events.c.ticket_id.in_(bindparam("tickets", expanding=True)),
    events.c.audience != literal_column("'everyone'"),
)
_TIMELINES = (
    select(events.c.ticket_id, events.c.data)
    .where(events.c.ticket_id.in_(bindparam("tickets", expanding=True)))
    .order_by(events.c.ticket_id, events.c.seq)
)
_OWN = select(tickets.c.id, tickets.c.key, tickets.c.system, tickets.c.merged, tickets.c.merged_into).where(
    tickets.c.id.in_(bindparam("tickets", expanding=True))
)
_NEAR = select(tickets.c.id, tickets.c.key, tickets.c.system).where(
    tickets.c.key.in_(bindparam("keys", expanding=True))
)
# Within a text these quotation marks would be escaped.
_LINKED = select(events.c.ticket_id, events.c.data).where(
    events.c.ticket_id.in_(bindparam("tickets", expanding=True)),
    events.c.seq == 1,
    events.c.data.contains('"linked":"'),
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """All events of a letter's ticket, and of the tickets near to it, by their keys."""

    timeline: tuple[Event, ...] = ()
    kin: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Near:
    """A ticket from which words may have come: merged with another one, or followed or named by it.

    `own` says that parties are the same there, `open` that whoever may read one may read the other.
    """

    id: int
    key: str
    own: bool
    open: bool

    def as_known(self, event: Event) -> Event:
        """The event with the audience that it has for the readers of the other ticket."""
        lane = event.audience.startswith("lane:") and event.audience != audience_of(CUSTOMER_LANE)
        return event if self.open and (self.own or not lane) else replace(event, audience=audience_of(OPERATOR_LANE))


def guarded(connection: Connection, claimed: Sequence[Record]) -> dict[int, Guarded]:
    """What letters are compared with whose readers may not see all of it, by letter; most are not among them."""
    outside = [row for row in claimed if row.lane != OPERATOR_LANE and row.ticket_id is not None]
    if not outside:
        return {}
    near = _near(connection, {row.ticket_id for row in outside})
    wanted = {row.ticket_id for row in outside} | {one.id for some in near.values() for one in some}
    narrow = _events(connection, wanted, narrow=True)
    closed = {one.id for some in near.values() for one in some if not one.open}

    def secret(row: Record) -> bool:
        kin = near.get(row.ticket_id, ())
        known = [*narrow.get(row.ticket_id, ()), *(one.as_known(e) for one in kin for e in narrow.get(one.id, ()))]
        return any(one.id in closed for one in kin) or any(not readable(event, row.lane) for event in known)

    some = [row for row in outside if secret(row)]
    if not some:
        return {}
    ids = {row.ticket_id for row in some}
    found = _events(connection, ids | {one.id for each in ids for one in near.get(each, ())})
    return {
        row.id: Guarded(
            tuple(found[row.ticket_id]),
            {one.key: tuple(map(one.as_known, found[one.id])) for one in near.get(row.ticket_id, ())},
        )
        for row in some
    }


def _events(connection: Connection, ids: Collection[int], *, narrow: bool = False) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for row in connection.execute(_NARROW if narrow else _TIMELINES, {"tickets": sorted(ids)}):
        found.setdefault(row.ticket_id, []).append(decode(row.data))
    return found


def _near(connection: Connection, ids: Collection[int]) -> dict[int, tuple[_Near, ...]]:
    """The tickets near to each of these."""
    parameters = {"tickets": sorted(ids)}
    own = {row.id: row for row in connection.execute(_OWN, parameters)}
    named = {row.id: dict.fromkeys(filter(None, (*row.merged, row.merged_into)), True) for row in own.values()}
    for row in connection.execute(_LINKED, parameters):
        opened = decode(row.data)
        if isinstance(opened, Opened) and opened.linked:
            # Who named a ticket without right reads nothing of it.
            named[row.ticket_id].setdefault(opened.linked, opened.follows)
    keys = {key for some in named.values() for key in some}
    known = {row.key: row for row in connection.execute(_NEAR, {"keys": sorted(keys)})} if keys else {}

    def of(row: Record) -> Iterator[_Near]:
        for key, open_ in named[row.id].items():
            if key in known:
                yield _Near(known[key].id, key, known[key].system == row.system, open_)

    return {row.id: found for row in own.values() if (found := tuple(of(row)))}
