"""What makes two deliveries the same mail, read from raw bytes without parsing: linear and never failing."""

import hashlib
import re
from dataclasses import dataclass

# What the writer said of the mail. Trace headers (RFC 5321 section 4.4), signatures and what relays add are left out:
# an upstream that sends a mail again writes new ones.
_IDENTITY = frozenset(
    b"from sender reply-to to cc subject date message-id in-reply-to references mime-version content-type "
    b"content-transfer-encoding content-disposition".split()
)
_FOLD = re.compile(rb"\r?\n[ \t]+")
# From the beginning of a word alone: a long one without a sign is not read again from each of its letters.
_ADDRESS = re.compile(rb"(?<![^\s<>,;:\"()\[\]\\])[^\s<>,;:\"()\[\]\\]+@[^\s<>,;:\"()\[\]\\]+")
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,900}>")
LOOP_FIELD = b"x-postern-loop"
"""The field that our letters bear, once more for each letter that led to them."""
HEADER_LIMIT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """`digest` (hex) covers body and identity headers, `writer` the From line.

    `recipients` stand in To, Cc and Delivered-To. `hops` are Received lines, `own_hops` those of our letters.
    """

    message_id: str | None
    digest: str
    writer: str
    recipients: tuple[str, ...]
    hops: int
    own_hops: int = 0


def headers(raw: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """Lower-case names with unfolded values, and where the body begins. An mbox `From ` line is passed over.

    Of a header section over the limit the rest counts as body, so that two mails which differ there only are two.
    """
    start = raw.index(b"\n") + 1 if raw.startswith(b"From ") and b"\n" in raw else 0
    end = len(raw)
    for mark in (b"\n\r\n", b"\n\n"):
        place = raw.find(mark, start, end + 1)  # one letter more: a second mark may reach into the first
        end = end if place < 0 else place
    body = end + (3 if raw[end : end + 3] == b"\n\r\n" else 2)
    if end > start + HEADER_LIMIT:
        end = body = start + HEADER_LIMIT
    block = _FOLD.sub(b" ", raw[start:end])
    found = []
    for line in block.split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon:
            found.append((name.strip().lower(), value.strip()))
    return found, body


def identify(raw: bytes) -> Identity:
    """The identity of a message as it came. Line ends do not count: a pipe may change CRLF to LF."""
    fields, body = headers(raw)
    digest = hashlib.sha256()
    for name, value in fields:
        if name in _IDENTITY:
            digest.update(name + b":" + value + b"\n")
    digest.update(b"\n")
    digest.update(raw[body:].replace(b"\r", b"").rstrip(b"\n"))
    first = dict(reversed(fields))
    message_id = _MESSAGE_ID.search(first.get(b"message-id", b""))
    named = [value for name, value in fields if name in (b"to", b"cc", b"delivered-to")]
    return Identity(
        message_id=message_id.group().decode("ascii", "replace") if message_id else None,
        digest=digest.hexdigest(),
        writer=hashlib.sha256(first.get(b"from", b"").lower()).hexdigest()[:32],
        recipients=tuple(a.decode("latin-1") for value in named for a in _ADDRESS.findall(value)),
        hops=sum(1 for name, _ in fields if name == b"received"),
        own_hops=sum(1 for name, _ in fields if name == LOOP_FIELD),
    )
