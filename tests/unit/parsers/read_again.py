"""What was made safe to show, read again by two parsers of which neither made it."""

import re
from importlib import import_module

from selectolax.lexbor import LexborHTMLParser

html5lib = import_module("bleach._vendor.html5lib")  # bleach brings it, without types

TAGS = frozenset(
    (
        "html head body a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 "
        "h3 h4 h5 h6 hr i img ins li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt "
        "u ul"
    ).split()
)
ATTRIBUTES = frozenset(
    (
        "align alt bgcolor border cellpadding cellspacing color colspan dir face height href lang rel rowspan size "
        "span src start style target title type valign value width"
    ).split()
)
STYLE = re.compile(r"(?:[a-z-]+:(?:[\w #.,%-]|rgba?\([\d., %]+\))+(?:;|$))*")
RUNNING = ("script", "iframe", "object", "embed", "form", "base", "link")


def check(shown: str) -> None:
    """Read again as browsers would, by two parsers, in a page and inside elements that change how markup is read."""
    root = LexborHTMLParser(shown).root
    assert root is not None
    for node in root.traverse(include_text=False):
        assert node.tag in TAGS
        for name, value in node.attributes.items():
            assert name in ATTRIBUTES
            assert name != "src" or (value or "").startswith(("cid:", "data:image/png;base64,"))
            assert name != "href" or (value or "").startswith(("http:", "https:", "mailto:"))
            assert name != "style" or STYLE.fullmatch(value or "")
            assert name != "target" or value == "_blank"
    for element in html5lib.parseFragment(shown, namespaceHTMLElements=False).iter():
        assert element.tag in TAGS | {"DOCUMENT_FRAGMENT"}
        assert set(element.attrib) <= ATTRIBUTES
    for around in ("svg", "math", "noscript", "table", "select", "template", "textarea", "svg><style", "math><mtext"):
        wrapped = f"<{around}>{shown}</{around.split('<')[0]}>"
        page = LexborHTMLParser(wrapped)
        assert page.css_first(", ".join(RUNNING)) is None
        assert not any(name.startswith("on") for node in page.css("*") for name in node.attributes)
        for element in html5lib.parse(wrapped, namespaceHTMLElements=False).iter():
            assert element.tag not in RUNNING
            assert not any(str(name).startswith("on") for name in element.attrib)
