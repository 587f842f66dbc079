"""Parameters of Content-Type and Content-Disposition as senders really write them."""

import pytest

from parsers.parts.parameters import parse


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf; size=3", "a.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ('attachment; FileName = "a.pdf"', "a.pdf"),
        (r'attachment; filename="a\"b.pdf"', 'a"b.pdf'),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
        ("attachment; filename*=utf-8''gr%C3%BCn.pdf", "grün.pdf"),
        ("attachment; filename*=iso-8859-1'de'gr%FCn.pdf", "grün.pdf"),
        ("attachment; filename*0=long; filename*1=er.pdf", "longer.pdf"),
        ("attachment; filename*1=er.pdf; filename*0=long", "longer.pdf"),
        ("attachment; filename*0*=utf-8''gr%C3; filename*1*=%BCn; filename*2=.pdf", "grün.pdf"),
        ("attachment; filename*0=a; filename*2=c", "a"),
        ("attachment; filename=plain.pdf; filename*=utf-8''better.pdf", "better.pdf"),
        ('attachment; filename="=?utf-8?q?gr=C3=BCn?=.pdf"', "grün.pdf"),
        ('attachment; filename="first.pdf"; filename="second.pdf"', "first.pdf"),
        ("attachment;;; ; filename=a.pdf;", "a.pdf"),
        ("attachment", ""),
        ('"attachment"; filename=a.pdf', "a.pdf"),
        ("attachment filename=a.pdf", "a.pdf"),
        ("attachment, filename=a.pdf", "a.pdf"),
        ("attachment; filename=a_(1).pdf", "a_(1).pdf"),
        ("attachment; filename=a.pdf\t name=b.pdf", "a.pdf"),
        ('attachment; filename="the "final" one.pdf"; size=3', 'the "final" one.pdf'),
        (r'attachment; filename="C:\Users\ann\x.doc"', r"C:\Users\ann\x.doc"),
        ("attachment; filename*1=er.pdf; filename*2=x", "er.pdfx"),
        ("attachment; filename*=\"utf-8''a%20b.pdf\"", "a b.pdf"),
        ("attachment; filename*=a%20b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''; filename=a.pdf", "a.pdf"),
        ("attachment; filename==?utf-8?B?w7wucGRm?=; size=3", "ü.pdf"),
        ('attachment; filename="=?utf-8?Q?a?=\t=?utf-8?Q?b.pdf?="', "ab.pdf"),
        ('attachment; filename*0="=?utf-8?B?w7w=?="; filename*1=".pdf"', "ü.pdf"),
    ],
)
def test_file_names(value: str, name: str) -> None:
    found = parse(value)
    assert found.word == "attachment"
    assert found.get("filename") == name


def test_raw_utf_8_bytes_in_a_name() -> None:
    value = 'attachment; filename="管理.doc"'.encode().decode("ascii", "surrogateescape")
    assert parse(value).get("filename") == "管理.doc"


def test_bare_bytes_of_a_name_are_in_the_charset_beside_it() -> None:
    value = 'text/plain; charset=gb2312; name="邮件.txt"'.encode("gb2312").decode("ascii", "surrogateescape")
    assert parse(value).get("name") == "邮件.txt"
    value = 'attachment; filename="邮件.txt"'.encode("gb2312").decode("ascii", "surrogateescape")
    assert parse(value, "gb2312").get("filename") == "邮件.txt"


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("text/plain; charset=utf-8", "utf-8"),
        ("text/plain; charset = utf-8", "utf-8"),
        ("text/plain; charset=us-ascii (Plain text)", "us-ascii"),
        ('text/plain (a letter); charset="utf-8"', "utf-8"),
        ("text/plain;charset=utf-8 name=x.txt", "utf-8"),
        ('text/plain; charset="utf-8', "utf-8"),
        ("text/plain; charset*=us-ascii''utf-8", "utf-8"),
        ("text/plain; charset=", ""),
    ],
)
def test_charsets(value: str, charset: str) -> None:
    assert parse(value).get("charset") == charset


def test_a_boundary_is_kept_as_its_bytes_stood_there() -> None:
    assert parse('multipart/mixed; boundary="a  =?b?="').boundary == b"a  =?b?="
    assert parse("multipart/mixed; boundary*0=a; boundary*1=b").boundary == b"ab"


def test_a_forgotten_semicolon_after_the_type() -> None:
    found = parse('multipart/mixed\tboundary="b"')
    assert (found.word, found.get("boundary")) == ("multipart/mixed", "b")


def test_case_106_no_more_than_fifty_continuations_count() -> None:
    """case 106: the cap, and some more."""
    value = "attachment" + "".join(f"; filename*{i}=x" for i in range(60))
    assert parse(value).get("filename") == "x" * 50


@pytest.mark.parametrize(
    "value", ["", ";", "=", '"', ";" * 60_000, '; a="' + ";" * 60_000, "a" * 60_000, "; =" * 20_000]
)
def test_case_105_hostile_values_are_read_all_the_same(value: str) -> None:
    """case 105: as a type and its parameters."""
    assert parse(value).get("filename") == ""
