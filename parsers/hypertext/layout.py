"""Lists, quotes, tables and preformatted text: the elements that do more than begin a line."""

import re
from dataclasses import replace

from parsers.hypertext import markup
from parsers.hypertext.elements import PREFORMATTED, Elements, Start, State, Table, end_block, end_spaced
from parsers.mail import Piece

_DEEPEST_QUOTE = 20
_DEEPEST_LIST = 10
# Lines of a lead above a quote.
_LEAD = 4
_LEADING = re.compile(r"[:：>]$|@|\d[:.]\d\d|(?:19|20)\d\d")
_NUMBER = re.compile(r"-?\d{1,6}")
_ITEM = ("li",)
_ITEMS_END = ("ul", "ol", "td", "th", "blockquote")
_ROW = ("tr",)
_CELL = ("td", "th")
_TABLE = ("table",)


def _list(elements: Elements, name: str, attributes: str, state: State) -> None:
    numbers = [_number(attributes, "start", 1) - 1] if name == "ol" else None
    level = min(state.level + 1, _DEEPEST_LIST)
    ending = end_block if state.level else end_spaced
    elements.push(name, ending, replace(state, level=level, numbers=numbers))


def _number(attributes: str, name: str, default: int) -> int:
    found = _NUMBER.match(markup.attributes(attributes).get(name, "")) if attributes else None
    return int(found.group()) if found else default


def _item(elements: Elements, name: str, attributes: str, state: State) -> None:
    """`li` ends the one before it in the same list."""
    before = elements.find(_ITEM, _ITEMS_END)
    if before is not None:
        elements.pop_down_to(before)
    indent = "  " * (state.level - 1)
    if state.numbers is None:
        elements.lines.bullet = f"{indent}- "
    else:
        state.numbers[0] = _number(attributes, "value", state.numbers[0] + 1)
        elements.lines.bullet = f"{indent}{state.numbers[0]}. "
    elements.push(name, end_block, state)


def _blockquote(elements: Elements, name: str, attributes: str, state: State) -> None:
    """A quote, unless it only indents. Outside its box Gmail's is what the writer himself has set as a quotation."""
    seen = elements.look(attributes)
    if seen.cited is False and state.told is None:
        elements.push(name, end_spaced, state)
        return
    boxed = elements.state.boxed
    if boxed:
        _mark_lead(elements)
    told = Piece.QUOTE if seen.cited or boxed else state.told
    own = seen.quoting and told is None and not state.depth
    depth = min(state.depth + 1, _DEEPEST_QUOTE)
    elements.push(name, _end_citation if own else end_spaced, replace(state, depth=depth, told=told))


def _mark_lead(elements: Elements) -> None:
    """What stands in Gmail's box above the first quote introduces it."""
    done, start = elements.lines.done, elements.lead
    if start is not None and len(done) - start <= _LEAD:
        for line in done[start:]:
            line.told = Piece.QUOTE
    elements.lead = None


def _end_citation(elements: Elements, start: int) -> None:
    """The end of a blockquote set in Gmail by hand; where other programs write one like it, a line introduces it."""
    end_spaced(elements, start)
    done = elements.lines.done
    above = next((line.words for line in reversed(done[max(start - 3, 0) : start]) if line.words), "")
    inside = [line.words for line in done[start : start + 4] if line.words][:2]
    if not above or _LEADING.search(above[-300:]) or any(words[-1] in ":：" for words in inside):
        return
    for line in done[start:]:
        line.told = line.told or Piece.FRESH


def _preformatted(elements: Elements, name: str, attributes: str, state: State) -> None:
    elements.opening = True
    elements.push(name, end_spaced, replace(state, preformatted=True))


def _table(elements: Elements, name: str, attributes: str, state: State) -> None:
    elements.tables.append(Table(len(elements.stack)))
    elements.push(name, end_block, state)


def _section(elements: Elements, name: str, attributes: str, state: State) -> None:
    """`tbody` and the like end the row before them."""
    _end_row_before(elements)
    elements.push(name, end_block, state)


def _row(elements: Elements, name: str, attributes: str, state: State) -> None:
    """Outside a table a row is nothing."""
    if not elements.tables:
        return
    _end_row_before(elements)
    table = elements.tables[-1]
    table.row, table.cells, table.gap = len(elements.lines.done), [], elements.lines.gap
    elements.push("tr", _end_row, state)


def _end_row_before(elements: Elements) -> None:
    row = elements.find(_ROW, _TABLE)
    if row is not None:
        elements.pop_down_to(row)


def _cell(elements: Elements, name: str, attributes: str, state: State) -> None:
    """Ends the cell before it, and supplies the row."""
    if not elements.tables:
        return
    cell = elements.find(_CELL, ("table", "tr"))
    if cell is not None:
        elements.pop_down_to(cell)
    if elements.stack[-1][0] != "tr":
        _row(elements, "tr", "", elements.state)
    elements.tables[-1].cells.append(len(elements.lines.done))
    elements.push(name, _end_cell, state)


def _end_row(elements: Elements, start: int) -> None:
    elements.lines.end()
    if elements.tables:
        table = elements.tables[-1]
        elements.lines.join_cells(table.row, table.cells, table.gap)


def _end_cell(elements: Elements, start: int) -> None:
    """Cells that only keep others apart leave nothing."""
    elements.lines.end()
    done = elements.lines.done
    if not any(line.words for line in done[start:]):
        del done[start:]


STARTS: dict[str, Start] = {
    "ul": _list,
    "ol": _list,
    "li": _item,
    "blockquote": _blockquote,
    "table": _table,
    "tr": _row,
    "td": _cell,
    "th": _cell,
    **dict.fromkeys(PREFORMATTED, _preformatted),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption"), _section),
}
