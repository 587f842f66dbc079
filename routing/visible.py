"""What one reader may see of the timeline. Whoever renders gets this, never the ticket or its events."""

from collections.abc import Callable
from typing import TypeAlias

from routing.cast import OPERATOR_LANE, Byline, includes
from routing.events import Delivery, Event, Unverified
from routing.model import Notice, Visible

__all__ = ["Names", "Visible", "in_letter", "readable", "visible"]

Names: TypeAlias = Callable[[str | None, str], Byline]


def visible(event: Event, lane: str, names: Names) -> Visible | None:
    """The event as readers of a lane (operator, customer, party:<role>) may see it, None where they may not.

    `names` says how an actor is shown in a lane: `Cast.byline` of the ticket.
    """
    if not readable(event, lane):
        return None
    byline = names(event.actor, lane)
    return Visible(event.at, byline.name, byline.side, event.kind, event.text, event.attachments)


def in_letter(event: Event, notice: Notice) -> Visible | None:
    """The event as the reader of a letter may see it; the letter already knows what its actor is called."""
    actor = notice.details.get("actor", "")
    name = actor if isinstance(actor, str) else ", ".join(actor)
    return visible(event, notice.lane, lambda _address, _lane: Byline(name, None))


def readable(event: Event, lane: str) -> bool:
    """Whether readers of a lane (operator, customer, party:<role>) may see an event at all.

    Words of unproven writers and the addresses of delivery reports are for the operator's people only.
    Their audience says staff, partners included; nobody has vouched for them yet, so the narrower reading holds.
    """
    if isinstance(event, Unverified | Delivery):
        return lane == OPERATOR_LANE
    return includes(event.audience, lane)
