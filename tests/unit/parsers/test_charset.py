"""Bytes to text, and the one cleaning that every text goes through."""

import pytest

from parsers import charset


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("utf-8", "grün".encode(), "grün"),
        ("UTF8", "grün".encode(), "grün"),
        ('"utf-8"', "grün".encode(), "grün"),
        ("iso-8859-1", b"\x93quoted\x94", "“quoted”"),
        ("latin1", b"caf\xe9", "café"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("gb2312", "邮件".encode("gb18030"), "邮件"),
        ("ks_c_5601-1987", "메일".encode("cp949"), "메일"),
        ("shift_jis", "メール".encode("cp932"), "メール"),
        ("iso-2022-jp", "メール".encode("iso2022_jp"), "メール"),
        ("utf-16", b"\xff\xfeh\0i\0", "hi"),
        ("utf-16", b"\xfe\xff\0h\0i", "hi"),
        ("utf-8", b"\xef\xbb\xbfhi", "hi"),
    ],
)
def test_a_declared_charset_is_read_as_senders_mean_it(label: str, data: bytes, text: str) -> None:
    assert charset.decode(data, label) == (text, True)


@pytest.mark.parametrize(
    "label", ["\0", "punycode", "unicode_escape", "utf-7", "cp037", "zlib", "rot13", "x" * 100, "é"]
)
def test_case_107_a_charset_that_mail_may_not_use_is_not_used(label: str) -> None:
    assert charset.decode(b"plain +AGE- \\u0041", label) == ("plain +AGE- \\u0041", False)


def test_a_wrong_declaration_gives_way_to_strict_utf_8() -> None:
    assert charset.decode("grün".encode(), "us-ascii") == ("grün", False)


def test_without_a_declaration_escape_sequences_name_the_charset() -> None:
    assert charset.decode("こんにちは".encode("iso2022_jp")) == ("こんにちは", True)


def test_short_bytes_of_no_charset_are_western() -> None:
    assert charset.decode(b"caf\xe9 \x80") == ("café €", True)


def test_long_bytes_are_guessed() -> None:
    text = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 4
    assert charset.decode(text.encode("cp1251")) == (text, True)


def test_the_holes_of_windows_1252_do_not_raise() -> None:
    assert charset.decode(b"\x81\x8d", "windows-1252") == ("\ufffd\ufffd", True)


@pytest.mark.parametrize(
    ("dirty", "text"),
    [("a\0b", "a\ufffdb"), ("a\ud800b", "a\ufffdb"), ("\ud83d\ude00", "😀"), ("é\0\udfff", "é\ufffd\ufffd")],
)
def test_cases_109_and_110_cleaning_leaves_no_nul_and_no_surrogate(dirty: str, text: str) -> None:
    assert charset.clean(dirty) == text


def test_case_130_a_line_has_no_line_end_of_any_kind() -> None:
    assert charset.line(" a\r\n\tb\u2028c\x0b\x85d\x1b[31m ") == "a b c d [31m"
