"""Notices of Amazon SES as its notification service mails them: one JSON object as the text.

The form is published in Amazon's developer guide ("Amazon SNS notification contents for Amazon SES").
"""

import json
import re

from parsers.bounces import status
from parsers.characters.charset import line
from parsers.mail import Bounce, FailedRecipient

_READ = 256 * 1024
_MOST = 1_000
_MOST_DIGITS = re.compile(r"\d{300}")


def parse(text: str) -> Bounce | None:
    """The bounce in a text that begins with such an object, None for anything else."""
    head = text[:_READ]
    if "bouncedRecipients" not in head:
        return None
    found = _read(head)
    # Some topics put the notice as a text into an object of their own.
    found = _read(_text(found, "Message")) or found
    bounce, mail = _object(found, "bounce"), _object(found, "mail")
    listed = bounce.get("bouncedRecipients")
    if not isinstance(listed, list):
        return None
    permanent = _text(bounce, "bounceType") != "Transient"
    failed = tuple(_recipient(entry, permanent) for entry in listed[:_MOST] if isinstance(entry, dict))
    return Bounce(tuple(r for r in failed if "@" in r.address), _original(mail))


def is_complaint(text: str) -> bool:
    """Whether a text is such an object about a recipient who calls a mail unwanted."""
    return text.startswith("{") and "complainedRecipients" in text[:_READ]


def _read(text: str) -> dict[str, object]:
    if _MOST_DIGITS.search(text):
        return {}
    try:
        # Long lines are folded on the way, even inside a string.
        found, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return _object({"": found}, "")


def _object(found: object, name: str) -> dict[str, object]:
    inner = found.get(name) if isinstance(found, dict) else None
    return {str(key): value for key, value in inner.items()} if isinstance(inner, dict) else {}


def _text(found: dict[str, object], name: str) -> str:
    value = found.get(name)
    return line(value) if isinstance(value, str) else ""


def _recipient(entry: dict[str, object], permanent: bool) -> FailedRecipient:
    diagnostic = _text(entry, "diagnosticCode").removeprefix("smtp; ")
    code = status.stated(_text(entry, "status")) or status.by_code(diagnostic) or ("5.0.0" if permanent else "4.0.0")
    action = "delayed" if _text(entry, "action").startswith("delay") else "failed"
    return FailedRecipient(_text(entry, "emailAddress")[:320], action, code, diagnostic)


def _original(mail: dict[str, object]) -> str | None:
    found = _text(_object(mail, "commonHeaders"), "messageId")
    return found if found.startswith("<") and found.endswith(">") else None
