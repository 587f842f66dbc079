"""Files written into the text itself."""

import base64
import binascii
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.parts import armour

_BINHEX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def uuencoded(name: str, data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)]
    return b"begin 644 %s\n%s`\nend\n" % (name.encode(), b"".join(lines))


def yencoded(name: str, data: bytes) -> bytes:
    critical = (0x00, 0x0A, 0x0D, 0x3D)
    coded = [(b + 42) & 255 for b in data]
    body = b"".join(bytes((0x3D, (c + 64) & 255)) if c in critical else bytes((c,)) for c in coded)
    lines = [body[i : i + 128] for i in range(0, len(body), 128)]
    return b"=ybegin line=128 size=%d name=%s\r\n%s\r\n=yend size=%d\r\n" % (
        len(data),
        name.encode(),
        b"\r\n".join(lines),
        len(data),
    )


def binhexed(name: str, packed: bytes, size: int) -> bytes:
    """`packed` is the data fork with its runs packed already."""
    head = bytes((len(name),)) + name.encode() + b"\0TEXTttxt\0\0" + struct.pack(">II", size, 0) + b"\0\0"
    coded = base64.b64encode(head + packed + b"\0\0").decode().rstrip("=")
    shown = coded.translate(str.maketrans(_BASE64, _BINHEX))
    return f"(This file must be converted with BinHex 4.0)\n\n:{shown}:\n".encode()


ENCODERS = [uuencoded, yencoded]


@pytest.mark.parametrize("encode", ENCODERS)
def test_a_file_is_taken_out_of_the_text(encode: Callable[[str, bytes], bytes]) -> None:
    data = b"line of a log\n" * 20
    rest, (file,) = armour.files(b"above\n" + encode("a log.txt", data) + b"below\n")
    assert (file.name, file.data) == (b"a log.txt", data)
    assert rest == b"above\nbelow\n"


@given(st.binary(min_size=1, max_size=500))
def test_uuencoded_bytes_come_back(data: bytes) -> None:
    found = armour.uudecoded(uuencoded("x", data))
    assert found is not None
    assert found.data == data


@given(st.binary(max_size=500))
def test_yencoded_bytes_come_back(data: bytes) -> None:
    _, (file,) = armour.files(yencoded("x", data))
    assert file.data == data


def test_binhex_keeps_name_and_data_fork() -> None:
    found = armour.unbinhexed(binhexed("Read Me", b"a\x90\x05b\x90\x00c", 8))
    assert found is not None
    assert (found.name, found.data) == (b"Read Me", b"aaaaab\x90c")


def test_two_files_and_the_words_between_them() -> None:
    rest, files = armour.files(uuencoded("a", b"1") + b"and\n" + yencoded("b", b"2"))
    assert [(f.name, f.data) for f in files] == [(b"a", b"1"), (b"b", b"2")]
    assert rest == b"and\n"


def test_lines_that_lost_their_spaces_on_the_way() -> None:
    spaced = binascii.b2a_uu(b"\0\0\0ab\0\0\0")
    assert spaced.endswith(b" \n")
    found = armour.uudecoded(b"begin 644 x\n" + spaced.rstrip() + b"\n`\nend\n")
    assert found is not None
    assert found.data == b"\0\0\0ab\0\0\0"


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 the letter\nwith words, not with a file\nend\n",
        b"we begin 644 x\n#AAAA\nend\n",
        b"begin the work\n",
        b"=ybegin without a name\n",
        b"(This file must be converted with BinHex 4.0)\n\n:not binhex\n",
    ],
)
def test_words_that_only_look_like_a_file_stay(text: bytes) -> None:
    assert armour.files(text) == (text, ())


def test_a_file_that_was_cut_off_is_kept_as_far_as_it_came() -> None:
    whole = uuencoded("x", b"a" * 90)
    _, (file,) = armour.files(whole[: whole.index(b"`\n")])
    assert file.data == b"a" * 90


def test_bits_that_are_not_wanted_may_be_anything() -> None:
    found = armour.uudecoded(b"begin 644 x\n!0V%T\n`\nend\n")
    assert found is not None
    assert found.data == b"C"


def test_a_line_of_yenc_without_an_end_is_read_once() -> None:
    # From each name anew it would take hours.
    text = b"=ybegin line=128 size=3" + b" name=a" * 500_000
    assert armour.files(text) == (text, ())
