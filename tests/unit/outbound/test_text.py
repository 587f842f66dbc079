"""Foreign words made fit to stand in a letter."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.text import many_lines, one_line

BREAKS = ["\r", "\n", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", BREAKS)
def test_every_line_end_is_a_space_on_one_line_and_lf_on_many(end: str) -> None:
    assert one_line(f"a{end}b") == "a b"
    assert many_lines(f"a{end}b") == "a\nb"


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1b", "\x7f", "\x9b"])
def test_other_controls_vanish(control: str) -> None:
    assert one_line(f"a{control}b") == "a b"
    assert many_lines(f"a{control}b") == "ab"


def test_indents_tabs_and_inner_blank_lines_stay() -> None:
    assert many_lines("\n\n  a\n\n\n\tb  c \n\n") == "  a\n\n\n\tb  c"


def test_what_cannot_be_encoded_is_replaced() -> None:
    assert one_line("a\ud800b") == many_lines("a\ud800b") == "a\ufffdb"


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n\x85\u2028\t ")))
def test_both_are_settled_at_once(value: str) -> None:
    assert one_line(one_line(value)) == one_line(value)
    assert many_lines(many_lines(value)) == many_lines(value)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", many_lines(value))
