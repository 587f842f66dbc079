"""The parts of a multipart body (RFC 2046 section 5.1), cut from the bytes in one pass.

Written for what senders really send: an outer delimiter ends whatever is open inside it, a missing last delimiter
ends with the message, what comes behind it is read on, and where the stated boundary never comes, the one that does
come is taken. Attached messages are not entered, so they keep their bytes. Time is linear in the size of the body,
however deep it is nested.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers import headers
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Defect
from parsers.parts import encodings
from parsers.parts.parameters import Value, parse

_TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "plain/text": "text/plain",
    "text/text": "text/plain",
    "html": "text/html",
    "multipart": "multipart/mixed",
}
# A delimiter that nobody announced: a line of its kind with a field of a part below it.
_UNANNOUNCED = re.compile(
    rb"\s*(?:this is a (?:mime|multi-?part)[^\r\n]{0,200}\s+)?--([^\r\n]{3,200})\r?\n(?=content-[a-z-]{1,60}[ \t]*:)",
    re.IGNORECASE,
)

_FIELD = re.compile(rb"content-[a-z-]{1,60}[ \t]*:", re.IGNORECASE)
# What programs write there for readers that know no parts.
_ANNOUNCED = re.compile(rb"\bmime\b|multi-?part|mail (?:reader|client|program)", re.IGNORECASE)
_LONGEST_ANNOUNCEMENT = 2_000
_PASSES = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A part without parts of its own, still in its transfer encoding.

    `parent` is the subtype of the multipart around it, `first` says that it opens that one, and `group` numbers the
    outermost multipart/alternative that it stands in, 0 for none.
    """

    fields: Headers
    kind: Value
    body: bytes
    parent: str = ""
    first: bool = True
    group: int = 0


def split(fields: Headers, body: bytes, limits: Limits) -> tuple[list[Part], Defect | None]:
    """The parts of a message in reading order; over a cap none of them, and which cap it was."""
    if b"\n" not in body and b"\r" in body:
        body = body.replace(b"\r", b"\n")
    kind = kind_of(fields, "text/plain")
    opening: list[Part] = []
    fitting = _multipart(fields, body)
    if fitting is not None and fitting.boundary != kind.boundary:
        opening = _opening(fields, kind, body, fitting.boundary.rstrip())
        kind = fitting
    if not kind.word.startswith("multipart/"):
        stated = kind.boundary if kind.word.startswith("text/") and _comes(body, kind.boundary) else b""
        found = stated or (None if fields.all("content-type") else _Ahead(body, len(body) or 1).boundary(Value(), 0))
        if not found:
            return [Part(fields, kind, body)], None
        kind = Value("multipart/mixed", boundary=found)
    elif kind.boundary and not _comes(body, kind.boundary.rstrip()):
        # RFC 2045 section 6.4 forbids to encode a multipart as a whole; some gateways do.
        decoded = encodings.decoded(fields.first("content-transfer-encoding"), body)
        body = decoded if _comes(decoded, kind.boundary.rstrip()) else body
    cutter = _Cutter(limits, _Ahead(body, _PASSES * len(body)))
    try:
        cutter.cut(fields, kind, body)
    except _TooMuchError as error:
        return [], error.defect
    return opening + cutter.parts, None


def _multipart(fields: Headers, body: bytes) -> Value | None:
    """Of several Content-Type fields the one whose boundary comes: a gateway put a field of its own before it."""
    written = fields.all("content-type")[:3]
    kinds = (parse(value) for value in written) if len(written) > 1 else ()
    fitting = (k for k in kinds if k.word.startswith("multipart/") and k.boundary.strip())
    return next((k for k in fitting if _comes(body, k.boundary.rstrip())), None)


def _opening(fields: Headers, kind: Value, body: bytes, boundary: bytes) -> list[Part]:
    """The text that stood there before its mail was made a multipart: now it stands before the first delimiter."""
    said = body[: max(body.find(b"--" + boundary), 0)]
    meant = kind.word.startswith("text/") and said.strip() and not _ANNOUNCED.search(said[:_LONGEST_ANNOUNCEMENT])
    return [Part(fields, kind, said)] if meant else []


