"""The facts of a ticket's timeline: a closed union, versioned JSON, and the fold that makes the ticket of them.

An event states its changes itself, so folding needs no workflow and old events keep their meaning when a desk changes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of the ticket: what it was and what it became."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The mail behind an event."""

    message_id: str | None = None
    subject: str = ""
    proof: str = "none"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Fact):
    """A ticket came to be; `changes` set its first fields. `linked` is a ticket that the mail named without right."""

    kind: Literal["opened"] = "opened"
    key: str
    linked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented(Fact):
    """Words were added, by a person or (with `machine` set to its kind) by a machine."""

    kind: Literal["comment"] = "comment"
    machine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified(Fact):
    """Words whose writer is not proven: for staff only. `claimed` is what From said, `reason` what lacks."""

    kind: Literal["unverified"] = "unverified"
    claimed: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Fact):
    """A move of the workflow was made."""

    kind: Literal["move"] = "move"
    verb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Fact):
    """Something was asked for and not done; the words are kept. `asked` is what stood there."""

    kind: Literal["refusal"] = "refusal"
    asked: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Fact):
    """What became of a letter: refused by the next relay, or reported undeliverable."""

    kind: Literal["delivery"] = "delivery"
    recipients: tuple[str, ...]
    outcome: str


Event: TypeAlias = Opened | Commented | Unverified | Moved | Refusal | Delivery
