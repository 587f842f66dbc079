"""Bytes to `ParsedMail`: total, whatever the bytes are. The sole importer of mail-parser.

mail-parser reads addresses for display and dates; everything else of it copies attacker's text into shared shapes or
costs more than the rest of the walk together, so the parts and the header section are our own.
"""

import datetime as dt
import re

from mailparser.dates import parse_mail_date  # type: ignore[import-untyped]  # mail-parser ships no types
from mailparser.utils import get_addresses  # type: ignore[import-untyped]  # mail-parser ships no types

from parsers import bounce, charset, headers, html, mime, origin, reply
from parsers.authentication import proven_domains
from parsers.author import author
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Address, Defect, ParsedMail, Piece
from parsers.mime import Body

LOOP_FIELD = "x-postern-loop"
"""The field that our letters carry; a mail that has it has been here before."""

_COMMAND = re.compile(r"[#/][^\W\d_][^\s/]*(?:\s|$)")
_LETTERS = re.compile(r"[\W_]+")
_AGREE = 40
_FIRST_LINES = 3
_MOST_ADDRESSES = 500


def read(raw: bytes, limits: Limits = Limits(), authserv_ids: tuple[str, ...] = ()) -> ParsedMail:
    """Understand a message as far as it can be. Never raises; what is wrong stands in `defects`.

    `authserv_ids` name the servers whose Authentication-Results count: pass them only for mail from a trusted peer.
    """
    try:
        return _read(raw, limits, authserv_ids)
    except Exception as error:  # noqa: BLE001 - the last resort: a mail that no rule foresaw is still shown
        text = charset.decode(bytes(raw[: limits.text_length]))[0]
        return ParsedMail(
            text=text,
            spans=reply.spans(text),
            auto_submitted=True,
            defects=(Defect("unreadable", type(error).__name__),),
        )


def _read(raw: bytes, limits: Limits, authserv_ids: tuple[str, ...]) -> ParsedMail:
    cut = headers.split(raw, limits)
    fields = cut.headers
    body = mime.take_apart(fields, cut.body, limits)
    text, html_only, text_defects = _text(body, limits)
    markup = "\n".join(t.text for t in body.texts if t.is_html)[: limits.text_length] or None
    spans = reply.spans(text)
    writer, author_defects = author(fields, damaged=cut.cut or body.flat)
    from_ = next(iter(_addresses(fields, "from")), None)
    report = bounce.parse(fields, body.reports, limits)
    found = origin.classify(fields, body, text, from_.address if from_ else None, report)
    date, date_defects = _date(fields)
    return ParsedMail(
        message_id=fields.message_id(),
        in_reply_to=fields.ids("in-reply-to"),
        references=fields.ids("references"),
        date=date,
        from_=from_,
        author=writer,
        reply_to=_addresses(fields, "reply-to"),
        to=_addresses(fields, "to"),
        cc=_addresses(fields, "cc"),
        delivered_to=_delivered_to(fields),
        subject=fields.text("subject"),
        kind=found.kind,
        until=found.until,
        text=text,
        spans=spans,
        html=markup,
        html_only=html_only,
        commands_disagree=_disagree(body, text, markup, html_only, limits),
        attachments=body.attachments,
        bounce=report,
        auto_submitted=found.unanswerable,
        list_id=found.list_id,
        hops=len(fields.all("received")),
        own_loops=len(fields.all(LOOP_FIELD)),
        authenticated_domains=proven_domains(fields, writer, authserv_ids),
        defects=(*cut.defects, *author_defects, *date_defects, *body.defects, *text_defects),
    )


def _text(body: Body, limits: Limits) -> tuple[str, bool, tuple[Defect, ...]]:
    """The plain text, whether it comes from HTML alone, and what was left out.

    Of an alternative the plain part counts; where it is blank, or missing, the visible text of the HTML does.
    """
    plain_groups = {t.group for t in body.texts if t.group and not t.is_html and t.text.strip()}
    shown: list[str] = []
    plain = marked_up = False
    for part in body.texts:
        if part.group in plain_groups and part.is_html:
            continue
        if part.is_html:
            shown.append(html.to_text(part.text[: limits.text_length]))
            marked_up = True
        else:
            shown.append(part.text)
            plain = plain or bool(part.text.strip())
    text = "\n".join(shown)
    defects: list[Defect] = []
    if len(text) > limits.text_length:
        text = text[: limits.text_length]
        defects.append(Defect("text-cut", f"after {limits.text_length} characters"))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _has_fresh(text):
        defects.append(Defect("only-quoted", "nothing in it is newly written"))
    return charset.clean(text), marked_up and not plain, tuple(defects)


def _has_fresh(text: str) -> bool:
    return not text.strip() or any(s.piece is Piece.FRESH and text[s.start : s.end].strip() for s in reply.cut(text))


def _disagree(body: Body, text: str, markup: str | None, html_only: bool, limits: Limits) -> bool:
    """True where text and HTML would command different things, or where what HTML shows is not known."""
    if markup is None:
        return False
    if html.too_heavy(markup, limits):
        return True
    if html_only or not any(t.group for t in body.texts):
        return False
    return _commanding(text) != _commanding(html.to_text(markup)) or not _same_beginning(text, html.to_text(markup))


def _fresh_lines(text: str) -> list[str]:
    fresh = "".join(text[s.start : s.end] for s in reply.spans(text) if s.piece is Piece.FRESH)
    return [shown for line in fresh.split("\n") if (shown := line.strip())]


def _commanding(text: str) -> list[str]:
    return [" ".join(line.lower().split()) for line in _fresh_lines(text) if _COMMAND.match(line)]


def _same_beginning(text: str, other: str) -> bool:
    """Compares the first lines by their letters; a long line that one side wraps agrees as far as it goes."""
    pairs = zip(_fresh_lines(text)[:_FIRST_LINES], _fresh_lines(other)[:_FIRST_LINES], strict=False)
    for first, second in pairs:
        a, b = (_LETTERS.sub("", line).lower() for line in (first, second))
        if a == b:
            continue
        return min(len(a), len(b)) >= _AGREE and (a.startswith(b) or b.startswith(a))
    return True


def _addresses(fields: Headers, name: str) -> tuple[Address, ...]:
    """What a mail client would show; never a source of authority."""
    found: list[Address] = []
    for value in fields.all(name)[:1]:
        for shown, address in get_addresses(_unfolded(value)):
            if address and len(found) < _MOST_ADDRESSES:
                local, at, domain = charset.line(address).rpartition("@")
                found.append(Address(headers.text(shown), f"{local}{at}{domain.lower()}"))
    return tuple(found)


def _unfolded(value: str) -> str:
    if value.isascii():
        return value
    return charset.decode(value.encode("utf-8", "surrogateescape"))[0]


def _delivered_to(fields: Headers) -> tuple[str, ...]:
    """Where the transport says that the mail went; noted by the last systems on its way, not by its writer."""
    values = [v for name in ("delivered-to", "x-original-to", "envelope-to") for v in fields.all(name)]
    found = (charset.line(value).strip("<> ") for value in values)
    return tuple(dict.fromkeys(a for a in found if "@" in a))


def _date(fields: Headers) -> tuple[dt.datetime | None, tuple[Defect, ...]]:
    value = fields.first("date")
    if not value:
        return None, ()
    found = parse_mail_date(value)
    date = found.value if isinstance(found.value, dt.datetime) else None
    return date, () if date else (Defect("date", charset.line(value)[:80]),)
