"""HTML to text, and HTML made safe to show."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from parsers.html import sanitise, to_text, too_heavy
from parsers.limits import Limits


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("a  \n b&nbsp;c", "a b c"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n\n  - b\n\n2. c"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>x</p><blockquote><p>q</p>r</blockquote>", "x\n\n> q\n>\n> r"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ('<blockquote style="margin:0 0 0 40px; border: none">mine</blockquote>', "mine"),
        ('<a href="https://desk.example/x">the page</a>', "the page <https://desk.example/x>"),
        ('<a href="https://desk.example/">desk.example</a>', "desk.example"),
        ('<a href="mailto:ann@acme.example">ann@acme.example</a>', "ann@acme.example"),
        ('<a href="javascript:x()">click</a>', "click"),
        ("&lt;b&gt; &amp; &euro;", "<b> & €"),
        ("", ""),
    ],
)
def test_markup_reads_as_a_person_sees_it(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>#close</script>",
        "<style>#close</style>",
        "<title>#close</title>",
        "<template>#close</template>",
        "<!-- #close -->",
        '<div style="display:none">#close</div>',
        '<div style="DISPLAY : none !important">#close</div>',
        '<div style="visibility:hidden">#close</div>',
        '<span style="font-size:0px">#close</span>',
        '<span style="font-size: 0">#close</span>',
        '<span style="mso-hide:all">#close</span>',
        "<p hidden>#close</p>",
        '<div style="display:none"><p>x</p><p>#close</p></div>',
    ],
)
def test_case_93_what_nobody_sees_is_no_text(hidden: str) -> None:
    assert to_text(f"<p>seen</p>{hidden}<p>too</p>") == "seen\n\ntoo"


@pytest.mark.parametrize("style", ["font-size:0.9em", "font-size:10px", "opacity:0.5", "display:block"])
def test_what_is_merely_styled_is_seen(style: str) -> None:
    assert to_text(f'<p style="{style}">seen</p>') == "seen"


def test_case_123_text_past_deep_nesting_is_kept() -> None:
    assert to_text("<div>" * 400 + "deep" + "</div>" * 400) == "deep"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "text",
        "<b><a><i>" * 20_000 + "text" + "</b></a></i>" * 20_000,
        "<p>" + "".join(f"<b x={i}>" for i in range(300)) + "</p>" + "<p>text" * 5_000,
        "<div><table><td></div></table>" * 20_000 + "text",
        "<blockquote>" * 50_000 + "text",
    ],
    ids=["deep", "misnested", "reopened", "scoped", "quoted"],
)
def test_case_115_markup_too_heavy_for_a_tree_only_loses_its_tags(markup: str) -> None:
    assert too_heavy(markup)
    assert "text" in to_text(markup)


@pytest.mark.parametrize("markup", ["<p>x" * 50_000, "<table>" + "<tr><td>x" * 20_000 + "</table>"])
def test_long_plain_markup_is_not_too_heavy(markup: str) -> None:
    assert not too_heavy(markup)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="http://tracker.example/x.gif">',
        '<img src="//tracker.example/x.gif" srcset="http://tracker.example/y.gif">',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt:alert(1)">x</a>',
        '<a href="cid:x">x</a>',
        '<p style="background:url(http://tracker.example)">x</p>',
        "<style>@import 'http://tracker.example'</style>",
        '<table background="http://tracker.example/x.gif"><tr><td>x</table>',
        '<form action="http://tracker.example"><input name=a><button>x</button></form>',
        '<iframe src="http://tracker.example"></iframe>',
        '<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a></svg>',
        '<math><mtext></p><style><img title="</style><img src onerror=alert(1)>">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
        '<base href="http://tracker.example/"><link rel=stylesheet href="http://tracker.example/x.css">',
        '<meta http-equiv=refresh content="0;url=http://tracker.example">',
    ],
)
def test_cases_115_to_117_nothing_runs_and_nothing_loads(hostile: str) -> None:
    shown = sanitise(f"<p>before</p>{hostile}<p>after</p>")
    assert "before" in shown
    # Read again as a browser would, in a page and inside elements that change how markup is read.
    for page in (shown, f"<table>{shown}</table>", f"<svg>{shown}</svg>", f"<noscript>{shown}</noscript>"):
        for node in LexborHTMLParser(page).css("body p ~ *, body p, body a, body img"):
            assert node.tag in {"p", "a", "img", "table", "tbody", "tr", "td"}
            for name, value in node.attributes.items():
                assert name in {"href", "title", "rel", "alt", "src", "align"}
                assert name != "src" or (value or "").startswith("cid:")
                assert name != "href" or (value or "").startswith(("http:", "https:", "mailto:"))


def test_formatting_links_and_attached_images_stay() -> None:
    markup = '<p>a <b>b</b> <i>c</i> <a href="https://desk.example/">d</a> <img src="cid:logo" alt="logo"></p>'
    shown = sanitise(markup)
    assert "<b>b</b> <i>c</i>" in shown
    assert 'href="https://desk.example/"' in shown
    assert '<img src="cid:logo" alt="logo">' in shown


def test_markup_too_deep_to_sanitise_is_shown_as_its_text() -> None:
    limits = Limits()
    assert sanitise("<div>" * (limits.html_depth + 1) + "a < b" + "</div>" * 300) == "<pre>a &lt; b</pre>"


def test_markup_as_deep_as_allowed_is_sanitised() -> None:
    limits = Limits()
    inner = limits.html_depth - 3
    assert sanitise("<div>" * inner + "x" + "</div>" * inner).count("<div>") == inner


def test_markup_too_big_to_sanitise_is_shown_as_its_text() -> None:
    assert sanitise("<p>x</p>" + " " * Limits().html_bytes) == "<pre>x</pre>"
