"""Hostile HTML made safe to show and to send. The sole importer of nh3 and bleach, which are loaded only then."""

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from selectolax.lexbor import LexborHTMLParser

from parsers.characters.charset import clean
from parsers.hypertext.html import to_text
from parsers.hypertext.style import safe_style
from parsers.limits import Limits

Images: TypeAlias = Callable[[str], str | None]
"""From the Content-ID of an attached image to the address at which it is shown; None where there is none."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Void elements, and those that the next one of their kind closes.
_CLOSED_UNASKED = frozenset(
    (
        "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead "
        "tfoot option optgroup "
    ).split()
)
_TAGS = frozenset(
    (
        "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 "
        "hr i img ins li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul "
    ).split()
)
# What these hold is neither shown nor words.
_EMPTIED = frozenset(
    "script style title template iframe noembed noframes object applet svg math select textarea video audio".split()
)
_EVERYWHERE = ("style", "dir", "lang", "align")
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start", "type"),
    "li": ("value",),
    "font": ("color", "face", "size"),
    "table": ("width", "border", "cellpadding", "cellspacing", "bgcolor"),
    "tr": ("valign", "bgcolor"),
    "td": ("colspan", "rowspan", "valign", "bgcolor", "width"),
    "th": ("colspan", "rowspan", "valign", "bgcolor", "width"),
    "col": ("span", "width"),
    "blockquote": ("type",),
}
_FORMS = {
    **dict.fromkeys("width height".split(), re.compile(r"\d{1,3}%?|[1-9]\d{3}")),
    **dict.fromkeys("colspan rowspan span border cellpadding cellspacing".split(), re.compile(r"\d{1,2}")),
    **dict.fromkeys("color bgcolor".split(), re.compile(r"#?[0-9A-Za-z]{3,20}")),
    **dict.fromkeys("start value size".split(), re.compile(r"[+-]?\d{1,6}")),
    **dict.fromkeys("align valign dir type".split(), re.compile(r"[A-Za-z1]{1,10}")),
    "face": re.compile(r"[\w ,'-]{1,100}"),
    "lang": re.compile(r"[A-Za-z0-9-]{1,35}"),
}
_LINKS = ("http", "https", "mailto")
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/]+={0,2}")
_STRAY = re.compile(r"&(?!#?[0-9A-Za-z]{1,32};)")
_TARGET = "_blank"


def attached(content_id: str) -> str | None:
    """Images keep their reference to the part that holds them (RFC 2392)."""
    return f"cid:{content_id}"


def sanitise(html: str, limits: Limits = Limits(), images: Images = attached) -> str:
    """HTML without script, form, or anything that loads from elsewhere or leaves its box.

    Images are those of the mail itself: by `cid:`, mapped through `images`, or written out as `data:` in a format that
    holds no script. Links open apart and give nothing away. Of styles stays what `safe_style` keeps; the page around
    should still cut off what is too wide. Markup that is too big or too deep comes back as its escaped text.
    Doing it again changes nothing, as long as `images` leaves the references as they are.
    """
    if len(html.encode("utf-8", "replace")) > limits.html_bytes or _too_many(html, limits) or _too_deep(html, limits):
        return _as_text(html, limits)
    # A character that need not be a reference: bleach's time grows with the square of their number.
    once = _first_opinion(clean(html), images).replace("&nbsp;", "\xa0")
    if once.count("&") > limits.html_tags:
        return _as_text(html, limits)
    return clean(_second_opinion(once)).strip()


def _too_many(html: str, limits: Limits) -> bool:
    """nh3's time grows with the square of the number of ampersands that begin no reference."""
    if html.count("<") > limits.html_tags:
        return True
    return html.count("&") > limits.html_tags and len(_STRAY.findall(html)) > limits.html_tags


def _as_text(html: str, limits: Limits) -> str:
    return f"<pre>{entities.escape(to_text(html[: limits.html_bytes]), quote=False)}</pre>"


def _first_opinion(html: str, images: Images) -> str:
    import nh3

    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "src" and value[:4].lower() == "cid:":
            return images(value[4:])
        return _kept(name, value)

    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_EMPTIED),
        attributes={tag: {*_ATTRIBUTES.get(tag, ()), *_EVERYWHERE} for tag in _TAGS},
        attribute_filter=kept,
        url_schemes={*_LINKS, "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": _TARGET}},
    )


def _kept(name: str, value: str) -> str | None:
    """The value with which an attribute stays."""
    if name == "style":
        return safe_style(value) or None
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return value if value.strip().lower().partition(":")[0] in _LINKS else None
    form = _FORMS.get(name)
    return value if form is None or form.fullmatch(value) else None


class _Styles:
    """The form in which bleach asks for a filter of styles."""

    def sanitize_css(self, style: str) -> str:
        """As `safe_style`."""
        return safe_style(style)


def _in_order(source: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Attributes by name: nh3 leaves them in an order that depends on what it has removed."""
    for token in source:
        if token["type"] in ("StartTag", "EmptyTag"):
            token["data"] = dict(sorted(token["data"].items(), key=lambda item: item[0][1]))
        yield token


def _second_opinion(html: str) -> str:
    """The same list read by another parser: what mutates between two readings does not survive both."""
    from bleach.sanitizer import Cleaner

    allowed = {tag: [*_ATTRIBUTES.get(tag, ()), *_EVERYWHERE] for tag in _TAGS}
    allowed["a"] += ["rel", "target"]
    cleaner = Cleaner(
        tags=_TAGS,
        attributes=allowed,
        protocols={*_LINKS, "cid", "data"},
        strip=True,
        filters=[_in_order],  # type: ignore[list-item]  # bleach asks no more than that it can be called and iterated
        css_sanitizer=_Styles(),  # type: ignore[arg-type]  # bleach calls this one method of it
    )
    return cleaner.clean(html)


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
