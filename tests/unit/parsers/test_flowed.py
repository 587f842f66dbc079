"""RFC 3676."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.parts.flowed import joined


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("one \r\ntwo\r\n", "one two\n"),
        (" From here\n  indented", "From here\n indented"),
        ("> a \n> b\n>> c \n> d", "> a b\n>> c \n> d"),
        (">a \n>b", ">a b"),
        ("text \n-- \nAnn \nExample", "text \n-- \nAnn Example"),
        ("paragraph \n\nnext", "paragraph \n\nnext"),
        ("", ""),
    ],
)
def test_paragraphs_are_whole_again(written: str, whole: str) -> None:
    assert joined(written) == whole


def test_delsp_joins_words_that_had_no_space() -> None:
    assert joined("長い段落が \n折り返す", delete_space=True) == "長い段落が折り返す"
    assert joined("two  \nwords", delete_space=True) == "two words"


@given(st.text(st.sampled_from("ab >\n-"), max_size=80))
def test_no_word_is_lost(written: str) -> None:
    assert "".join(joined(written).split()).replace(">", "") == "".join(written.split()).replace(">", "")
