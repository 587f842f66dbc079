"""The nouns of the desk: people, parties, tickets, and the situation in which one mail is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum

from parsers.mail import Address, Envelope, Kind
from routing.caps import Caps
from routing.directory import Directory, Person
from routing.events import Event, Refusal, Unverified
from routing.hours import Hours
from routing.notice import Contents, Notice, NotTold, Offer, Section, Visible
from routing.suppression import Deliveries, Failure, Suppression
from routing.ticket import Ticket
from routing.wishes import Wish
from routing.workflow import Workflow

__all__ = [
    "Absence",
    "Asked",
    "CcRule",
    "Challenge",
    "Chosen",
    "Contents",
    "Decision",
    "Deed",
    "Desk",
    "Effect",
    "Given",
    "Inlet",
    "Later",
    "Mail",
    "Minted",
    "NotTold",
    "Notice",
    "Offer",
    "Proof",
    "Receipt",
    "Said",
    "Section",
    "SetAside",
    "Situation",
    "Storm",
    "Ticket",
    "Twin",
    "UnknownSenders",
    "Visible",
    "effects",
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
    """All that is fixed between two reloads. `prefixes` maps a side to its ticket key prefix, `timezone` is the one of
    whoever has none of its own.
    """

    name: str
    workflow: Workflow
    directory: Directory
    inlets: tuple[Inlet, ...]
    prefixes: Mapping[str, str]
    hostname: str
    strong_operator: bool = False
    caps: Caps = field(default_factory=Caps)
    timezone: str = "UTC"

    def hours(self, person: Person) -> Hours:
        """By which clock somebody lives."""
        return replace(person.hours, zone=person.hours.zone or self.timezone)

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
    there is no new command. `until` is the day on which somebody is back of whose absence it tells.
    """

    message_id: str | None
    subject: str
    kind: Kind
    from_: Address | None = None
    cc: tuple[Address, ...] = ()
    auto_submitted: bool = False
    carried: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Minted:
    """A letter of ours, as far as it proves something: whom it was written to, for which ticket and lane.

    `audience` is that of the words it carried: an answer to words for few is for those few. `template` is its sort,
    `event` the number (from 1) of the event that it told of.
    """

    letter: int
    ticket: str
    address: str
    lane: str
    message_id: str
    audience: str = "everyone"
    template: str = ""
    event: int | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """Commands that wait for a word of whoever they claim to come from, asked for by a letter.

    `letter` is the one that asked, `at` when it was written, `event` what keeps the words until then of `mail`, which
    is in the inbox.
    """

    letter: int
    at: datetime
    event: Unverified | Refusal
    mail: int | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """Words that nothing vouched for, and the mail in the inbox that they came with."""

    event: Unverified
    mail: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge that somebody was sent about a ticket, and whether it is answered."""

    ticket: str
    at: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A mail that somebody wrote about a ticket: when it was decided, and what its words are known again by."""

    at: datetime
    likeness: str


