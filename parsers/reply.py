"""What of a text is newly written, what is quoted and what is signature: line by line, in time linear in the text."""

from dataclasses import dataclass
from itertools import accumulate

from parsers import leads
from parsers.mail import Piece, Span

MARKER = "~~~ Please write your answer above this line ~~~"
"""What our letters put above the part that a mail program will quote. No command begins as it does."""

_MARKED = MARKER.strip("~ ")
# Nobody writes more lines than this anew: what follows counts as one line.
_MOST_LINES = 10_000
_BACK = 6
_HEADER_LINES = 12
_LONGEST_SIGNATURE = 15


def spans(text: str) -> tuple[Span, ...]:
    """The text in order, as stretches that cover it.

    Where nothing fresh would remain, all of it is fresh, unless it is a letter of ours that is quoted.
    """
    found = cut(text)
    return found if has_fresh(text, found) or quotes_us(text) else all_fresh(text)


def has_fresh(text: str, found: tuple[Span, ...]) -> bool:
    """True where a stretch that is fresh holds more than white space."""
    return any(s.piece is Piece.FRESH and text[s.start : s.end].strip() for s in found)


def quotes_us(text: str) -> bool:
    """Whether a letter of ours stands in the text: such a quote is never taken for words of the writer."""
    return _MARKED in text


def all_fresh(text: str) -> tuple[Span, ...]:
    """The whole text as one fresh stretch."""
    return (Span(Piece.FRESH, 0, len(text)),) if text else ()


