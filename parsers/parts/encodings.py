"""Bytes out of the encodings that mail wraps them in: RFC 2045 section 6, and older ones in their place."""

import binascii
import re

from parsers.parts import armour

_WORD = re.compile(r"[a-z0-9-]+")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(b for b in range(256) if b not in _BASE64)
_BLANK = re.compile(rb"\n[ \t\r]*\n")
_WORDS = re.compile(rb"[^=]*?[^=\s][ \t]+[^=\s]")
_SAMPLE = 2048
_PADDED_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")


def decoded(encoding: str, data: bytes) -> bytes:
    """`data` without the transfer encoding that a field names, as far as it can be read.

    A name that is unknown, or that stands for no encoding, leaves the bytes as they are.
    """
    named = _WORD.search(encoding.lower())
    match named.group() if named else "":
        case "base64" | "base-64" | "b64":
            return data if _is_prose(data) else base64(data)
        case "quoted-printable" | "quotedprintable" | "quoted" | "qp":
            return quoted_printable(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue" | "x-uu":
            found = armour.uudecoded(data)
            return data if found is None else found.data
        case "binhex" | "x-binhex" | "binhex40" | "mac-binhex40" | "x-binhex40":
            found = armour.unbinhexed(data)
            return data if found is None else found.data
        case _:
            return data


def _is_prose(data: bytes) -> bool:
    """Most lines consist of words: something on the way has decoded them and left the field as it was."""
    lines = [line for line in data[:_SAMPLE].split(b"\n") if line.strip()]
    return bool(lines) and sum(_WORDS.match(line) is not None for line in lines) * 3 > len(lines) * 2


def base64(data: bytes) -> bytes:
    """Base64 as far as it can be read: foreign characters skipped, missing padding supplied.

    What follows the padding is read only where it is base64 itself: some senders join blocks that are padded each.
    Prose after a blank line is the footer of a mailing list, put there without looking.
    """
    data = data.lstrip()
    footer = _BLANK.search(data)
    if footer and data[footer.end() :].translate(None, _BASE64 + b"\r\n\t "):
        data = data[: footer.start()]
    first, padding, rest = data.partition(b"=")
    if padding and rest.translate(None, _BASE64 + b"\r\n"):
        rest = b""
    return b"".join(_block(block) for block in (first, *rest.split(b"=")) if block)


def _block(block: bytes) -> bytes:
    kept = block.translate(None, _NOT_BASE64)
    # A single left-over character holds no whole byte.
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def quoted_printable(data: bytes) -> bytes:
    """RFC 2045 section 6.7; white space that transport put behind a soft line break goes with it."""
    if b"= " in data or b"=\t" in data:
        data = _PADDED_BREAK.sub(b"=", data)
    return binascii.a2b_qp(data)
