"""Rich text as Outlook keeps it: unpacked, and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.parts import rtf

# The example of MS-OXRTFCP section 3.1.1.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
PLAIN = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_the_example_of_the_specification() -> None:
    assert rtf.decompressed(PACKED) == PLAIN
    assert rtf.to_text(PLAIN) == "hello world"


@pytest.mark.parametrize("data", [b"", b"short", b"\0" * 16, PACKED[:8] + b"ELSE" + PACKED[12:]])
def test_what_is_no_rich_text_is_empty(data: bytes) -> None:
    assert rtf.decompressed(data) == b""


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (rb"one\par two\line three\tab four", "one\ntwo\nthree\tfour"),
        (rb"{\b bold} and {\i italic}", "bold and italic"),
        (rb"{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\generator Riched20;}words", "words"),
        (rb"gr\'fcn \u8364?5 \{x\} \\", "grün €5 {x} \\"),
        (rb"a\~b \endash  c", "a b – c"),
    ],
)
def test_words(written: bytes, words: str) -> None:
    assert rtf.to_text(rb"{\rtf1\ansi\ansicpg1252 " + written + b"}") == words


def test_settings_of_formulas_are_no_words() -> None:
    assert rtf.to_text(rb"{\rtf1{\mmathPr\mmathFont34\mbrkBin0\mintLim0}Tea\0") == "Tea"


def test_bytes_are_in_the_code_page_that_it_states() -> None:
    assert rtf.to_text(rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8}") == "При"


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    rtf.to_text(data).encode()
    rtf.decompressed(PACKED[:16] + data)
