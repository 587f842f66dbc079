"""`type/subtype; name=value` fields (RFC 2045 section 5.1, RFC 2183), their parameters as senders really write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from parsers import headers
from parsers.characters import charset

_CONTINUATIONS = 50
# Some senders forget the semicolon after the word, or quote the word.
_WORD = re.compile(r"\s*\"?([^\s;,=\"]+)\"?(?=[\s;,(]|$)")
_BETWEEN = re.compile(r"[;,\s]*")
_NAME = re.compile(r"([^=;\s\"()]+)\s*=\s*")
# A quote mark inside that no writer escaped ends nothing: after the real end comes the next parameter or none.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.|"(?!\s*(?:[;,(]|$|[\w*-]+\s*=)))*)"?', re.DOTALL)
_BREAK = re.compile(r"[;\s]")
_BARE = re.compile(
    r"(?:(?!\s(?:name|filename|charset|size|boundary|type|format|x-[a-z-]{1,30})\s*=)[^;])*", re.IGNORECASE
)
_TOKEN = re.compile(r"[^;\s(]*")
_PIECE = re.compile(r"(.+?)\*(\d{1,3})(\*)?")
_EXTENDED = re.compile(r"([^']*)'([^']*)'(.*)", re.DOTALL)
# Bare names of files hold spaces and round brackets, a bare boundary spaces; in all others those begin what is no part
# of the value.
_SPACED = ("name", "filename", "file", "boundary", "title", "description")


@dataclass(frozen=True, slots=True)
class Value:
    """The word before the first semicolon, lower-case, and the parameters after it, decoded, by lower-case name.

    `boundary` is that parameter as its bytes stood there.
    """

    word: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    boundary: bytes = b""

    def get(self, name: str) -> str:
        """A parameter, empty where it is missing."""
        return self.parameters.get(name, "")

    def called(self, word: str) -> "Value":
        """The same parameters under another word."""
        return Value(word, self.parameters, self.boundary)


def parse(value: str, hint: str = "") -> Value:
    """Read a raw field value. Of a doubled parameter the first one counts; time is linear in the length.

    `hint` is the charset of the mail's text, for bare 8-bit bytes; a `charset` among the parameters comes before it.
    """
    word = _WORD.match(value)
    rest = value[word.end() :] if word else value
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, written in _pairs(rest):
        piece = _PIECE.fullmatch(name) if "*" in name else None
        if piece and len(pieces.get(piece.group(1), ())) < _CONTINUATIONS:
            pieces.setdefault(piece.group(1), {}).setdefault(int(piece.group(2)), (written, bool(piece.group(3))))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {}).setdefault(-1, (written, True))
        else:
            plain.setdefault(name, written)
    near_by = plain.get("charset", "") or hint
    decoded = {name: headers.text(written, near_by) for name, written in plain.items()}
    # RFC 2231: the extended form states its charset, so it is preferred where both stand.
    decoded.update({name: joined for name, found in pieces.items() if (joined := _text(_join(found), near_by))})
    boundary = plain.get("boundary") or (_join(pieces["boundary"])[0].decode("latin-1") if "boundary" in pieces else "")
    return Value(
        word.group(1).lower() if word else "", decoded, boundary.encode("utf-8", "surrogateescape") if boundary else b""
    )


def _pairs(rest: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(rest):
        between = _BETWEEN.match(rest, at)
        at = between.end() if between else at
        named = _NAME.match(rest, at)
        if named is None:
            # Not a parameter: skip to the next one.
            after = _BREAK.search(rest, at + 1)
            at = after.start() if after else len(rest)
            continue
        at = named.end()
        name = named.group(1).lower()
        quoted = _QUOTED.match(rest, at) if rest.startswith('"', at) else None
        if quoted:
            written, at = quoted.group(1), quoted.end()
            # Only these two are ever escaped on purpose: paths of Windows come with their separators as they are.
            written = re.sub(r'\\(["\\])', r"\1", written) if "\\" in written else written
        else:
            bare = (_BARE if name.partition("*")[0] in _SPACED else _TOKEN).match(rest, at)
            assert bare is not None
            written, at = bare.group().strip(), bare.end()
        found.append((name, written))
    return found


def _join(pieces: dict[int, tuple[str, bool]]) -> tuple[bytes, str]:
    """RFC 2231 sections 3 and 4: continuations in order, percent-encoded where marked, the charset in the first.

    A whole value (`name*`) outranks its continuations; a gap in their numbers ends the value. Numbers may begin at 1.
    """
    if -1 in pieces:
        ordered = [pieces[-1]]
    else:
        ordered = []
        number = min(pieces)
        while number in pieces and number <= min(pieces) + _CONTINUATIONS:
            ordered.append(pieces[number])
            number += 1
    first, extended = ordered[0]
    declared = ""
    if extended and (stated := _EXTENDED.fullmatch(first)):
        declared, first = stated.group(1), stated.group(3)
        ordered[0] = (first, True)
    data = b"".join(
        unquote_to_bytes(written.encode("utf-8", "surrogateescape"))
        if encoded
        else written.encode("utf-8", "surrogateescape")
        for written, encoded in ordered
    )
    return data, declared


def _text(joined: tuple[bytes, str], near_by: str) -> str:
    data, declared = joined
    text = charset.decode(data, declared or None, (near_by,), guess=False)[0]
    return headers.text(text) if "=?" in text else charset.line(text)
