"""Delivery reports (RFC 3464): which recipients, what became of them, and of which message."""

import re
from collections.abc import Iterator

from parsers import headers
from parsers.headers import Headers
from parsers.limits import Limits
from parsers.mail import Bounce, FailedRecipient
from parsers.mime import Report

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BLANK = re.compile(rb"(?:\r\n|\r|\n)[ \t]*(?=[\r\n])(?:\r\n|\r|\n)")
_SUCCEEDED = ("delivered", "relayed", "expanded")
_MOST_RECIPIENTS = 1_000
_HEAD = 64 * 1024


def parse(fields: Headers, reports: tuple[Report, ...], limits: Limits) -> Bounce | None:
    """What a report says about recipients that failed or are delayed; None where the mail reports no delivery.

    A report of success has no recipients here. `X-Failed-Recipients` stands in where a mailer sends no RFC 3464 part.
    """
    statuses = [r for r in reports if r.content_type in ("message/delivery-status", "message/global-delivery-status")]
    if statuses:
        found = {r.address: r for report in statuses for r in _recipients(report.data, limits)}
        return Bounce(tuple(found.values()), _original(reports, limits))
    named = [a.strip() for value in fields.all("x-failed-recipients") for a in headers.text(value).split(",")]
    if not any(named):
        return None
    failed = tuple(FailedRecipient(a, "failed", "5.0.0", "") for a in dict.fromkeys(named) if "@" in a)
    return Bounce(failed[:_MOST_RECIPIENTS], _original(reports, limits))


def _recipients(data: bytes, limits: Limits) -> Iterator[FailedRecipient]:
    """One block of fields each, after the block that speaks of the message as a whole (section 2.1)."""
    for block in _BLANK.split(data.strip(), maxsplit=_MOST_RECIPIENTS):
        fields = headers.split(block.strip(b"\r\n") + b"\n\n", limits).headers
        address = _typed(fields, "original-recipient") or _typed(fields, "final-recipient")
        if not address:
            continue
        diagnostic = _typed(fields, "diagnostic-code")
        stated = fields.text("action").lower()
        status = _status(fields.text("status"), diagnostic, stated)
        if not stated.startswith(_SUCCEEDED) and not status.startswith("2"):
            yield FailedRecipient(address, _action(stated, status), status, diagnostic)


def _action(stated: str, status: str) -> str:
    """Failed or delayed (section 2.3.3); mailers that use a word of their own are read by the class of the status."""
    if stated.startswith("delay"):
        return "delayed"
    return "failed" if stated.startswith("fail") or not status.startswith("4") else "delayed"


def _status(stated: str, diagnostic: str, action: str) -> str:
    found = _STATUS.search(stated) or _STATUS.search(diagnostic)
    if found:
        return ".".join(found.groups())
    return "4.0.0" if action.startswith("delay") else "5.0.0"


def _typed(fields: Headers, name: str) -> str:
    """The value after its `rfc822;` or `smtp;` (section 2.1.2), without angle brackets around an address."""
    value = fields.text(name)
    kind, semicolon, rest = value.partition(";")
    shown = rest.strip() if semicolon and " " not in kind.strip() else value
    return shown[1:-1].strip() if shown.startswith("<") and shown.endswith(">") else shown


def _original(reports: tuple[Report, ...], limits: Limits) -> str | None:
    """The Message-ID of the returned message or of its returned header section."""
    for report in reports:
        if report.content_type in ("message/rfc822", "message/global") or report.content_type.endswith("-headers"):
            found = headers.split(report.data[:_HEAD], limits).headers.message_id()
            if found:
                return found
    return None
