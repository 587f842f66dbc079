"""The frozen vocabulary of an incoming message.

Every text in these types is valid Unicode without NUL or surrogates, so both databases accept it.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of sender speaks: a person, a machine, a mail system or a list."""

    PERSONAL = "personal"
    AUTO_REPLY = "auto-reply"
    OUT_OF_OFFICE = "out-of-office"
    BOUNCE = "bounce"
    FEEDBACK = "feedback"
    LIST = "list"
    RECEIPT = "receipt"
    CALENDAR = "calendar"

    @property
    def by_machine(self) -> bool:
        """True where no person wrote the mail for us: it runs no command and gets no answer."""
        return self not in (Kind.PERSONAL, Kind.LIST, Kind.CALENDAR)


class Door(StrEnum):
    """How a message came in."""

    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    PIPE = "pipe"
    IMPORT = "import"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as a header states it; the domain part of `address` is lower-case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the transport knew: none of it is a claim of the message itself.

    `sender` is empty for the null reverse-path (RFC 5321 section 4.5.5). `recipient` is the address of ours,
    with its signed part where it had one. `trusted` says that the peer's Authentication-Results may be read,
    `submitter` is the address that a login has proven (RFC 4954).
    """

    sender: str
    recipient: str
    door: Door
    received_at: dt.datetime
    peer: str | None = None
    trusted: bool = False
    submitter: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached part; `size` (bytes) and `sha256` (hex) are of the decoded content."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with a message: `code` is a fixed word, `detail` says where."""

    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class Piece(StrEnum):
    """What a stretch of the text is."""

    FRESH = "fresh"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of `ParsedMail.text`: characters `start` up to but without `end`."""

    piece: Piece
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report (RFC 3464 section 2.3)."""

    address: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says, and which message it speaks of."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A message, understood as far as it can be. `read` always returns one, whatever the bytes were.

    `author` is the one address that may carry authority: the strict reading of From, None where anything about
    From is defective. `from_` is what a mail client would show. `spans` partition `text` in order.
    `html` is the sender's HTML as it came: hostile until sanitised.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: dt.datetime | None = None
    from_: Address | None = None
    author: str | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    kind: Kind = Kind.PERSONAL
    until: dt.date | None = None
    text: str = ""
    spans: tuple[Span, ...] = ()
    html: str | None = None
    html_only: bool = False
    commands_disagree: bool = False
    attachments: tuple[Attachment, ...] = ()
    bounce: Bounce | None = None
    auto_submitted: bool = False
    list_id: str | None = None
    hops: int = 0
    own_loops: int = 0
    authenticated_domains: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()

    def of(self, piece: Piece) -> str:
        """The text of all spans of one sort, in order, without outer blank lines."""
        return "".join(self.text[s.start : s.end] for s in self.spans if s.piece is piece).strip("\r\n")

    @property
    def fresh(self) -> str:
        """What the writer newly wrote."""
        return self.of(Piece.FRESH).strip()
