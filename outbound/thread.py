"""The threading of letters: what tells each mail program that they belong together."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

REFERENCES = 1500
"""Octets of References: longer ones are cut by mail systems on the way."""

_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS = 10_000_000  # of a FILETIME in a second
_FAR = 1 << 49  # ticks, some 1.7 years: from there on a delta is told more coarsely


@dataclass(frozen=True, slots=True)
class Thread:
    """The letters of a ticket as one reader has them.

    `root` is the Message-ID (in angle brackets) that all its letters refer to, `began` when the ticket was opened, None
    without one. `earlier` are the Message-IDs of letters that this reader had before, the oldest first; `watching` says
    that they come only for as long as the reader wishes.
    """

    root: str
    began: datetime | None = None
    earlier: tuple[str, ...] = ()
    watching: bool = False


def references(thread: Thread, own: str | None, *, answered: bool) -> list[str]:
    """The Message-IDs of References, the oldest first, the one that is answered last (RFC 5322 section 3.6.4).

    `own` is a mail that the reader wrote: the one that is `answered` by this letter, or the one that it all began with.
    Where not all have room the first stay, and of the others the newest.
    """
    first = [thread.root] if own is None or answered else [thread.root, own]
    last = [own] if own is not None and answered else []
    chain = list(dict.fromkeys((*first, *thread.earlier, *last)))
    while len(chain) > 1 and sum(len(one) + 3 for one in chain) > REFERENCES:
        del chain[min(len(first), len(chain) - 1)]
    return chain


def thread_index(root: str, began: datetime, at: datetime) -> str:
    """The value of Thread-Index, by which Outlook sorts a conversation: the ticket's header block, and one response.

    [MS-OXOMSG] section 2.2.1.3: a reserved octet, the upper 40 bits of the FILETIME at which the conversation began, a
    GUID; then for a response the time since in 31 bits, scaled, and four bits that tell those of one moment apart.
    """
    start = _filetime(began) >> 24 << 24
    passed = max(_filetime(at) - start, 0)
    far = passed >= _FAR
    delta = (passed >> (23 if far else 18)) & 0x7FFF_FFFF | (0x8000_0000 if far else 0)
    guid = hashlib.blake2b(root.encode(), digest_size=16).digest()
    nibble = hashlib.blake2b(f"{root}{at.isoformat()}".encode(), digest_size=1).digest()[0] & 0xF0
    block = b"\x01" + (start >> 24).to_bytes(5, "big") + guid + delta.to_bytes(4, "big") + bytes([nibble])
    return b64encode(block).decode()


def _filetime(moment: datetime) -> int:
    """Ticks of 100 ns since 1601, [MS-DTYP] section 2.3.3."""
    passed = moment - _FILETIME_EPOCH
    return (passed.days * 86_400 + passed.seconds) * _TICKS + passed.microseconds * 10


def folded(ids: Sequence[str]) -> str:
    """One Message-ID a line."""
    return "\r\n ".join(ids)
