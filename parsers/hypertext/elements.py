"""The elements of HTML that are open, and what each does to the lines.

Elements stand on a stack, each with the state around it, which comes back when it ends. What HTML lets be left out
(WHATWG HTML section 13.1.2.4) is supplied as browsers do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from parsers.hypertext import markup
from parsers.hypertext.lines import Lines
from parsers.hypertext.links import same_target, target
from parsers.hypertext.look import PLAIN, Look, look
from parsers.mail import Piece, Span

_PHRASES = (
    "abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q rp rt ruby s samp small "
    "span strike strong sub sup time tt u var wbr"
).split()
INLINE = frozenset(f"{end}{name}" for word in _PHRASES for name in (word, word.upper()) for end in ("", "/"))
"""Tags that by their name alone change nothing in the lines."""

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSEEN = frozenset("applet audio canvas datalist math object select svg template video xml".split())
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 ul ol blockquote pre dl".split())
_TIGHT_IN_LISTS = frozenset("ul ol dl p".split())
PREFORMATTED = ("pre", "xmp", "listing", "plaintext")
TABLES = frozenset("table tbody thead tfoot caption tr td th".split())
_BLOCKS = (
    TABLES
    | _SPACED
    | frozenset(PREFORMATTED)
    | frozenset(
        "address article aside center dd details dialog dir div dt fieldset figcaption figure footer form header "
        "legend li main menu nav section summary".split()
    )
)
# They end, but what follows still stands in them.
_PASSED = frozenset("html head body".split())
# Browsers (Blink, WebKit) nest no deeper either.
_DEEPEST = 512
# How many elements an end tag may close besides its own.
_NEAR = 64
_PICTURE = re.compile(r"[^\n]{1,200}\.(?:png|jpe?g|gif|bmp|svg|webp|heic|tiff?|emz|wmz)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class State:
    """What elements inherit. `numbers` holds the last number of the ordered list around, `boxed` is Gmail's box."""

    hidden: bool = False
    preformatted: bool = False
    depth: int = 0
    told: Piece | None = None
    level: int = 0
    numbers: list[int] | None = None
    boxed: bool = False


@dataclass(slots=True)
class Table:
    """An open table: its height on the stack, the line where the row at hand begins and those where its cells do.

    `gap` says that a blank line is due above the row.
    """

    height: int
    row: int = 0
    cells: list[int] = field(default_factory=list)
    gap: bool = False


Ending: TypeAlias = Callable[["Elements", int], None]
"""What is due at the end of an element, given the number of the line where it began."""

Start: TypeAlias = Callable[["Elements", str, str, State], None]
"""What puts an element on the stack: its name, its attributes as written, the state inside it."""


