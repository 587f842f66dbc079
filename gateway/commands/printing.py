"""How commands print: tables for people, one JSON object a line for programs."""

import json
from collections.abc import Mapping, Sequence
from unicodedata import category

from parsers.characters.charset import clean

MOST = 60
# Persian words and composed emoji need them; they move no cursor.
JOINERS = "\u200c\u200d"


def as_json(value: Mapping[str, object]) -> None:
    """One object on one line."""
    print(json.dumps(value, ensure_ascii=False))


def table(headings: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
    """Columns as wide as they must be; nothing that could move a terminal's cursor gets through."""
    shown = [[_cell(text) for text in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(headings), *shown]) for column in range(len(headings))]
    for row in [list(headings), *shown]:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _cell(text: str | None) -> str:
    plain = printable(text or "-").replace("\n", " ")
    return plain if len(plain) <= MOST else plain[: MOST - 1] + "…"


def printable(text: str) -> str:
    """A text with its control characters shown instead of obeyed; line ends and spaces of all widths stay."""
    plain = clean(text).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        c if c.isprintable() or c == "\n" or category(c) == "Zs" or c in JOINERS else "\ufffd" for c in plain
    )
