"""Opaque signed S/MIME (RFC 8551 section 3.5.2): the mail stands inside the signature, and is readable without it."""

_SIGNED = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_HEAD = 1024
_OCTETS, _JOINED_OCTETS, _EXPLICIT = 0x04, 0x24, 0xA0


def signed_content(data: bytes) -> bytes | None:
    """The content of a SignedData in DER or BER (RFC 5652 section 5); None for anything else. Nothing is verified."""
    signed = data.find(_SIGNED, 0, 64)
    stated = data.find(_DATA, signed, _HEAD) if signed >= 0 else -1
    if stated < 0:
        return None
    at = stated + len(_DATA)
    outer = _element(data, at)
    inner = _element(data, outer[1]) if outer and outer[0] == _EXPLICIT else None
    if inner is None:
        return None
    tag, start, end = inner
    if tag == _OCTETS:
        return data[start:end]
    return b"".join(_chunks(data, start, end)) if tag == _JOINED_OCTETS else None


def _chunks(data: bytes, at: int, end: int) -> list[bytes]:
    """The pieces of a string that was written before its length was known."""
    found: list[bytes] = []
    while at < end and (piece := _element(data, at)) and piece[0] == _OCTETS:
        found.append(data[piece[1] : piece[2]])
        at = piece[2]
    return found


def _element(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Tag, start and end of the content of one element; one of no stated length reaches as far as the data."""
    if at + 2 > len(data):
        return None
    tag, length = data[at], data[at + 1]
    if length < 0x80:
        return tag, at + 2, at + 2 + length
    if length == 0x80:
        return tag, at + 2, len(data)
    size = length & 0x7F
    if size > 8:
        return None
    start = at + 2 + size
    return tag, start, start + int.from_bytes(data[at + 2 : start], "big")
