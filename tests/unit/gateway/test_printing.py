"""What commands print: columns for people, objects for programs, and nothing that moves a cursor."""

import json
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands.printing import as_json, printable, table


def test_columns_are_as_wide_as_they_must_be(capsys: pytest.CaptureFixture[str]) -> None:
    table(("ID", "Subject"), [("CT-1", "Scanner"), ("CT-1000", None)])
    assert capsys.readouterr().out == "ID       Subject\nCT-1     Scanner\nCT-1000  -\n"


def test_an_empty_list_is_its_headings(capsys: pytest.CaptureFixture[str]) -> None:
    table(("ID", "Subject"), [])
    assert capsys.readouterr().out == "ID  Subject\n"


def test_a_long_text_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    table(("Subject",), [("x" * 61,), ("y" * 60,)])
    assert capsys.readouterr().out.splitlines() == ["Subject", "x" * 59 + "…", "y" * 60]


def test_a_row_stays_one_line_whatever_stands_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    table(("Subject", "State"), [("a\nb\r\nc\x1b[2J\u2028d", "new")])
    assert capsys.readouterr().out.splitlines()[1] == "a b c\ufffd[2J\ufffdd  new"


@given(st.text())
def test_nothing_printable_reaches_past_its_place(text: str) -> None:
    shown = printable(text)
    assert all(sign.isprintable() or sign in "\n\u200c\u200d" or category(sign) == "Zs" for sign in shown)
    assert printable(shown) == shown


def test_the_spaces_of_all_scripts_stay() -> None:
    """Japanese writes the wide one, French the narrow one; a tab moves the cursor and becomes one of ours."""
    assert printable("件名：\u3000テスト 12\u202f€\tx") == "件名：\u3000テスト 12\u202f€ x"


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]))
    )
)
def test_an_object_is_one_line_of_json(value: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("builtins.print", said.append)
        as_json(value)
    assert json.loads(said[0]) == value
    assert "\n" not in said[0]
