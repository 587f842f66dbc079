"""The folders of the scripted IMAP server: messages with their UIDs, and the lies that may be told of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

LONG_AGO = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_PARTIAL = re.compile(r"BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?")


@dataclass(slots=True, eq=False)
class Message:
    """One message; `announced` is the size that is told of it, `body` what is shown instead of it.

    `fault` is sent after its line of a FETCH, and then the connection ends. `hidden` messages are listed, never shown.
    """

    uid: int
    raw: bytes
    at: datetime = LONG_AGO
    flags: set[str] = field(default_factory=set)
    announced: int | None = None
    body: bytes | None = None
    literal: int | None = None
    fault: bytes | None = None
    missing: bool = False

    @property
    def size(self) -> int:
        """What RFC822.SIZE says."""
        return len(self.raw) if self.announced is None else self.announced


@dataclass(slots=True)
class Folder:
    """Messages in order; `listing` is what SEARCH answers instead of the truth."""

    validity: int | None = 1000
    next: int | None = 1
    messages: list[Message] = field(default_factory=list)
    listing: list[int] | None = None

    def add(self, raw: bytes, **more: object) -> Message:
        """A new message under the next UID, or under the `uid` given."""
        uid = more.pop("uid", None)
        message = Message(uid if isinstance(uid, int) else (self.next or 1), raw)
        for name, value in more.items():
            setattr(message, name, value)
        if self.next is not None:
            self.next = max(self.next, message.uid + 1)
        self.messages.append(message)
        return message

    def of(self, uids: str) -> list[Message]:
        """The messages of a sequence set."""
        wanted = numbers(uids, self)
        return [message for message in self.messages if message.uid in wanted]

    def search(self, criteria: str) -> list[int]:
        """UIDs by `ALL`, `UID set` and `SINCE date` (RFC 3501 section 6.4.4)."""
        if self.listing is not None:
            return self.listing
        found: Iterable[Message] = self.messages
        if chosen := re.search(r"\bUID ([\d:*,]+)", criteria.upper()):
            found = self.of(chosen[1])
        if since := re.search(r"\bSINCE (\d+-\w+-\d+)", criteria, re.IGNORECASE):
            first: date = datetime.strptime(since[1], "%d-%b-%Y").replace(tzinfo=UTC).date()
            found = [message for message in found if message.at.date() >= first]
        return [message.uid for message in found]


def numbers(uids: str, folder: Folder) -> "set[int] | range":
    """The UIDs of a sequence set; `*` is the highest there is, and `n:*` always has it (RFC 3501 section 9)."""
    highest = max((message.uid for message in folder.messages), default=0)
    found: set[int] = set()
    for part in uids.split(","):
        first, _, last = part.partition(":")
        ends = [highest if end == "*" else int(end) for end in (first, last or first)]
        found |= {m.uid for m in folder.messages if min(ends) <= m.uid <= max(ends)}
    return found


def asked_for(message: Message, items: str) -> bytes:
    """The attributes that a FETCH asks for."""
    told = [b"UID %d" % message.uid]
    if "RFC822.SIZE" in items.upper() and not message.missing:
        told.append(b"RFC822.SIZE %d" % message.size)
    if "INTERNALDATE" in items.upper() and not message.missing:
        told.append(b'INTERNALDATE "%s"' % message.at.strftime("%d-%b-%Y %H:%M:%S +0000").encode())
    if (wanted := _PARTIAL.search(items.upper())) and not message.missing:
        whole = message.raw if message.body is None else message.body
        start, count = int(wanted[1] or 0), int(wanted[2] or len(whole))
        part = whole[start : start + count]
        size = len(part) if message.literal is None else message.literal
        told.append(b"BODY[]<%d> {%d}\r\n%s" % (start, size, part))
    return b" ".join(told)
