"""Paths of MAIL and RCPT: the quick way says just what the thorough one says, or nothing."""

from email._header_value_parser import get_angle_addr
from email.errors import HeaderParseError

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.smtp import commands

PIECES = [
    "<",
    ">",
    "@",
    ".",
    "..",
    " ",
    "a",
    "Ann",
    "desk.example",
    "-",
    '"',
    "(",
    ")",
    ",",
    "+x",
    "ü",
    "SIZE=9",
    "[::1]",
]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
@example("<>")
@example("<> BODY=8BITMIME")
@example("<ann@acme.example>")
@example("<ann@acme.example>  SIZE=12 BODY=8BITMIME")
def test_a_path_is_read_as_a_thorough_parser_reads_it(argument: str) -> None:
    found = commands.path(f"FROM:{argument}", "FROM:")
    if found is not None and argument.lstrip(" ").startswith("<"):
        assert found == _thorough(argument.lstrip(" "))


@pytest.mark.parametrize(
    "argument", ["<>", "<ann@acme.example>", "<support+abc@desk.example> SIZE=12", " <ann@acme.example>"]
)
def test_the_paths_of_all_days_are_read(argument: str) -> None:
    assert commands.path(f"From:{argument}", "FROM:") == _thorough(argument.lstrip(" "))


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "ann",
        "<ann>",
        "<ann@acme.example",
        "ann@acme.example>",
        "<a b@acme.example>",
        "<<ann@acme.example>>",
        "<ann@acme.example>x",
        "<\ud800@acme.example>",
        "<@acme.example>",
    ],
)
def test_what_is_no_path_is_not_read(argument: str) -> None:
    assert commands.path(f"FROM:{argument}", "FROM:") is None


def _thorough(argument: str) -> tuple[str, list[str]] | None:
    try:
        found, rest = get_angle_addr(argument)
    except HeaderParseError:
        return None
    return found.addr_spec.replace("<>", ""), rest.split()
