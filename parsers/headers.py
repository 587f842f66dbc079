"""Header fields: split from the bytes under caps, looked up by name, decoded for display."""

import binascii
import quopri
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parsers import charset
from parsers.limits import Limits
from parsers.mail import Defect

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_MBOX = (b"From ", b">From ")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ID = re.compile(r"<[^<>\s]{1,990}>")

# RFC 5322 section 3.6: these may stand once. The first set says who writes what: doubled, nobody's word counts.
_IDENTITY = frozenset({"from", "sender", "subject", "message-id"})
_SINGLE = _IDENTITY | {"date", "to", "cc", "bcc", "reply-to", "in-reply-to", "references", "content-type"}


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one message or part. Values are unfolded; bytes beyond ASCII stand as surrogate escapes."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]]) -> "Headers":
        """From (name, raw value) pairs, as `email.message.Message.raw_items` gives them."""
        found: dict[str, list[str]] = {}
        for name, value in items:
            found.setdefault(name.strip().lower(), []).append(value.replace("\r", "").replace("\n", "").strip())
        return cls({name: tuple(values) for name, values in found.items()})

    def all(self, name: str) -> tuple[str, ...]:
        """Every raw value of a field, topmost first; `name` is lower-case."""
        return self.fields.get(name, ())

    def first(self, name: str) -> str:
        """The topmost raw value, empty where there is none."""
        values = self.fields.get(name)
        return values[0] if values else ""

    def text(self, name: str) -> str:
        """The topmost value for reading."""
        return text(self.first(name))

    def ids(self, name: str) -> tuple[str, ...]:
        """All Message-IDs in a field, in order, with their angle brackets."""
        return tuple(dict.fromkeys(charset.clean(found) for value in self.all(name) for found in _ID.findall(value)))

    def message_id(self) -> str | None:
        """The Message-ID; one that lacks its brackets gets them."""
        value = self.first("message-id").strip()
        found = _ID.search(value)
        if found:
            return charset.clean(found.group())
        bare = value.strip("<>")
        return f"<{charset.clean(bare)}>" if bare and len(bare) < 990 and not re.search(r"[\s<>]", bare) else None

    def doubled(self) -> tuple[str, ...]:
        """The names of fields that stand more than once although they may not."""
        return tuple(sorted(name for name in _SINGLE if len(self.all(name)) > 1))

    def ambiguous(self) -> bool:
        """True where a doubled field leaves open who says what."""
        return any(len(self.all(name)) > 1 for name in _IDENTITY)


@dataclass(frozen=True, slots=True)
class Split:
    """A message cut at its first blank line. `cut` is True where fields were left out or could not be read."""

    headers: Headers
    body: bytes
    defects: tuple[Defect, ...]
    cut: bool


def split(raw: bytes, limits: Limits) -> Split:
    """Header fields and body. The section ends at the first blank line or the first line that is no field."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    blank = _BLANK_LINE.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    fields: list[tuple[bytes, list[bytes]]] = []
    at = 0
    defects: list[Defect] = []
    for line in head.splitlines(keepends=True):
        named = _FIELD.match(line)
        if line[:1] in b" \t" and fields:
            fields[-1][1].append(line.rstrip(b"\r\n"))
        elif named:
            fields.append((named.group(1).lower(), [line[named.end() :].rstrip(b"\r\n")]))
        elif not line.startswith(_MBOX):
            body = raw[at:]
            defects.append(Defect("header-syntax", "a line before the first blank line is no header field"))
            break
        at += len(line)
    kept, dropped = _within(fields, limits)
    return Split(Headers.of(kept), body, (*defects, *dropped), bool(defects or dropped))


def _within(
    fields: list[tuple[bytes, list[bytes]]], limits: Limits
) -> tuple[list[tuple[str, str]], tuple[Defect, ...]]:
    kept: list[tuple[str, str]] = []
    defects: dict[str, Defect] = {}
    total = 0
    for name, lines in fields:
        size = len(name) + sum(map(len, lines))
        shown = name.decode("ascii")[:60]
        if len(kept) >= limits.headers or total + size > limits.all_header_bytes:
            defects.setdefault("too-many-headers", Defect("too-many-headers", f"from {shown} on"))
            break
        if size > limits.header_bytes:
            defects.setdefault("header-too-long", Defect("header-too-long", shown))
            continue
        total += size
        kept.append((name.decode("ascii"), b"".join(lines).decode("ascii", "surrogateescape")))
    return kept, tuple(defects.values())


def text(value: str) -> str:
    """A raw value for reading, on one line: encoded words (RFC 2047) and bare 8-bit bytes decoded."""
    if not value.isascii():
        value = charset.decode(value.encode("utf-8", "surrogateescape"))[0]
    if "=?" not in value:
        return charset.line(value)
    return charset.line(_decode_words(value))


def _decode_words(value: str) -> str:
    """Adjacent words lose the space between them and, in one charset, share characters cut between them."""
    out: list[str] = []
    waiting: tuple[str, bytes] | None = None
    at = 0
    for found in _WORD.finditer(value):
        between = value[at : found.start()]
        name = found.group(1).partition("*")[0].lower()
        data = _word_bytes(found.group(2), found.group(3))
        if waiting and between.strip():
            out.append(_word_text(waiting))
            waiting = None
        if waiting is None:
            out.append(between)
            waiting = (name, data)
        elif waiting[0] == name:
            waiting = (name, waiting[1] + data)
        else:
            out.append(_word_text(waiting))
            waiting = (name, data)
        at = found.end()
    if waiting:
        out.append(_word_text(waiting))
    out.append(value[at:])
    return "".join(out)


def _word_text(word: tuple[str, bytes]) -> str:
    return charset.decode(word[1], word[0])[0]


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    return unbase64(data)


def unbase64(data: bytes) -> bytes:
    """Base64 as far as it can be read: foreign characters skipped, padding supplied, nothing read after it."""
    kept = data.translate(None, _NOT_BASE64).partition(b"=")[0]
    # A single left-over character holds no whole byte.
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(b for b in range(256) if b not in _BASE64)
