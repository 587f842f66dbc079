"""What leaves the house and what became of it."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Letter:
    """One composed message for one recipient: `data` are the bytes for the wire, CRLF throughout."""

    sender: str
    recipient: str
    message_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class File:
    """Something that a letter has with it; `inline` where its sender shows it within the words."""

    name: str
    content_type: str
    data: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The relay took the letter (250)."""

    code: int
    text: str


class Cause(Enum):
    """What a deferral is about.

    The letter itself; the dialogue about it, which another relay may lead to a good end; or the relay, which cannot be
    used at all, whatever the letter.
    """

    LETTER = "letter"
    DIALOGUE = "dialogue"
    RELAY = "relay"


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: 4xx, 552, a broken connection, or anything not understood. `code` 0 means no answer.

    With a cause other than the letter, nothing of the letter has left.
    """

    code: int
    text: str
    cause: Cause = Cause.LETTER


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: a 5xx for this recipient (552 excepted). `of_recipient`: it was the answer to RCPT, about the address."""

    code: int
    text: str
    of_recipient: bool = False


Outcome: TypeAlias = Sent | Deferred | Refused


class Carrier(Protocol):
    """What takes letters out of the house: the courier over SMTP, or the keeper into a folder."""

    def send(self, letter: Letter) -> Outcome:
        """Hand over one letter and say what became of it. Never raises: an unknown failure is `Deferred`."""
        ...

    def probe(self) -> Deferred | None:
        """Knock without a letter; None where one could be handed over now."""
        ...

    def close(self) -> None:
        """End what is open; a later `send` opens it again."""
        ...
