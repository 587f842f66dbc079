"""A text as lines: as they stand, as they are compared, and where each begins."""

import re
from dataclasses import dataclass
from itertools import accumulate

# Nobody writes more lines than this anew: what follows counts as one line.
MOST_LINES = 10_000
LONGEST_LINE = 300
"""Characters of a line beyond which no rule reads it: what programs write is shorter."""

# Marks for the direction of writing, and spaces without width, stand inside the lines that programs write.
_UNSEEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
QUOTING = (">", "＞", "&gt;")
"""What stands before a quoted line."""

# The last line of a wrapped lead, as `> wrote:`.
_TAIL = re.compile(r">\s?[^>\n]{0,30}[:：]")


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a text: as they stand, stripped, where each begins, and which are marked as quoted."""

    lines: list[str]
    shown: list[str]
    starts: list[int]
    quoted: list[bool]

    @classmethod
    def of(cls, text: str) -> "Page":
        """At most `MOST_LINES` lines and a rest."""
        lines = text.split("\n", MOST_LINES)
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        starts[-1] = len(text)
        seen = lines if text.isascii() or not _UNSEEN.search(text) else _UNSEEN.sub("", text).split("\n", MOST_LINES)
        shown = [line.strip() for line in seen]
        page = cls(lines, shown, starts, [line.startswith(QUOTING) for line in shown])
        page._unquote_tails()
        return page

    def _unquote_tails(self) -> None:
        """`> wrote:` closes an address that began on the line above, which is not quoted."""
        for i, shown in enumerate(self.shown):
            if self.quoted[i] and len(shown) < 36 and i and not self.quoted[i - 1] and _TAIL.fullmatch(shown):
                self.quoted[i] = not self._opens_address(i)

    def _opens_address(self, i: int) -> bool:
        above = self.shown[max(i - 3, 0) : i]
        return any(line.rfind("<") > line.rfind(">") for line in above if len(line) <= LONGEST_LINE)

    def next_shown(self, i: int, within: int = 4) -> int | None:
        """The first line after `i` that is not blank, among the next `within`."""
        return next((j for j in range(i + 1, min(i + 1 + within, len(self.shown))) if self.shown[j]), None)
