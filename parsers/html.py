"""Hostile HTML made readable: to plain text for the intake, to safe HTML for showing and sending.

The sole importer of nh3 and bleach, which are loaded only when HTML is shown.
"""

import html as entities
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.charset import clean
from parsers.limits import Limits

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
# Void elements, and those that the next one of their kind closes.
_CLOSED_UNASKED = frozenset(
    (
        "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead "
        "tfoot option optgroup "
    ).split()
)

_UNSEEN = frozenset(
    "script style head title template iframe object svg math select datalist audio video noframes textarea".split()
)
_HIDING = ("display:none", "visibility:", "mso-hide", "font-size:0", "opacity:0", "max-height:0", "hidden")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|(?:font-size|opacity|max-height):0(?:\.0*)?(?:[a-z%]+)?(?:[;!]|$)"
)
_BLOCKS = frozenset(
    (
        "address article aside body center dd details dir div dl dt fieldset figcaption figure footer form header "
        "legend main menu nav section summary table tbody tfoot thead tr caption "
    ).split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol blockquote pre hr".split())
_DEEPEST_QUOTE = 20


def too_heavy(html: str, limits: Limits = Limits()) -> bool:
    """True where building the tree could take long: its time grows with how deep each tag stands.

    Only an end tag that closes the innermost open element counts as closing, so the estimate is never too low.
    """
    tags = html.count("<")
    if tags * tags // 2 <= limits.html_work:
        return False
    open_tags: list[str] = []
    work = 0
    for end, written in _TAG.findall(html):
        name = written.lower()
        if end and open_tags and open_tags[-1] == name:
            open_tags.pop()
        elif not end and name not in _CLOSED_UNASKED:
            open_tags.append(name)
        work += len(open_tags)
        if work > limits.html_work:
            return True
    return False


def to_text(html: str) -> str:
    """The visible text, cleaned: blocks on lines of their own, quotes after `> `, links with their target.

    Markup that is too heavy to build a tree of loses its tags and nothing else.
    """
    if too_heavy(html):
        return clean(entities.unescape(_ANY_TAG.sub(" ", html)))
    root = LexborHTMLParser(html).root
    writer = _Writer()
    if root is not None:
        packed = "".join(html.lower().split())
        _visit(root, writer, styled=any(sign in packed for sign in _HIDING))
    return clean(writer.finish())


def _visit(root: LexborNode, writer: "_Writer", styled: bool) -> None:
    """Depth first without recursion: lexbor keeps trees that are deeper than Python's stack."""
    node: LexborNode | None = root
    while node is not None:
        child = None
        if node.is_text_node:
            writer.text(node.text_content or "")
        elif node.is_element_node:
            tag = node.tag or ""
            if tag not in _UNSEEN and not (styled and _is_hidden(node)):
                writer.enter(tag, node)
                child = node.first_child
                if child is None:
                    writer.leave(tag)
        if child is not None:
            node = child
            continue
        while node.next is None:
            node = node.parent
            if node is None:
                return
            writer.leave(node.tag or "")
        node = node.next


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search("".join(style.lower().split())))


