"""Pictures that every mail program shows: recognised by what they are, not by what they are called."""

import struct

WIDEST = 560
"""Pixels: what fits a letter. Some programs know no other bound than the one in the tag."""
MOST_PIXELS = 40_000_000
"""A picture unpacks to four octets a pixel in its reader's memory."""

MOST_SEGMENTS = 1000
"""Of a JPEG before its first frame: cameras write some twenty."""

_PNG = b"\x89PNG\r\n\x1a\n"
_GIF = (b"GIF87a", b"GIF89a")
_JPEG = b"\xff\xd8\xff"
_TYPES = ((_PNG, "image/png"), (_GIF, "image/gif"), (_JPEG, "image/jpeg"))
# Frames of JPEG that state a size (ITU-T T.81, table B.1): all of them but tables, restarts and arithmetic coding.
_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))


def kind(data: bytes) -> str | None:
    """The media type of a picture (PNG, GIF, JPEG), None for anything else."""
    return next((name for beginning, name in _TYPES if data.startswith(beginning)), None)


def is_shown(data: bytes) -> bool:
    """Whether these bytes are a picture that a letter may show, of a size that no reader's program suffers from."""
    across, down = _size(data)
    return 0 < across * down <= MOST_PIXELS


def width(data: bytes) -> int:
    """How wide a picture is shown, in pixels."""
    return min(_size(data)[0], WIDEST)


def _size(data: bytes) -> tuple[int, int]:
    """Across and down; zeros for what is no picture or does not say."""
    match kind(data):
        case "image/png" if len(data) >= 24:
            return struct.unpack(">II", data[16:24])
        case "image/gif" if len(data) >= 10:
            return struct.unpack("<HH", data[6:10])
        case "image/jpeg":
            return _size_of_jpeg(data)
        case _:
            return 0, 0


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Segment by segment to the first frame."""
    at = 2
    for _ in range(MOST_SEGMENTS):
        if at + 9 > len(data) or data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker in _FRAMES:
            down, across = struct.unpack(">HH", data[at + 5 : at + 9])
            return across, down
        # A fill octet stands alone, a segment says how long it is.
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 0
