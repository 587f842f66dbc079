"""The one way into the inbox: every door ends here, and nobody is told "accepted" before the commit.

Messages that arrive while a commit runs share the next one.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime

from gateway import failpoint
from gateway.group import GroupCommit
from gateway.maillog import MailLog
from gateway.store.errors import StoreUnavailable
from gateway.store.rows import CONTENT
from gateway.store.store import Accepted, Arrival, Store
from parsers import address
from parsers.address import Token
from parsers.identity import Identity, identify
from parsers.mail import Door, Envelope
from routing.model import Inlet, UnknownSenders

GROUP_MESSAGES = 64
GROUP_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rejected:
    """A permanent answer: an SMTP code with its enhanced status code (RFC 3463) and a text for the sender."""

    code: int
    status: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.text}"


UNKNOWN_RECIPIENT = Rejected(550, "5.1.1", "No such mailbox here")
BANNED_SENDER = Rejected(550, "5.7.1", "Mail from this sender is not taken here")
UNKNOWN_SENDER = Rejected(550, "5.7.1", "This address takes mail from registered senders only")


@dataclass(frozen=True, slots=True)
class Target:
    """A recipient that is ours. `token` is set where it is a signed reply address."""

    recipient: str
    inlet: Inlet
    token: Token | None

    @property
    def asks(self) -> bool:
        """Whether the sender must be known; a valid signed address is proof enough of that."""
        return self.inlet.unknown_senders is UnknownSenders.REFUSE and self.token is None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message with all its recipients, as one transaction of a door handed it over.

    `identity` is what `Intake.examine` found, `submitter` the address that a login has proven.
    """

    raw: bytes
    identity: Identity
    sender: str
    targets: tuple[Target, ...]
    door: Door
    received_at: datetime
    peer: str | None = None
    trusted: bool = False
    quiet: bool = False
    submitter: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What intake refuses for good: size in bytes, the number of Received lines (RFC 5321 section 6.3), senders.

    A mail that `own_hops` letters of a Postern led to is one of a loop.

    Senders are addresses, or domains with all that is below them, in lower case.
    """

    size: int
    hops: int
    own_hops: int = 3
    banned: frozenset[str] = frozenset()


class Intake:
    """Admits recipients, examines messages and makes them durable. A reload may give it other `keys`."""

    def __init__(
        self, store: Store, keys: address.Keys, inlets: Callable[[], Sequence[Inlet]], limits: Limits, maillog: MailLog
    ) -> None:
        self._store = store
        self.keys = keys
        self._inlets = inlets
        self._limits = limits
        self._log = maillog
        self._group: GroupCommit[Delivery, list[Accepted]] = GroupCommit(
            "intake",
            self._commit,
            weight=lambda delivery: len(delivery.raw),
            room=GROUP_BYTES,
            pieces=GROUP_MESSAGES,
            of_all=lambda error: isinstance(error, StoreUnavailable),
        )
        self.arrived: Callable[[], None] = lambda: None

    def banned(self, sender: str) -> Rejected | None:
        """The refusal of a sender that the configuration bans."""
        banned = self._limits.banned
        if not banned or not sender:
            return None
        address = sender.lower()
        labels = address.rpartition("@")[2].split(".")
        domains = {".".join(labels[place:]) for place in range(len(labels))}
        return BANNED_SENDER if address in banned or not banned.isdisjoint(domains) else None

    def admit(self, recipient: str, today: date) -> Target | Rejected:
        """Whether a recipient is ours; a signed part must carry a valid MAC. Needs no database."""
        plain, signed = address.split(recipient)
        inlet = next((i for i in self._inlets() if i.address.lower() == plain.lower()), None)
        if inlet is None:
            return UNKNOWN_RECIPIENT
        if signed is None:
            return Target(recipient, inlet, None)
        token = address.verify(self.keys, signed, today)
        return Target(recipient, inlet, token) if token else UNKNOWN_RECIPIENT

    def welcomes(self, target: Target, sender: str) -> bool:
        """Whether an address that refuses unknown senders takes this one; reads the database."""
        return not target.asks or not sender or self._store.knows(sender)

    def examine(self, raw: bytes) -> Identity | Rejected:
        """What makes the message itself, or the permanent refusal that its size or its hops earn."""
        if len(raw) > self._limits.size:
            return Rejected(552, "5.3.4", f"The message is larger than {self._limits.size} bytes")
        found = identify(raw)
        if found.hops > self._limits.hops or found.own_hops >= self._limits.own_hops:
            return Rejected(554, "5.4.6", "The message has come by too many hosts; it seems to loop")
        return found

    def accept(self, deliveries: Sequence[Delivery]) -> list[list[Accepted]]:
        """Commit at once, in the caller's thread. Raises what the store raises; then nothing was taken."""
        letters = {t.token.letter for d in deliveries for t in d.targets if t.token}
        tickets = self._store.tickets_of_letters(letters) if letters else {}
        planned = [self._arrivals(delivery, tickets) for delivery in deliveries]
        arrivals = [arrival for mine in planned for arrival in mine]
        accepted = self._store.accept(arrivals, deliveries[0].received_at)
        flat = iter(accepted)
        answers = [[next(flat) for _ in mine] for mine in planned]
        self._log.accepted(zip(accepted, arrivals, strict=True))
        return answers

    def _arrivals(self, delivery: Delivery, tickets: dict[int, str]) -> list[Arrival]:
        """One row a target. A mail that reaches a ticket by its token opens none by its other addresses."""
        same = delivery.identity
        signed = [t for t in delivery.targets if t.token and not t.token.expired and t.token.letter in tickets]
        chosen = {_place(t, tickets): t for t in reversed(signed or delivery.targets)}
        return [
            Arrival(
                envelope=_envelope(delivery, t.recipient),
                raw=delivery.raw,
                dedupe_key=_digits(f"{same.message_id}\n{same.digest}") + _digits(place),
                order_key=same.writer,
                message_id=same.message_id,
                queue=t.inlet.queue,
                quiet=delivery.quiet,
            )
            for place, t in reversed(chosen.items())
        ]

    def start(self) -> None:
        """Start the committer that `submit` needs."""
        self._group.start()

    def stop(self) -> None:
        """Commit what was submitted, then end."""
        self._group.stop()

    def submit(self, delivery: Delivery) -> "Future[list[Accepted]]":
        """Hand over for the next group commit. The commit goes on even if the caller no longer waits."""
        return self._group.submit(delivery)

    def _commit(self, deliveries: Sequence[Delivery]) -> list[list[Accepted]]:
        failpoint.reached("intake.commit")
        answers = self.accept(deliveries)
        self.arrived()
        return answers


def _digits(text: str) -> str:
    """Half of a SHA-256 in decimal digits, which every database sorts alike in every language."""
    return f"{int(hashlib.sha256(text.encode()).hexdigest()[:32], 16):0{CONTENT}d}"


def _envelope(delivery: Delivery, recipient: str) -> Envelope:
    return Envelope(
        delivery.sender,
        recipient,
        delivery.door,
        delivery.received_at,
        delivery.peer,
        delivery.trusted,
        delivery.submitter,
    )


def _place(target: Target, tickets: dict[int, str]) -> str:
    """Where a mail is bound: the token's ticket, else the queue of the address."""
    ticket = tickets.get(target.token.letter) if target.token else None
    return f"ticket {ticket}" if ticket else f"queue {target.inlet.queue}"
