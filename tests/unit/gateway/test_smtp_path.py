"""Paths of MAIL and RCPT: the quick way says just what aiosmtpd's thorough one says, or nothing."""

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.smtp import plain_path

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
def test_a_plain_path_is_read_as_aiosmtpd_reads_it(argument: str) -> None:
    found = plain_path(argument)
    assert found is None or found == _thorough(argument)


@pytest.mark.parametrize("argument", ["<>", "<ann@acme.example>", "<support+abc@desk.example> SIZE=12"])
def test_the_paths_of_all_days_are_plain(argument: str) -> None:
    assert plain_path(argument) == _thorough(argument)


def _thorough(argument: str) -> tuple[str | None, str | None]:
    session = SMTP.__new__(SMTP)
    session.local_part_limit = 0
    address, parameters = session._getaddr(argument)
    return address, parameters and parameters.lstrip(" ")
