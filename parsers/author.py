"""The one reading of From that may carry authority: anything that two parsers could read in two ways is refused."""

import re

from parsers import headers
from parsers.headers import Headers
from parsers.mail import Defect

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATEXT}(?:\.{_ATEXT})*)@({_LABEL}(?:\.{_LABEL})*)")
_NAMED = re.compile(r"(.*)<([^<>]*)>", re.DOTALL)
# Words, quoted strings and plain comments: whatever may stand before the angle bracket and hold no second address.
_NAME = re.compile(
    r"(?:[^\x00-\x1f\x7f\"(),:;<>@\[\\\]]"
    r"|\"(?:[^\x00-\x1f\x7f\"\\]|\\[\"\\])*\""
    r"|\([^\x00-\x1f\x7f\"()<>@\\]*\))*"
)
# Looked for from the beginning of a word alone: else a long one without a sign would be read again from each letter.
_LOOKS_LIKE_ONE = re.compile(r"(?<![^\s\"'()<>,;:])[^\s\"'()<>,;:]+@[^\s\"'()<>,;:]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u0080-\u009f\u2028\u2029]")


def author(fields: Headers, damaged: bool = False) -> tuple[str | None, tuple[Defect, ...]]:
    """The strict From address (domain lower-case, local part as written) or None, and why not.

    `damaged` says that the header section itself was cut or unreadable: then nobody's word counts. Every field that
    stands twice although it may not is reported; From, Sender, Subject and Message-ID take the authority along.
    """
    defects = [Defect("duplicate-header", name) for name in fields.doubled()]
    values = fields.all("from")
    if not values:
        return None, (*defects, Defect("author-missing", "there is no From"))
    if fields.ambiguous():
        return None, tuple(defects)
    address, fault = strict_address(values[0])
    if address is None:
        return None, (*defects, Defect("author-unclear", fault))
    return (None if damaged else address), tuple(defects)


def strict_address(value: str) -> tuple[str | None, str]:
    """The only address of a raw From value, or None and what is wrong with it (RFC 5322 section 3.4, narrowed)."""
    if not value.isascii():
        try:
            value = value.encode("utf-8", "surrogateescape").decode("utf-8")
        except UnicodeDecodeError:
            return None, "bytes that are not UTF-8"
    if _CONTROL.search(value):
        return None, "a control character"
    value = value.strip(" \t")
    named = _NAMED.fullmatch(value)
    name, spec = (named.group(1), named.group(2)) if named else ("", value)
    if not _NAME.fullmatch(name) and name.strip().lower() != spec.lower():
        return None, "the display name is not one"
    found = _ADDRESS.fullmatch(spec)
    if found is None:
        return None, "not exactly one plain address"
    local, domain = found.groups()
    if "=?" in spec or len(local) > 64 or len(spec) > 254:
        return None, "an encoded word inside the address" if "=?" in spec else "an address that is too long"
    address = f"{local}@{domain.lower()}"
    shown = headers.text(name)
    if any(other.strip(".").lower() != address.lower() for other in _LOOKS_LIKE_ONE.findall(shown)):
        return None, "a second address in the display name"
    return address, ""