def cut(text: str) -> tuple[Span, ...]:
    """As `spans`, but a text that is all quote or signature stays so."""
    if not text:
        return ()
    page = _Page.of(text)
    end = _forwarded(page)
    stop = _strong_cut(page, end)
    pieces = [Piece.FRESH] * len(page.lines)
    if stop.line < end:
        pieces[stop.line :] = [Piece.QUOTE] * (len(pieces) - stop.line)
    _mark_blocks(page, stop.line, pieces)
    _mark_signatures(page, pieces)
    return _joined(page, pieces, stop)


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a text: as they stand, stripped, and where each begins."""

    lines: list[str]
    shown: list[str]
    starts: list[int]

    @classmethod
    def of(cls, text: str) -> "_Page":
        lines = text.split("\n", _MOST_LINES)
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        starts[-1] = len(text)
        return cls(lines, [line.strip() for line in lines], starts)

    def quoted(self, i: int) -> bool:
        """True for a line marked with `>`, unless that closes the address of a wrapped lead."""
        shown = self.shown[i]
        return shown.startswith(">") and not (len(shown) < 24 and leads.TAIL.fullmatch(shown))


@dataclass(frozen=True, slots=True)
class _Cut:
    """All from this line on is quote; `column` is where on the line before it the quote already begins."""

    line: int
    column: int | None = None


def _forwarded(page: _Page) -> int:
    """The line of the first mail that is forwarded inside the text, unquoted; else the number of lines."""
    for i, shown in enumerate(page.shown):
        if shown[:1] in ("-", "_", "=", "*", "B", "b") and leads.is_forward(shown):
            return i
    return len(page.lines)


def _strong_cut(page: _Page, end: int) -> _Cut:
    """The first line from which everything is quote, whether `>` stands before it or not."""
    for i in range(end):
        shown = page.shown[i]
        if not shown or page.quoted(i) or len(shown) > leads.LONGEST_LINE:
            continue
        if _MARKED in shown or _is_header_block(page, i, end):
            return _Cut(_above(page, i))
        if shown[0] in "-_=*" and leads.is_original(shown):
            return _Cut(i)
        lead = _lead(page, i) if _may_end_a_lead(shown) and not _goes_on(page, i, end) else None
        if lead is not None and (lead.column or not _quote_follows(page, i, end)):
            return lead
    return _Cut(end)


def _above(page: _Page, i: int) -> int:
    """Where a cut begins when the rules directly above it are taken along."""
    start = i
    while start > 0 and i - start < 4 and (not page.shown[start - 1] or leads.RULE.fullmatch(page.shown[start - 1])):
        start -= 1
    return start if any(page.shown[start:i]) else i


def _is_header_block(page: _Page, i: int, end: int) -> bool:
    """`From: … Sent: … To: … Subject: …` as Outlook writes it, in any order that begins with a name or a date."""
    first = leads.LABEL.match(page.shown[i])
    if first is None or first.lastgroup not in ("author", "dated"):
        return False
    labels: set[str | None] = set()
    address = False
    for j in range(i, min(i + _HEADER_LINES, end)):
        shown = page.shown[j][: leads.LONGEST_LINE]
        found = leads.LABEL.match(shown)
        if found:
            labels.add(found.lastgroup)
            address = address or (found.lastgroup in ("author", "target") and "@" in shown)
        elif not shown and j > i and not page.shown[j - 1]:
            break
    return (len(labels) >= 3 and "about" in labels) or (len(labels) >= 2 and address)


def _may_end_a_lead(shown: str) -> bool:
    return shown[-1] in ":：" or leads.WROTE.search(shown[-24:]) is not None


def _goes_on(page: _Page, i: int, end: int) -> bool:
    """True where a line that has "wrote" but no colon is continued by one or two that end in it."""
    if page.shown[i][-1] in ":：":
        return False
    following = page.shown[i + 1 : min(i + 3, end)]
    return any(shown.endswith((":", "：")) and not shown.startswith("> ") for shown in following)


def _quote_follows(page: _Page, i: int, end: int) -> bool:
    following = next((j for j in range(i + 1, min(i + 5, end)) if page.shown[j]), None)
    return following is not None and page.quoted(following)


def _lead(page: _Page, i: int) -> _Cut | None:
    """Where the lead that ends on line `i` begins, if it is one by itself: a date, "wrote", an opening, an address."""
    last = page.shown[i]
    inside = leads.INSIDE.search(page.lines[i])
    if inside and leads.WROTE.search(last):
        return _Cut(i + 1, inside.start()) if page.lines[i][: inside.start()].strip() else _Cut(i)
    written = leads.WROTE.search(" ".join(page.shown[max(i - 2, 0) : i + 1])) is not None
    start = _dated_line(page, i) if written or leads.SENDER.search(last) or last == ">:" else None
    if start is None:
        return None
    whole = " ".join(page.shown[start : i + 1])
    opened = leads.OPENER.match(whole) is not None or "@" in whole
    return _Cut(start) if (written and opened) or leads.SENDER.search(whole) else None


def _dated_line(page: _Page, i: int) -> int | None:
    """The nearest line with a date, from `i` upwards: leads are wrapped over a few lines."""
    for start in range(i, max(i - _BACK, -1), -1):
        shown = page.shown[start]
        if len(shown) > leads.LONGEST_LINE:
            return None
        if leads.DATE.search(shown):
            return start
    return None


@dataclass(slots=True)
class _Block:
    """Lines marked with `>`, from `first` up to but without `end`; `lead` is where what introduces them begins."""

    first: int
    end: int
    lead: int


def _mark_blocks(page: _Page, stop: int, pieces: list[Piece]) -> None:
    """Quote marked with `>`. One block is quote; several with words between are answers in place, which keep all but
    a last block that nothing answers."""
    blocks = _blocks(page, stop)
    if not blocks:
        return
    if any(_MARKED in shown for shown in page.shown[blocks[0].first : blocks[0].end]):
        # Our own letter, answered in place: it is on the ticket already, and may hold what only its reader may see.
        for block in blocks:
            pieces[block.first : block.end] = [Piece.QUOTE] * (block.end - block.first)
        pieces[blocks[0].lead : blocks[0].first] = [Piece.QUOTE] * (blocks[0].first - blocks[0].lead)
        return
    block = blocks[-1]
    before = any(page.shown[: block.lead])
    after = any(page.shown[block.end : _signature(page, block.end, stop)])
    if not after or (len(blocks) == 1 and (block.lead < block.first or not before)):
        pieces[block.lead : block.end] = [Piece.QUOTE] * (block.end - block.lead)


def _blocks(page: _Page, stop: int) -> list[_Block]:
    blocks: list[_Block] = []
    for i in range(stop):
        if not page.quoted(i):
            continue
        last = blocks[-1] if blocks else None
        if last is not None and _belongs(page, last.end, i):
            last.end = i + 1
            continue
        lead = _block_lead(page, i, last.end if last else 0)
        if last is not None and last.lead < last.first and not any(page.shown[last.end : lead]):
            last.end = i + 1
        else:
            blocks.append(_Block(i, i + 1, lead))
    return blocks


def _belongs(page: _Page, end: int, i: int) -> bool:
    """True where nothing lies between a block's end and line `i`, or only a link that its program broke off."""
    between = [shown for shown in page.shown[end:i] if shown] if i > end else []
    if not between:
        return True
    stray = between[0]
    return i - end == 1 and (stray.startswith(("(http", "<http", "http")) or _is_broken_link(stray))


