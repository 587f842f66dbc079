"""Transfer encodings, also broken ones (case 108)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.parts import encodings


@pytest.mark.parametrize(
    ("encoded", "data"),
    [
        (b"aGVsbG8=", b"hello"),
        (b"aGVs\r\n bG8", b"hello"),
        (b"aG!Vs*bG8=", b"hello"),
        (b"aGVsbG8= and what follows", b"hello"),
        (b"aGVsbG8hIQ", b"hello!!"),
        (b"aGVsbG8=\r\nIHRoZXJl", b"hello there"),
        (b"aGVsbG8\r\n\r\n_______\r\na list, with a footer\r\n", b"hello"),
        (b"\r\n\r\naGVsbG8=", b"hello"),
        (b"aGVs\r\n\r\nbG8=", b"hello"),
        (b"a", b""),
        (b"", b""),
    ],
)
def test_broken_base64_is_read_as_far_as_it_goes(encoded: bytes, data: bytes) -> None:
    """case 108: the rest is left out."""
    assert encodings.base64(encoded) == data


@given(st.binary(), st.integers(1, 80))
def test_base64_comes_back_however_its_lines_are_broken(data: bytes, width: int) -> None:
    text = base64.b64encode(data)
    lines = [text[i : i + width] for i in range(0, len(text), width)]
    assert encodings.base64(b" \r\n".join(lines)) == data


@pytest.mark.parametrize(
    ("encoded", "data"),
    [
        (b"a=3Db", b"a=b"),
        (b"gr=c3=bcn", "grün".encode()),
        (b"soft=\r\nbreak", b"softbreak"),
        (b"soft= \t\r\nbreak", b"softbreak"),
        (b"100=% sure =XY", b"100=% sure =XY"),
        (b"end=", b"end"),
    ],
)
def test_broken_quoted_printable_is_read_as_far_as_it_goes(encoded: bytes, data: bytes) -> None:
    """case 108: the rest stands as it came."""
    assert encodings.quoted_printable(encoded) == data


@pytest.mark.parametrize("data", [b"These are words,\nand no base64.\n", b"one  two\r\n\r\nthree four\r\n"])
def test_words_that_only_claim_to_be_base64_stay(data: bytes) -> None:
    assert encodings.decoded("base64", data) == data


@pytest.mark.parametrize("name", ["", "7bit", "8bit", "binary", "7-bit", "x-unknown", "text/plain"])
def test_what_is_no_encoding_changes_nothing(name: str) -> None:
    assert encodings.decoded(name, b"a=3Db") == b"a=3Db"


@pytest.mark.parametrize("name", ["base64", "BASE64", " base64 ", '"base64"', "base64;", "base64 (really)"])
def test_a_name_is_read_however_it_is_written(name: str) -> None:
    assert encodings.decoded(name, b"aGVsbG8=") == b"hello"
