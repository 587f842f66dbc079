"""The ticket: what its events fold to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its events fold to it. Persons are addresses; `holder` is operator, customer or party:<role>.

    `origin` is the Message-ID of the mail that opened it, `version` the number of its events.
    """

    key: str
    subject: str
    status: str
    queue: str
    requester: str
    created_at: datetime
    updated_at: datetime
    organisation: str | None = None
    system: str | None = None
    holder: str = "operator"
    substatus: str | None = None
    resolution: str | None = None
    priority: str = "normal"
    category: str | None = None
    visibility: str = "public"
    assignees: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    merged_into: str | None = None
    merged: tuple[str, ...] = ()
    rating: int | None = None
    origin: str | None = None
    version: int = 0
