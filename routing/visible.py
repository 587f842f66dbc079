"""What one reader may see of the timeline. Whoever renders gets this, never the ticket or its events."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from routing.audience import INTERNAL
from routing.cast import OPERATOR_LANE, Byline, includes
from routing.events import Change, Delivery, Event, Unverified
from routing.model import Notice, Visible

__all__ = ["LONGEST", "Names", "Visible", "as_answered", "beginning", "in_letter", "readable", "shortened", "visible"]

LONGEST = 20_000
"""Characters of one entry that a letter shows: nobody reads more, and many people may get it."""

_ANSWER = "visibility: internal"
"""How a ticket keeps that answer."""

Names: TypeAlias = Callable[[str | None, str], Byline]


def visible(event: Event, lane: str, names: Names) -> Visible | None:
    """The event as readers of a lane (operator, customer, party:<role>) may see it, None where they may not.

    `names` says how an actor is shown in a lane: `Cast.byline` of the ticket.
    """
    if not readable(event, lane):
        return None
    byline = names(event.actor, lane)
    return Visible(event.at, byline.name, byline.side, event.kind, event.text, event.attachments)


def as_answered(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events of a ticket with the audiences that they have: what was said on a draft before its creation form was
    answered with `internal` was said on an internal ticket, too.
    """
    unsaid = next((n for n, one in enumerate(events) for c in one.changes if _says_internal(c)), 0)
    return (*(replace(one, audience=INTERNAL) for one in events[:unsaid]), *events[unsaid:])


def _says_internal(change: Change) -> bool:
    return change.field == "answers" and isinstance(change.after, tuple) and _ANSWER in change.after


def in_letter(event: Event, notice: Notice) -> Visible | None:
    """The event as the reader of a letter may see it; the letter already knows what its actor is called."""
    actor = notice.details.get("actor", "")
    name = actor if isinstance(actor, str) else ", ".join(actor)
    shown = visible(event, notice.lane, lambda _address, _lane: Byline(name, None))
    return None if shown is None else shortened(shown)


def shortened(shown: Visible) -> Visible:
    """The event with no more words than a letter shows."""
    return shown if len(shown.text) <= LONGEST else replace(shown, text=beginning(shown.text), cut=True)


def beginning(text: str) -> str:
    """As much of a text as a letter shows, cut between two words where there are any."""
    if len(text) <= LONGEST:
        return text
    whole = text[:LONGEST].rsplit(maxsplit=1)[0]
    return whole if len(whole) > LONGEST // 2 else text[:LONGEST]


def readable(event: Event, lane: str) -> bool:
    """Whether readers of a lane (operator, customer, party:<role>) may see an event at all.

    Words of unproven writers and the addresses of delivery reports are for the operator's people only.
    Their audience says staff, partners included; nobody has vouched for them yet, so the narrower reading holds.
    """
    if isinstance(event, Unverified | Delivery):
        return lane == OPERATOR_LANE
    return includes(event.audience, lane)
