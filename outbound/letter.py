"""What leaves the house and what became of it."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: 4xx, 552, a broken connection, or anything not understood. `code` 0 means no answer."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: a 5xx for this recipient (552 excepted)."""

    code: int
    text: str


Outcome: TypeAlias = Sent | Deferred | Refused


class Carrier(Protocol):
    """What takes letters out of the house: the courier over SMTP, or the keeper into a folder."""

    def send(self, letter: Letter) -> Outcome:
        """Hand over one letter and say what became of it. Never raises: an unknown failure is `Deferred`."""
        ...

    def close(self) -> None:
        """End what is open; a later `send` opens it again."""
        ...
