"""What stands in a `winmail.dat` (MS-OXTNEF)."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.parts import tnef

TEXT, UNICODE, BINARY = 0x1E, 0x1F, 0x102
BODY, HTML, RTF = 0x1000, 0x1013, 0x1009
LONG_NAME, MIME_TAG, CONTENT_ID = 0x3707, 0x370E, 0x3712


def record(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*written: tuple[int, int, bytes]) -> bytes:
    packed = [struct.pack("<HHII", kind, name, 1, len(d)) + d + b"\0" * (-len(d) % 4) for kind, name, d in written]
    return struct.pack("<I", len(packed)) + b"".join(packed)


def winmail(*records: bytes, codepage: int = 1252) -> bytes:
    return tnef.SIGNATURE + b"\1\0" + record(1, 0x9007, struct.pack("<II", codepage, 0)) + b"".join(records)


def attachment(title: bytes, data: bytes, *written: tuple[int, int, bytes]) -> bytes:
    found = record(2, 0x9002, b"\0" * 14) + record(2, 0x8010, title + b"\0") + record(2, 0x800F, data)
    return found + record(2, 0x9005, properties(*written)) if written else found


def test_a_file_has_its_long_name_type_and_id() -> None:
    stated = (
        (UNICODE, LONG_NAME, "Größe.pdf\0".encode("utf-16-le")),
        (TEXT, MIME_TAG, b"Application/PDF\0"),
        (TEXT, CONTENT_ID, b"x@y\0"),
    )
    found = tnef.unpacked(winmail(attachment(b"GRE~1.PDF", b"%PDF\0\0", *stated)))
    assert found is not None
    assert found.files == (tnef.Packed("Größe.pdf", b"%PDF\0\0", "application/pdf", "x@y"),)


def test_names_are_in_the_code_page_that_it_states() -> None:
    found = tnef.unpacked(winmail(attachment("файл.txt".encode("cp1251"), b"x"), codepage=1251))
    assert found is not None
    assert found.files[0].name == "файл.txt"


def test_its_words() -> None:
    written = properties((TEXT, BODY, b"gr\xfcn\0"), (BINARY, HTML, b"<p>gr\xfcn</p>"))
    found = tnef.unpacked(winmail(record(1, 0x9003, written)))
    assert found is not None
    assert (found.text, found.html) == ("grün", "<p>grün</p>")


def test_words_that_are_rich_text_only() -> None:
    rich = rb"{\rtf1\ansi\ansicpg1252 gr\'fcn\par}"
    packed = struct.pack("<II", len(rich) + 12, len(rich)) + b"MELA\0\0\0\0" + rich
    found = tnef.unpacked(winmail(record(1, 0x9003, properties((BINARY, RTF, packed)))))
    assert found is not None
    assert found.text.strip() == "grün"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\3\4",
        tnef.SIGNATURE,
        winmail(),
        winmail(record(1, 0x9003, b"\xff\xff\xff\xff" + struct.pack("<HHI", 0x1002, 1, 0xFFFFFFFF) + b"\0" * 90)),
        winmail(record(1, 0x9003, struct.pack("<IHHI", 1, BINARY, HTML, 0xFFFFFFFF))),
        winmail(record(1, 0x9004, b"\xff\xff\xff\xff")),
    ],
)
def test_what_holds_nothing_is_none(data: bytes) -> None:
    assert tnef.unpacked(data) is None


def test_a_file_that_was_cut_off_is_kept_as_far_as_it_came() -> None:
    found = tnef.unpacked(winmail(attachment(b"a.txt", b"hello there"))[:-4])
    assert found is not None
    assert found.files[0].data.startswith(b"hello")


WHOLE = winmail(
    record(1, 0x9003, properties((TEXT, BODY, b"x\0"))),
    attachment(b"a", b"b", (TEXT, LONG_NAME, b"c\0")),
)


@given(st.integers(6, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_any_bytes_are_read(at: int, noise: bytes) -> None:
    tnef.unpacked(WHOLE[:at] + noise + WHOLE[at + len(noise) :])
