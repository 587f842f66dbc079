"""Header fields: split from the bytes under caps, looked up by name, decoded for display."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parsers.characters import charset, encoded
from parsers.limits import Limits
from parsers.mail import Defect

# A blank line, or the delimiter of the next part.
_SECTION_END = re.compile(rb"\n(?:\r?\n|--)")
# A name may begin with anything but two hyphens: those begin delimiters of parts.
_FIELD = re.compile(rb"(?!--)([!-9;-~]+)[ \t]*:")
_WELL_KNOWN = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|received|reply-to|return-path|content-[a-z-]{1,40}|x-[!-9;-~]{1,60})"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(rb"[A-Za-z][\w*-]{0,40}[ \t]*=")
_RUBBISH = 20
_AHEAD = 8 * 1024
_MBOX = (b"From ", b">From ")
_BARE_ID = re.compile(r"[^<>@\s\"'()]{1,500}@[^<>@\s\"'()]{1,480}")
_ID = re.compile(r"<[^<>\s]{1,990}>")

# RFC 5322 section 3.6: these may stand once. The first set says who writes what: doubled, nobody's word counts.
_IDENTITY = frozenset({"from", "sender", "subject", "message-id"})
_SINGLE = _IDENTITY | {"date", "to", "cc", "bcc", "reply-to", "in-reply-to", "references", "content-type"}


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one message or part. Values are unfolded; bytes beyond ASCII stand as surrogate escapes.

    `charset` is the one that bare bytes are probably in, empty where nothing tells. `order` has the names as they stand
    from top to bottom.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    charset: str = ""
    order: tuple[str, ...] = ()

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]]) -> "Headers":
        """From (name, raw value) pairs, as `email.message.Message.raw_items` gives them."""
        found: dict[str, list[str]] = {}
        order = []
        for name, value in items:
            order.append(name.strip().lower())
            found.setdefault(order[-1], []).append(value.replace("\r", "").replace("\n", "").strip())
        return cls({name: tuple(values) for name, values in found.items()}, order=tuple(order))

    def near(self, label: str) -> "Headers":
        """The same fields in a mail whose text is in that charset."""
        return Headers(self.fields, label, self.order) if label else self

    def all(self, name: str) -> tuple[str, ...]:
        """Every raw value of a field, topmost first; `name` is lower-case."""
        return self.fields.get(name, ())

    def topmost(self, name: str, *, above: str) -> tuple[str, ...]:
        """The raw values of a field that stand together: none of the fields `above` comes between them."""
        places = [place for place, other in enumerate(self.order) if other == name]
        if not places:
            return self.all(name)
        end = next((p for p in range(places[0], len(self.order)) if self.order[p] == above), len(self.order))
        return self.all(name)[: sum(place < end for place in places)]

    def first(self, name: str) -> str:
        """The topmost raw value, empty where there is none."""
        values = self.fields.get(name)
        return values[0] if values else ""

    def text(self, name: str) -> str:
        """The topmost value for reading."""
        return text(self.first(name), self.charset)

    def ids(self, name: str) -> tuple[str, ...]:
        """All Message-IDs in a field, in order, with their angle brackets; where all lack them, they get them."""
        return tuple(dict.fromkeys(charset.clean(found) for value in self.all(name) for found in _ids(value)))

    def message_id(self) -> str | None:
        """The Message-ID; one that lacks its brackets gets them, and white space that folding left in it goes."""
        value = self.first("message-id").strip()
        found = _ID.search(value) or _ID.search("".join(value.split()) if value.startswith("<") else "")
        if found:
            return charset.clean(found.group())
        bare = value.strip("<> ")
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
    """Header fields and body of a message.

    The section ends at the first blank line. It ends before a line that is no field, unless well-known fields follow
    below: then that line is rubbish that something on the way put in, and is left out.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    first = raw[:1000]
    if b"\n" not in first and b"\r" in first:
        raw = _fed(raw)
    elif b"\r\r\n" in first:
        # Some gateway has changed line ends that were right already.
        raw = raw.replace(b"\r\r\n", b"\r\n")
    section = _section(raw, 0)
    kept, dropped = _within(section.fields, limits)
    wrong = (Defect("header-syntax", "a line before the first blank line is no header field"),) if section.wrong else ()
    return Split(Headers.of(kept), raw[section.end :], (*wrong, *dropped), bool(wrong or dropped))


