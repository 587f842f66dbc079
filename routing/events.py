"""The facts of a ticket's timeline: a closed union, versioned JSON, and the fold that makes the ticket of them.

An event states its changes itself, so folding needs no workflow and old events keep their meaning when a desk changes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from parsers.verbs import Command
from routing.ticket import Ticket

VERSION = 1
NUMBER = "number"
"""The verb of an event that keeps what a partner calls the ticket: nothing was done."""
UNTIMED = "(old mail)"
"""Stands for the last timer of a ticket where none is to run: no timer has such a name."""

Value: TypeAlias = str | bool | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of the ticket: what it was and what it became."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The mail behind an event; `challenge` is the letter whose challenge it confirmed, where it did.

    `words_of` is the mail in the inbox that the words came with, where that was another one.
    """

    message_id: str | None = None
    subject: str = ""
    proof: str = "none"
    challenge: int | None = None
    words_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every event has. `actor` is an address or None; `audience` is everyone, staff, internal or lane:<party>."""

    at: datetime
    actor: str | None
    audience: str
    text: str = ""
    changes: tuple[Change, ...] = ()
    attachments: tuple[str, ...] = ()
    cause: Cause = Cause()

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Fact):
    """A ticket came to be; `changes` set its first fields. `linked` is a ticket that the mail named.

    It `follows` that one where a party of it wrote, else it was named without right. No timer runs for one of old mail,
    `quiet`, until its state changes.
    """

    kind: Literal["opened"] = "opened"
    key: str
    linked: str | None = None
    follows: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented(Fact):
    """Words were added, by a person or (with `machine` set to its kind) by a machine.

    Where nothing proved the writer, `vouched` is the address of whoever let them stand.
    """

    kind: Literal["comment"] = "comment"
    machine: str | None = None
    vouched: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified(Fact):
    """Words whose writer is not proven: for staff only. `claimed` is what From said, `reason` what lacks.

    `waiting` are commands that whoever it claims to come from may still confirm.
    """

    kind: Literal["unverified"] = "unverified"
    claimed: str
    reason: str
    waiting: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Fact):
    """Somebody was given the ticket, took it, was offered it or gave it back, as `verb` says; `people` are whom."""

    kind: Literal["assignment"] = "assignment"
    verb: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded(Fact):
    """The ticket was passed to another tier; `to` is the key of that organisation."""

    kind: Literal["forward"] = "forward"
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Fact):
    """Tickets became one, or were taken apart again (`verb` unmerge); `others` are their keys, seen from this one."""

    kind: Literal["merge"] = "merge"
    verb: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Fact):
    """The requester said how well it was done; the number stands in `changes`."""

    kind: Literal["rating"] = "rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Fact):
    """A move of the workflow was made, or another command changed the ticket; `verb` is its name.

    `timer` names the timer of the desk that did it, where no person did. `withdrawn` are the numbers (from 1) of the
    events whose words were taken back.
    """

    kind: Literal["move"] = "move"
    verb: str
    timer: str | None = None
    withdrawn: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Fact):
    """Something was asked for and not done; the words are kept. `asked` is what stood there.

    `waiting` are commands that the writer may still confirm.
    """

    kind: Literal["refusal"] = "refusal"
    asked: tuple[str, ...]
    reason: str
    waiting: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Fact):
    """What became of a letter: refused by the next relay, or reported undeliverable."""

    kind: Literal["delivery"] = "delivery"
    recipients: tuple[str, ...]
    outcome: str


Event: TypeAlias = Opened | Commented | Unverified | Moved | Assigned | Forwarded | Merged | Rated | Refusal | Delivery

_FIXED = frozenset({"key", "created_at", "updated_at", "version", "since", "timer", "timer_at"})
_FIELDS = tuple(field.name for field in fields(Ticket))
_CHANGEABLE = frozenset(_FIELDS) - _FIXED


@cache
def _events() -> TypeAdapter[Event]:
    return TypeAdapter(Annotated[Event, Field(discriminator="kind")])


@cache
def _tickets() -> TypeAdapter[Ticket]:
    return TypeAdapter(Ticket)


def encode(event: Event) -> str:
    """An event as one JSON object with its format version `v`; times are ISO 8601."""
    return f'{{"v":{VERSION},{_events().dump_json(event).decode()[1:]}'


def decode(text: str) -> Event:
    """The event that `encode` wrote. Raises ValueError for another version, kind or shape."""
    try:
        record: object = json.loads(text)
    except ValueError as error:
        raise ValueError(f"A stored event is no JSON ({error}); restore it from a backup.") from error
    if not isinstance(record, dict):
        raise ValueError(f"A stored event is a JSON {type(record).__name__}, not an object; restore it from a backup.")
    version = record.pop("v", None)
    if version != VERSION:
        raise ValueError(
            f"A stored event has format version {version!r}, this program reads version {VERSION}; "
            "use the program that wrote it, or a newer one."
        )
    try:
        return _events().validate_python(record)
    except ValidationError as error:
        raise ValueError(f"A stored event has an unknown shape: {_first(error)}.") from error


def apply(ticket: Ticket | None, event: Event) -> Ticket:
    """The ticket after one more event. Raises ValueError where the event cannot stand at this place."""
    if isinstance(event, Opened):
        if ticket is not None:
            raise ValueError(f"The ticket {ticket.key} cannot be opened again as {event.key}.")
        opened = _built({"key": event.key, "created_at": event.at, "updated_at": event.at, "version": 1}, event)
        return replace(opened, timer=UNTIMED, timer_at=event.at) if event.quiet else opened
    if ticket is None:
        raise ValueError(f"The first event of a ticket must open it; this one is a {event.kind}.")
    # A clock that was set back must not make a ticket older than it was.
    updated_at = max(ticket.updated_at, event.at) if is_update(event) else ticket.updated_at
    stepped = replace(ticket, updated_at=updated_at, version=ticket.version + 1)
    if isinstance(event, Moved) and event.timer is not None:
        stepped = replace(stepped, timer=event.timer, timer_at=event.at)
    return _built({name: getattr(stepped, name) for name in _FIELDS}, event) if event.changes else stepped


def fold(events: Sequence[Event]) -> Ticket:
    """The ticket that a whole timeline makes. Raises ValueError for one that does not begin with Opened."""
    ticket: Ticket | None = None
    for event in events:
        ticket = apply(ticket, event)
    if ticket is None:
        raise ValueError("A ticket needs at least the event that opened it.")
    return ticket


def is_update(event: Event) -> bool:
    """Whether an event is an update of its ticket, for lists that show the newest first.

    An update is a comment of a party or a change. Words of unproven writers, of machines and of refused mails are
    neither: an outsider or an out-of-office answer must not lift a ticket to the top of every list.
    """
    match event:
        case Unverified() | Refusal() | Delivery():
            return bool(event.changes)
        case Commented():
            return event.machine is None or bool(event.changes)
        case Moved():
            return event.verb != NUMBER and (event.timer is None or bool(event.changes))
        case Opened() | Assigned() | Forwarded() | Merged() | Rated():
            return True


def changed(ticket: Ticket, **after: Value) -> tuple[Change, ...]:
    """The changes that bring the named fields to their new values; fields that have them already are left out."""
    before: dict[str, Value] = {name: getattr(ticket, name) for name in after}
    return tuple(Change(field=n, before=before[n], after=after[n]) for n in after if before[n] != after[n])


def _built(values: dict[str, object], event: Event) -> Ticket:
    for change in event.changes:
        if change.field not in _CHANGEABLE:
            raise ValueError(f"An event cannot change the ticket's {change.field!r}.")
        values[change.field] = change.after
        if change.field == "status":
            values |= {"since": event.at, "timer": None, "timer_at": None}
    try:
        return _tickets().validate_python(values)
    except ValidationError as error:
        raise ValueError(f"The changes of an event make no ticket: {_first(error)}.") from error


def _first(error: ValidationError) -> str:
    """Where a record goes wrong first, without its contents: they may be a customer's words."""
    detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(step) for step in detail["loc"])
    return f"{place}: {detail['msg']}" if place else detail["msg"]
