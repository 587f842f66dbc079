"""The nouns of the desk: people, parties, tickets, and the situation in which one mail is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from parsers.mail import Address, Envelope, Kind
from routing.directory import Directory, Person
from routing.events import Event
from routing.ticket import Ticket
from routing.workflow import Workflow

__all__ = [
    "CcRule",
    "Decision",
    "Desk",
    "Inlet",
    "Mail",
    "Minted",
    "NotTold",
    "Notice",
    "Offer",
    "Proof",
    "Situation",
    "Ticket",
    "UnknownSenders",
]


class Proof(IntEnum):
    """What a mail proves about its writer, not what its From claims."""

    NONE = 0
    THREAD = 1
    TOKEN = 2
    STRONG = 3


class UnknownSenders(StrEnum):
    """What an address does with writers that the directory does not know."""

    ACCEPT = "accept"
    HOLD = "hold"
    REFUSE = "refuse"


class CcRule(StrEnum):
    """Who on Cc of the opening mail becomes a watcher."""

    IGNORE = "ignore"
    KNOWN = "known"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Inlet:
    """One support address of ours and the queue it feeds."""

    address: str
    queue: str
    unknown_senders: UnknownSenders = UnknownSenders.ACCEPT
    cc: CcRule = CcRule.KNOWN


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is fixed between two reloads. `prefixes` maps a side to its ticket key prefix."""

    name: str
    workflow: Workflow
    directory: Directory
    inlets: tuple[Inlet, ...]
    prefixes: Mapping[str, str]
    hostname: str
    strong_operator: bool = False

    def inlet(self, recipient: str) -> Inlet | None:
        """The inlet that a recipient address belongs to, its signed part left aside."""
        local, _, domain = recipient.rpartition("@")
        plain = f"{local.split('+', 1)[0]}@{domain}".lower()
        exact = recipient.lower()
        return next((i for i in self.inlets if i.address.lower() in (exact, plain)), None)


@dataclass(frozen=True, slots=True)
class Mail:
    """What the decision may know of the message beside its intent.

    `carried` are the subjects of the mails that it answers: clients repeat subjects, so a command that already stood
    there is no new command.
    """

    message_id: str | None
    subject: str
    kind: Kind
    from_: Address | None = None
    cc: tuple[Address, ...] = ()
    auto_submitted: bool = False
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minted:
    """A letter of ours, as far as it proves something: whom it was written to, for which ticket and lane."""

    letter: int
    ticket: str
    address: str
    lane: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything one decision depends on: a failing production case is one literal of this type.

    `writer` is the person of the strict From address, registered or met by mail or by the domain of an organisation;
    None where From is defective or nobody knows it. `minted` is the letter whose address or Message-ID the mail
    carries. `told` are all addresses that were told of the ticket before, `guests` the persons of the ticket whom the
    directory does not hold (met by mail). `number` is the next ticket number; `quiet` (old mail) forbids letters and
    commands. `why` are the steps that led here, for `explain`.
    """

    desk: Desk
    envelope: Envelope
    mail: Mail
    now: datetime
    number: int
    author: str | None = None
    writer: Person | None = None
    proof: Proof = Proof.NONE
    ticket: Ticket | None = None
    minted: Minted | None = None
    told: tuple[str, ...] = ()
    guests: tuple[Person, ...] = ()
    system: str | None = None
    quiet: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that the reader of a letter may make now, with the words to reply."""

    verb: str
    phrase: str
    label: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to be: who is told what of which event, with only what this reader may see.

    `sender` is the address of ours that it comes from. `event` is the ordinal, among the events of its decision, of the
    one whose words the letter carries, None for none. `once` names a cause beyond the mail itself, for letters that go
    out once however many mails would cause them. `answer` marks replies to the writer's own mail (acknowledgement,
    receipt, refusal, help). `details` are small named texts for the template. `in_reply_to` is a Message-ID that this
    reader wrote, where there is one.
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


@dataclass(frozen=True, slots=True)
class NotTold:
    """Somebody who is not told, and why."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What one mail does. `ticket` is the state after `events`, None where no ticket is touched.

    `newcomer` is a person to remember. `held` is the reason why a human must look first: nothing else happens then.
    `outcome` is the one word for the mail log, `why` the steps taken.
    """

    outcome: str
    ticket: Ticket | None = None
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    not_told: tuple[NotTold, ...] = ()
    newcomer: Person | None = None
    held: str | None = None
    why: tuple[str, ...] = ()
