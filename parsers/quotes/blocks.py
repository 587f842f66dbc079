"""Quote marked line by line, with `>` or what other programs put: which of it goes, and which is answered in place."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from parsers.quotes import headings, leads, signature
from parsers.quotes.page import LONGEST_LINE, QUOTING, Page

# Before the words of others some put a bar, a colon, or the initials of whom they quote.
_OTHER_MARK = re.compile(r"[|:│┃%}](?=\s|$)|[A-Z][A-Za-z]{0,3}>")
_UNFINISHED = re.compile(r"[^.!?:…]\Z")
_WRAPPED_AT = 68


@dataclass(frozen=True, slots=True)
class Range:
    """Lines `start` up to but without `end`."""

    start: int
    end: int


@dataclass(slots=True)
class _Block:
    """Marked lines from `first` up to but without `end`; `lead` is where what introduces them begins."""

    first: int
    end: int
    lead: int


def mark_other_quotes(page: Page) -> None:
    """Lines with a mark of another sort count as quoted below a lead: elsewhere they may be a table."""
    i = 1
    while i < len(page.shown):
        mark = None if page.quoted[i] else _OTHER_MARK.match(page.shown[i])
        if mark is None or not _is_led(page, i):
            i += 1
            continue
        while i < len(page.shown) and (page.shown[i].startswith(mark.group()) or not page.shown[i]):
            page.quoted[i] = bool(page.shown[i])
            i += 1


def _is_led(page: Page, i: int) -> bool:
    above = next((j for j in range(i - 1, max(i - 4, -1), -1) if page.shown[j]), None)
    if above is None or len(page.shown[above]) > LONGEST_LINE:
        return False
    if not leads.may_end(page.shown[above]) and not _may_end_in_address(page.shown[above]):
        return False
    return leads.find(page, above, 0, quoted_below=True) is not None


def _may_end_in_address(shown: str) -> bool:
    """`2026/1/31 Ann <ann@acme.example>`, without a colon."""
    return "@" in shown and shown.endswith((">", ")"))


def quoted_blocks(page: Page, begin: int, stop: int, is_ours: Callable[[str], bool]) -> list[Range]:
    """The lines between `begin` and `stop` that are quote and no more.

    One block is quote; several with words between are answers in place, which keep all but a last block that nothing
    answers. A letter of ours is on the ticket already, and may hold what only its reader may see: no block of it stays.
    """
    blocks = _blocks(page, begin, stop)
    if not blocks:
        return []
    first, last = blocks[0], blocks[-1]
    if any(map(is_ours, page.shown[first.first : first.end])):
        return [Range(first.lead, first.end), *(Range(block.first, block.end) for block in blocks[1:])]
    before = any(page.shown[begin : last.lead])
    after = any(page.shown[last.end : signature.begin(page, last.end, stop)])
    alone = len(blocks) == 1 and (last.lead < last.first or not before)
    return [Range(last.lead, last.end)] if alone or not after else []


def begins_forwarded(page: Page, i: int, floor: int, forwarded: bool) -> bool:
    """Apple Mail: `> Begin forwarded message:`, marked like a quote, but nobody wrote above it whom it answers.

    Under a subject that calls the mail a forwarded one, `> --- Original Message ---` is as good.
    """
    if (i and page.quoted[i - 1]) or page.shown[i].startswith((">>", "> >")):
        return False
    divided = headings.is_forward(page, i) or (forwarded and headings.is_original(page, i))
    return divided and _lead(page, i, floor) == i


def _blocks(page: Page, begin: int, stop: int) -> list[_Block]:
    blocks: list[_Block] = []
    for i in range(begin, stop):
        if not page.quoted[i]:
            continue
        last = blocks[-1] if blocks else None
        if last is not None and (last.end == i or _belongs(page, last.end, i)):
            last.end = i + 1
            continue
        lead = _lead(page, i, last.end if last else begin)
        if last is not None and last.lead < last.first and not any(page.shown[last.end : lead]):
            last.end = i + 1
        else:
            blocks.append(_Block(i, i + 1, lead))
    return [block for block in blocks if not _is_prompt(page, block)]


def _is_prompt(page: Page, block: _Block) -> bool:
    """A session with an interpreter: no mail begins to quote in the third depth."""
    lines = page.shown[block.first : block.end]
    return block.lead == block.first and all(shown.startswith(">>>") or not shown for shown in lines)


def _belongs(page: Page, end: int, i: int) -> bool:
    """True where nothing lies between a block's end and line `i`, or only what its program broke off."""
    between = page.shown[end:i]
    if not any(between):
        return True
    if len(between) > 2 or not all(between):
        return False
    stray = between[0]
    if len(between) == 1 and (stray.startswith(("(http", "<http", "http")) or _is_broken_link(stray)):
        return True
    above = page.shown[end - 1]
    too_long = len(above) + 1 + len(stray.partition(" ")[0]) > _WRAPPED_AT
    return too_long and stray[0].islower() and _UNFINISHED.search(above[-2:]) is not None


def _is_broken_link(stray: str) -> bool:
    return " " not in stray and len(stray) < LONGEST_LINE and any(c in stray for c in "/=&_%")


def _lead(page: Page, i: int, floor: int) -> int:
    """The first line of what introduces the block at `i`; `i` itself where nothing does."""
    above = next((j for j in range(i - 1, max(i - 5, floor - 1), -1) if page.shown[j]), None)
    if above is None or len(page.shown[above]) > LONGEST_LINE:
        return i
    shown = page.shown[above]
    if headings.is_original(page, above):
        return above
    if not page.shown[i].startswith(QUOTING) and headings.RULE.fullmatch(shown):
        # A quote that only the HTML calls one, below the line that rules it off.
        return headings.above(page, i)
    if not leads.may_end(shown) and not _may_end_in_address(shown):
        return i
    found = leads.find(page, above, floor, quoted_below=True)
    return found.start if found is not None and found.column is None else i
