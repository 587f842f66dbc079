"""CPython's address parser found another address than the one that stood there."""

import pytest

from parsers.author import strict_address
from parsers.read import read

WRONG = (
    "alice@example.org )Bob <bob@evil.example>",
    "alice@example.org <bob@evil.example>",
    "alice@example.org] <bob@evil.example>",
    "alice@example.org(<bob@evil.example>",
    "alice@example.org,<bob@evil.example>",
    "<alice@example.org><bob@evil.example>",
    "alice@example.org@evil.example",
    "a@malicious.example@important.example",
    "<a@malicious.example@important.example>",
    '"alice@example.org" <bob@evil.example',
    "alice@example.org\\ <bob@evil.example>",
)


@pytest.mark.parametrize("value", WRONG)
def test_an_address_that_can_be_read_in_two_ways_is_nobodys(value: str) -> None:
    """P39 (CPython, CVE-2023-27043, CVE-2019-16056): the forms of the reports."""
    assert strict_address(value)[0] is None
    assert read(f"From: {value}\r\n\r\nx\r\n".encode()).author is None
