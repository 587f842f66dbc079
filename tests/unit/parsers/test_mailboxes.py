"""Lists of addresses as mail programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.mail import Address
from parsers.mailboxes import addresses, author


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('"Doe, John" <j@x.example>', "Doe, John <j@x.example>"),
        ("Doe, John <j@x.example>", "Doe, John <j@x.example>"),
        ("j@x.example (John Doe)", "John Doe <j@x.example>"),
        ("Foo (bar) <a@b.example>", "Foo <a@b.example>"),
        (r"Pete(A nice \) chap) <pete(his account)@silly.example(his host)>", "Pete <pete@silly.example>"),
        ("Joe Q. Public <j@x.example>", "Joe Q. Public <j@x.example>"),
        (r'"Giant; \"Big\" Box" <g@x.example>', 'Giant; "Big" Box <g@x.example>'),
        ("Mary <@node.example,@hub.example:mary@x.example>", "Mary <mary@x.example>"),
        ("jdoe@test  . example", " <jdoe@test.example>"),
        ("Name user@x.example", "Name <user@x.example>"),
        ("Name <user@x.example", "Name <user@x.example>"),
        ("user@x.example>", " <user@x.example>"),
        ("<<a@b.example>>", " <a@b.example>"),
        ("'a@b.example'", " <a@b.example>"),
        ("<mailto:a@b.example>", " <a@b.example>"),
        ('foo <"a@b.example">', "foo <a@b.example>"),
        ('"john doe"@x.example', ' <"john doe"@x.example>'),
        ("user@[192.0.2.1]", " <user@[192.0.2.1]>"),
        ("Ann <user@[IPv6:2001:db8::1]>", "Ann <user@[ipv6:2001:db8::1]>"),
        ("Joerg@ACME.example", " <Joerg@acme.example>"),
        ('"a@b.example" <a@b.example>', "a@b.example <a@b.example>"),
        ('"Ann <ann@x.example>"', "Ann <ann@x.example>"),
        ("ann@x.example <Ann>", "Ann <ann@x.example>"),
        ('"unclosed <a@b.example>', "unclosed <a@b.example>"),
        ("(unclosed <a@b.example>", "unclosed <a@b.example>"),
        ("Moderator <moderator>", "Moderator <moderator>"),
        ("=?utf-8?Q?M=C3=BCller,_Hans?= <h@x.example>", "Müller, Hans <h@x.example>"),
        ('"=?utf-8?Q?M=C3=BCller?=" <h@x.example>', "Müller <h@x.example>"),
        ("=?utf-8?B?SmFuZSA8amFuZS5kb2VAYWNtZS5leGFtcGxlPg==?=", "Jane <jane.doe@acme.example>"),
        ("=?utf-8?Q?John_<john@x.example>?=", "John <john@x.example>"),
        ("user@例え.jp", " <user@例え.jp>"),
    ],
)
def test_one_address(written: str, shown: str) -> None:
    (found,) = addresses(written)
    assert f"{found.name} <{found.address}>" == shown


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
        ('a@x.example; "C; D" <c@x.example>;', ["a@x.example", "c@x.example"]),
        ("a@x.example b@x.example", ["a@x.example", "b@x.example"]),
        ("A <a@x.example> B <b@x.example>", ["a@x.example", "b@x.example"]),
        ("Team: Ed <ed@x.example>, kim@x.example;, lee@x.example", ["ed@x.example", "kim@x.example", "lee@x.example"]),
        ("undisclosed-recipients:;", []),
        ("Undisclosed recipients:(empty list)  ;", []),
        (", ,,", []),
        ("", []),
        ("<>", []),
        ("Someone", []),
        ("@x.example", []),
        ("<undisclosed-recipients:;>", []),
        ("<unlisted recipients>", []),
    ],
)
def test_lists(written: str, found: list[str]) -> None:
    assert [a.address for a in addresses(written)] == found


def test_each_name_goes_with_its_address() -> None:
    assert addresses("A <a@x.example> B <b@x.example>") == (Address("A", "a@x.example"), Address("B", "b@x.example"))


def test_bare_bytes_are_in_the_charset_of_the_text() -> None:
    raw = "Привет <a@x.example>".encode("koi8-r").decode("ascii", "surrogateescape")
    assert addresses(raw, "koi8-r") == (Address("Привет", "a@x.example"),)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Whomever", Address("Whomever", "")),
        ("MAILER-DAEMON <>", Address("MAILER-DAEMON", "")),
        ("A <a@x.example>, B <b@x.example>", Address("A", "a@x.example")),
        ("", None),
    ],
)
def test_who_wrote(written: str, shown: Address | None) -> None:
    assert author(written) == shown


PIECE = st.sampled_from(["a@b.example", '"', "(", ")", "<", ">", ",", ";", ":", "@", "=?", "?=", "\\", " ", "x", "."])


@given(st.lists(PIECE, max_size=30).map("".join))
def test_any_signs_are_read(written: str) -> None:
    for found in addresses(written):
        assert found.address
        assert "\n" not in found.name + found.address
