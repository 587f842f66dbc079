"""For whom a fetched message was: a folder has no envelope, so what the last server noted stands in for it."""

import re
from collections.abc import Iterator
from datetime import date

from gateway.intake import Intake, Rejected, Target
from parsers.address import split
from parsers.identity import headers

# The nearer a field is to the last delivery, the more it says of this copy of the message.
_FIELDS = (b"delivered-to", b"x-original-to", b"envelope-to", b"to", b"cc")
_ADDRESS = re.compile(rb"[^\s<>,;:\"()\[\]\\]+@[^\s<>,;:\"()\[\]\\]+")
_PATH = re.compile(rb"\s*<?([^<>\s]*)>?\s*")
MOST = 200
"""Addresses that are looked at."""


def target(raw: bytes, intake: Intake, address: str | None, first: str, today: date) -> Target:
    """The address of ours that a message counts for.

    A valid signed address goes before all others, for it names the ticket; then `address`, where the configuration
    says so; then the nearest that is ours, else `first`.
    """
    plain: Target | None = None
    for candidate in _candidates(raw):
        bare = split(candidate)[0]
        if address is not None and bare.casefold() != address.casefold():
            continue
        found = intake.admit(candidate, today)
        if isinstance(found, Rejected):
            # A forged signature proves nothing; the mail itself may be honest.
            found = intake.admit(bare, today)
        if isinstance(found, Target) and found.token is not None:
            return found
        if isinstance(found, Target) and plain is None:
            plain = found
    if plain is not None:
        return plain
    last = intake.admit(address or first, today)
    assert isinstance(last, Target), "the configuration names only addresses of ours"
    return last


def sender(raw: bytes) -> str:
    """The reverse-path that the last server noted (RFC 5321 section 4.4), empty where there is none."""
    noted = next((value for name, value in headers(raw)[0] if name == b"return-path"), b"")
    path = _PATH.fullmatch(noted[:300])
    return path[1].decode("ascii", "replace") if path and b"@" in path[1] else ""


def _candidates(raw: bytes) -> Iterator[str]:
    fields = headers(raw)[0]
    count = 0
    for wanted in _FIELDS:
        for name, value in fields:
            for written in _ADDRESS.findall(value) if name == wanted else ():
                count += 1
                if count > MOST:
                    return
                yield written.decode("latin-1")
