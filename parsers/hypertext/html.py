"""Hostile HTML to the text that a person would have typed, with what its structure says of quotes and signatures."""

from dataclasses import dataclass

from parsers.characters.charset import clean
from parsers.hypertext import markup
from parsers.hypertext.elements import INLINE, Elements
from parsers.hypertext.layout import STARTS
from parsers.hypertext.look import PLAIN
from parsers.mail import Span


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, and the stretches of it of which the structure says what they are.

    `told` is in order: QUOTE and SIGNATURE where a mail program says so; FRESH for words that stand after `> ` though
    their writer set them so himself.
    """

    text: str
    told: tuple[Span, ...]


def to_text(html: str) -> str:
    """The visible text: blocks on lines of their own, quotes after `> `, links with their target."""
    return render(html).text


def render(html: str) -> Rendered:
    """The visible text with what the structure says of it. Total, and linear in the length of the HTML."""
    elements = Elements(STARTS)
    looks, pieces = elements.looks, elements.lines.pieces
    for name, attributes, words in markup.tags(clean(html)):
        # Most tags only set letters bold or in another face: they leave no trace.
        if name is not None and not (
            name in INLINE and not elements.inline and (not attributes or looks.get(attributes) is PLAIN)
        ):
            elements.tag(name, attributes or "")
        if words:
            if elements.flowing:
                pieces.append(markup.unescape(words) if "&" in words else words)
            else:
                elements.unusual(words)
    return Rendered(*elements.finish())
