"""What of a text is newly written, what is quoted and what is signature: line by line, in time linear in the text."""

from bisect import bisect_left
from dataclasses import dataclass

from parsers.mail import Address, Piece, Span
from parsers.quotes import headings, leads, signature
from parsers.quotes.blocks import begins_forwarded, mark_other_quotes, quoted_blocks
from parsers.quotes.marker import marks
from parsers.quotes.page import LONGEST_LINE, QUOTING, Page


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the header section says of a text: who wrote it, and whether its subject calls it a forwarded mail.

    `told` are stretches of the text, in order, that the mail's HTML calls quote, signature or its writer's own words.
    """

    writer: Address | None = None
    forwarded: bool = False
    told: tuple[Span, ...] = ()


def spans(text: str, around: Circumstances = Circumstances()) -> tuple[Span, ...]:
    """The text in order, as stretches that cover it.

    Where nothing fresh would remain, the whole stands, unless it is a letter of ours that is quoted.
    """
    found = cut(text, around)
    return found if has_fresh(text, found) or quotes_us(text) else whole(text)


def has_fresh(text: str, found: tuple[Span, ...]) -> bool:
    """True where a stretch that is fresh holds more than white space."""
    return any(s.piece is Piece.FRESH and text[s.start : s.end].strip() for s in found)


def quotes_us(text: str) -> bool:
    """Whether a letter of ours stands in the text: such a quote is never taken for words of the writer."""
    return bool(marks(text))


def whole(text: str) -> tuple[Span, ...]:
    """A text in which nothing is newly written, as fresh: a mail that was passed on, without what that one quotes."""
    if not text:
        return ()
    page = Page.of(text)
    first = page.next_shown(-1, len(page.shown))
    passed_on = headings.heading(page, first, len(page.shown)) if first is not None else None
    if passed_on is not None and passed_on.end < len(page.starts) - 1:
        words = page.starts[passed_on.end]
        found = cut(text[words:])
        if has_fresh(text[words:], found) and found[0].piece is Piece.FRESH:
            rest = (Span(s.piece, s.start + words, s.end + words) for s in found[1:])
            return (Span(Piece.FRESH, 0, found[0].end + words), *rest)
    return (Span(Piece.FRESH, 0, len(text)),)


def cut(text: str, around: Circumstances = Circumstances()) -> tuple[Span, ...]:
    """As `spans`, but a text that is all quote or signature stays so."""
    if not text:
        return ()
    page = Page.of(text)
    mark_other_quotes(page)
    told = _told_lines(page, around)
    pieces = [Piece.FRESH] * len(page.lines)
    begin = _lead_on_top(page, pieces)
    ours = marks(text)
    stop = _strong_cut(page, begin, ours, forwarded=around.forwarded)
    if not stop.kept:
        pieces[stop.line :] = [Piece.QUOTE] * (len(pieces) - stop.line)
    for block in quoted_blocks(page, begin, stop.line, lambda shown: any(mark in shown for mark in ours)):
        pieces[block.start : block.end] = [Piece.QUOTE] * (block.end - block.start)
    signature.mark(page, pieces, stop.line, around.writer)
    for i, piece in told.items():
        if piece is Piece.SIGNATURE and pieces[i] is Piece.FRESH and i < stop.line:
            pieces[i] = piece
    return _joined(page, pieces, stop)


def _told_lines(page: Page, around: Circumstances) -> dict[int, Piece]:
    """What the HTML says of each line; quoted lines count as marked. In a forwarded mail the quote is what matters."""
    told: dict[int, Piece] = {}
    for span in around.told:
        i = bisect_left(page.starts, span.start)
        while i < len(page.lines) and page.starts[i] < span.end:
            if page.shown[i] and not (around.forwarded and span.piece is Piece.QUOTE):
                told[i] = span.piece
                page.quoted[i] = span.piece is Piece.QUOTE
            i += 1
    return told


@dataclass(frozen=True, slots=True)
class _Cut:
    """The line at which own words end, and what follows: quote, or a forwarded mail, which is `kept`.

    `column` is where on the line before it the quote already begins.
    """

    line: int
    kept: bool = False
    column: int | None = None


def _lead_on_top(page: Page, pieces: list[Piece]) -> int:
    """A lead with nothing above it, and the answer between it and the quote: it is quote. Returns the line below."""
    first = page.next_shown(-1, 6)
    if first is None or not any(page.quoted):
        return 0
    for i in range(first, min(first + 3, len(page.shown))):
        shown = page.shown[i]
        if page.quoted[i] or len(shown) > LONGEST_LINE:
            break
        if shown and leads.may_end(shown) and not _is_quoted_below(page, i):
            lead = leads.find(page, i, first, quoted_below=False)
            if lead is not None and lead.start == first and lead.column is None:
                pieces[first : i + 1] = [Piece.QUOTE] * (i + 1 - first)
                return i + 1
    return 0


def _strong_cut(page: Page, begin: int, ours: tuple[str, ...], *, forwarded: bool) -> _Cut:
    """The first line from which everything is quote, whether `>` stands before it or not.

    A mail that is forwarded inside the text ends the search: it is what the writer wants to be read. `ours` is what
    marks our own letters in this text.
    """
    end = len(page.shown)
    for i in range(begin, end):
        shown = page.shown[i]
        if not shown or (len(shown) > LONGEST_LINE and not headings.fields_on_divider(shown)):
            continue
        if page.quoted[i]:
            if headings.is_groupwise(page, i):
                return _Cut(i, kept=forwarded)
            if begins_forwarded(page, i, begin, forwarded):
                return _Cut(i, kept=True)
            if _is_told_heading(page, i, end):
                return _Cut(headings.above(page, i), kept=forwarded)
            continue
        if ours and any(mark in shown for mark in ours):
            return _Cut(headings.above(page, i))
        if headings.is_forward(page, i):
            return _Cut(i, kept=True)
        copied = headings.copy_from(page, i, end)
        if copied is not None and not (shown[-1] in "-_" and _is_quoted_below(page, i)):
            return _Cut(copied, kept=forwarded)
        if leads.may_end(shown) and (not _is_quoted_below(page, i) or leads.inside(page, i) is not None):
            lead = leads.find(page, i, begin, quoted_below=False)
            if lead is not None:
                inside = lead.column is not None
                return _Cut(lead.start + inside, kept=forwarded and not inside, column=lead.column)
    return _Cut(end)


def _is_told_heading(page: Page, i: int, end: int) -> bool:
    """Outlook puts the fields of the mail that it answers into a box of their own; that mail stands below the box."""
    if page.shown[i].startswith(QUOTING):
        return False
    found = headings.heading(page, i, end)
    below = page.next_shown(found.end - 1, end) if found else None
    return below is not None and not page.quoted[below]


def _is_quoted_below(page: Page, i: int) -> bool:
    following = page.next_shown(i)
    return following is not None and page.quoted[following]


def _joined(page: Page, pieces: list[Piece], stop: _Cut) -> tuple[Span, ...]:
    """Lines to stretches of characters; the line before a cut inside a line is divided."""
    edges = [(page.starts[i], piece) for i, piece in enumerate(pieces) if i == 0 or pieces[i - 1] is not piece]
    if stop.column is not None:
        inside = page.starts[stop.line - 1] + stop.column
        edges = [*(e for e in edges if e[0] < inside), (inside, Piece.QUOTE)]
    ends = [*(start for start, _ in edges[1:]), page.starts[-1]]
    return tuple(Span(piece, start, end) for (start, piece), end in zip(edges, ends, strict=True) if end > start)
