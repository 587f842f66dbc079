"""Bytes to `ParsedMail`: total, whatever the bytes are. The sole importer of mail-parser.

mail-parser reads addresses for display and dates; everything else of it copies attacker's text into shared shapes or
costs more than the rest of the walk together, so the parts and the header section are our own.
"""

import datetime as dt

from mailparser.dates import parse_mail_date  # type: ignore[import-untyped]  # mail-parser ships no types
from mailparser.utils import get_addresses  # type: ignore[import-untyped]  # mail-parser ships no types

from parsers import bounce, charset, headers, mime, origin, reply, wording
from parsers.authentication import proven_domains
from parsers.author import author
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Address, Attachment, Defect, ParsedMail

LOOP_FIELD = "x-postern-loop"
"""The field that our letters carry; a mail that has it has been here before."""

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


def attachments(raw: bytes, limits: Limits = Limits()) -> tuple[tuple[Attachment, bytes], ...]:
    """The attachments of a message with their decoded contents, as `read` names them. Never raises."""
    try:
        cut = headers.split(raw, limits)
        return tuple(mime.attached(cut.headers, cut.body, limits))
    except Exception:  # noqa: BLE001 - as in read: what no rule foresaw has no attachments
        return ()


def _read(raw: bytes, limits: Limits, authserv_ids: tuple[str, ...]) -> ParsedMail:
    cut = headers.split(raw, limits)
    fields = cut.headers
    body = mime.take_apart(fields, cut.body, limits)
    words = wording.of(body, limits)
    writer, author_defects = author(fields, damaged=cut.cut or body.flat)
    from_ = next(iter(_addresses(fields, "from")), None)
    report = bounce.parse(fields, body.reports, limits)
    found = origin.classify(fields, body, words.text, from_.address if from_ else None, report)
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
        text=words.text,
        spans=words.spans,
        html=words.html,
        html_only=words.html_only,
        commands_disagree=words.disagree,
        attachments=body.attachments,
        bounce=report,
        auto_submitted=found.unanswerable,
        list_id=found.list_id,
        hops=len(fields.all("received")),
        own_loops=len(fields.all(LOOP_FIELD)),
        authenticated_domains=proven_domains(fields, writer, authserv_ids),
        defects=(*cut.defects, *author_defects, *date_defects, *body.defects, *words.defects),
    )


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
