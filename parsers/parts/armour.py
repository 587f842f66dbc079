"""Files written into the text itself, from before MIME and beside it: uuencode, yEnc and BinHex 4.0 (RFC 1741)."""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)
_UU_LINE = re.compile(rb"([ -`])([ -`]*)[ \t]*\r?(?:\n|$)")
# The first `name=` is the one: a line that has no end is not tried again from the next.
_Y_BEGIN = re.compile(rb"^=ybegin (?>[^\r\n]*?\bname=)([^\r\n]*+)\r?\n(?:=ypart [^\r\n]*\r?\n)?", re.MULTILINE)
_Y_END = re.compile(rb"^=yend [^\r\n]*\r?\n?", re.MULTILINE)
_Y_PIECE = re.compile(rb"(?:=.|[^=]){1,4096}", re.DOTALL)
_Y_ESCAPE = re.compile(rb"=.", re.DOTALL)
_HQX_BEGIN = re.compile(rb"^\(This file must be converted with BinHex[^\r\n]*\r?\n\s*:", re.MULTILINE)
_HQX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_MOST = 200
_LONGEST = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file found in a text: its name in the bytes of the text, its content, and where it stood."""

    name: bytes
    data: bytes
    start: int
    end: int


def files(text: bytes) -> tuple[bytes, tuple[File, ...]]:
    """What of a text is left for reading, and the files that stood in it, in order."""
    found: list[File] = []
    for sign, begin, read in _KINDS:
        if sign in text:
            found.extend(_all(text, begin, read))
    if not found:
        return text, ()
    kept: list[bytes] = []
    at = 0
    whole: list[File] = []
    for file in sorted(found, key=lambda f: f.start)[:_MOST]:
        if file.start >= at:
            kept.append(text[at : file.start])
            at = file.end
            whole.append(file)
    return b"".join([*kept, text[at:]]), tuple(whole)


def _all(text: bytes, begin: re.Pattern[bytes], read: Callable[[bytes, re.Match[bytes]], File | None]) -> list[File]:
    found: list[File] = []
    at = 0
    while len(found) < _MOST and (opening := begin.search(text, at)):
        file = read(text, opening)
        at = file.end if file else opening.end()
        if file:
            found.append(file)
    return found


def uudecoded(data: bytes) -> File | None:
    """The first uuencoded file; None where there is none."""
    return next((f for o in _UU_BEGIN.finditer(data) if (f := _uu(data, o))), None)


def unbinhexed(data: bytes) -> File | None:
    """The data fork of the first BinHex file; None where there is none that can be read."""
    opening = _HQX_BEGIN.search(data)
    return _hqx(data, opening) if opening else None


def _uu(text: bytes, opening: re.Match[bytes]) -> File | None:
    """Lines of a length and that many characters, up to `end`; of a file that was cut off, the lines that came."""
    out: list[bytes] = []
    at = opening.end()
    while at < len(text):
        if text.startswith(b"end", at) and text[at + 3 : at + 4] in (b"", b"\r", b"\n", b" "):
            end = text.find(b"\n", at)
            return File(opening.group(1).strip(), b"".join(out), opening.start(), len(text) if end < 0 else end + 1)
        line = _UU_LINE.match(text, at)
        if line is None:
            break
        size = (line.group(1)[0] - 32) & 63
        # Trailing spaces stand for zeros, and transport may have taken them away.
        written = line.group(2)[: (size + 2) // 3 * 4]
        if size and len(written) * 3 < size:
            break
        out.append(_uu_octets(written, size))
        at = line.end()
    if len(out) < 2:
        return None
    return File(opening.group(1).strip(), b"".join(out), opening.start(), at)


def _uu_octets(written: bytes, size: int) -> bytes:
    """Four characters are three octets. What lacks is zeros; some programs leave other bits in what is not wanted."""
    groups = (size + 2) // 3
    return binascii.a2b_uu(bytes([32 + groups * 3]) + written.ljust(groups * 4, b"`"))[:size]


def _yenc(text: bytes, opening: re.Match[bytes]) -> File:
    """Every byte plus 42; after an equals sign another 64 more. Line ends mean nothing."""
    closing = _Y_END.search(text, opening.end())
    content = text[opening.end() : closing.start() if closing else len(text)].translate(None, b"\r\n")
    # Piece by piece: millions of escapes at once would take fifty times their own memory.
    pieces = (_Y_ESCAPE.sub(_unescaped, piece.group()) for piece in _Y_PIECE.finditer(content))
    data = b"".join(pieces).translate(_MINUS_42)
    return File(opening.group(1).strip(), data, opening.start(), closing.end() if closing else len(text))


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return _MINUS_64[escape.group()[1]]


def _hqx(text: bytes, opening: re.Match[bytes]) -> File | None:
    """Six bits a character, runs packed, then: name, type, creator, flags, the sizes of two forks, the data fork."""
    closing = text.find(b":", opening.end())
    if closing < 0:
        return None
    coded = text[opening.end() : closing].translate(_HQX_TO_BASE64, b"\r\n\t ")
    if b"\0" in coded:
        return None
    coded = coded[: len(coded) - 1] if len(coded) % 4 == 1 else coded
    content = _unpacked(binascii.a2b_base64(coded + b"=" * (-len(coded) % 4)))
    length = content[0] if content else 0
    sizes = content[length + 12 : length + 16]
    if not length or len(sizes) < 4:
        return None
    start = length + 22
    data = content[start : start + int.from_bytes(sizes, "big")]
    return File(content[1 : length + 1], data, opening.start(), closing + 1)


def _unpacked(packed: bytes) -> bytes:
    """A byte, 0x90 and a count stand for a run of the byte; 0x90 and zero stand for itself."""
    out = bytearray()
    at = 0
    while (mark := packed.find(b"\x90", at)) >= 0 and len(out) < _LONGEST:
        out += packed[at:mark]
        count = packed[mark + 1] if mark + 1 < len(packed) else 0
        out += out[-1:] * (count - 1) if count else b"\x90"
        at = mark + 2
    return bytes(out + packed[at:])


_MINUS_64 = tuple(bytes(((b - 64) & 255,)) for b in range(256))
_MINUS_42 = bytes((b - 42) & 255 for b in range(256))
_HQX_TO_BASE64 = bytes(_BASE64[_HQX.index(b)] if b in _HQX else 0 for b in range(256))
_KINDS: tuple[tuple[bytes, re.Pattern[bytes], Callable[[bytes, re.Match[bytes]], File | None]], ...] = (
    (b"begin ", _UU_BEGIN, _uu),
    (b"=ybegin ", _Y_BEGIN, _yenc),
    (b"BinHex", _HQX_BEGIN, _hqx),
)
