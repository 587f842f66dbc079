"""What of a message is body, what is attached, what is a report.

An attached message stays attached: its text never becomes part of the body (RFC 2046 section 5.2.1).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from parsers import headers
from parsers.characters import charset, guess
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Attachment, Defect
from parsers.parts import armour, calendar, cms, encodings, flowed, multipart, tnef
from parsers.parts.filenames import file_name
from parsers.parts.multipart import Part
from parsers.parts.parameters import Value, parse

_TEXT = ("text/plain", "text/html")
_SIGNATURES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_NO_PROSE = ("text/calendar", "text/vcard", "text/x-vcard", "text/csv", "text/rfc822-headers", "text/directory")
_CONTROLS = bytes((*range(1, 9), *range(14, 27), *range(28, 32)))
_SAMPLE = 1024
_PAGE = re.compile(rb"\s*<(?:!doctype html|html[\s>])", re.IGNORECASE)
_META = re.compile(
    rb"<(?:meta[^>]{0,300}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?([\w:.+-]{2,40})", re.IGNORECASE
)
_META_WITHIN = 4096
_WORD_CHARSET = re.compile(r"=\?([\w:.+-]{2,40})(?:\*[\w-]*)?\?[bq]\?", re.IGNORECASE)
_ENRICHED = re.compile(r"</?[A-Za-z][^<>\n]{0,60}>")
_MOST_GUESSES = 8
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
    """One stretch of the body. `group` numbers the multipart/alternative that it stands in, 0 for none.

    `made` says that no mail program wrote it as text: it was made from something else, and commands nothing.
    """

    text: str
    is_html: bool
    group: int
    made: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A part that speaks about another message: its type and its decoded bytes."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A message taken apart. `charset` is the first one that it states for anything, empty where it states none."""

    texts: tuple[Text, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[Report, ...] = ()
    calendar_method: str = ""
    defects: tuple[Defect, ...] = ()
    flat: bool = False
    charset: str = ""


def take_apart(fields: Headers, body: bytes, limits: Limits) -> Body:
    """The body of a message whose header fields are known. Over a cap it is one flat text with a defect."""
    collector = _collected(fields, body, limits)
    if isinstance(collector, Defect):
        shown = charset.decode(body[: limits.text_length])[0]
        return Body(texts=(Text(shown, is_html=False, group=0),), defects=(collector,), flat=True)
    return collector.body()


def attached(fields: Headers, body: bytes, limits: Limits) -> tuple[tuple[Attachment, bytes], ...]:
    """The attachments that `take_apart` names, in its order, each with its decoded content."""
    collector = _collected(fields, body, limits, keep=True)
    if isinstance(collector, Defect):
        return ()
    return tuple(zip(collector.attachments, collector.contents, strict=True))


def _collected(fields: Headers, body: bytes, limits: Limits, *, keep: bool = False) -> "_Collector | Defect":
    """The parts of a message, sorted, or the cap that it crosses."""
    found, defect = multipart.split(fields, body, limits)
    if defect is not None:
        return defect
    found = _opened(found, limits)
    collector = _Collector(limits, tuple(_charsets(fields, found)), keep)
    for part in found:
        collector.take(part)
    return collector


def _opened(found: list[Part], limits: Limits) -> list[Part]:
    """The parts with those that the first opaque signature holds in its place."""
    for i, part in enumerate(found):
        if part.kind.word in _SIGNATURES:
            content = cms.signed_content(_decoded(part))
            if content is not None:
                fields, start = headers.of_part(content, 0, limits)
                inner, defect = multipart.split(fields, content[start:], limits)
                return found if defect else [*found[:i], *inner, *found[i + 1 :]]
    return found


def _decoded(part: Part) -> bytes:
    return encodings.decoded(part.fields.first("content-transfer-encoding"), part.body)


def _charsets(fields: Headers, found: Iterable[Part]) -> Iterable[str]:
    """The charsets that a mail states for anything: what it leaves unsaid is in one of them more often than not."""
    stated = [part.kind.get("charset") for part in found]
    for name in ("subject", "from"):
        stated += _WORD_CHARSET.findall(fields.first(name)[:1000])
    return dict.fromkeys(label for label in stated if charset.codec(label) not in (None, "ascii", "utf-8"))


@dataclass(slots=True)
class _Collector:
    """Sorts the parts of one message. `hints` are the charsets that it states anywhere.

    With `keep` the contents of the attachments stay beside them.
    """

    limits: Limits
    hints: tuple[str, ...]
    keep: bool = False
    contents: list[bytes] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    packed: list[tnef.Contents] = field(default_factory=list)
    spare: list[tuple[Part, bytes]] = field(default_factory=list)
    calendar: str = ""
    method: str = ""
    guesses: int = 0
    defects: dict[str, Defect] = field(default_factory=dict)

    def body(self) -> Body:
        """Where no part is a text to read, the next best thing that holds words is read."""
        if not any(text.text.strip() for text in self.texts):
            self.texts += self._second_best()
        return Body(
            texts=tuple(self.texts),
            attachments=tuple(self.attachments),
            reports=tuple(self.reports),
            calendar_method=self.method,
            defects=tuple(self.defects.values()),
            charset=next(iter(self.hints), ""),
        )

    def take(self, part: Part) -> None:
        word = part.kind.word
        data = _decoded(part)
        self._mark(part)
        if word in REPORTS:
            self.reports.append(Report(word, data))
        disposition = parse(part.fields.first("content-disposition"), next(iter(self.hints), ""))
        if word == "text/calendar" and not self.calendar:
            self.calendar = self._decoded(part, data)
            # One that is attached is a person's to show; a calendar's own answer stands in the body.
            stated = part.kind.get("method").lower() or calendar.method(self.calendar)
            self.method = "" if disposition.word == "attachment" else stated
        name = self._claimed_name(part, disposition)
        if _is_body(part, disposition, name, data):
            self._read(part, data)
            if not word.startswith("multipart/") or not data.strip():
                return
        elif not name and disposition.word != "attachment" and _may_hold_prose(word, data):
            self.spare.append((part, data))
        self._attach(part, disposition, name, data)

    def _mark(self, part: Part) -> None:
        word = part.kind.word
        if part.parent == "encrypted" and part.first:
            self.defects.setdefault("encrypted", Defect("encrypted", word))
        elif word in _SIGNATURES and part.kind.get("smime-type").lower() in ("", "enveloped-data"):
            self.defects.setdefault("encrypted", Defect("encrypted", "S/MIME"))

    def _read(self, part: Part, data: bytes) -> None:
        """A part that is text to read: files written into it are taken out, and flowed lines joined."""
        is_html = part.kind.word == "text/html" or (not part.fields.all("content-type") and bool(_PAGE.match(data)))
        if not is_html:
            data, files = armour.files(data)
            for file in files:
                self._add(self._name(file.name), "application/octet-stream", file.data)
        text = self._decoded(part, data)
        if not is_html and part.kind.get("format").lower() == "flowed":
            text = flowed.joined(text, part.kind.get("delsp").lower() == "yes")
        seven_bit = charset.codec(part.kind.get("charset")) == "utf-7"
        self.texts.append(Text(text, is_html, part.group, made=seven_bit))

    def _decoded(self, part: Part, data: bytes) -> str:
        stated = part.kind.get("charset")
        page = _META.search(data[:_META_WITHIN]) if part.kind.word == "text/html" else None
        hints = (page.group(1).decode("ascii", "replace"), *self.hints) if page else self.hints
        dear = self.guesses < _MOST_GUESSES
        if not charset.is_utf_8(data):
            self.guesses += 1
            if not hints and charset.codec(stated) in (None, "ascii"):
                # One mail, one charset: what is found for its first text is a hint for the rest, and for its fields.
                found = guess.likely(data, dear)
                hints = self.hints = (found,) if found else ()
        text, honest = charset.decode(data, stated or None, hints, guess=dear)
        if not honest:
            self.defects.setdefault("charset", Defect("charset", charset.line(stated)[:60]))
        return text

    def _claimed_name(self, part: Part, disposition: Value) -> str:
        kind = part.kind
        written = part.fields.first("content-type")
        if not written.isascii() and self.hints:
            kind = parse(written, self.hints[0])
        named = disposition.get("filename") or kind.get("name") or kind.get("filename") or kind.get("file")
        return named or disposition.get("name")

    def _name(self, raw: bytes) -> str:
        return charset.line(charset.decode(raw, None, self.hints, guess=False)[0])

    def _attach(self, part: Part, disposition: Value, name: str, data: bytes) -> None:
        if data.startswith(tnef.SIGNATURE) and (contents := tnef.unpacked(data)):
            self.packed.append(contents)
            for packed in contents.files:
                kind = packed.content_type if "/" in packed.content_type else "application/octet-stream"
                self._add(packed.name, kind, packed.data, content_id=packed.content_id or None)
            return
        if not name or part.kind.word == "application/mac-binhex40":
            name, data = self._from_armour(part, name, data)
        content_id = charset.line(part.fields.first("content-id").strip(" <>")) or None
        shown = content_id is not None and part.parent == "related" and disposition.word != "attachment"
        self._add(name, part.kind.word, data, disposition.word == "inline" or shown, content_id)

    def _from_armour(self, part: Part, name: str, data: bytes) -> tuple[str, bytes]:
        """A file in BinHex, and the name of one in uuencode, where the part states none."""
        if part.kind.word == "application/mac-binhex40":
            file = armour.unbinhexed(data)
            return (name or self._name(file.name), file.data) if file else (name, data)
        file = armour.uudecoded(part.body) if b"begin " in part.body[:1000] else None
        return (self._name(file.name) if file else name), data

    def _add(
        self, name: str, content_type: str, data: bytes, inline: bool = False, content_id: str | None = None
    ) -> None:
        if len(self.attachments) >= self.limits.attachments:
            self.defects.setdefault(
                "too-many-attachments", Defect("too-many-attachments", f"over {self.limits.attachments}")
            )
            return
        kind = charset.line(content_type)[:127]
        shown = file_name(name, kind, len(self.attachments) + 1)
        digest = hashlib.sha256(data).hexdigest()
        self.attachments.append(Attachment(shown, kind, len(data), digest, inline, content_id))
        if self.keep:
            self.contents.append(data)

    def _second_best(self) -> list[Text]:
        for part, data in self.spare:
            text = self._decoded(part, data)
            if part.kind.word in ("text/enriched", "text/richtext"):
                text = _ENRICHED.sub("", text)
            if text.strip():
                return [Text(text, is_html=part.kind.word == "text/html", group=0)]
        for contents in self.packed:
            if contents.text.strip() or not contents.html.strip():
                return [Text(contents.text, is_html=False, group=0, made=True)]
            return [Text(contents.html, is_html=True, group=0, made=True)]
        told = calendar.told(self.calendar) if self.calendar else ""
        return [Text(told, is_html=False, group=0, made=True)] if told else []


def _is_body(part: Part, disposition: Value, name: str, data: bytes) -> bool:
    """Text to read, not to save (after RFC 8621 section 4.1.4): the first of its parent, or unnamed.

    The sides of an alternative are one text in several forms, whatever name they bear.
    """
    if disposition.word == "attachment":
        return False
    if part.kind.word.startswith("multipart/"):
        # No parts were found in it: a broken or missing boundary. A reader still wants to see the text.
        return True
    if part.kind.word not in _TEXT or not _is_text(data):
        return False
    return part.first or part.parent == "alternative" or (part.parent != "related" and not name)


def _may_hold_prose(word: str, data: bytes) -> bool:
    return word.startswith("text/") and word not in _NO_PROSE and _is_text(data)


def _is_text(data: bytes) -> bool:
    """Not so where a tenth is control characters: some programs call every file a text. UTF-16 has zeros besides."""
    sample = data[:_SAMPLE]
    return len(sample) - len(sample.translate(None, _CONTROLS)) <= len(sample) // 10