@dataclass(slots=True)
class _Writer:
    """Lines in the making. `quotes` and `lists` mirror the open blockquotes and lists, `links` the open anchors."""

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    spaced: bool = True
    gap: bool = False
    preformatted: int = 0
    depth: int = 0
    above: int = 0
    quotes: list[bool] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)

    def text(self, written: str) -> None:
        if self.preformatted:
            first, *more = written.replace("\r\n", "\n").split("\n")
            self._add(first)
            for line in more:
                self.newline()
                self._add(line)
            return
        shown = _SPACE.sub(" ", written)
        if self.spaced:
            shown = shown.lstrip(" ")
        if shown:
            self._add(shown)

    def _add(self, shown: str) -> None:
        self.pieces.append(shown)
        self.spaced = shown.endswith(" ")

    def newline(self, even_if_empty: bool = False) -> None:
        shown = "".join(self.pieces).rstrip()
        if shown or even_if_empty:
            prefix = "> " * self.depth
            if self.gap and self.lines and self.lines[-1].strip("> "):
                self.lines.append(("> " * min(self.depth, self.above)).rstrip())
            self.lines.append((prefix + shown).rstrip())
            self.gap, self.above = False, self.depth
        self.pieces.clear()
        self.spaced = True

    def enter(self, tag: str, node: LexborNode) -> None:
        if tag == "br":
            self.newline(even_if_empty=True)
        elif tag in _PARAGRAPHS or tag in _BLOCKS:
            self.newline()
            self.gap = self.gap or tag in _PARAGRAPHS
            self._open_block(tag, node)
        elif tag == "li":
            self.newline()
            self._add(self._bullet())
        elif tag in ("td", "th"):
            self._add("" if self.spaced else " ")
        elif tag == "a":
            self.links.append((len(self.lines), len(self.pieces), (node.attributes.get("href") or "").strip()))

    def _open_block(self, tag: str, node: LexborNode) -> None:
        if tag == "blockquote":
            quoting = _is_quote(node)
            self.quotes.append(quoting)
            self.depth = min(self.depth + quoting, _DEEPEST_QUOTE)
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "hr":
            self._add("---")
            self.newline()

    def leave(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        elif tag in _PARAGRAPHS or tag in _BLOCKS or tag == "li":
            self.newline()
            self.gap = self.gap or tag in _PARAGRAPHS
            if tag == "blockquote" and self.quotes and self.quotes.pop():
                self.depth = min(sum(self.quotes), _DEEPEST_QUOTE)
            elif tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            elif tag == "pre" and self.preformatted:
                self.preformatted -= 1

    def _bullet(self) -> str:
        indent = "  " * (min(len(self.lists), 10) - 1)
        if not self.lists or self.lists[-1] is None:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1]}. "

    def _close_link(self) -> None:
        if not self.links:
            return
        line, piece, href = self.links.pop()
        if line != len(self.lines) or not href.lower().startswith(("http://", "https://", "mailto:")):
            return
        shown = "".join(self.pieces[piece:]).strip()
        if shown and _bare_target(href) != _bare_target(shown):
            self._add(f" <{href}>")

    def finish(self) -> str:
        self.newline()
        return "\n".join(self.lines).strip("\n")


def _bare_target(link: str) -> str:
    link = link.strip().lower()
    for prefix in ("https://", "http://", "mailto:", "www."):
        link = link.removeprefix(prefix)
    return link.rstrip("/")


def _is_quote(node: LexborNode) -> bool:
    """Mail clients use blockquote to indent, too: then it shows no border."""
    attributes = node.attributes
    if attributes.get("type") == "cite" or attributes.get("cite") is not None:
        return True
    style = "".join((attributes.get("style") or "").lower().split())
    return not re.search(r"border:(?:none|0|medium)", style) or "border-left" in style


_TAGS = frozenset(
    (
        "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 "
        "hr i img ins li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul "
    ).split()
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
}
_SCHEMES = frozenset(("http", "https", "mailto"))


def sanitise(html: str, limits: Limits = Limits()) -> str:
    """HTML without script, form, style or anything that loads from elsewhere; images only by `cid:`.

    Markup that is too big or too deep comes back as its escaped text.
    """
    size = len(html.encode("utf-8", "replace"))
    if size > limits.html_bytes or html.count("<") > limits.html_tags or _too_deep(html, limits):
        return f"<pre>{entities.escape(to_text(html[: limits.html_bytes]))}</pre>"
    import bleach
    import nh3

    once = nh3.clean(
        clean(html),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_attribute,
        url_schemes=set(_SCHEMES) | {"cid"},
        link_rel="noopener noreferrer nofollow",
    )
    allowed = {**{tag: sorted(names) for tag, names in _ATTRIBUTES.items()}, "a": ["href", "title", "rel"]}
    twice = bleach.clean(once, tags=_TAGS, attributes=allowed, protocols=_SCHEMES | {"cid"}, strip=True)
    return clean(twice)


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    scheme = value.strip().lower().partition(":")[0]
    if name == "src":
        return value if scheme == "cid" else None
    if name == "href":
        return value if scheme in _SCHEMES else None
    return value


def _too_deep(html: str, limits: Limits) -> bool:
    if html.count("<") <= limits.html_depth:
        return False
    if too_heavy(html, limits):
        return True
    node = LexborHTMLParser(html).root
    depth = 0
    while node is not None:
        child = node.first_child
        if child is not None:
            node, depth = child, depth + 1
            if depth > limits.html_depth:
                return True
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return False