def of_part(body: bytes, start: int, limits: Limits) -> tuple[Headers, int]:
    """The fields of the part that begins at `start` of a body, and where its content begins."""
    section = _section(body, start)
    return Headers.of(_within(section.fields, limits)[0]), section.end


def _fed(raw: bytes) -> bytes:
    """A message with carriage returns for line ends: those of the section above become line feeds."""
    head, blank, body = raw.partition(b"\r\r")
    return head.replace(b"\r", b"\n") + blank.replace(b"\r", b"\n") + body


@dataclass(slots=True)
class _Section:
    """Raw fields (name, lines), where the content after them begins, and whether a line among them was wrong."""

    fields: list[tuple[bytes, list[bytes]]]
    end: int
    wrong: bool = False


def _section(raw: bytes, at: int) -> _Section:
    found = _Section([], at)
    rubbish = 0
    while found.end < len(raw):
        end = raw.find(b"\n", found.end)
        end = len(raw) if end < 0 else end + 1
        line = raw[found.end : end]
        if not found.fields and line[:1] in (b" ", b"\t") and _WELL_KNOWN.match(line.lstrip(b" \t")):
            # The first field, indented by mistake: there is none above that it could go on.
            line = line.lstrip(b" \t")
            found.wrong = True
        named = _FIELD.match(line)
        if line[:1] in (b" ", b"\t") and found.fields and line.strip():
            found.fields[-1][1].append(line.rstrip(b"\r\n"))
        elif found.fields and found.fields[-1][1][-1].endswith(b";") and _PARAMETER.match(line):
            # A folded field that lost the white space before its next line.
            found.fields[-1][1].append(b" " + line.rstrip(b"\r\n"))
            found.wrong = True
        elif named:
            found.fields.append((named.group(1).lower(), [line[named.end() :].rstrip(b"\r\n")]))
        elif not line.strip(b"\r\n"):
            found.end = end
            break
        elif not line.startswith(_MBOX) and line.strip():
            found.wrong = True
            rubbish += 1
            if rubbish > _RUBBISH or not _fields_follow(raw, end, bool(found.fields)):
                break
        found.end = end
    return found


def _fields_follow(raw: bytes, at: int, after_fields: bool) -> bool:
    """Whether the section goes on below; above its first field only one line may be wrong."""
    if not after_fields:
        return _WELL_KNOWN.match(raw, at) is not None
    # From the line end above on, so that a blank line right below is seen.
    ahead = raw[at - 1 : at + _AHEAD]
    end = _SECTION_END.search(ahead)
    return _WELL_KNOWN.search(ahead[: end.start() + 1] if end else ahead) is not None


def _within(
    fields: list[tuple[bytes, list[bytes]]], limits: Limits
) -> tuple[list[tuple[str, str]], tuple[Defect, ...]]:
    kept: list[tuple[str, str]] = []
    defects: dict[str, Defect] = {}
    total = 0
    for name, lines in fields:
        size = len(name) + sum(map(len, lines))
        shown = name.decode("ascii")[:60]
        if size > limits.header_bytes:
            defects.setdefault("header-too-long", Defect("header-too-long", shown))
            continue
        if len(kept) >= limits.headers or total + size > limits.all_header_bytes:
            defects.setdefault("too-many-headers", Defect("too-many-headers", f"from {shown} on"))
            break
        total += size
        kept.append((name.decode("ascii"), b"".join(lines).decode("ascii", "surrogateescape")))
    return kept, tuple(defects.values())


def _ids(value: str) -> list[str]:
    found = _ID.findall(value)
    words = [] if found else value.split()
    return [f"<{word}>" for word in words] if words and all(map(_BARE_ID.fullmatch, words)) else found


def text(value: str, hint: str = "") -> str:
    """A raw value for reading, on one line: encoded words (RFC 2047) and bare 8-bit bytes decoded.

    `hint` is the charset of the mail's text: bare bytes that are no UTF-8 are in that one more often than not.
    """
    if not value.isascii() or "\x1b$" in value:
        value = charset.decode(value.encode("utf-8", "surrogateescape"), None, (hint,), guess=False)[0]
    return charset.line(encoded.decode(value) if "=?" in value else value)
