"""How mail programs put messages in threads, as far as they have said so."""

import itertools
import re
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message

_ID = re.compile(r"<[^<>\s]+>")
_PREFIX = re.compile(r"^\s*((re|fwd?|aw|wg|sv|tr)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclass(eq=False)
class Container:
    """A place in a thread, with or without its message."""

    id: str
    parent: "Container | None" = None
    children: list["Container"] = field(default_factory=list)
    message: Message | None = None

    def is_above(self, other: "Container") -> bool:
        """Whether `other` is this place or one below it."""
        return self is other or any(child.is_above(other) for child in self.children)

    def messages(self) -> list[Message]:
        """All that is here and below."""
        here = [self.message] if self.message is not None else []
        return [*here, *(message for child in self.children for message in child.messages())]

    def top(self) -> "Container":
        """The beginning of the thread."""
        return self if self.parent is None else self.parent.top()


def by_references(messages: Iterable[Message]) -> list[Container]:
    """The threads of a mailbox after Jamie Zawinski's "message threading" (jwz.org/doc/threading.html), steps 1 and 2.

    What follows there joins by subject, and is left out: threads must hold without it. A thread whose first messages
    are missing keeps an empty place there.
    """
    known: dict[str, Container] = {}

    def place(name: str) -> Container:
        return known.setdefault(name, Container(name))

    def link(parent: Container, child: Container) -> None:
        if child.parent is None and not child.is_above(parent):
            child.parent = parent
            parent.children.append(child)

    for message in messages:
        here = place(identifier(message))
        here.message = message
        chain = [place(name) for name in references(message)]
        for parent, child in itertools.pairwise(chain):
            link(parent, child)
        if chain and not here.is_above(chain[-1]):
            if here.parent is not None:
                here.parent.children.remove(here)
                here.parent = None
            link(chain[-1], here)
    return [one for one in known.values() if one.parent is None and one.messages()]


def identifier(message: Message) -> str:
    """The Message-ID."""
    return str(message["Message-ID"]).strip()


def references(message: Message) -> Sequence[str]:
    """References, with the message that In-Reply-To names where there are none."""
    return _ID.findall(str(message["References"] or "")) or _ID.findall(str(message["In-Reply-To"] or ""))[:1]


def by_gmail(messages: Sequence[Message]) -> list[list[Message]]:
    """Conversations as Gmail has described them since 2019: the same subject but for Re: and Fwd:, and a reference in
    common with a message of the conversation (or its own Message-ID among the references).
    """
    found: list[tuple[str, set[str], list[Message]]] = []
    for message in messages:
        subject = _PREFIX.sub("", " ".join(str(message["Subject"]).split()))
        names = {identifier(message), *references(message)}
        mine = [one for one in found if one[0] == subject and one[1] & names]
        rest = [one for one in found if one not in mine]
        merged = (subject, names.union(*(one[1] for one in mine)), [m for one in mine for m in one[2]] + [message])
        found = [*rest, merged]
    return [one[2] for one in found]


@dataclass(frozen=True, slots=True)
class Index:
    """A Thread-Index: which conversation, when it began, and how long after that each response came."""

    conversation: bytes
    began: datetime
    responses: tuple[timedelta, ...]


def decoded(value: str) -> Index:
    """A Thread-Index as [MS-OXOMSG] section 2.2.1.3 lays it out."""
    octets = b64decode(value, validate=True)
    assert octets[0] == 1
    assert (len(octets) - 22) % 5 == 0
    began = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=(int.from_bytes(octets[1:6], "big") << 24) // 10)
    blocks = (octets[at : at + 5] for at in range(22, len(octets), 5))
    return Index(octets[6:22], began, tuple(map(_passed, blocks)))


def _passed(block: bytes) -> timedelta:
    word = int.from_bytes(block[:4], "big")
    ticks = (word & 0x7FFF_FFFF) << (23 if word >> 31 else 18)
    return timedelta(microseconds=ticks // 10)
