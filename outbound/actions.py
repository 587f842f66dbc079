"""Links that write a command: one click, then send (RFC 6068)."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from outbound.text import one_line


def mailto(address: str, subject: str, line: str) -> str:
    """A link that opens a message to a signed address with its subject and one line of text.

    All that is not plainly a letter or digit is percent-encoded: a plus sign would be taken for a space by some.
    """
    return links(address, subject, (line,))[0]


def links(address: str, subject: str, lines: Sequence[str]) -> list[str]:
    """The same for several lines, each a message of its own."""
    local, _, domain = address.rpartition("@")
    to = f"{quote(local, safe='')}@{quote(domain, safe='.')}"
    start = f"mailto:{to}?subject={quote(one_line(subject), safe='')}&body="
    return [start + _quoted(line) for line in lines]


@lru_cache(1024)
def _quoted(line: str) -> str:
    """Desks know few commands, and write them into every letter."""
    return quote(one_line(line), safe="")
