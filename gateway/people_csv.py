"""People in a CSV file, one a line, as spreadsheets write them: each line becomes a table `[[person]]`."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.faults import ConfigFaults, Fault, choose, listed

COLUMNS = (
    *("name", "addresses", "organisation", "role", "language", "skills", "notify", "away_until"),
    *("timezone", "digest_at", "quiet"),
)
_LISTS = ("addresses", "skills")
_BETWEEN = re.compile(r"[\s;,|]+")


def rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The line and the table of each person; the first line names the columns, commas or semicolons part them.

    Several addresses or skills stand in one cell, with spaces between, and so do wishes: `comment=daily offer=never`.
    Raises ConfigFaults where the file cannot be
    read or its columns are not to be understood.
    """
    text = _text(path)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=True)
    try:
        heads = [cell.strip().lower() for cell in next(reader, [])]
        _check(path, heads)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _person(path, reader.line_num, heads, cells)
    except csv.Error as error:
        fault = Fault(str(path), reader.line_num, "this line", f"is no CSV: {error}", "mend its quotes and check again")
        raise ConfigFaults((fault,)) from None


def _person(path: Path, line: int, heads: list[str], cells: list[str]) -> Mapping[str, object]:
    if len(cells) > len(heads):
        problem = f"has {len(cells)} cells for {len(heads)} columns"
        raise ConfigFaults((Fault(str(path), line, "this line", problem, "put quotes around a cell with a comma"),))
    found = {head: cell.strip() for head, cell in zip(heads, cells, strict=False) if cell.strip()}
    return {head: _value(head, cell) for head, cell in found.items()}


def _value(head: str, cell: str) -> object:
    if head in _LISTS:
        return _BETWEEN.split(cell)
    if head == "notify":
        return {topic: wish for topic, _, wish in (word.partition("=") for word in _BETWEEN.split(cell))}
    return cell


def _check(path: Path, heads: list[str]) -> None:
    faults = [
        Fault(str(path), 1, head or "a column", "is no column of people", choose(head, COLUMNS))
        for head in heads
        if head not in COLUMNS
    ]
    faults += [
        Fault(str(path), 1, name, "is missing", f"the first line names the columns: {listed(COLUMNS)}")
        for name in ("name", "addresses")
        if name not in heads
    ]
    if faults:
        raise ConfigFaults(faults)


def _delimiter(text: str) -> str:
    """What parts the columns: spreadsheets of many countries write a semicolon."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(str(path), None, "", f"byte {error.start} is not UTF-8", "save the file as UTF-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fault = Fault(str(path), None, "", f"cannot be read: {reason}", "mend its path or its permissions")
    raise ConfigFaults((fault,))
