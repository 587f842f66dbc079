"""HTML as a stream of tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.hypertext import markup


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<b>c</b>d", [(None, "a"), ("b", "c"), ("/b", "d")]),
        ("a<!-- <b> -->c", [(None, "a"), (None, "c")]),
        ("<p title='<b>'>c", [(None, ""), ("p", "c")]),
        ("<style><b></style>c", [(None, ""), (None, "c")]),
        ("a <b", [(None, "a "), (None, "<b")]),
        ("a <b x='</p>' <p>c</p", [(None, "a "), ("b", "c"), (None, "</p")]),
        ("", [(None, "")]),
    ],
)
def test_each_tag_comes_with_the_words_behind_it(html: str, expected: list[tuple[str | None, str]]) -> None:
    assert [(name, words) for name, _, words in markup.tags(html)] == expected


def test_more_tags_than_are_taken_at_once_all_come() -> None:
    count = 3 * 20_000
    found = [name for name, _, _ in markup.tags("<b>x" * count) if name]
    assert found == ["b"] * count
    assert "".join(words for _, _, words in markup.tags("<b>x" * count)) == "x" * count


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" a=1 B='2' c=\"3\" d", {"a": "1", "b": "2", "c": "3", "d": ""}),
        (" a=1 a=2", {"a": "1"}),
        (" href='?a=1&copy=2&amp;b=3&#38;'", {"href": "?a=1&copy=2&b=3&"}),
        (' title="href=x" href = y /', {"title": "href=x", "href": "y"}),
        (" a=it's", {"a": "it's"}),
        ("", {}),
    ],
)
def test_attributes_are_read_as_browsers_do(written: str, expected: dict[str, str]) -> None:
    assert markup.attributes(written) == expected


def test_a_million_attributes_are_not_all_read() -> None:
    assert len(markup.attributes("".join(f" a{i}=1" for i in range(1000)))) == 100


@given(st.text("ab<>/!-='\" \n&;#x1", max_size=60))
def test_no_word_outside_of_a_tag_is_lost_or_read_twice(html: str) -> None:
    words = "".join(words for _, _, words in markup.tags(html))
    position = 0
    for character in words.replace(" ", ""):
        position = html.find(character, position) + 1
        assert position > 0
