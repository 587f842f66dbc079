"""What a library may answer about a mail: the same words for all, so that all are scored alike."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The text without what was to go; `whole` is the text before."""

    reply: str
    whole: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The signature, empty where there is none."""

    signature: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Fields, body and attachments (name and size in bytes) of a message. `made` says: the text was made from HTML."""

    subject: str
    from_addr: str
    from_name: str
    to_addrs: tuple[str, ...]
    cc_addrs: tuple[str, ...]
    reply_to_addrs: tuple[str, ...]
    message_id: str
    text: str
    html: str
    attachments: tuple[tuple[str, int], ...]
    made: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """A delivery report: its recipients as (address, action, status). `found` says whether it was taken for one."""

    found: bool
    recipients: tuple[tuple[str, str, str], ...]
    feedback: bool = False


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether a machine answered."""

    auto: bool


@dataclass(frozen=True, slots=True)
class Survived:
    """The message was read to its end."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer: what was raised, or that it took too long."""

    reason: str
    hung: bool = False


Answer: TypeAlias = Trimmed | Signed | Facts | Reported | Automatic | Survived
