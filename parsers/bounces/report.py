"""The machine-readable part of a delivery report (RFC 3464), as mailers really write it."""

import re
from collections.abc import Iterable, Iterator, Mapping

from parsers import headers
from parsers.bounces import status
from parsers.characters.charset import line
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import FailedRecipient
from parsers.parts.mime import Report

TYPES = ("message/delivery-status", "message/global-delivery-status")
SUCCEEDED = ("delivered", "relayed", "expanded")

_BLANK = re.compile(rb"\n[ \t]*\n")
_RECIPIENT = ("original-recipient", "final-recipient")
_MOST_RECIPIENTS = 1_000
_COMMENT = re.compile(r"\s\([^()]*\)$")
_PREFIX = re.compile(r"(?:smtp|mailto|rfc822):", re.IGNORECASE)
# RFC 3461 section 4 (xtext) and RFC 6533 section 3 (utf-8-addr-xtext): only what must be written so is read back, as a
# plus sign may well be part of the address.
_XTEXT = re.compile(r"\+(2B|3D)")
_UTF8 = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_IN_TEXT = re.compile(r"^[ \t]*(?:Final|Original)-Recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
_FIELD_LINE = re.compile(r"[ \t]*[A-Z][A-Za-z-]{1,40}[ \t]*:")


def entries(reports: Iterable[Report], limits: Limits) -> Iterator[FailedRecipient]:
    """Every recipient that the status parts name, those that were reached included: their `action` says so."""
    for report in reports:
        if report.content_type in TYPES:
            yield from of_fields(report.data, limits)


def in_text(text: str, limits: Limits) -> Iterator[FailedRecipient]:
    """The same fields where a mailer writes them into its plain text."""
    if not _IN_TEXT.search(text):
        return
    block = [shown if _FIELD_LINE.match(shown) or shown[:1] in " \t" else "" for shown in text.splitlines()]
    fields = "\n".join(shown.lstrip() if _FIELD_LINE.match(shown) else shown for shown in block)
    yield from of_fields(fields.encode("utf-8", "surrogateescape"), limits)


def of_fields(data: bytes, limits: Limits) -> Iterator[FailedRecipient]:
    """The recipients of one status part."""
    for group in _groups(data, limits):
        count = max(len(group.all(name)) for name in _RECIPIENT)
        for index in range(min(count, _MOST_RECIPIENTS)):
            found = _entry(group, index, count)
            if found is not None:
                yield found


def _groups(data: bytes, limits: Limits) -> Iterator[Headers]:
    """One group of fields for each recipient, after the one that speaks of the message as a whole (section 2.1).

    Some mailers leave out the blank line between groups, others put one inside: a block that names no recipient belongs
    to the one before it, and what stands before the first recipient to that one.
    """
    waiting: dict[str, tuple[str, ...]] = {}
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for block in _BLANK.split(lines.strip(), maxsplit=_MOST_RECIPIENTS):
        fields = headers.split(block.strip() + b"\n\n", limits).headers.fields
        if _names(fields) and _names(waiting):
            yield Headers(waiting)
            waiting = dict(fields)
        else:
            waiting = {**fields, **waiting} if _names(waiting) else {**waiting, **fields}
    if _names(waiting):
        yield Headers(waiting)


def _names(fields: Mapping[str, tuple[str, ...]]) -> bool:
    return any(name in fields for name in _RECIPIENT)


def _entry(group: Headers, index: int, count: int) -> FailedRecipient | None:
    def value(name: str) -> str:
        values = group.all(name)
        return headers.text(values[index] if len(values) == count else values[0]) if values else ""

    named = [a for a in (address(value(name)) for name in _RECIPIENT) if a]
    if not named:
        return None
    diagnostic = _untyped(value("diagnostic-code"))
    action = value("action").strip().lower()
    code = status.stated(value("status"))
    if code.endswith(".0.0") and (closer := status.enhanced(diagnostic))[:1] == code[:1]:
        # A status that says nothing but its class; the reply of the other server says more.
        code = closer
    code = code or status.by_code(diagnostic)
    if action.startswith("fail") and code.startswith("2"):
        code = ""
    code = code or (
        status.by_words(diagnostic, "4") or "4.0.0" if action.startswith("delay") else _permanent(diagnostic)
    )
    chosen = next((a for a in named if "@" in a), named[0])
    return FailedRecipient(chosen, _action(action, code), code, diagnostic)


def _permanent(diagnostic: str) -> str:
    return status.by_words(diagnostic) or "5.0.0"


def _action(stated: str, code: str) -> str:
    """Section 2.3.3; mailers that use a word of their own are read by the class of the status."""
    for word in ("failed", "delayed", *SUCCEEDED):
        if stated.startswith(word[:4]):
            return word
    return {"2": "delivered", "4": "delayed"}.get(code[:1], "failed")


def address(value: str) -> str:
    """The address after its `rfc822;` or `utf-8;` (section 2.1.2), without brackets, comment or encoding."""
    shown = _untyped(value)
    if shown.endswith(")"):
        shown = _COMMENT.sub("", shown)
    opened = shown.rfind("<")
    if opened >= 0 and shown.endswith(">"):
        shown = shown[opened + 1 : -1].strip()
    shown = _PREFIX.sub("", shown, count=1) if _PREFIX.match(shown) else shown
    if "\\x{" in shown:
        shown = _UTF8.sub(_character, shown)
    if "+" in shown:
        shown = _XTEXT.sub(_character, shown)
    return line(shown)[:320]


def _character(found: re.Match[str]) -> str:
    number = int(found.group(1), 16)
    return chr(number) if number <= 0x10FFFF else found.group()


def _untyped(value: str) -> str:
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() and "@" not in kind else value.strip()
