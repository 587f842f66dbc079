"""Vendor characters in Japanese mail."""

import pytest

from parsers.characters.charset import decode
from parsers.characters.japanese import decode as decode_japanese


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("iso-2022-jp", b"\x1b$B-!F|\x1b(B1", "①日1"),
        ("iso-2022-jp", b"\x1b$B-j\x1b(B", "㈱"),
        ("iso-2022-jp", b"\x1b$B|b\x1b(B", "髙"),
        ("iso-2022-jp", b"\x1b(I1\x1b(B-\x1b$B-!\x1b(B", "ｱ-①"),
        ("iso-2022-jp", b"\x1b$B-!\nab", "①\nab"),
        ("euc-jp", b"\xad\xa1\xc6\xfc \x8e\xb1", "①日 ｱ"),
    ],
)
def test_they_are_read_as_windows_writes_them(label: str, data: bytes, text: str) -> None:
    assert decode(data, label) == (text, True)


def test_other_charsets_are_left_to_others() -> None:
    assert decode_japanese(b"\xad\xa1", "koi8-r") is None
    assert decode_japanese(b"\xff\xff\xff", "euc_jp") is None


def test_a_reset_of_a_terminal_makes_no_utf_8_japanese() -> None:
    assert decode("grün \x1b(B".encode()) == ("grün \x1b(B", True)
