"""Our own walk over the parts of a message: what is body, what is attached, what is a report.

An attached message stays attached: its text never becomes part of the body (RFC 2046 section 5.2.1).
"""

import binascii
import hashlib
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from itertools import islice

from parsers import charset, guard, headers
from parsers.filenames import file_name
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Attachment, Defect
from parsers.parameters import Value, parse

_CTE = re.compile(r"[a-z0-9-]+")
_TEXT = ("text/plain", "text/html")
_MEDIA = ("image/", "audio/", "video/")
REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/feedback-report",
        "message/disposition-notification",
        "message/rfc822",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
        "text/rfc822-headers",
    }
)


@dataclass(frozen=True, slots=True)
class Text:
    """One stretch of the body. `group` numbers the multipart/alternative that it stands in, 0 for none."""

    text: str
    is_html: bool
    group: int


@dataclass(frozen=True, slots=True)
class Report:
    """A part that speaks about another message: its type and its decoded bytes."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A message taken apart."""

    texts: tuple[Text, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[Report, ...] = ()
    calendar_method: str = ""
    defects: tuple[Defect, ...] = ()
    flat: bool = False


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part without parts of its own. `first` says that it opens its multipart, `parent` is that one's subtype."""

    kind: Value
    disposition: Value
    content_id: str | None
    data: bytes
    parent: str = ""
    first: bool = True
    group: int = 0


def take_apart(fields: Headers, body: bytes, limits: Limits) -> Body:
    """The body of a message whose header fields are known. Over a cap it is one flat text with a defect."""
    found = _parts(fields, body, limits)
    return _flat(body, found, limits) if isinstance(found, Defect) else _collect(found, limits)


def attached(fields: Headers, body: bytes, limits: Limits) -> Iterator[tuple[Attachment, bytes]]:
    """The attachments that `take_apart` names, in its order, each with its decoded content."""
    found = _parts(fields, body, limits)
    leaves = (leaf for leaf in (() if isinstance(found, Defect) else found) if not _is_body(leaf))
    for number, leaf in enumerate(islice(leaves, limits.attachments), 1):
        yield _attachment(leaf, number), leaf.data


def _parts(fields: Headers, body: bytes, limits: Limits) -> "Iterator[_Leaf] | Defect":
    """The parts that have none of their own, or the cap that the message crosses."""
    top = parse(fields.first("content-type"))
    if not top.word.startswith(("multipart/", "message/")):
        return iter([_leaf(fields, top, _transfer_decoded(fields, body))])
    boundary = re.sub(r'(["\\])', r"\\\1", top.get("boundary"))
    value = f'{top.word}; boundary="{boundary}"'.encode("utf-8", "replace")
    defect = guard.fault(value, body, limits)
    if defect is not None:
        return defect
    transfer = fields.first("content-transfer-encoding").encode("ascii", "replace")
    head = b"Content-Type: %s\nContent-Transfer-Encoding: %s\n\n" % (value, transfer)
    return _leaves(message_from_bytes(head + body), limits)


def _flat(body: bytes, defect: Defect, limits: Limits) -> Body:
    shown = charset.decode(body[: limits.text_length])[0]
    return Body(texts=(Text(shown, is_html=False, group=0),), defects=(defect,), flat=True)


def _leaf(fields: Headers, kind: Value, data: bytes, parent: str = "", first: bool = True, group: int = 0) -> _Leaf:
    disposition = parse(fields.first("content-disposition"))
    content_id = fields.first("content-id").strip().strip("<>") or None
    return _Leaf(kind, disposition, content_id and charset.line(content_id), data, parent, first, group)


def _leaves(message: Message, limits: Limits) -> Iterator[_Leaf]:
    """Depth first, in reading order, without recursion. `group` is inherited from the outermost alternative."""
    stack: list[tuple[Message, str, bool, int, str]] = [(message, "", True, 0, "text/plain")]
    alternatives = 0
    seen = 0
    while stack and seen <= limits.parts:
        part, parent, first, group, default = stack.pop()
        seen += 1
        fields = Headers.of(part.raw_items())
        kind = parse(fields.first("content-type"))
        if "/" not in kind.word:
            kind = Value(default, kind.parameters)
        subtype = kind.word.partition("/")[2]
        if kind.word.startswith("multipart/") and part.is_multipart():
            if subtype == "alternative" and not group:
                alternatives += 1
                group = alternatives
            implied = "message/rfc822" if subtype == "digest" else "text/plain"
            children = [(p, subtype, i == 0, group, implied) for i, p in enumerate(_inner(part))]
            stack.extend(reversed(children))
        else:
            yield _leaf(fields, kind, _content(part, fields), parent, first, group)


def _content(part: Message, fields: Headers) -> bytes:
    """The decoded bytes of a part; for an attached message the whole of it."""
    if part.is_multipart():
        return _transfer_decoded(fields, b"\n".join(map(_flattened, _inner(part))))
    return _transfer_decoded(fields, _payload(part))


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [p for p in payload if isinstance(p, Message)] if isinstance(payload, list) else []


def _payload(part: Message) -> bytes:
    """The bytes of a part without parts, as they came.

    Only `decode=True` keeps away from the part's charset, which may be hostile; without its encoding field the
    decoding is left to us.
    """
    del part["content-transfer-encoding"]
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _flattened(message: Message) -> bytes:
    """A parsed message as bytes again; the generator of the standard library refuses some that its parser took."""
    try:
        return message.as_bytes()
    except Exception:  # noqa: BLE001 - any of a dozen kinds; the header fields and a plain payload remain
        lines = [f"{name}: {value}\n" for name, value in message.raw_items()]
        rest = b"" if message.is_multipart() else _payload(message)
        return "".join([*lines, "\n"]).encode("utf-8", "surrogateescape") + rest


def _transfer_decoded(fields: Headers, data: bytes) -> bytes:
    """RFC 2045 section 6, as far as the bytes allow; an unknown encoding leaves them as they are."""
    named = _CTE.search(fields.first("content-transfer-encoding").lower())
    match named.group() if named else "":
        case "base64":
            return headers.unbase64(data)
        case "quoted-printable":
            return quopri.decodestring(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uudecoded(data)
        case _:
            return data


def _uudecoded(data: bytes) -> bytes:
    lines = data.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if start is None:
        return data
    out: list[bytes] = []
    for line in lines[start + 1 :]:
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)


def _collect(leaves: Iterator[_Leaf], limits: Limits) -> Body:
    texts: list[Text] = []
    attachments: list[Attachment] = []
    reports: list[Report] = []
    defects: dict[str, Defect] = {}
    method = ""
    for leaf in leaves:
        word = leaf.kind.word
        if word in REPORTS:
            reports.append(Report(word, leaf.data))
        if word == "text/calendar":
            method = method or leaf.kind.get("method").lower()
        if _is_body(leaf):
            text, honest = charset.decode(leaf.data, leaf.kind.get("charset") or None)
            if not honest:
                defects.setdefault("charset", Defect("charset", charset.line(leaf.kind.get("charset"))[:60]))
            texts.append(Text(text, word == "text/html", leaf.group))
        elif len(attachments) < limits.attachments:
            attachments.append(_attachment(leaf, len(attachments) + 1))
        else:
            defects.setdefault("too-many-attachments", Defect("too-many-attachments", f"over {limits.attachments}"))
    return Body(tuple(texts), tuple(attachments), tuple(reports), method, tuple(defects.values()))


def _is_body(leaf: _Leaf) -> bool:
    """Text to read, not to save (after RFC 8621 section 4.1.4): the first of its parent, or unnamed."""
    word = leaf.kind.word
    if leaf.disposition.word == "attachment":
        return False
    if word.startswith("multipart/"):
        # The parser found no parts in it: a broken or missing boundary. A reader still wants to see the text.
        return True
    if word not in _TEXT and word:
        return False
    return leaf.first or (leaf.parent != "related" and not _claimed_name(leaf))


def _claimed_name(leaf: _Leaf) -> str:
    return leaf.disposition.get("filename") or leaf.kind.get("name") or leaf.kind.get("file")


def _attachment(leaf: _Leaf, number: int) -> Attachment:
    word = leaf.kind.word or "application/octet-stream"
    content_type = charset.line(word)[:127]
    shown = leaf.content_id is not None and leaf.parent == "related"
    return Attachment(
        filename=file_name(_claimed_name(leaf), content_type, number),
        content_type=content_type,
        size=len(leaf.data),
        sha256=hashlib.sha256(leaf.data).hexdigest(),
        inline=leaf.disposition.word == "inline" or (shown and leaf.disposition.word != "attachment"),
        content_id=leaf.content_id,
    )
