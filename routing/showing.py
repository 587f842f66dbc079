"""A ticket as one reader may see it: where it stands, and its timeline, for `show` and `export`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from routing.cast import OPERATOR_LANE, PARTY_PREFIX, Byline, Cast, includes, lane_of
from routing.directory import Person, Side
from routing.events import (
    NUMBER,
    Assigned,
    Change,
    Delivery,
    Event,
    Forwarded,
    Merged,
    Moved,
    Opened,
    Refusal,
    Unverified,
    fold,
)
from routing.model import Visible
from routing.notices import Details
from routing.ticket import Ticket
from routing.timers import in_words
from routing.turns import spent
from routing.visible import as_answered, shortened, visible
from routing.workflow import Workflow

_TOLD = {
    "status": "Status",
    "substatus": "Sub-status",
    "resolution": "Resolution",
    "priority": "Priority",
    "category": "Category",
    "holder": "Next step with",
    "rating": "Rating",
}  # fmt: skip
_HANDED = {
    "assign": "assigned to",
    "take": "taken by",
    "offer": "offered to",
    "decline": "declined by",
    "release": "no longer with",
    "transfer": "transferred, now with",
}


def moment(at: datetime) -> str:
    """A moment as letters write it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def read_by(cast: Cast, person: Person, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events up to the last one that a reader may know of: whoever forwarded a ticket reads on to that point."""
    if cast.hears(person):
        return tuple(events)
    own = f"{PARTY_PREFIX}{person.organisation}"
    left = (n for n, event in enumerate(events, 1) for c in event.changes if c.field == "holder" and c.before == own)
    return tuple(events[: max(left, default=0)])


def timeline(
    cast: Cast, person: Person, events: Sequence[Event], room: int, most: int | None
) -> tuple[tuple[tuple[int, Visible], ...], bool]:
    """What of a timeline a reader may see, each with its number, the newest last, and whether that is all.

    At most `room` characters and `most` entries: the newest. They are whole where `most` is None, else as letters show.
    """
    found: list[tuple[int, Visible]] = []
    foreign = frozenset(_of_others(cast, events) if cast.lane(person) != OPERATOR_LANE else ())
    withdrawn = {number for event in events if isinstance(event, Moved) for number in event.withdrawn}
    for number, event in reversed(tuple(enumerate(as_answered(events), 1))):
        entry = None if number in foreign else _entry(cast, person, event)
        if entry is None:
            continue
        entry = entry if most is None else shortened(entry)
        room -= len(entry.text) + len(entry.note) + 100
        if found and (room < 0 or len(found) == most):
            return tuple(reversed(found)), False
        found.append((number, replace(entry, withdrawn=number in withdrawn and bool(entry.text))))
    return tuple(reversed(found)), True


def _of_others(cast: Cast, events: Sequence[Event]) -> Iterator[int]:
    """The numbers of what was said to a role that another company filled then: the ticket was about another system."""
    then = cast
    for number, event in enumerate(events, 1):
        for change in event.changes:
            if change.field == "system":
                system = change.after if isinstance(change.after, str) else None
                then = replace(cast, ticket=replace(cast.ticket, system=system))
        role = lane_of(event.audience).removeprefix(PARTY_PREFIX)
        if event.audience.startswith("lane:") and then.partner(role) != cast.partner(role):
            yield number


def _entry(cast: Cast, person: Person, event: Event) -> Visible | None:
    lane = next((lane for lane in _lanes(cast, person) if includes(event.audience, lane)), None)
    shown = None if lane is None else visible(event, lane, lambda actor, reader: byline(cast, actor, reader))
    if shown is None or lane is None:
        return None
    return replace(shown, note="; ".join(_notes(cast, event, lane)))


def _lanes(cast: Cast, person: Person) -> tuple[str, ...]:
    return tuple(PARTY_PREFIX + role for role in cast.roles(person)) or (cast.lane(person),)


def byline(cast: Cast, actor: str | None, lane: str) -> Byline:
    """What nobody did, the desk did."""
    return cast.byline(actor, lane) if actor else Byline(cast.desk.name, Side.OPERATOR)


def _notes(cast: Cast, event: Event, lane: str) -> Iterator[str]:
    """What happened beside the words, in few words and only in names that this reader may know."""
    match event:
        case Opened():
            yield "opened the ticket"
            return
        case Assigned(verb=verb, people=people):
            names = (cast.byline(address, lane).name for address in people)
            yield f"{_HANDED.get(verb, verb)} {', '.join(name for name in names if name)}".strip()
        case Forwarded(to=to):
            yield f"forwarded to {_organisation(cast, to)}"
        case Merged(verb=verb, others=others):
            yield f"{'merged with' if verb == 'merge' else 'no longer merged with'} {', '.join(others)}"
        case Refusal(asked=asked, reason=reason):
            yield f"not done: {', '.join(asked)}" if asked else "not done"
            yield reason
        case Unverified(reason=reason):
            yield f"not verified: {reason}"
        case Delivery(recipients=recipients, outcome=outcome):
            yield f"delivery to {', '.join(recipients)}: {outcome}"
        case Moved(verb=verb) if verb == NUMBER:
            yield from (f"number: {one}" for one in _numbered(cast, event))
        case Moved(verb=verb, timer=timer):
            rule = cast.desk.workflow.move(verb)
            yield rule.label if rule else verb.replace("-", " ") if timer is None else f"{verb}, by a timer"
        case _:
            pass
    yield from (_change(cast, change) for change in event.changes if change.field in _TOLD)


def _organisation(cast: Cast, key: str) -> str:
    known = cast.desk.directory.organisations.get(key)
    return known.name if known else key


def _change(cast: Cast, change: Change) -> str:
    before, after = (_value(cast, change.field, value) for value in (change.before, change.after))
    return f"{_TOLD[change.field]}: {before} → {after}" if before else f"{_TOLD[change.field]}: {after or 'none'}"


def _value(cast: Cast, field: str, value: object) -> str:
    """A value of the ticket by the name that it has on this desk."""
    workflow = cast.desk.workflow
    text = "" if value is None else str(value)
    match field:
        case "holder":
            return cast.party(text) if text else ""
        case "status":
            return workflow.states[text].name if text in workflow.states else text
        case _:
            return named(workflow, field, text)


def named(workflow: Workflow, field: str, value: str) -> str:
    """A sub-status or resolution by its name, anything else as it is."""
    names = {"substatus": workflow.substatuses, "resolution": workflow.resolutions}.get(field, {})
    return names.get(value, value)


def standing(cast: Cast, person: Person, events: Sequence[Event], now: datetime) -> Details:
    """Where the ticket stands after these events: small texts for a template, each only where there is something."""
    ticket, workflow, lane = fold(events), cast.desk.workflow, cast.lane(person)
    then = replace(cast, ticket=ticket)
    state = workflow.states.get(ticket.status)
    clocks = spent(events, workflow, now)
    found: dict[str, str | tuple[str, ...]] = {
        "status": state.name if state else ticket.status,
        "substatus": named(workflow, "substatus", ticket.substatus or ""),
        "resolution": named(workflow, "resolution", ticket.resolution or ""),
        "priority": ticket.priority,
        "category": ticket.category or "",
        "requester": then.byline(ticket.requester, lane).name,
        "assignees": tuple(name for one in ticket.assignees if (name := then.byline(one, lane).name)),
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "duplicates": ticket.merged,
        "rating": "" if ticket.rating is None else f"{ticket.rating} of 5",
        "numbers": tuple(_numbered(then)) if lane == OPERATOR_LANE else (),
        "clocks": tuple(f"{then.party(holder)}: {in_words(span)}" for holder, span in clocks.items()),
    }
    return {name: value for name, value in found.items() if value}


def _numbered(cast: Cast, event: Event | None = None) -> Iterator[str]:
    """What partners call the ticket, each with its name; or what an event tells anew."""
    known = cast.ticket.numbers
    if event is not None:
        pairs = [(change.before, change.after) for change in event.changes if change.field == "numbers"]
        known = tuple(one for old, new in pairs for one in _texts(new) if one not in _texts(old))
    for organisation, _, number in (one.partition(" ") for one in known):
        yield f"{_organisation(cast, organisation)}: {number}"


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def may_see(cast: Cast, person: Person) -> bool:
    """Whether a ticket is one of somebody's, to read at least."""
    if cast.ticket.hidden or cast.side(person) is None:
        return False
    return cast.sees(person, "everyone") or cast.is_former(person)


def where(ticket: Ticket, workflow: Workflow) -> str:
    """The name of a ticket's state."""
    state = workflow.states.get(ticket.status)
    return state.name if state else ticket.status
