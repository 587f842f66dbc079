"""A mail to its `Bounce`: the report of RFC 3464 first, then what a mail system says in plain words."""

import re

from parsers import headers
from parsers.bounces import notice, original, phrases, recognise, report, service
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Bounce, FailedRecipient
from parsers.parts import mime
from parsers.parts.mime import Body
from parsers.parts.parameters import parse as parameters

_READ = 64 * 1024
_MOST_RECIPIENTS = 1_000
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,250}")
_MARKUP = re.compile(r"<(?:br|p|div|table|html|body|td)\b", re.IGNORECASE)


def parse(fields: Headers, body: Body, text: str, sender: str, limits: Limits) -> Bounce | None:
    """What the mail says about recipients that failed or are delayed; None where it reports no failure and no delay.

    `text` is the whole plain text, `sender` the address in From.
    """
    top = parameters(fields.first("content-type"))
    if "feedback-report" in top.get("report-type").lower() or _has(body, "message/feedback-report"):
        return None
    signs = recognise.signs(fields, sender)
    if _has(body, *report.TYPES):
        return _reported(fields, body, text, sender, signs, top.word == "multipart/report", limits)
    if not (signs.marked or signs.possible):
        return service.parse(text) if text.startswith("{") else None
    if _has(body, "message/disposition-notification") and not signs.daemon:
        # A person's receipt. A refusal in this form (RFC 5429 section 2.1) comes from the mail system.
        return None
    return _noticed(fields, body, text, sender, signs, limits)


def _has(body: Body, *types: str) -> bool:
    return any(part.content_type in types for part in body.reports)


def _reported(
    fields: Headers, body: Body, text: str, sender: str, signs: recognise.Signs, proper: bool, limits: Limits
) -> Bounce | None:
    """With a status part. Outside of multipart/report it may be attached to a person's mail who forwards it."""
    if not proper and not (signs.marked or signs.daemon or signs.unnamed or signs.subject):
        return None
    entries = tuple(report.entries(body.reports, limits))
    if entries and all(e.action in report.SUCCEEDED for e in entries):
        return None
    failed = tuple({e.address: e for e in entries if e.action in ("failed", "delayed")}.values())
    said, returned = original.divide(_said(body, text))
    if not entries:
        failed = _in_words(fields, body, said, returned, sender, limits)
    found = original.message_id(body.reports, returned, said, fields, limits)
    return Bounce(failed[:_MOST_RECIPIENTS], found)


def _noticed(
    fields: Headers, body: Body, text: str, sender: str, signs: recognise.Signs, limits: Limits
) -> Bounce | None:
    said, returned = original.divide(_said(body, text))
    given = bool(returned) or any(original.is_returned(part) for part in body.reports)
    failed = _in_words(fields, body, said, returned, sender, limits)
    if not recognise.is_notice(signs, said, bool(failed), given, _wrapped(body, limits) is not None):
        return None
    return Bounce(failed, original.message_id(body.reports, returned, said, fields, limits))


def _said(body: Body, text: str) -> str:
    """The text of a notice; where it is plain text that only claims to be HTML, its lines as they came."""
    if len(body.texts) == 1 and body.texts[0].is_html and not _MARKUP.search(body.texts[0].text[:_READ]):
        text = body.texts[0].text
    return text[:_READ].replace("\r\n", "\n").replace("\r", "\n")


def _in_words(
    fields: Headers, body: Body, said: str, returned: str, sender: str, limits: Limits
) -> tuple[FailedRecipient, ...]:
    listed = tuple({e.address: e for e in report.in_text(said, limits) if e.action in ("failed", "delayed")}.values())
    if listed:
        return listed
    delayed = _is_delayed(fields, said)
    own = {a.lower() for name in ("to", "from", "sender", "return-path", "reply-to") for a in _addresses(fields, name)}
    domain = sender.partition("@")[2]
    found = notice.recipients(said, frozenset(own), domain, delayed)
    named = tuple(dict.fromkeys(a for a in _addresses(fields, "x-failed-recipients")))
    if named:
        known = {r.address.lower(): r for r in found}
        return tuple(known.get(a.lower()) or notice.whole(a, said, delayed) for a in named)[:_MOST_RECIPIENTS]
    return found or _passed_on(body, returned, limits) or _meant(body, said, returned, delayed, limits)


def _passed_on(body: Body, returned: str, limits: Limits) -> tuple[FailedRecipient, ...]:
    """Of a report that another mail system has wrapped into its own mail."""
    inner = _wrapped(body, limits)
    parts = mime.take_apart(inner.headers, inner.body, limits).reports if inner else ()
    entries = list(report.entries(parts, limits))
    entries += report.in_text(returned, limits)
    return tuple({e.address: e for e in entries if e.action in ("failed", "delayed")}.values())


def _wrapped(body: Body, limits: Limits) -> headers.Split | None:
    """The message that is given back, if it is itself a report."""
    whole = next((p.data for p in body.reports if p.content_type in ("message/rfc822", "message/global")), b"")
    head = headers.split(whole[:_READ], limits).headers
    return headers.split(whole, limits) if parameters(head.first("content-type")).word == "multipart/report" else None


def _meant(body: Body, said: str, returned: str, delayed: bool, limits: Limits) -> tuple[FailedRecipient, ...]:
    meant = original.recipient(body.reports, returned, limits)
    return (notice.whole(meant, said, delayed),) if meant else ()


def _is_delayed(fields: Headers, said: str) -> bool:
    subject = phrases.flat(fields.text("subject")[:500])
    shown = phrases.flat(said[:6_000])
    if phrases.DELAYED.search(subject):
        return True
    return phrases.DELAYED.search(shown) is not None and not phrases.GIVEN_UP.search(shown)


def _addresses(fields: Headers, name: str) -> list[str]:
    return [a for value in fields.all(name) for a in _ADDRESS.findall(headers.text(value[:8_000]))]
