"""Mail inside an opaque signature (RFC 8551 section 3.5.2)."""

from hypothesis import given
from hypothesis import strategies as st

from parsers.parts.cms import signed_content

SIGNED, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")


def element(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content


def endless(tag: int, content: bytes) -> bytes:
    return bytes((tag, 0x80)) + content + b"\0\0"


def message(content: bytes) -> bytes:
    inner = element(0x30, DATA + element(0xA0, content))
    signed = element(0x30, element(0x02, b"\1") + element(0x31, b"") + inner)
    return element(0x30, SIGNED + element(0xA0, signed))


def test_content_of_known_length() -> None:
    assert signed_content(message(element(0x04, b"Subject: x\r\n\r\nhi"))) == b"Subject: x\r\n\r\nhi"
    assert signed_content(message(element(0x04, b"a" * 300))) == b"a" * 300


def test_content_written_in_pieces() -> None:
    pieces = endless(0x24, element(0x04, b"one ") + element(0x04, b"two"))
    inner = endless(0x30, DATA + endless(0xA0, pieces))
    assert (
        signed_content(endless(0x30, SIGNED + endless(0xA0, endless(0x30, element(0x02, b"\1") + inner)))) == b"one two"
    )


def test_what_is_encrypted_has_no_content_to_read() -> None:
    enveloped = bytes.fromhex("06092a864886f70d010703")
    assert signed_content(element(0x30, enveloped + element(0xA0, DATA + b"\xa0\x03\x04\x01x"))) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_read(noise: bytes) -> None:
    signed_content(noise)
    signed_content(b"\x30\x80" + SIGNED + noise)
    signed_content(b"\x30\x80" + SIGNED + DATA + noise)