def kind_of(fields: Headers, default: str) -> Value:
    """The Content-Type of a part; of several fields the first that is one. `default` where there is none."""
    for value in fields.all("content-type")[:3]:
        kind = parse(value)
        word = _TYPES.get(kind.word, kind.word)
        if "/" in word.strip("/"):
            return kind if word == kind.word else kind.called(word)
    return parse(fields.first("content-type")).called(default)


class _TooMuchError(Exception):
    def __init__(self, code: str, detail: str) -> None:
        self.defect = Defect(code, detail)


@dataclass(slots=True)
class _Open:
    """A multipart whose end has not come yet. `start` is where its body begins, `parts` how many it has.

    `rooted` says that one of them was taken for the first.
    """

    fields: Headers
    kind: Value
    boundary: bytes | None
    start: int
    parent: "_Open | None"
    group: int
    parts: int = 0
    rooted: bool = False

    @property
    def subtype(self) -> str:
        return self.kind.word.partition("/")[2]


@dataclass(slots=True)
class _Leaf:
    fields: Headers
    kind: Value
    start: int
    parent: _Open


@dataclass(slots=True)
class _Ahead:
    """Looks for boundaries further down in one body, and passes over it a few times in all.

    A hostile mail names another boundary, or one at its far end, in each of many parts. `left` is how many bytes may
    still be passed over; after that every stated boundary is believed, and none is guessed.
    """

    body: bytes
    left: int

    def boundary(self, kind: Value, start: int) -> bytes | None:
        """The boundary of the multipart whose body begins at `start`: the stated one, if it comes.

        Some writers quote it wrongly or comment on it. Where it never comes, the first line of the body may still be a
        delimiter, of another boundary than the stated one.
        """
        stated = kind.boundary.rstrip()
        if stated:
            for written in dict.fromkeys((stated, stated.split()[0], stated.strip(b" '\""))):
                if written and (self.left <= 0 or self._comes(written, start)):
                    return written
        return self._unannounced(start) or stated or None

    def _comes(self, boundary: bytes, start: int) -> bool:
        return self.body.startswith(b"--" + boundary, start) or self._stands(boundary, max(start - 1, 0))

    def _unannounced(self, start: int) -> bytes | None:
        """A boundary that nobody stated: it opens the body, with a field of a part below it, and comes again."""
        found = _UNANNOUNCED.match(self.body, start) if self.left > 0 else None
        if found is None:
            return None
        boundary = found.group(1).rstrip()
        return boundary if self._stands(boundary, found.end()) else None

    def _stands(self, boundary: bytes, start: int) -> bool:
        at = self.body.find(b"\n--" + boundary, start)
        self.left -= (at if at >= 0 else len(self.body)) - start
        return at >= 0


