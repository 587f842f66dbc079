"""The one form in which an address goes out (cases 133, 134, 175)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.addresses import mailbox


@pytest.mark.parametrize(
    "address",
    [
        "ann@acme.example",
        "a.b+c@x.example",
        "$x`y`@acme.example",
        "-rf@acme.example",
        '"a b"@acme.example',
        "O'B@x.example",
    ],
)
def test_mailboxes_are_left_as_they_are(address: str) -> None:
    assert mailbox(address) == address


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@例え.example", "ann@xn--r8jz45g.example"),
    ],
)
def test_international_domains_become_a_labels(address: str, ascii_form: str) -> None:
    assert mailbox(address) == ascii_form


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@acme.example",
        "ann@",
        "a b@acme.example",
        "ann@acme..example",
        "ann@-acme.example",
        ".a@x.example",
        "a..b@x.example",
        "ann@acme.example>",
        "<ann@acme.example",
        "ann@acme.example\r\nRCPT TO:<x@y>",
        "ann\0@x.example",
        "a@b@c.example",
        "ann@evil\ufe6bx.example",
        "ann@ü\r\n.example",
        "x" * 250 + "@a.example",
        "ann@[127.0.0.1",
    ],
)
def test_anything_else_is_refused_in_a_full_sentence(address: str) -> None:
    with pytest.raises(ValueError, match=r"^The address .+\.$"):
        mailbox(address)


def test_a_local_part_beyond_ascii_is_named_as_such() -> None:
    """case 133: refused for good, with the reason."""
    with pytest.raises(ValueError, match="RFC 6531"):
        mailbox("jürgen@acme.example")


@given(st.text())
def test_what_comes_out_is_safe_in_a_command(address: str) -> None:
    """case 134: any address."""
    try:
        plain = mailbox(address)
    except ValueError:
        return
    assert re.fullmatch(r"[!-;=?-~ ]+@[a-zA-Z0-9.-]+", plain)
    assert len(plain) <= 254
