"""Lines in the making: words come in as HTML has them and go out as a person would have typed them."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from parsers.characters.charset import clean
from parsers.mail import Piece, Span

_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
# Characters without width. One of them may join letters or emoji; a run of them pads the preview in a list of mails.
_EMPTY = r"[\u034f\u200b-\u200d\u2060\ufeff\xad]"
_PADDING = re.compile(rf"{_EMPTY}(?:[ \xa0]*+{_EMPTY})++")
# Apple's programs leave the last of them where a file stands in the text.
_NO_WIDTH = re.compile(r"[\u034f\u2060\ufeff\xad\ufffc]")
_EDGES = " \u200b\u200c\u200d"


def flat(words: str) -> str:
    """White space collapsed, none at the ends, and what has no width left out."""
    if words.isascii():
        return " ".join(words.split())
    return _NO_WIDTH.sub("", _SPACE.sub(" ", _PADDING.sub(" ", words))).strip(_EDGES).rstrip()


@dataclass(slots=True)
class Line:
    """One line: its words, how deep it is quoted, and what the structure says of it."""

    words: str
    depth: int
    told: Piece | None


@dataclass(slots=True)
class Lines:
    """What is written so far. `depth`, `told` and `indent` go for the next line, `gap` wants a blank one above it.

    `pieces` are the raw words of the line at hand, `ready` what of it must stay as it is, `bullet` what begins it.
    """

    done: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    ready: str = ""
    bullet: str = ""
    gap: bool = False
    depth: int = 0
    indent: str = ""
    told: Piece | None = None

    def end(self, forced: bool = False) -> None:
        """End the line at hand. An empty one counts only if it is `forced` or holds a space that does not break."""
        pieces, ready = self.pieces, self.ready
        if not pieces and not ready:
            if forced:
                self._append("")
            return
        raw = "".join(pieces)
        pieces.clear()
        words = flat(raw)
        if ready:
            words = f"{ready}{words}".rstrip() if words else ready.rstrip()
            self.ready = ""
        if words:
            if words == "--" and raw[-1:] in (" ", "\xa0"):
                # What opens a signature keeps its space (RFC 3676 section 4.3).
                words = "-- "
            self._append(self.bullet + words if self.bullet else self.indent + words)
            self.bullet = ""
        elif forced or "\xa0" in raw:
            self._append("")

    def _append(self, words: str) -> None:
        done = self.done
        if self.gap and words and done and done[-1].words:
            above = done[-1]
            same = above.told if above.told is self.told else None
            done.append(Line("", min(self.depth, above.depth), same))
        self.gap = False
        done.append(Line(words, self.depth, self.told))

    def literal(self, words: str) -> None:
        """Words whose white space and line ends stay."""
        first, *more = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._keep(first)
        for line in more:
            self.end(forced=True)
            self._keep(line)

    def _keep(self, words: str) -> None:
        if self.pieces:
            raw = "".join(self.pieces)
            self.pieces.clear()
            space = " " if raw[-1:].isspace() else ""
            self.ready += flat(raw) + space
        self.ready += words

    def since(self, at: int) -> str:
        """The words of the line at hand from its piece number `at` on."""
        return flat("".join(self.pieces[at:]))

    def join_cells(self, start: int, cells: list[int], gap: bool) -> None:
        """Make the lines from `start` on one row with tabs between, if each of the `cells` holds one line at most.

        Rows with longer cells lay out a page: they stay as they are, one cell below the other.
        """
        done = self.done
        if len(cells) < 2 or len(done) - start > 3 * len(cells):
            return
        edges = [*cells, len(done)]
        held = [[line for line in done[a:b] if line.words] for a, b in pairwise(edges)]
        held = [lines for lines in held if lines]
        if len(held) < 2 or any(len(lines) > 1 for lines in held):
            return
        first = held[0][0]
        if any(lines[0].depth != first.depth or lines[0].told is not first.told for lines in held):
            return
        words = "\t".join(lines[0].words for lines in held)
        kept = done[start : start + 1] if gap and not done[start].words else []
        done[start:] = [*kept, Line(words, first.depth, first.told)]
        self.gap = False

    def finish(self) -> tuple[str, tuple[Span, ...]]:
        """The text, and the stretches of it of which the structure says what they are."""
        self.end()
        done = self.done
        first = next((i for i, line in enumerate(done) if line.words), len(done))
        while len(done) > first and not done[-1].words:
            done.pop()
        out: list[str] = []
        spans: list[Span] = []
        at = 0
        for line in done[first:]:
            shown = clean(line.words)
            if line.depth:
                shown = "> " * line.depth + shown if shown else ("> " * line.depth).rstrip()
            end = at + len(shown) + 1
            if line.told is not None:
                if spans and spans[-1].end == at and spans[-1].piece is line.told:
                    spans[-1] = Span(line.told, spans[-1].start, end)
                else:
                    spans.append(Span(line.told, at, end))
            out.append(shown)
            at = end
        text = "\n".join(out)
        if spans and spans[-1].end > len(text):
            spans[-1] = Span(spans[-1].piece, spans[-1].start, len(text))
        return text, tuple(spans)
