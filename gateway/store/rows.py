"""What goes into the queues and what a claim hands out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.store.guarded import Guarded
from parsers.mail import Envelope
from routing.directory import Person
from routing.events import Event
from routing.model import Notice
from routing.suppression import Suppression
from routing.ticket import Ticket

CONTENT = 39
"""How many digits of a dedupe key say what the mail is."""


class Leased(Protocol):
    """A claimed row: `lease` is the token that proves the claim."""

    @property
    def id(self) -> int:
        """The number of the row."""

    @property
    def lease(self) -> str:
        """The token of the claim."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message for one of our addresses. Rows of one `order_key` are worked in the order of their arrival.

    The `dedupe_key` says what the mail is in its first `CONTENT` digits, then where it is bound: two rows of one key
    are one, and two with the same beginning are the same mail for two addresses.
    """

    envelope: Envelope
    raw: bytes
    dedupe_key: str
    order_key: str
    message_id: str | None
    queue: str | None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The inbox row of an arrival: a new one, or the one that had the same dedupe key already."""

    inbox_id: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A claimed message. `attempts` counts this claim too, `strikes` those whose worker died without a word.

    `damaged` says that `raw` is no longer what was accepted.
    """

    id: int
    envelope: Envelope
    raw: bytes
    queue: str | None
    quiet: bool
    message_id: str | None
    attempts: int
    lease: str
    order_key: str
    strikes: int = 0
    dedupe_key: str = ""
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a letter's reader had of its ticket before: the Message-IDs of the first letter and of the newest ones.

    `began` is when the ticket was opened, `watching` that the reader takes part by its own wish alone.
    """

    began: datetime
    earlier: tuple[str, ...] = ()
    watching: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said before a letter's event, the oldest first, as far as its reader may read it.

    `guests` are those of its writers whom the directory does not hold.
    """

    events: tuple[Event, ...]
    ticket: Ticket
    guests: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A claimed letter. `event` is the one whose words it carries, `letter` its bytes once it was composed.

    `seq` is the number (from 1) of `event` among those of its ticket. `guarded` is what the letter must be compared
    with, where its reader may not see all of it. `conversation` is there for letters of a ticket that are yet to be
    composed, `earlier` where something was said before that of which they tell. `warned` says that its ticket knows
    that it still waits, `withheld` is why it must not go out, where its address is suppressed.
    """

    id: int
    ticket_key: str
    address: str
    notice: Notice
    event: Event | None
    message_id: str
    letter: bytes | None
    attempts: int
    created_at: datetime
    lease: str
    order_key: str
    seq: int | None = None
    guarded: Guarded | None = None
    conversation: Conversation | None = None
    warned: bool = False
    withheld: Suppression | None = None
    earlier: Earlier | None = None
