"""Links that write a command: one click, then send (RFC 6068)."""

from urllib.parse import quote

from outbound.text import one_line


def mailto(address: str, subject: str, line: str) -> str:
    """A link that opens a message to a signed address with its subject and one line of text.

    All that is not plainly a letter or digit is percent-encoded: a plus sign would be taken for a space by some.
    """
    local, _, domain = address.rpartition("@")
    to = f"{quote(local, safe='')}@{quote(domain, safe='.')}"
    return f"mailto:{to}?subject={quote(one_line(subject), safe='')}&body={quote(one_line(line), safe='')}"
