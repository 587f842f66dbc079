"""Bytes to text, and the one cleaning that every text goes through."""

import pytest

from parsers.characters import charset


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
        ("koi8r", "Привет".encode("koi8-r"), "Привет"),
        ("3Dkoi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("charset=koi8-r;format=flowed", "Привет".encode("koi8-r"), "Привет"),
        ("csgb2312", "邮件".encode("gb18030"), "邮件"),
        ("gb2312", "邮件".encode("gb18030"), "邮件"),
        ("ks_c_5601-1987", "메일".encode("cp949"), "메일"),
        ("shift_jis", "メール".encode("cp932"), "メール"),
        ("iso-2022-jp", "メール".encode("iso2022_jp"), "メール"),
        ("utf-16", b"\xff\xfeh\0i\0", "hi"),
        ("utf-16", b"\xfe\xff\0h\0i", "hi"),
        ("utf-8", b"\xef\xbb\xbfhi", "hi"),
        ("utf-16", b"\0h\0i", "hi"),
        ("utf-16", b"h\0i\0", "hi"),
        ("utf-16le", b"\xfe\xff\0h\0i", "hi"),
        ("unicode-1-1-utf-7", b"gr+APw-n", "grün"),
        ("hz-gb-2312", b"~{<:Ky2;~}", "己所不"),
        ("x-sjis", "①メール".encode("cp932"), "①メール"),
        ("windows-31j", "メール".encode("cp932"), "メール"),
        ("cp932", "メール".encode("cp932"), "メール"),
        ("x-mac-cyrillic", "Привет".encode("mac_cyrillic"), "Привет"),
        ("macintosh", "grün".encode("mac_roman"), "grün"),
        ("iso-8859-8-i", "שלום".encode("iso8859-8"), "שלום"),
        ("iso 8859-2", "łódź".encode("iso8859-2"), "łódź"),
        ("ISO_8859-1:1987", b"caf\xe9", "café"),
        ("cp-1251", "Привет".encode("cp1251"), "Привет"),
        ("win-1250", "łódź".encode("cp1250"), "łódź"),
        ("cp65001", "grün".encode(), "grün"),
        ("utf-8;", "grün".encode(), "grün"),
        ("big5", "郵件".encode("big5"), "郵件"),
        ("euc-kr", "똠방각하".encode("cp949"), "똠방각하"),
        ("iso-8859-2", b"\x9at\xecst\xed", "štěstí"),
        ("utf-8", b"\xed\xa0\xbd\xed\xb8\x80", "😀"),
    ],
)
def test_a_declared_charset_is_read_as_senders_mean_it(label: str, data: bytes, text: str) -> None:
    assert charset.decode(data, label) == (text, True)


@pytest.mark.parametrize(
    "label", ["\0", "punycode", "unicode_escape", "utf-32", "cp037", "zlib", "rot13", "x" * 100, "é"]
)
def test_case_107_a_charset_that_mail_may_not_use_is_not_used(label: str) -> None:
    """case 107: codecs that are no charset of mail."""
    assert charset.decode(b"plain +AGE- \\u0041", label) == ("plain +AGE- \\u0041", False)


def test_a_wrong_declaration_gives_way_to_strict_utf_8() -> None:
    assert charset.decode("grün".encode(), "us-ascii") == ("grün", False)


def test_utf_8_under_the_name_of_a_set_of_single_bytes_is_utf_8() -> None:
    assert charset.decode("Grüße, Jürgen".encode(), "iso-8859-1") == ("Grüße, Jürgen", False)


def test_one_sign_that_might_be_utf_8_is_no_proof() -> None:
    assert charset.decode(b"\xc3\xbc", "iso-8859-1") == ("Ã¼", True)


@pytest.mark.parametrize(
    ("label", "text"),
    [("utf-8", "Příliš žluťoučký kůň"), ("shift_jis", "お世話になっております"), ("gb2312", "我无法登录我的账户")],
)
def test_one_broken_byte_does_not_change_the_charset(label: str, text: str) -> None:
    shown, _ = charset.decode(text.encode(label) + b"\xff.", label)
    assert shown.startswith(text)


def test_a_character_cut_off_at_the_end_is_the_only_one_lost() -> None:
    assert charset.decode("a😀".encode()[:-1], "utf-8")[0] == "a\ufffd"


def test_a_charset_near_by_counts_where_the_bytes_say_nothing() -> None:
    data = "메일".encode("cp949")
    assert charset.decode(data, None, ("euc-kr",), guess=False) == ("메일", True)
    assert charset.decode(data, "x-unknown", ("euc-kr",), guess=False) == ("메일", False)
    assert charset.decode("grün".encode(), None, ("koi8-r",)) == ("grün", True)


@pytest.mark.parametrize(
    ("label", "written", "text"),
    [
        ("iso-2022-jp", "euc_jp", "再送信を試みました"),
        ("iso-2022-jp", "cp932", "再送信を試みました"),
        ("euc-jp", "cp932", "再送信を試みました"),
        ("hz-gb-2312", "gb18030", "我无法登录"),
        ("iso-2022-kr", "cp949", "로그인이"),
    ],
)
def test_another_charset_of_the_same_language_may_be_meant(label: str, written: str, text: str) -> None:
    assert charset.decode(text.encode(written), label) == (text, False)


def test_utf_16_without_any_label_is_seen_by_its_zeros() -> None:
    assert charset.decode("hello there".encode("utf-16-be"))[0] == "hello there"


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
    """cases 109 and 110: what stands in their place."""
    assert charset.clean(dirty) == text


def test_case_130_a_line_has_no_line_end_of_any_kind() -> None:
    """case 130: at the border."""
    assert charset.line(" a\r\n\tb\u2028c\x0b\x85d\x1b[31m ") == "a b c d [31m"