@dataclass(slots=True)
class Elements:
    """The walk. `stack` holds of each open element its name, what is due at its end, where it began, what is around.

    `starts` are the elements that need more than a new line. `flowing` says that words are seen and their white space
    collapses. `inline` counts the inline elements on the stack: only those that change the state are put there.
    """

    starts: Mapping[str, Start]
    lines: Lines = field(default_factory=Lines)
    state: State = field(default_factory=State)
    flowing: bool = True
    inline: int = 0
    stack: list[tuple[str, Ending | None, int, State]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    link: tuple[int, int, str] | None = None
    lead: int | None = None
    listed: int = 0
    opening: bool = False
    ended: int = -1
    looks: dict[str, Look] = field(default_factory=dict)

    def unusual(self, words: str) -> None:
        """Words that are hidden, or keep their white space."""
        if self.state.hidden:
            return
        words = markup.unescape(words)
        # The line end right after the tag does not count.
        self.lines.literal(words.lstrip("\r").removeprefix("\n") if self.opening else words)
        self.opening = False

    def tag(self, name: str, attributes: str) -> None:
        """A tag as `markup.tags` gives it."""
        name = name.lower()
        if name[0] == "/":
            self._close(name[1:])
        else:
            self._open(name, attributes)

    def finish(self) -> tuple[str, tuple[Span, ...]]:
        """End all that is open."""
        self.pop_down_to(0)
        return self.lines.finish()

    def look(self, attributes: str) -> Look:
        """What the attributes of a tag mean."""
        seen = self.looks.get(attributes)
        if seen is None:
            seen = self.looks[attributes] = look(attributes)
        return seen

    def _open(self, name: str, attributes: str) -> None:
        seen = self.look(attributes) if attributes else PLAIN
        if name in _BLOCKS:
            if seen.block is not False or name in self.starts:
                self._open_block(name, attributes, seen)
            else:
                self._open_inline(name, seen, _end_word)
        elif name == "a":
            self._open_link(name, attributes, seen)
        elif name in _VOID:
            if not (seen.hidden or self.state.hidden):
                self._void(name, attributes, seen)
        elif name in _UNSEEN:
            if not attributes.endswith("/"):
                self.push(name, None, replace(self.state, hidden=True))
        elif (seen is not PLAIN or self.inline) and name not in _PASSED:
            self._open_inline(name, seen)

    def _close(self, name: str) -> None:
        """An end tag: closes what stands above its element, too; without one it does nothing."""
        if name == "a":
            self._close_link()
        if self.stack and self.stack[-1][0] == name:
            self._pop()
        elif name in _BLOCKS:
            self._close_block(name)
        elif name == "br" and not self.state.hidden:
            self.lines.end(forced=True)
        elif self.inline:
            at = self.find((name,), _BLOCKS)
            if at is not None:
                self.pop_down_to(at)

    def _close_block(self, name: str) -> None:
        if name == "table":
            at = self.tables[-1].height if self.tables else None
        elif name in TABLES:
            at = self.find((name,), ("table",))
        else:
            at = self.find((name,), TABLES)
        if at is not None:
            self.pop_down_to(at)
        elif name == "p" and not self.state.hidden:
            self.lines.end()
            self.lines.gap = True

    def find(self, names: tuple[str, ...], up_to: "frozenset[str] | tuple[str, ...]") -> int | None:
        """Where the innermost of the `names` stands, if no element of `up_to` stands above it."""
        stack = self.stack
        if stack and stack[-1][0] in names:
            return len(stack) - 1
        for at in range(len(stack) - 1, max(len(stack) - _NEAR, 0) - 1, -1):
            if stack[at][0] in names:
                return at
            if stack[at][0] in up_to:
                return None
        return None

    def pop_down_to(self, height: int) -> None:
        while len(self.stack) > height:
            self._pop()

    def push(self, name: str, ending: Ending | None, inner: State) -> None:
        if len(self.stack) >= _DEEPEST:
            return
        self.stack.append((name, ending, len(self.lines.done), self.state))
        if name not in _BLOCKS:
            self.inline += 1
        if inner is not self.state:
            self._enter(inner)

    def _pop(self) -> None:
        name, ending, start, outer = self.stack.pop()
        if ending is not None and not self.state.hidden:
            ending(self, start)
        if name not in _BLOCKS:
            self.inline -= 1
        elif name == "table":
            self.tables.pop()
        if outer is not self.state:
            self._enter(outer)

    def _enter(self, state: State) -> None:
        self.state = state
        self.flowing = not (state.hidden or state.preformatted)
        lines = self.lines
        lines.depth, lines.told, lines.indent = state.depth, state.told, "  " * state.level

    def _inner(self, seen: Look) -> State:
        """The state inside an element; what is in a quote stays one."""
        state = self.state
        if not seen.inherited:
            return state
        return replace(
            state,
            hidden=state.hidden or seen.hidden,
            preformatted=state.preformatted if seen.preformatted is None else seen.preformatted,
            told=state.told if state.told is Piece.QUOTE or seen.piece is None else seen.piece,
            boxed=state.boxed or seen.quoting,
        )

    def _open_inline(self, name: str, seen: Look, ending: Ending | None = None) -> None:
        if not self.state.hidden:
            if seen.block or seen.piece is not None:
                self.lines.end()
                ending = _end_line
            elif ending is not None:
                self.lines.pieces.append(" ")
        if seen.bullet:
            self.lines.end()
            ending = _end_bullet
        self.push(name, ending, self._inner(seen))

    def _open_block(self, name: str, attributes: str, seen: Look) -> None:
        if self.stack and (self.stack[-1][0] == "p" or self.inline):
            self._end_paragraph()
        state, lines = self.state, self.lines
        spaced = seen.onward or name == "blockquote" or (name in _SPACED and not seen.tight)
        if state.level and name in _TIGHT_IN_LISTS:
            spaced = False
        if not state.hidden:
            lines.end()
            if spaced and not seen.hidden:
                lines.gap = True
            self.listed = seen.level
            if seen.quoting and state.told is None and name != "blockquote":
                self.lead = len(lines.done)
        if seen.onward and state.told is not Piece.QUOTE:
            self._enter(replace(state, told=Piece.QUOTE))
        inner = self._inner(seen) if seen.inherited else self.state
        start = None if inner.hidden and name not in TABLES else self.starts.get(name)
        if start is None:
            self.push(name, end_spaced if spaced else end_block, inner)
        elif len(self.stack) < _DEEPEST:
            start(self, name, attributes, inner)

    def _end_paragraph(self) -> None:
        """A block ends the paragraph before it."""
        at = self.find(("p",), _BLOCKS)
        if at is not None:
            self.pop_down_to(at)

    def _void(self, name: str, attributes: str, seen: Look) -> None:
        if name == "br":
            self.lines.end(forced=self.ended != len(self.lines.done))
            self.ended = -1
        elif name == "hr":
            self._rule(seen)
        elif name == "img":
            shown = " ".join(markup.attributes(attributes).get("alt", "").split())
            if shown:
                self.lines.pieces.append(f"[image: {shown}]" if _PICTURE.fullmatch(shown) else shown)

    def _rule(self, seen: Look) -> None:
        self._end_paragraph()
        lines = self.lines
        lines.end()
        if seen.onward and self.state.told is not Piece.QUOTE:
            self._enter(replace(self.state, told=Piece.QUOTE))
        lines.gap = True
        lines.pieces.append("---")
        lines.end()
        lines.gap = True

    def _open_link(self, name: str, attributes: str, seen: Look) -> None:
        self._close_link()
        if seen is not PLAIN:
            self._open_inline(name, seen)
        href = target(attributes) if attributes and not self.state.hidden else ""
        if href:
            self.link = (len(self.lines.done), len(self.lines.pieces), href)

    def _close_link(self) -> None:
        """The target goes behind the words of a link; where it held blocks, as buttons do, behind its last line."""
        if self.link is None:
            return
        line, piece, href = self.link
        self.link = None
        lines = self.lines
        if self.state.hidden:
            return
        moved = line != len(lines.done)
        shown = lines.since(0 if moved else piece)
        if moved and not shown and not lines.ready and lines.done:
            if lines.done[-1].words and not same_target(lines.done[-1].words, href):
                lines.done[-1].words += f" <{href}>"
        elif shown and not same_target(shown, href):
            lines.pieces.append(f" <{href}>")


def end_block(elements: Elements, start: int) -> None:
    """What any block does at its end."""
    elements.lines.end()


def end_spaced(elements: Elements, start: int) -> None:
    """The end of a block with a margin."""
    elements.lines.end()
    elements.lines.gap = True


def _end_line(elements: Elements, start: int) -> None:
    """An inline element that has lines of its own: the line end that is written behind it is this one."""
    elements.lines.end()
    elements.ended = len(elements.lines.done)


def _end_word(elements: Elements, start: int) -> None:
    elements.lines.pieces.append(" ")


def _end_bullet(elements: Elements, start: int) -> None:
    """Word writes the bullet or number of a list's item out, with a glyph of a symbol font."""
    lines = elements.lines
    glyph = lines.since(0)
    lines.pieces.clear()
    indent = "  " * (elements.listed - 1)
    lines.bullet = f"{indent}{glyph if glyph[-1:] in ('.', ')') or glyph.isdecimal() else '-'} "
