"""Bytes to `ParsedMail`: total, whatever the bytes are. The sole importer of mail-parser.

mail-parser reads dates; everything else of it copies attacker's text into shared shapes or costs more than the rest of
the walk together, so the parts, the header section and the addresses are our own.
"""

import datetime as dt
from dataclasses import replace
from email.utils import parsedate_tz

from mailparser.dates import parse_mail_date  # type: ignore[import-untyped]  # mail-parser ships no types

from parsers import bounces, headers, identity, mailboxes, origin, wording
from parsers.authentication import Vouching, proven_domains
from parsers.author import author
from parsers.characters import charset
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Address, Attachment, Defect, ParsedMail
from parsers.parts import mime
from parsers.quotes import forwarded, reply

_MOST_ADDRESSES = 500

LOOP_FIELD = identity.LOOP_FIELD.decode()


def read(raw: bytes, limits: Limits = Limits(), vouching: Vouching = Vouching()) -> ParsedMail:
    """Understand a message as far as it can be. Never raises; what is wrong stands in `defects`.

    `vouching` says whose word counts for who wrote it: by default nobody's.
    """
    try:
        return _read(raw, limits, vouching)
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
        return mime.attached(cut.headers, cut.body, limits)
    except Exception:  # noqa: BLE001 - as in read: what no rule foresaw has no attachments
        return ()


def _read(raw: bytes, limits: Limits, vouching: Vouching) -> ParsedMail:
    cut = headers.split(raw, limits)
    body = mime.take_apart(cut.headers, cut.body, limits)
    fields = cut.headers.near(body.charset)
    writer, author_defects = author(fields, damaged=cut.cut or body.flat)
    from_ = mailboxes.author(fields.first("from"), fields.charset)
    around = reply.Circumstances(writer=from_, forwarded=forwarded.is_subject(fields.text("subject")))
    words = wording.of(body, limits, around)
    report = bounces.parse(fields, body, words.text, from_.address if from_ else "", limits)
    date, date_defects = _date(fields)
    found = origin.classify(fields, body, words.text, from_.address if from_ else None, report, date)
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
        auto_submitted=found.unanswerable or bool(fields.all(LOOP_FIELD)),
        list_id=found.list_id,
        hops=len(fields.all("received")),
        own_loops=len(fields.all(LOOP_FIELD)),
        authenticated_domains=proven_domains(fields, writer, vouching, raw),
        defects=_told((*cut.defects, *author_defects, *date_defects, *body.defects, *words.defects)),
    )


def _told(defects: tuple[Defect, ...]) -> tuple[Defect, ...]:
    """Defects whose details, often the mail's own words, are short texts like all others of a mail."""
    return tuple(
        each if each.detail.isascii() and each.detail.isprintable() else replace(each, detail=charset.line(each.detail))
        for each in defects
    )


def _addresses(fields: Headers, name: str) -> tuple[Address, ...]:
    """What a mail client would show; never a source of authority. A field that stands twice is read as one."""
    return tuple(a for value in fields.all(name) for a in mailboxes.addresses(value, fields.charset))[:_MOST_ADDRESSES]


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
    date = found.value if isinstance(found.value, dt.datetime) else _loose_date(value)
    return date, () if date else (Defect("date", charset.line(value)[:80]),)


def _loose_date(value: str) -> dt.datetime | None:
    """Dates that some programs write beside RFC 5322: without a zone, in the order of `ctime`, or as ISO 8601."""
    shown = headers.text(value)[:100]
    parts = parsedate_tz(shown)
    try:
        if parts is not None and parts[0] >= 1970:
            zone = dt.timezone(dt.timedelta(seconds=parts[9] or 0))
            return dt.datetime(*parts[:6], tzinfo=zone).astimezone(dt.UTC)
        moment = dt.datetime.fromisoformat(shown)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
