"""Encoded words (RFC 2047, with the language of RFC 2231 section 5), also as they are wrongly written."""

import binascii
import re
from dataclasses import dataclass

from parsers.characters import charset
from parsers.parts import encodings

_BEGIN = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,30})?\?([bBqQ])\?")
_RAW = "surrogateescape"


@dataclass(frozen=True, slots=True)
class _Word:
    """One encoded word: charset, encoding (`b` or `q`), and its place, `start` up to but without `end`."""

    charset: str
    encoding: str
    payload: str
    start: int
    end: int


def decode(value: str) -> str:
    """A text with its encoded words decoded. White space between two of them goes.

    Adjacent words in one charset share characters that were cut between them, which RFC 2047 section 5 forbids and
    many writers do.
    """
    out: list[str] = []
    run: list[_Word] = []
    at = 0
    for word in _words(value):
        between = value[at : word.start]
        if run and (between.strip() or run[0].charset != word.charset):
            out.append(_shown(run))
            run = []
            out.append(between if between.strip() else "")
        elif not run:
            out.append(between)
        run.append(word)
        at = word.end
    out.append(_shown(run))
    out.append(value[at:])
    return "".join(out)


def end_of_word(value: str, start: int) -> int:
    """Where the encoded word that begins at `start` ends; `start` itself where none does."""
    opening = _BEGIN.match(value, start)
    if opening is None:
        return start
    end = value.find("?=", opening.end())
    return end + 2 if end >= 0 else start


def _words(value: str) -> list[_Word]:
    """All of them, from left to right, in time linear in the length."""
    found: list[_Word] = []
    last = value.rfind("?=")
    at = 0
    while opening := _BEGIN.search(value, at):
        closing = value.find("?=", opening.end()) if opening.end() <= last else -1
        payload_end, at = (closing, closing + 2) if closing >= 0 else (len(value), len(value))
        # A word that was cut off before its end, with the next one behind it.
        cut = value.find("=?", opening.end(), payload_end)
        if cut >= 0 and _BEGIN.match(value, cut):
            payload_end = at = cut
        payload = value[opening.end() : payload_end]
        found.append(_Word(opening.group(1).lower(), opening.group(2).lower(), payload, opening.start(), at))
    return found


def _shown(run: list[_Word]) -> str:
    """The text of adjacent words in one charset."""
    if not run:
        return ""
    pieces = _bytes(run)
    text, holds = charset.decode(b"".join(pieces), run[0].charset, guess=False)
    if not holds and len(pieces) > 1:
        # Joined they are no text in that charset. Each for itself, if that leaves only few wrong.
        apart = [charset.decode(piece, run[0].charset, guess=False) for piece in pieces]
        if 2 * sum(right for _, right in apart) >= len(apart):
            return "".join(shown for shown, _ in apart)
    return text


def _as_written(word: _Word) -> bytes:
    """The bytes of a payload. Letters that stand in it as they are were read before, and are of its charset."""
    payload = word.payload.rstrip()
    name = None if payload.isascii() else charset.codec(word.charset)
    try:
        return payload.encode(name or "utf-8", _RAW)
    except UnicodeError:
        return payload.encode("utf-8", _RAW)


def _bytes(run: list[_Word]) -> list[bytes]:
    """What the words stand for. Base64 that was cut between two words within four of its characters is joined first."""
    found: list[bytes] = []
    held = ""
    for i, word in enumerate(run):
        if word.encoding == "q":
            found.append(binascii.a2b_qp(_as_written(word), header=True))
            continue
        held += "".join(word.payload.split())
        cut = len(held) % 4 != 0 and "=" not in held
        if not (cut and i + 1 < len(run) and run[i + 1].encoding == "b"):
            found.append(encodings.base64(held.encode("utf-8", _RAW)))
            held = ""
    return found
