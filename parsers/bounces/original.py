"""The message that a notice gives back: where it begins, what it was called and whom it was for."""

import re
from collections.abc import Iterable

from parsers import headers
from parsers.characters.charset import clean
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.parts.mime import Report

_HEAD = 64 * 1024
_LONGEST_HEADING = 120
_WORD = re.compile(r"[a-z]+|\d+")
_RULED = re.compile(r"^[ \t>]*[-=*#_|+~]{2,}|[-=*#_|+~:]{1,80}[ \t]*$")
# A heading over the returned message is made of these words alone. It names the thing, and says that it follows or, set
# off by dashes or a colon, that it was returned.
_THING = frozenset("message mail email e header headers copy body text lines".split())
_FOLLOWS = frozenset(
    "follow follows below copy attached start begin begins beginning reads suppressed enclosed".split()
)
_RETURNED = frozenset(
    "original unsent undelivered undeliverable returned source old forwarded rejected bounced failed".split()
)
_PLAIN = frozenset(
    "the your of and is are as in part received a here this line included including all after top first to sent you "
    "for "
    "with on what summary next info information details content contents full complete removed truncated max k kb "
    "bytes "
    "only not can be found read following attachment mime section partial end an".split()
)
_FOREIGN = re.compile(
    r"(?:nachricht|e-?mail|message|mensaje|correo|mensagem|messaggio|bericht|meddelande|melding|besked|viesti"
    r"|wiadomo\w{1,4}|zpráv\w"
    r"|üzenet|ileti) ?(?:original\w{0,2}|d'origine|initial\w?|origineel)|(?:ursprüngliche|original|oorspronkelijke?"
    r"|oprindelige?"
    r"|opprinnelige?|alkuperäinen|oryginaln\w|původní|eredeti|orijinal)-? ?(?:nachricht|e-?mail|mail|bericht"
    r"|meddelande|melding|besked"
    r"|viesti|wiadomo|zpráv|üzenet|ileti)|исходн\w+ (?:сообщени|письм)|копия .{0,20}(?:письма|сообщения)"
    r"|ниже этой линии|元の?(?:メール|メッセージ)"
    r"|(?:原始?|退回的?)(?:邮件|郵件|信件|信)|原信|원본",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(
    r"(?:> ?)?(?:Received|Return-Path|DKIM-Signature|ARC-Seal|X-Received|Delivered-To|X-Originating-IP): ?\S",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(
    r"^[ \t>|]{0,8}(?:X-)?(?:Original-)?Message-?ID:\s{0,8}(<[^<>\s]{1,990}>)",
    re.IGNORECASE | re.MULTILINE,
)
_FOR = re.compile(r"\sfor <([^<>\s]{1,250}@[^<>\s]{1,250})>")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,250}")


def divide(text: str) -> tuple[str, str]:
    """What the mail system says, and the message or header section that it gives back below."""
    at = 0
    said = False
    for line in text.splitlines(keepends=True):
        if said and (_HEADER_LINE.match(line) or is_heading(line)):
            return text[:at], text[at:]
        said = said or bool(line.strip(" \t\r\n-=*_#"))
        at += len(line)
    return text, ""


def is_heading(line: str) -> bool:
    """A line that announces the returned message."""
    if len(line) > _LONGEST_HEADING or "@" in line:
        return False
    words = _WORD.findall(line.lower().replace("message-id", "id"))
    if words and line.isascii() and all(w in _ALLOWED or w.isdigit() for w in words):
        found = set(words)
        if found & _THING and (found & _FOLLOWS or (found & _RETURNED and _RULED.search(line))):
            return True
    return _RULED.search(line) is not None and _FOREIGN.search(line) is not None


_ALLOWED = _THING | _FOLLOWS | _RETURNED | _PLAIN


def message_id(reports: Iterable[Report], returned: str, said: str, fields: Headers, limits: Limits) -> str | None:
    """The Message-ID of the message in question, from the surest place to the least.

    The returned message, its header section in the text, a field of the report that names it, and at last the field by
    which the notice itself refers to it.
    """
    for report in reports:
        if is_returned(report):
            found = headers.split(report.data[:_HEAD], limits).headers.message_id()
            if found:
                return found
    for text in (
        returned[:_HEAD],
        *(r.data[:_HEAD].decode("utf-8", "replace") for r in reports if not is_returned(r)),
        said,
    ):
        if quoted := _MESSAGE_ID.search(text):
            return clean(quoted.group(1))
    referred = fields.ids("in-reply-to") or fields.ids("references")
    return referred[-1] if referred else None


def is_returned(report: Report) -> bool:
    """A part that holds the returned message or its header section."""
    return report.content_type in ("message/rfc822", "message/global") or report.content_type.endswith("-headers")


def recipient(reports: Iterable[Report], returned: str, limits: Limits) -> str | None:
    """Whom the returned message was for, where that is one address: the last hop says so better than its To."""
    heads = [report.data[:_HEAD] for report in reports if is_returned(report)]
    heads += [returned.partition("\n")[2][:_HEAD].lstrip().encode("utf-8", "surrogateescape")] if returned else []
    for head in heads:
        fields = headers.split(head, limits).headers
        if found := _FOR.search(fields.first("received")):
            return clean(found.group(1))
        named: set[str] = {
            a for name in ("to", "cc") for value in fields.all(name) for a in _ADDRESS.findall(headers.text(value))
        }
        if len(named) == 1:
            return named.pop()
    return None
