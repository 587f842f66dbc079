"""Letters to be: who is told what, as data, with only what this reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.directory import Side
from routing.wishes import Wish


@dataclass(frozen=True, slots=True)
class Offer:
    """What the reader of a letter may do now, with the words to reply; `example` where they need more words."""

    verb: str
    phrase: str
    label: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Visible:
    """One event, made for the readers of one lane. `actor_name` is no address before outsiders.

    `note` says in a few words what changed; `withdrawn` that the writer took the words back; `cut` that there are more
    words than stand here.
    """

    at: datetime
    actor_name: str
    side: Side | None
    kind: str
    text: str
    attachments: tuple[str, ...]
    note: str = ""
    withdrawn: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What a digest tells of one ticket: its name of state, and what happened, the newest last."""

    key: str
    subject: str
    state: str
    timeline: tuple[Visible, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What the answer to a question holds: what can be done, a timeline (newest last), the rows of a list.

    `sections` are those of a digest.

    `packed` says that the timeline goes with the letter as a file, and `enclosed` are the numbers (from 1) of the
    ticket's events whose attachments go with it.
    """

    acts: tuple[Offer, ...] = ()
    timeline: tuple[Visible, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    packed: bool = False
    enclosed: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A letter that is written in quiet hours of its reader: it waits `until` their end, or not at all, and `why`."""

    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to be: who is told what of which event, with only what this reader may see.

    `sender` is the address of ours that it comes from. `event` is the ordinal, among the events of its decision, of the
    one whose words the letter carries, None for none. `once` names a cause beyond the mail itself, for letters that go
    out once however many mails would cause them. `answer` marks replies to the writer's own mail (acknowledgement,
    receipt, refusal, help). `details` are small named texts for the template. `in_reply_to` is a Message-ID that this
    reader wrote, where there is one. `clicks` are commands that one click writes, `contents` what was asked for.
    `audience` is that of the words, and of the answer to them. `loops` letters of a Postern led to the mail behind it.
    `stranger` marks an answer to somebody whom nobody knows and nothing proves. `why` says why its reader, who has a
    choice, is told at once; `quiet` is there where that reader is not to be disturbed now. `number` is what the
    reader's own organisation calls the ticket.
    """

    to: str
    name: str
    language: str
    template: str
    lane: str
    sender: str
    key: str
    subject: str
    event: int | None = None
    answer: bool = False
    offers: tuple[Offer, ...] = ()
    details: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    in_reply_to: str | None = None
    once: str | None = None
    clicks: tuple[Offer, ...] = ()
    contents: Contents | None = None
    audience: str = "everyone"
    loops: int = 0
    stranger: bool = False
    why: str = ""
    quiet: Disturbance | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class NotTold:
    """Somebody who is not told, and why; `later` is the digest in which one reads of it, hourly or daily."""

    address: str
    why: str
    later: Wish | None = None
