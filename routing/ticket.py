"""The ticket: what its events fold to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its events fold to it. Persons are addresses; `holder` is operator, customer or party:<role>.

    `origin` is the Message-ID of the mail that opened it, `version` the number of its events, `since` when it got its
    status. `tiers` are the organisations that held it, where a desk has a hierarchy, `also_in` queues beside its own
    that its mail was written to as well. One that is `hidden` was deleted: only the audit sees it.
    A draft has `missing`, the open questions of the creation form; `answers` are those to questions of the desk's own.
    `timer` is the last timer that ran since then, and `timer_at` when. `offered` are those who are asked to take it.
    `numbers` are what partners call it: the key of an organisation, a space, its number.
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
    since: datetime | None = None
    tiers: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    hidden: bool = False
    timer: str | None = None
    timer_at: datetime | None = None
    missing: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def is_internal(self) -> bool:
        """Whether it is the operator's alone: internal, or a draft of which nobody has said yet that it is not."""
        return self.visibility == "internal" or "visibility" in self.missing
