"""What leaves the house and what became of it."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Letter:
    """One composed message for one recipient: `data` are the bytes for the wire, CRLF throughout."""

    sender: str
    recipient: str
    message_id: str
    data: bytes


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
