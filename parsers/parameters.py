"""`type/subtype; name=value` fields (RFC 2045 section 5.1, RFC 2183), their parameters as senders really write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from parsers import charset, headers

_CONTINUATIONS = 50
# Some senders forget the semicolon after the word.
_WORD = re.compile(r"\s*([^\s;=\"]+)(?=[\s;]|$)")
_BETWEEN = re.compile(r"[;\s]*")
_NAME = re.compile(r"([^=;\s\"]+)\s*=\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_BARE = re.compile(r"[^;]*")
_PIECE = re.compile(r"(.+?)\*(\d{1,3})(\*)?")


@dataclass(frozen=True, slots=True)
class Value:
    """The word before the first semicolon, lower-case, and the parameters after it, decoded, by lower-case name."""

    word: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A parameter, empty where it is missing."""
        return self.parameters.get(name, "")


def parse(value: str) -> Value:
    """Read a raw field value. Of a doubled parameter the first one counts; time is linear in the length."""
    word = _WORD.match(value)
    rest = value[word.end() :] if word else value
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, written in _pairs(rest):
        piece = _PIECE.fullmatch(name)
        if piece and len(pieces.get(piece.group(1), ())) < _CONTINUATIONS:
            pieces.setdefault(piece.group(1), {}).setdefault(int(piece.group(2)), (written, bool(piece.group(3))))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {}).setdefault(-1, (written, True))
        else:
            plain.setdefault(name, written)
    decoded = {name: headers.text(written) for name, written in plain.items()}
    # RFC 2231: the extended form states its charset, so it is preferred where both stand.
    decoded.update({name: _join(found) for name, found in pieces.items()})
    return Value(word.group(1).lower() if word else "", decoded)


def _pairs(rest: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(rest):
        between = _BETWEEN.match(rest, at)
        at = between.end() if between else at
        named = _NAME.match(rest, at)
        if named is None:
            # Not a parameter: skip to the next semicolon.
            after = rest.find(";", at + 1)
            at = len(rest) if after < 0 else after
            continue
        at = named.end()
        quoted = _QUOTED.match(rest, at)
        if quoted:
            written = re.sub(r"\\(.)", r"\1", quoted.group(1)) if "\\" in quoted.group(1) else quoted.group(1)
            at = quoted.end()
        else:
            bare = _BARE.match(rest, at)
            assert bare is not None
            written, at = bare.group().strip(), bare.end()
        found.append((named.group(1).lower(), written))
    return found


def _join(pieces: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 sections 3 and 4: continuations in order, percent-encoded where marked, the charset in the first.

    A whole value (`name*`) outranks its continuations; a gap in their numbers ends the value.
    """
    if -1 in pieces:
        ordered = [pieces[-1]]
    else:
        ordered = []
        while len(ordered) in pieces:
            ordered.append(pieces[len(ordered)])
    if not ordered:
        return ""
    first, extended = ordered[0]
    declared = None
    if extended and first.count("'") >= 2:
        declared, _, first = first.split("'", 2)
        ordered[0] = (first, True)
    data = b"".join(
        unquote_to_bytes(written.encode("utf-8", "surrogateescape"))
        if encoded
        else written.encode("utf-8", "surrogateescape")
        for written, encoded in ordered
    )
    joined = charset.decode(data, declared)[0]
    return headers.text(joined) if "=?" in joined else charset.line(joined)
