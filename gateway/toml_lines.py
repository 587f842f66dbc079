"""On which line of a TOML text each table and key stands: what tomllib forgets and a reader of a fault wants."""

import re
from collections.abc import Mapping

Loc = tuple[str | int, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=(.*)")
_ONE_PART = re.compile(_PART)
_STRING_OR_COMMENT = re.compile(r'''"""|\'\'\'|"(?:[^"\\]|\\.)*"|'[^']*'|\#.*''')


def index(text: str) -> Mapping[Loc, int]:
    """The line (from 1) of each table header and key, by its path; the tables of an array are numbered from 0.

    Keys inside an inline table are not listed: their faults are reported on the line of the table.
    """
    found: dict[Loc, int] = {}
    counts: dict[Loc, int] = {}
    table: Loc = ()
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if inside is None:
            if header := _HEADER.match(line):
                table = _open(header[2], header[1] == "[[", counts)
                found.setdefault(table, number)
            elif key := _KEY.match(line):
                found.setdefault((*table, *_parts(key[1])), number)
        inside = _unclosed(line, inside)
    return found


def line_of(lines: Mapping[Loc, int], loc: Loc) -> int | None:
    """The line of a path, or of the nearest table or key around it."""
    return next((lines[loc[:size]] for size in range(len(loc), 0, -1) if loc[:size] in lines), None)


def _open(dotted: str, array: bool, counts: dict[Loc, int]) -> Loc:
    """The path that a header opens; a table below an array belongs to the array's last entry."""
    table: Loc = ()
    parts = _parts(dotted)
    for position, part in enumerate(parts):
        table = (*table, part)
        if array and position == len(parts) - 1:
            counts[table] = counts.get(table, 0) + 1
        if table in counts:
            table = (*table, counts[table] - 1)
    return table


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _ONE_PART.findall(dotted))


def _unclosed(line: str, inside: str | None) -> str | None:
    """The mark of the multi-line string that is still open at the end of a line, None for none."""
    position = 0
    while position < len(line):
        if inside is not None:
            end = line.find(inside, position)
            if end < 0:
                return inside
            position, inside = end + 3, None
        elif mark := _STRING_OR_COMMENT.search(line, position):
            position = mark.end()
            inside = mark[0] if mark[0] in ('"""', "'''") else None
        else:
            return None
    return inside
