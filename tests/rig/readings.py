"""How other parsers read an address field."""

from collections.abc import Iterator
from contextlib import suppress
from email.policy import default
from email.utils import getaddresses

from mailparser.utils import get_addresses  # type: ignore[import-untyped]  # mail-parser ships no types


def readings(value: str) -> Iterator[list[str]]:
    """The addresses that three other parsers find in a From value."""
    yield [found for _, found in getaddresses([value]) if found]
    yield [found for _, found in get_addresses(value) if found]
    with suppress(AttributeError, TypeError, IndexError, ValueError):
        # It throws at a name that begins with a full stop, and reads no address then.
        yield [found.addr_spec for found in default.header_factory("From", value).addresses]