def _is_broken_link(stray: str) -> bool:
    return " " not in stray and len(stray) < leads.LONGEST_LINE and any(c in stray for c in "/=&_%")


def _block_lead(page: _Page, i: int, floor: int) -> int:
    """The first line of what introduces the block at `i`; `i` itself where nothing does."""
    above = next((j for j in range(i - 1, max(i - 4, floor - 1), -1) if page.shown[j]), None)
    if above is None or len(page.shown[above]) > leads.LONGEST_LINE:
        return i
    shown = page.shown[above]
    dated = _dated_line(page, above)
    start = above if dated is None or dated < floor else dated
    whole = " ".join(page.shown[start : above + 1])
    if _may_end_a_lead(shown):
        named = leads.WROTE.search(whole) is not None or "@" in whole
        return start if named or (start == above and dated is not None) else i
    return start if dated is not None and shown.endswith(">") and "@" in shown else i


def _mark_signatures(page: _Page, pieces: list[Piece]) -> None:
    """In each fresh stretch, all from a `-- ` line or a telephone's own line on, if it ends the stretch."""
    i = 0
    while i < len(pieces):
        end = i
        while end < len(pieces) and pieces[end] is Piece.FRESH:
            end += 1
        at = _signature(page, i, end)
        for j in range(at, end):
            pieces[j] = Piece.SIGNATURE
        i = end + 1


def _signature(page: _Page, start: int, end: int) -> int:
    for i in range(start, end):
        shown = page.shown[i]
        # RFC 3676 section 4.3 wants the space; without it the line may be a rule, so little may follow.
        if shown == "--" and (page.lines[i].startswith("-- ") or _few(page, i, end, _LONGEST_SIGNATURE)):
            return i
        if shown and leads.is_phone(shown) and _few(page, i, end, 3):
            return i
        if shown.startswith("__") and leads.FOOTER.fullmatch(shown) and leads.is_list_footer(page.shown[i + 1 : i + 6]):
            return i
    return end


def _few(page: _Page, i: int, end: int, most: int) -> bool:
    return end - i < 4 * most and sum(map(bool, page.shown[i + 1 : end])) <= most


def _joined(page: _Page, pieces: list[Piece], stop: _Cut) -> tuple[Span, ...]:
    """Lines to stretches of characters; the line before a cut inside a line is divided."""
    edges = [(page.starts[i], piece) for i, piece in enumerate(pieces) if i == 0 or pieces[i - 1] is not piece]
    if stop.column is not None:
        inside = page.starts[stop.line - 1] + stop.column
        edges = [*(e for e in edges if e[0] < inside), (inside, Piece.QUOTE)]
    ends = [*(start for start, _ in edges[1:]), page.starts[-1]]
    return tuple(Span(piece, start, end) for (start, piece), end in zip(edges, ends, strict=True) if end > start)
