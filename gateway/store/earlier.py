"""What was said on a ticket before that of which a letter tells: read for a batch of letters at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, literal_column, or_, select

from gateway.store import directory as people
from gateway.store import tickets
from gateway.store.columns import Record
from gateway.store.rows import Conversation, Earlier
from gateway.store.schema import events, outbox
from gateway.store.schema import tickets as table
from routing.cast import OPERATOR_LANE
from routing.directory import Person, canonical
from routing.events import Event, decode
from routing.ticket import Ticket

ALONE = ("opened", "unverified")
"""The letters that begin something: nothing was said before."""
FAR = 50
"""Events that are looked through for one that says something."""
_SPEAKING = ("opened", "comment", "move", "assignment", "forward", "merge", "rating")

_ENTRY = events.alias("entry")
_LANE = func.replace(outbox.c.lane, "party:", "")
# As `routing.cast.includes` has it, which looks again at what this finds.
_READABLE = or_(
    _ENTRY.c.audience == literal_column("'everyone'"),
    outbox.c.lane == literal_column("'operator'"),
    and_(_ENTRY.c.audience == literal_column("'staff'"), outbox.c.lane.like("party:%")),
    _ENTRY.c.audience == literal_column("'lane:'").concat(_LANE),
)


def _holds(data: ColumnElement[str], field: str) -> ColumnElement[bool]:
    """Whether an event has a field as it stands there: within a text its quotation marks would be escaped."""
    return data.contains(field, autoescape=True)


_SPOKEN = select(_ENTRY.c.seq).where(
    _ENTRY.c.ticket_id == outbox.c.ticket_id,
    _ENTRY.c.seq < outbox.c.event_seq,
    _ENTRY.c.kind.in_(_SPEAKING),
    _READABLE,
    ~_holds(_ENTRY.c.data, '"text":""'),
    ~_holds(_ENTRY.c.data, '"machine":"'),
)


def _found(place: Select[int]) -> Select[int, int, str]:
    """By letter the event at a place of its ticket, with its number."""
    number = place.limit(1).correlate(outbox).scalar_subquery()
    return (
        select(outbox.c.id, events.c.seq, events.c.data)
        .select_from(outbox)
        .join(events, and_(events.c.ticket_id == outbox.c.ticket_id, events.c.seq == number))
        .where(outbox.c.id.in_(bindparam("letters", expanding=True)))
    )


_LAST = _found(_SPOKEN.where(_ENTRY.c.seq >= outbox.c.event_seq - FAR).order_by(_ENTRY.c.seq.desc()))
_FIRST = _found(_SPOKEN.where(_ENTRY.c.seq <= FAR).order_by(_ENTRY.c.seq))
_TAKES_BACK = and_(_holds(events.c.data, '"withdrawn":['), ~_holds(events.c.data, '"withdrawn":[]'))
_SHUTS = or_(_holds(events.c.data, '"field":"visibility"'), _holds(events.c.data, '"field":"system","before":"'))
_ENDS = (
    select(
        events.c.ticket_id,
        func.max(case((_TAKES_BACK, events.c.seq), else_=0)).label("taken_back"),
        func.max(case((_SHUTS, events.c.seq), else_=0)).label("shut"),
    )
    .where(events.c.ticket_id.in_(bindparam("tickets", expanding=True)), events.c.seq > 1, or_(_TAKES_BACK, _SHUTS))
    .group_by(events.c.ticket_id)
)
_TICKETS = tickets.EVERY.where(table.c.id.in_(bindparam("tickets", expanding=True)))


@dataclass(frozen=True, slots=True)
class _Said:
    """An event with its number."""

    number: int
    event: Event


def earlier(connection: Connection, letters: Sequence[Record], had: Mapping[int, Conversation]) -> dict[int, Earlier]:
    """What each of these letters may repeat, by its row: what was said last, and for whoever has had no letter of the
    ticket what it began with. `had` is what their readers had before.
    """
    telling = [row for row in letters if row.event_seq and not row.answer and row.template not in ALONE]
    last = _of(connection, _LAST, [row.id for row in telling])
    if not last:
        return {}
    new = [row.id for row in telling if row.id in last and row.id in had and not had[row.id].earlier]
    first = _of(connection, _FIRST, [letter for letter in new if last[letter].number > 1])
    ends = _ends(connection, [row for row in telling if row.id in last])
    found = {
        row.id: some for row in telling if (some := _after(ends.get(row.id, 0), first.get(row.id), last.get(row.id)))
    }
    about = _tickets(connection, {row.ticket_id for row in telling if row.id in found})
    met = people.met(connection, _actors(event for some in found.values() for event in some))
    guests = {canonical(address): guest for guest in met for address in guest.addresses}
    return {
        row.id: Earlier(said, about[row.ticket_id], _among(guests, said))
        for row in telling
        if (said := found.get(row.id))
    }


def _of(connection: Connection, query: Select[int, int, str], letters: Sequence[int]) -> dict[int, _Said]:
    if not letters:
        return {}
    known: dict[str, Event] = {}
    found = {}
    for row in connection.execute(query, {"letters": letters}):
        if row.data not in known:  # several readers of one event are told of the same one before it
            known[row.data] = decode(row.data)
        found[row.id] = _Said(row.seq, known[row.data])
    return found


def _ends(connection: Connection, letters: Sequence[Record]) -> dict[int, int]:
    """Up to which event of its ticket a letter repeats nothing, by its row.

    Nothing is repeated from before somebody took words back: they may be those. Nor to outsiders from before the ticket
    was shown to them or hidden from them: it may have been said among colleagues. Nor from before it was about another
    system, where another company may have had their part.
    """
    rows = connection.execute(_ENDS, {"tickets": sorted({row.ticket_id for row in letters})})
    known = {row.ticket_id: row for row in rows}
    return {
        row.id: max(end.taken_back, 0 if row.lane == OPERATOR_LANE else end.shut)
        for row in letters
        if (end := known.get(row.ticket_id))
    }


def _after(end: int, *found: _Said | None) -> tuple[Event, ...]:
    """What was said after an event, each once."""
    return tuple({one.number: one.event for one in found if one is not None and one.number > end}.values())


def _tickets(connection: Connection, ids: set[int]) -> dict[int, Ticket]:
    return {row.id: tickets.stored(row).ticket for row in connection.execute(_TICKETS, {"tickets": sorted(ids)})}


def _among(guests: Mapping[str, Person], said: Sequence[Event]) -> tuple[Person, ...]:
    """Those who said something."""
    return tuple(guest for actor in _actors(said) if (guest := guests.get(canonical(actor))))


def _actors(found: Iterable[Event]) -> list[str]:
    return list(dict.fromkeys(event.actor for event in found if event.actor is not None))
