"""The one strict reading of From: what it takes, and everything that it refuses."""

import pytest

from parsers.author import author, strict_address
from parsers.headers import Headers


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("ann@acme.example", "ann@acme.example"),
        ("<ann@acme.example>", "ann@acme.example"),
        ("Ann <ann@acme.example>", "ann@acme.example"),
        ('"Ann, of Acme" <ann@ACME.Example>', "ann@acme.example"),
        ("Ann O'Neil Jr. <Ann.O'Neil+x@acme.example>", "Ann.O'Neil+x@acme.example"),
        ("Ann (Acme) <ann@acme.example>", "ann@acme.example"),
        ('"ann@acme.example" <ann@acme.example>', "ann@acme.example"),
        ("ann@acme.example <ann@acme.example>", "ann@acme.example"),
        ("=?utf-8?q?J=C3=B6rg?= <joerg@acme.example>", "joerg@acme.example"),
        ('"John @ Work" <john@acme.example>', "john@acme.example"),
        ("Jörg <joerg@acme.example>".encode().decode("ascii", "surrogateescape"), "joerg@acme.example"),
        ("root@localhost", "root@localhost"),
        ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
    ],
)
def test_one_plain_address_is_taken(value: str, address: str) -> None:
    assert strict_address(value) == (address, "")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Ann",
        "<>",
        "admin@corp.example <evil@x.example>",
        '"admin@corp.example" <evil@x.example>',
        "=?utf-8?q?admin=40corp=2Eexample?= <evil@x.example>",
        "=?utf-8?q?=3Cadmin=40corp=2Eexample=3E?= <evil@x.example>",
        "<admin@corp.example>evil@x.example",
        "<admin@corp.example> <evil@x.example>",
        "a@x.example, b@x.example",
        "Staff: a@x.example, b@x.example;",
        "<@relay.example:a@x.example>",
        "a(comment)@x.example",
        "a@(comment)x.example",
        "a@x.example (admin@corp.example)",
        "(admin@corp.example) <a@x.example>",
        "=?utf-8?q?admin=40corp=2Eexample=00?=@x.example",
        "<=?utf-8?q?admin?=@x.example>",
        '"quoted local"@x.example',
        "a@[192.0.2.1]",
        "a@x.example.",
        "a@-x.example",
        "a..b@x.example",
        ".a@x.example",
        "ä@x.example",
        "a@bücher.example",
        "a@x.example\0",
        "a\x1b@x.example",
        "Ann\u2028 <a@x.example>",
        "A\udcff <a@x.example>",
        'Ann "unclosed <a@x.example>',
        "Ann \\<a@x.example>",
        "a @x.example",
        "a@x.example b@y.example",
        f"{'a' * 65}@x.example",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.example",
    ],
)
def test_whatever_could_be_read_twice_is_refused(value: str) -> None:
    """cases 79, 80 and 81: lists, groups, routes, comments, encoded words, controls."""
    address, fault = strict_address(value)
    assert address is None
    assert fault


@pytest.mark.parametrize("value", ["(" * 60_000, "<" * 60_000, '"' * 60_000, "a@" * 30_000, "a." * 30_000 + "@x"])
def test_case_105_hostile_values_are_refused(value: str) -> None:
    """case 105: none of these is somebody."""
    assert strict_address(value)[0] is None


def fields(**values: tuple[str, ...]) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in values.items()})


def test_a_clean_mail_has_an_author_and_no_defect() -> None:
    assert author(fields(**{"from": ("ann@acme.example",)}, subject=("x",))) == ("ann@acme.example", ())


@pytest.mark.parametrize("name", ["from", "subject", "message-id", "sender"])
def test_a_doubled_field_that_says_who_and_what_takes_the_authority(name: str) -> None:
    """case 78: one of the two may have been put there later."""
    given = {"from": ("ann@acme.example",)}
    found, defects = author(Headers({**given, name: ("ann@acme.example", "ann@acme.example")}))
    assert found is None
    assert [str(d) for d in defects] == [f"duplicate-header: {name}"]


@pytest.mark.parametrize("name", ["date", "to", "cc", "reply-to", "references"])
def test_another_doubled_field_is_only_noted(name: str) -> None:
    found, defects = author(Headers({"from": ("ann@acme.example",), name: ("x", "y")}))
    assert found == "ann@acme.example"
    assert [str(d) for d in defects] == [f"duplicate-header: {name}"]


def test_no_from_is_a_defect() -> None:
    found, defects = author(Headers())
    assert found is None
    assert [d.code for d in defects] == ["author-missing"]


def test_a_damaged_header_section_proves_nothing() -> None:
    assert author(fields(**{"from": ("ann@acme.example",)}), damaged=True)[0] is None


def test_a_name_that_is_one_long_word_is_read_once() -> None:
    # From each of its letters anew it would take hours.
    assert strict_address(f"{'a' * 2_000_000} <ann@acme.example>") == ("ann@acme.example", "")