@dataclass(slots=True)
class _Cutter:
    """The walk over the delimiter lines of one body. `open` and `leaf` say where in the tree it stands.

    `closed` are the multiparts that have ended, by boundary.
    """

    limits: Limits
    ahead: _Ahead
    parts: list[Part] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    at: dict[bytes, list[int]] = field(default_factory=dict)
    closed: dict[bytes, _Open] = field(default_factory=dict)
    leaf: _Leaf | None = None
    alternatives: int = 0
    seen: int = 0

    def cut(self, fields: Headers, kind: Value, body: bytes) -> None:
        self._enter(fields, kind, 0, None, body)
        for start, end in _hyphen_lines(body):
            if end - start > 2:
                self._line(body, start, end)
        self._end(body, self._glued(body), 0)

    def _line(self, body: bytes, start: int, end: int) -> None:
        """Act on a line that begins with two hyphens, if it is the delimiter of anything open."""
        written = body[start + 2 : end].rstrip(b" \t\r")
        places = self.at.get(written)
        closing = False
        if not places and written.endswith(b"-"):
            # The last hyphen is missing where a mail was cut off.
            places, closing = self.at.get(written[:-2] if written.endswith(b"--") else written[:-1]), True
        if not places:
            if not self._opens_again(body, written, end + 1):
                return
            places = self.at[written]
        self._end(body, _before_line_end(body, start), places[-1] + 1)
        if closing:
            self._pop()
        else:
            self._begin(body, end + 1)

    def _opens_again(self, body: bytes, boundary: bytes, below: int) -> bool:
        """Parts behind the last delimiter: somebody added them, or wrote it, or an outer one, too early."""
        ended = self.closed.get(boundary)
        around = self.open[-1] if self.open else None
        if ended is None or not _FIELD.match(body, below):
            return False
        if self.leaf is not None and self.leaf.kind.word.startswith("message/"):
            return False
        if around is not None and ended.parent is not around:
            return False
        self.open.append(ended)
        self.at[boundary].append(len(self.open) - 1)
        return True

    def _begin(self, body: bytes, start: int) -> None:
        around = self.open[-1]
        around.parts += 1
        self.seen += 1
        if self.seen > self.limits.parts:
            raise _TooMuchError("too-many-parts", f"more than {self.limits.parts}")
        fields, content = headers.of_part(body, start, self.limits)
        kind = kind_of(fields, "message/rfc822" if around.subtype == "digest" else "text/plain")
        if kind.word.startswith("multipart/"):
            self._enter(fields, kind, content, around, body)
        else:
            self.leaf = _Leaf(fields, kind, content, around)

    def _enter(self, fields: Headers, kind: Value, start: int, around: _Open | None, body: bytes) -> None:
        if len(self.open) >= self.limits.depth:
            raise _TooMuchError("too-deep", f"parts nested more than {self.limits.depth} deep")
        group = around.group if around else 0
        if kind.word == "multipart/alternative" and not group:
            self.alternatives += 1
            group = self.alternatives
        boundary = self.ahead.boundary(kind, start)
        self.open.append(_Open(fields, kind, boundary, start, around, group))
        if boundary is not None:
            self.at.setdefault(boundary, []).append(len(self.open) - 1)

    def _end(self, body: bytes, end: int, level: int) -> None:
        """All that stands open at `level` or deeper ends at `end`."""
        if self.leaf is not None:
            leaf, self.leaf = self.leaf, None
            self._emit(leaf.fields, leaf.kind, body[leaf.start : max(end, leaf.start)], leaf.parent)
        while len(self.open) > level:
            ended = self._pop()
            if ended.parts == 0:
                # No delimiter of it came: a part without parts.
                self._emit(ended.fields, ended.kind, body[ended.start : max(end, ended.start)], ended.parent)

    def _pop(self) -> _Open:
        ended = self.open.pop()
        if ended.boundary is not None:
            self.at[ended.boundary].pop()
            self.closed[ended.boundary] = ended
        return ended

    def _emit(self, fields: Headers, kind: Value, body: bytes, around: _Open | None) -> None:
        if around is None:
            self.parts.append(Part(fields, kind, body))
            return
        first = not around.rooted and _is_first(fields, kind, around)
        around.rooted = around.rooted or first
        self.parts.append(Part(fields, kind, body, around.subtype, first, around.group))

    def _glued(self, body: bytes) -> int:
        """Where the content ends: before a last delimiter that somebody forgot to put on a line of its own."""
        end = len(body.rstrip())
        if self.leaf is not None and body.endswith(b"--", 0, end):
            for around in reversed(self.open):
                if around.boundary and body.endswith(b"--" + around.boundary + b"--", self.leaf.start, end):
                    return end - len(around.boundary) - 4
        return len(body)


def _is_first(fields: Headers, kind: Value, around: _Open) -> bool:
    """Whether a part opens the multipart around it: of a related one the root (RFC 2387 section 3.2), else the first.

    Where no `start` names the root, some writers put the pictures first and say the root's `type`.
    """
    start = around.kind.get("start").strip("<>") if around.subtype == "related" else ""
    if start:
        return fields.first("content-id").strip(" <>") == start
    stated = around.kind.get("type").lower() if around.subtype == "related" else ""
    if not stated.startswith("text/"):
        return around.parts == 1
    return kind.word == stated or (around.parts == 1 and kind.word.startswith("text/"))


def _hyphen_lines(body: bytes) -> Iterator[tuple[int, int]]:
    """Where each line that begins with two hyphens starts, and where it ends without its line feed."""
    start = 0 if body.startswith(b"--") else body.find(b"\n--") + 1 or len(body)
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        yield start, end
        start = body.find(b"\n--", end) + 1 or len(body)


def _comes(body: bytes, boundary: bytes) -> bool:
    return body.startswith(b"--" + boundary) or b"\n--" + boundary in body


def _before_line_end(body: bytes, start: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1)."""
    if start and body[start - 1] == 0x0A:
        start -= 1
        if start and body[start - 1] == 0x0D:
            start -= 1
    return start