@dataclass(frozen=True, slots=True)
class Storm:
    """Why a writer counts as one who answers by itself, a few words; whether that begins with this mail."""

    why: str
    begins: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What we gave within the hour: answers to this writer; where that is a stranger who proves nothing, answers to
    such strangers of its domain and to all of them, and the tickets that it opened. Counted as far as the caps go.
    """

    to_writer: int = 0
    to_strangers: int = 0
    opened: int = 0
    to_domain: int = 0


@dataclass(frozen=True, slots=True)
class Twin:
    """The same mail, decided already when it came to another address of ours: on which ticket, with what outcome."""

    ticket: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What one mail did to one ticket: `events`, the number (from 1) of the first of them, and what came `later`."""

    first: int
    events: tuple[Event, ...]
    later: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the mail did that a receipt of ours confirmed, and what came of it: all that taking it back depends on.

    `at` is when the receipt was written, `deed` what was done to the ticket, `beside` what to others, by their keys.
    `told` are the addresses that had letters about it. It is `whole` where these deeds are all that the mail did.
    """

    at: datetime
    deed: Deed
    told: tuple[str, ...] = ()
    whole: bool = True
    beside: Mapping[str, Deed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything one decision depends on: a failing production case is one literal of this type.

    `writer` is the person of the strict From address, registered or met by mail or by the domain of an organisation;
    None where From is defective or nobody knows it. `minted` is the letter whose address or Message-ID the mail
    carries. `told` are all addresses that were told of the ticket before, `guests` the persons of the ticket whom the
    directory does not hold (met by mail). `number` is the next ticket number; `quiet` (old mail) forbids letters and
    commands. `others` are further tickets that its commands are about, `merged` is the key that the mail named where
    that ticket was merged into `ticket`, `twin` what the same mail did already. `why` are the steps that led here, for
    `explain`.

    What only some mails ask for is there only for those: `receipt` where one of ours is answered by `undo`, `timeline`
    (all of the ticket's events), `board` (tickets that the writer may take part in, the newest update first), `loads`
    (how many open tickets each address has that might be given this one), `entry` (the words set aside that the
    answered letter told of), `challenge` (the one that the mail answers), `asked` (those of the last day, where another
    might be sent). `seed` settles what is left to chance. `doubts` say what makes the writer look like somebody else.
    `repeated` says that a mail of this writer under this Message-ID was followed before.
    `lately` are the mails of the same writer about the ticket, as far as they may make a storm, the oldest first (those
    that prove nothing count as one writer's); `warned` says that the operator was told of that storm within its
    windows. `given` is there where the mail proves nothing or names no ticket.
    `returned` says that the mail came to the return path of `minted`, where reports of it come; `deliveries` is what is
    known of such reports. `suppression` is there where nothing is sent to the writer for the time being.
    `narrowed` is the audience that the mail itself asks for, `confirmed` the letter whose challenge it answers rightly,
    `words_of` the mail in the inbox whose words then count instead of its own, `storm` what its writer stirs up, all
    found by `decide`.
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
    others: Mapping[str, Ticket] = field(default_factory=dict)
    merged: str | None = None
    twin: Twin | None = None
    receipt: Receipt | None = None
    timeline: tuple[Event, ...] = ()
    board: tuple[Ticket, ...] = ()
    loads: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0
    doubts: tuple[str, ...] = ()
    challenge: Challenge | None = None
    asked: tuple[Asked, ...] = ()
    entry: SetAside | None = None
    repeated: bool = False
    confirmed: int | None = None
    words_of: int | None = None
    narrowed: str | None = None
    lately: tuple[Said, ...] = ()
    warned: bool = False
    given: Given | None = None
    storm: Storm | None = None
    returned: bool = False
    deliveries: Deliveries = field(default_factory=Deliveries)
    suppression: Suppression | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """Somebody who reads of an event in an hourly or daily digest: the one of this ordinal that happens to a ticket."""

    address: str
    key: str
    event: int
    cadence: Wish


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does to one more ticket: its state after `events`."""

    ticket: Ticket
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """Whoever owns an address takes no new tickets before the day `until` (UTC); None for somebody who is back.

    Where an out-of-office answer said so, it is `by_itself`.
    """

    address: str
    until: date | None
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What whoever owns an address chose for itself: wishes by topic, `digest-at` and `quiet`, as they are written."""

    address: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one mail does. `ticket` is the state after `events`, None where no ticket is touched.

    `also` is what it does to other tickets; a notice belongs to the ticket of its key, and counts that one's events.
    `later` is who reads of what in a digest, `newcomer` a person to remember, `absence` until when one is away,
    `chosen` which letters one wants from now on. `failure` is what became of a letter, `heard` the address of a writer
    to whom letters are sent again. `held` is the reason why a human must look first: nothing else happens then.
    `outcome` is the one word for the mail log, `why` the steps taken.
    """

    outcome: str
    ticket: Ticket | None = None
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    not_told: tuple[NotTold, ...] = ()
    later: tuple[Later, ...] = ()
    newcomer: Person | None = None
    absence: Absence | None = None
    chosen: Chosen | None = None
    held: str | None = None
    also: tuple[Effect, ...] = ()
    failure: Failure | None = None
    heard: str | None = None
    why: tuple[str, ...] = ()


def effects(decision: Decision) -> tuple[Effect, ...]:
    """All tickets that a decision changes, its own first."""
    own = () if decision.ticket is None else (Effect(decision.ticket, decision.events),)
    return (*own, *decision.also)
