"""HTML as a stream of tags, read as browsers do (WHATWG HTML section 13.2.5), in time linear in its length.

No tree is built: how deep tags stand costs nothing, and no nesting is too deep to be read.
"""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TypeAlias

Tag: TypeAlias = tuple[str | None, str | None, str]
"""A name as written, with a slash before it at an end tag; the attributes as written; the words behind the tag.

The name is None for a comment or a declaration, and where the text begins.
"""

# What stands inside these is no markup, and nothing that is read.
_RAW = "|".join(
    rf"(?i:{name})(?=[\s/>])(?:[^<]++|<(?!/(?i:{name})[\s/>]))*+(?:</[^>]*+>?)?"
    for name in "script style title textarea iframe noembed noframes".split()
)
# A quote counts only behind an equals sign; without its partner it is an ordinary character.
_ATTRIBUTES = r"""[^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+[^>=]*+)*+"""
_COMMENT = r"!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)|[!?/][^>]*+>?"
_TAG = re.compile(rf"<(?:{_RAW}|(/?[a-zA-Z][^\s/>]*+)({_ATTRIBUTES})(?:>|\Z)|{_COMMENT})", re.ASCII)
_ATTRIBUTE = re.compile(
    r"""([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?+""", re.ASCII
)
_ANY_TAG = re.compile(r"<[^<>]*>")
# Only with its semicolon is a name a reference inside an attribute: `?a=1&copy=2` has none.
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]{1,31};)")
# No code point has more digits; the interpreter refuses to read some thousands.
_TOO_LARGE = re.compile(r"&#0*+[0-9]{8,}+;?")
_MOST_ATTRIBUTES = 100
_AT_ONCE = 20_000


def tags(markup: str) -> Iterator[Tag]:
    """All tags in order. One in whose midst the text ends is words."""
    return chain.from_iterable(_chunks(markup))


def _chunks(markup: str) -> Iterator[Iterable[Tag]]:
    """So many tags at a time that memory stays small."""
    while True:
        parts = _TAG.split(markup, _AT_ONCE)
        yield ((None, "", parts[0]),)
        del parts[0]
        each = iter(parts)
        if len(parts) < 3 * _AT_ONCE:
            break
        markup, parts[-1] = parts[-1], ""
        yield zip(each, each, each, strict=True)
    if parts and parts[-3] and not parts[-1]:
        last = f"<{parts[-3]}{parts[-2]}"
        if markup.endswith(last):
            parts[-3:] = [None, "", _ANY_TAG.sub(" ", last)]
    yield zip(each, each, each, strict=True)


def attributes(written: str) -> dict[str, str]:
    """Lower-case names and decoded values, the first of a name counting; those past the hundredth are left out."""
    found: dict[str, str] = {}
    for each in islice(_ATTRIBUTE.finditer(written), _MOST_ATTRIBUTES):
        name, double, single, bare = each.groups("")
        value = double or single or bare
        found.setdefault(name.lower(), _REFERENCE.sub(_decoded, value) if "&" in value else value)
    return found


def _decoded(reference: re.Match[str]) -> str:
    return unescape(reference.group())


def unescape(words: str) -> str:
    """Character references decoded, broken ones too; a number that is no code point becomes U+FFFD."""
    if "&#" in words:
        words = _TOO_LARGE.sub("\ufffd", words)
    return html.unescape(words)
