"""HTML made safe to show."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.hypertext.sanitise import sanitise, too_heavy
from parsers.limits import Limits
from tests.unit.parsers.read_again import check

# Ideas of the public collections (html5sec, DOMPurify's tests, OWASP), in our words.
ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<SCRIPT/x>alert(1)</SCRIPT\t>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<b\x0conmouseover=alert(1)>x</b>",
    "<p/onclick=alert(1)>x",
    '<img src="http://tracker.example/x.gif">',
    '<img src="//tracker.example/x.gif" srcset="http://tracker.example/y.gif">',
    '<img src="/x.gif" lowsrc="http://tracker.example/x" dynsrc="http://tracker.example/x">',
    '<img src=" cid:x" longdesc="http://tracker.example/x">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    "<picture><source srcset=http://tracker.example/x><img src=cid:x></picture>",
    '<video src="http://tracker.example/x" poster="http://tracker.example/y"></video><audio src=//tracker.example>',
    '<input type=image src="http://tracker.example/x"><object data="http://tracker.example/x"></object>',
    '<embed src="http://tracker.example/x"><applet code=x></applet><frameset><frame src=javascript:alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="java&#x09;script&colon;alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="  vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="cid:x">x</a><a href="file:///etc/passwd">y</a><a href="//tracker.example">z</a>',
    '<a href="https://x.example" target="_self" ping="http://tracker.example" rel="opener">x</a>',
    '<a id=x name=body href="https://x.example">x</a><img name=cookie src=cid:x>',
    '<p style="background:url(http://tracker.example)">x</p>',
    '<p style="background-image:url(&quot;http://tracker.example&quot;)">x</p>',
    '<p style="color:red;background:u\\72l(http://tracker.example)">x</p>',
    '<p style="list-style:url(//tracker.example);cursor:url(//tracker.example);content:url(//tracker.example)">x</p>',
    '<p style="width:expression(alert(1));behavior:url(#default#time2);-moz-binding:url(//tracker.example#x)">x</p>',
    '<p style="position:fixed;top:0;left:0;z-index:9999;width:100vw;height:100vh">x</p>',
    '<p style="posi/**/tion:fixed">x</p><p style="pos\\69tion:fixed">y</p>',
    '<p style="margin:-500px;transform:translate(-9px);opacity:0.01;float:left;clip:rect(0,0,0,0)">x</p>',
    '<p style="margin-top:-500px;padding:-1px;width:99999px;animation:x 1s;filter:blur(1px);--x:url(//x)">x</p>',
    '<p style="color:red}body{position:fixed">x</p>',
    "<p style='font-family:\"x;position:fixed\"'>x</p>",
    "<style>@import 'http://tracker.example'; p{position:fixed}</style>",
    "<style><!--</style><img src=x onerror=alert(1)>--></style>",
    '<table background="http://tracker.example/x.gif"><tr><td background=//tracker.example>x</table>',
    '<form action="http://tracker.example"><input name=a autofocus onfocus=alert(1)><button formaction=//x>x</button>',
    '<isindex action="http://tracker.example"><keygen autofocus onfocus=alert(1)><details ontoggle=alert(1) open>',
    '<iframe src="http://tracker.example"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<base href="http://tracker.example/"><link rel=stylesheet href="http://tracker.example/x.css">',
    '<meta http-equiv=refresh content="0;url=http://tracker.example"><meta charset=utf-7>+ADw-script+AD4-',
    '<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a></svg>',
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x><set attributeName=href to=javascript:alert(1)>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject><image href=//tracker.example></svg>",
    '<svg><p><style><img title="</style><img src=x onerror=alert(1)>">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<svg><title><style><a title="</style></title></svg><img src=x onerror=alert(1)>">',
    '<math><mtext></p><style><img title="</style><img src onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<math href="javascript:alert(1)">x</math><math><maction xlink:href="javascript:alert(1)">x</maction></math>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<noembed><p title="</noembed><img src=x onerror=alert(1)>"></noembed>',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    '<textarea><p title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    '<title><p title="</title><img src=x onerror=alert(1)>"></title>',
    '<template><p title="</template><img src=x onerror=alert(1)>"></template>',
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<table><td><svg><style><table><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>--><!--- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href=javascript:alert(1)?><!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "<plaintext><script>alert(1)</script>",
    '<p title="--><img src=x onerror=alert(1)>">x</p><a title="&lt;/a&gt;&lt;script&gt;alert(1)">x</a>',
    "<marquee onstart=alert(1)>x</marquee><bgsound src=//tracker.example><layer src=//tracker.example></layer>",
    "<x onclick=alert(1)>x</x><o:p onclick=alert(1)>x</o:p><v:shape style='behavior:url(#default#VML)'>x</v:shape>",
    "<div is=x-y slot=x part=x contenteditable tabindex=1 accesskey=x itemscope data-x='<script>'>x</div>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_cases_115_to_117_nothing_runs_loads_or_leaves_its_box(attack: str) -> None:
    """cases 115, 116 and 117: under two other parsers."""
    shown = sanitise(f"<p>before</p>{attack}<p>after</p>")
    assert "before" in shown
    check(shown)
    assert not re.search(r"tracker|position|fixed|opacity|transform|expression", re.sub(r">[^<]*<", "><", shown))
    assert sanitise(shown) == shown


FRAGMENT = st.one_of(
    st.sampled_from([*ATTACKS, *(piece for attack in ATTACKS for piece in re.findall(r"<[^<]*|[^<]+", attack))]),
    st.sampled_from(["</p>", "</td>", "</svg>", "</style>", "-->", '">', "'>", "]]>", "\0", "&lt;", "&#60;b&#62;"]),
    st.text(max_size=6),
)


@given(st.lists(FRAGMENT, max_size=12).map("".join))
@settings(max_examples=150, deadline=None)
def test_case_115_no_mixture_of_attacks_survives(markup: str) -> None:
    """case 115: pieces of all of them."""
    shown = sanitise(markup)
    check(shown)
    assert sanitise(shown) == shown


def test_formatting_links_and_attached_images_stay() -> None:
    markup = '<p>a <b>b</b> <i>c</i> <a href="https://desk.example/">d</a> <img src="cid:logo" alt="logo"></p>'
    shown = sanitise(markup)
    assert "<b>b</b> <i>c</i>" in shown
    assert 'href="https://desk.example/"' in shown
    assert '<img alt="logo" src="cid:logo">' in shown


def test_links_open_apart_and_give_nothing_away() -> None:
    shown = sanitise('<a href="https://desk.example/">d</a>')
    assert 'target="_blank"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("COLOR: Red; font-weight:bold !important", "color:red;font-weight:bold"),
        ("margin:0 0 0 .8ex;margin-left:40px", "margin:0 0 0 .8ex;margin-left:40px"),
        ("border-left: 1px solid rgb(204, 204, 204)", "border-left:1px solid rgb(204,204,204)"),
        ("font-family:'Segoe UI', Arial;font-size:11.0pt", "font-family:segoe ui,arial;font-size:11.0pt"),
        ("display:none;mso-hide:all", "display:none"),
        ("display:flex;width:50%;width:1000px", "width:50%"),
        ("background:#fff url(x)", None),
    ],
)
def test_styles_that_stay_in_their_box_stay(style: str, kept: str | None) -> None:
    assert sanitise(f'<p style="{style}">x</p>') == (f'<p style="{kept}">x</p>' if kept else "<p>x</p>")


def test_images_are_shown_from_where_the_page_keeps_them() -> None:
    places = {"logo@acme": "https://desk.example/files/1?a=1&b=2"}
    markup = '<img src="cid:logo@acme" alt="logo"><img src="CID:unknown" alt="gone"><img src="https://desk.example/x">'
    assert sanitise(markup, images=places.get) == (
        '<img alt="logo" src="https://desk.example/files/1?a=1&amp;b=2"><img alt="gone"><img>'
    )


def test_a_picture_written_out_is_shown() -> None:
    picture = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert sanitise(picture) == picture


def test_markup_too_deep_to_sanitise_is_shown_as_its_text() -> None:
    limits = Limits()
    assert sanitise("<div>" * (limits.html_depth + 1) + "a &lt; b" + "</div>" * 300) == "<pre>a &lt; b</pre>"


def test_markup_as_deep_as_allowed_is_sanitised() -> None:
    inner = Limits().html_depth - 3
    assert sanitise("<div>" * inner + "x" + "</div>" * inner).count("<div>") == inner


def test_markup_too_big_to_sanitise_is_shown_as_its_text() -> None:
    assert sanitise("<p>x</p>" + " " * Limits().html_bytes) == "<pre>x</pre>"


@pytest.mark.parametrize("reference", ["&", "&amp;", "&lt;"])
def test_case_115_a_flood_of_references_is_shown_as_its_text(reference: str) -> None:
    count = Limits().html_tags + 1
    assert sanitise(f"<b>x</b>{reference * count}").startswith("<pre>x&")


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "text",
        "<b><a><i>" * 20_000 + "text" + "</b></a></i>" * 20_000,
        "<p>" + "".join(f"<b x={i}>" for i in range(300)) + "</p>" + "<p>text" * 5_000,
        "<div><table><td></div></table>" * 20_000 + "text",
    ],
    ids=["deep", "misnested", "reopened", "scoped"],
)
def test_case_115_markup_too_heavy_for_a_tree_is_shown_as_its_text(markup: str) -> None:
    """case 115: estimated before any tree is built."""
    assert too_heavy(markup)
    assert sanitise(markup).startswith("<pre>")


@pytest.mark.parametrize("markup", ["<p>x" * 50_000, "<table>" + "<tr><td>x" * 20_000 + "</table>"])
def test_long_plain_markup_is_not_too_heavy(markup: str) -> None:
    assert not too_heavy(markup)
