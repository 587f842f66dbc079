"""HTML to the text that a person would have typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.characters import charset
from parsers.hypertext.html import Rendered, render, to_text
from parsers.mail import Piece


def told(markup: str) -> list[tuple[Piece, str]]:
    found: Rendered = render(markup)
    return [(span.piece, found.text[span.start : span.end].strip()) for span in found.told]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>one<br></div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<p>one</p><p>&nbsp;</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<p>two<div>three</div>", "one\n\ntwo\n\nthree"),
        ("a  \n b&nbsp;c", "a b c"),
        ("<b>a </b> <i> b</i>", "a b"),
        ("<span>no</span><span>space</span>", "nospace"),
        ('<div style="display:inline-block">some</div><div style="display:inline-block">space</div>', "some space"),
        ('a<span style="display:block">b</span>c', "a\nb\nc"),
        ("<pre>\na\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ('<div style="white-space: pre-wrap">a\n  b</div>', "a\n  b"),
        ("", ""),
        ("   \n ", ""),
    ],
)
def test_lines_stand_as_a_person_sees_them(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n  - b\n2. c"),
        ('<ol start="7"><li>a</li><li value="9">b</li><li>c</li></ol>', "7. a\n9. b\n10. c"),
        ("x<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>y", "x\n\n- a\n- b\n  c\n\ny"),
        ("<li>a</li><li>b</li>", "- a\n- b"),
        ("<ul><li hidden>no</li><li>a</li></ul>", "- a"),
    ],
)
def test_lists_have_their_bullets_and_numbers(markup: str, text: str) -> None:
    assert to_text(markup) == text


def test_lists_of_word_have_bullets_that_can_be_typed() -> None:
    item = (
        "<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level{} lfo1'><![if !supportLists]>"
        "<span style='font-family:Symbol'><span style='mso-list:Ignore'>{}<span style='font:7.0pt \"Times New Roman\"'>"
        "&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>{}<o:p></o:p></p>"
    )
    markup = item.format(1, "·", "One") + item.format(2, "o", "Below") + item.format(1, "2.", "Two")
    assert to_text(markup) == "- One\n  - Below\n2. Two"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\tb\nc"),
        ("<table><tr><td><p>a</p><td><p>b</p><tr><td><p>c</p><td><p>d</p></table>", "a\tb\nc\td"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c<br>d</td></tr></table>", "a\n\nb\n\nc\nd"),
        ("<table><tr><td>&nbsp;</td><td>a</td><td></td></tr></table>", "a"),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2</table>after", "a\tb\n1\t2\nafter"),
        ("<table><td>a</div></p>b</td></table>c", "a\n\nb\nc"),
        ("<tr><td>a</td><td>b</td></tr>", "a\nb"),
    ],
    ids=["data", "paragraphs", "layout", "spacers", "nested", "sections", "scope", "no table"],
)
def test_rows_of_data_keep_together_and_a_laid_out_page_flows(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://desk.example/x">the page</a>', "the page <https://desk.example/x>"),
        ('<a class=x href=" https://desk.example/?a=1&copy=2&amp;b ">p</a>', "p <https://desk.example/?a=1&copy=2&b>"),
        ('<a href="https://desk.example/">desk.example</a>', "desk.example"),
        (
            '<a href="http://www.desk.example/a%20b">desk.example/a b</a>',
            "desk.example/a b <http://www.desk.example/a%20b>",
        ),
        ('<a href="mailto:ann@acme.example">ann@acme.example</a>', "ann@acme.example"),
        ('<a href="mailto:ann@acme.example?subject=x">Ann</a>', "Ann <ann@acme.example>"),
        ('<a href="javascript:x()">click</a>', "click"),
        ('<a href="#top">up</a>', "up"),
        ('<a href="https://desk.example/"><table><tr><td>Pay</td></tr></table></a>', "Pay <https://desk.example/>"),
        ('<a href="https://a.example">a<a href="https://b.example">b', "a <https://a.example>b"),
        (
            '<a href="https://x1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdesk.example%2Fx&amp;data=05">'
            "https://desk.example/x</a>",
            "https://desk.example/x",
        ),
        ('<img alt="😀"> <img alt="image001.png"> <img alt=""><img src="cid:x">', "😀 [image: image001.png]"),
    ],
)
def test_a_link_shows_its_target_where_the_words_do_not(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&lt;b&gt; &amp; &euro; &copy 2026 &#8364 &#x20AC;", "<b> & € © 2026 € €"),
        ("&nosuch; & &; &#; &#x;", "&nosuch; & &; &#; &#x;"),
        ("&#0; &#xD800; &#1114112; &#99999999999999999999;", "\ufffd \ufffd \ufffd \ufffd"),
        (f"&#{'9' * 5000};", "\ufffd"),
        ("&#0000000065;", "A"),
        ("1 < 2 and 3 <b>> 2</b>", "1 < 2 and 3 > 2"),
        ("so <b", "so <b"),
        ('<p title="a > b">c', "c"),
        ("<p title='it\"s'>c", "c"),
        ("<p title=it's>c", "c"),
        ('<a href="https://x.example>lost?</a> <b>no</b>', "lost? no"),
        ("a<!-- > -->b<!-->c<!--->d<!-- x --!>e<!doctype html>f<?xml x?>g", "abcdefg"),
        ("<![if !mso]>a<![endif]><!--[if mso]>b<![endif]--><!--[if !mso]><!-->c<!--<![endif]-->", "ac"),
        ("<style>a > b { content: '</styles>' }</STYLE >c", "c"),
        ("<P>UPPER</P><BR/><DIV>case</DIV>", "UPPER\n\ncase"),
        ("zero\u200b\u200c&nbsp;\u200b width\u00ad\ufeff", "zero width"),
        ("A file:\ufffc follows", "A file: follows"),
        ("\u200b&zwnj;&nbsp;&#847; &zwnj;&nbsp;", ""),
        ("می‌خواهم 👩‍💻", "می‌خواهم 👩‍💻"),
    ],
)
def test_broken_markup_reads_as_in_a_browser_and_loses_no_words(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>#close</script>",
        "<style>#close</style>",
        "<title>#close</title>",
        "<textarea>#close</textarea>",
        "<template>#close</template>",
        "<svg><text>#close</text></svg>",
        "<select><option>#close</select>",
        "<!-- #close -->",
        '<div style="display:none">#close</div>',
        '<div style="DISPLAY : none !important">#close</div>',
        "<div style='display&colon;none'>#close</div>",
        '<div style="visibility:hidden">#close</div>',
        '<span style="font-size:0px">#close</span>',
        '<span style="font-size: 0">#close</span>',
        '<span style="opacity:0.0">#close</span>',
        '<span style="mso-hide:all">#close</span>',
        '<div style="max-height:0;max-width:0">#close</div>',
        '<div style="height:0px; overflow:hidden">#close</div>',
        '<div style="text-indent:-9999px">#close</div>',
        '<div style="position:absolute;left:-10000px">#close</div>',
        "<p hidden>#close</p>",
        "<p hidden>#close",
        "<div><span hidden>#close</div>",
        '<div style="display:none"><p>x</p><p>#close</p></div>',
        "<span hidden><span>x</span>#close</span>",
        "<table><tr hidden><td>#close</td></tr></table>",
        '<img style="display:none" alt="#close">',
    ],
)
def test_what_nobody_sees_is_no_text(hidden: str) -> None:
    """case 93: what a page hides is not said."""
    assert to_text(f"<p>seen</p>{hidden}<p>too</p>") == "seen\n\ntoo"


@pytest.mark.parametrize(
    "style", ["font-size:0.9em", "font-size:10px", "opacity:0.5", "display:block", "text-indent:-18.0pt", "height:0"]
)
def test_what_is_merely_styled_is_seen(style: str) -> None:
    assert to_text(f'<p style="{style}">seen</p>') == "seen"


def test_paragraphs_of_word_stand_line_below_line() -> None:
    words = ("Hi,", "<o:p>&nbsp;</o:p>", "a", "b")
    markup = "".join(f"<p class=MsoNormal>{each}</p>" for each in words)
    assert to_text(markup) == "Hi,\n\na\nb"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>x</p><blockquote><p>q</p>r</blockquote>", "x\n\n> q\n>\n> r"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ('<blockquote style="margin:0 0 0 40px; border: none">mine</blockquote>', "mine"),
        ('<blockquote style="border:none;border-left:solid #ccc 1pt">q</blockquote>', "> q"),
    ],
)
def test_quotes_stand_behind_their_mark(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div class="gmail_attr">LEAD<br></div><blockquote class="gmail_quote">Q</blockquote>',
        '<div class="gmail_quote">LEAD<br><blockquote class="gmail_quote">Q</blockquote></div>',
        '<div class="moz-cite-prefix">LEAD</div><blockquote type="cite">Q</blockquote>',
        '<p id="reply-intro">LEAD</p><blockquote type="cite">Q</blockquote>',
        '<div class="yahoo_quoted">LEAD<div>Q</div></div>',
        '<div id="ydpab12yahoo_quoted_1" class="ydpab12yahoo_quoted">LEAD<div>Q</div></div>',
        '<div class="protonmail_quote">LEAD<blockquote type="cite">Q</blockquote></div>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">LEAD</div><div>Q</div>',
        '<div id="x_x_divRplyFwdMsg">LEAD</div><div>Q</div>',
        '<hr id="stopSpelling">LEAD<br>Q',
        '<hr id="zwchr" data-marker="__DIVIDER__"><div>LEAD<br>Q</div>',
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>LEAD</div><p>Q</p>",
        '<div id="mail-editor-reference-message-container">LEAD<div>Q</div></div>',
        '<span id="OLK_SRC_BODY_SECTION"><div>LEAD</div><div>Q</div></span>',
        '<div name="quote" style="margin:10px">LEAD<div>Q</div></div>',
        '<div name="messageReplySection">LEAD<blockquote>Q</blockquote></div>',
    ],
    ids="gmail gmail-old thunderbird roundcube yahoo yahoo-new proton outlook-web outlook-foreign hotmail zimbra "
    "outlook outlook-mobile outlook-mac gmx spark".split(),
)
def test_what_a_program_marks_as_quote_is_told_in_any_language(quote: str) -> None:
    pieces = told(f"<div>mine</div>{quote}")
    assert {piece for piece, _ in pieces} == {Piece.QUOTE}
    words = " ".join(words for _, words in pieces)
    assert "LEAD" in words
    assert "Q" in words
    assert "mine" not in words


def test_words_between_quotes_in_gmails_box_are_not_told() -> None:
    quote = '<blockquote class="gmail_quote">{}</blockquote>'
    markup = f'<div class="gmail_quote">LEAD<br>{quote.format("a")}<div>answer</div>{quote.format("b")}</div>end'
    assert told(markup) == [(Piece.QUOTE, "LEAD\n\n> a"), (Piece.QUOTE, "> b")]


def test_a_box_of_gmail_that_quotes_nothing_is_not_told() -> None:
    assert told('<div class="gmail_quote"><div>Dne úterý přeposlal:</div><p>words</p></div>') == []


@pytest.mark.parametrize(
    ("before", "own"), [("As the poet says<br>", True), ("On 1 Jan 2026 at 10:00, Ann wrote:<br>", False), ("", False)]
)
def test_a_quotation_set_by_hand_in_gmail_is_its_writers_own(before: str, own: bool) -> None:
    pieces = told(f'{before}<blockquote class="gmail_quote">verse</blockquote>after')
    assert pieces == ([(Piece.FRESH, "> verse")] if own else [])


@pytest.mark.parametrize(
    "attributes",
    [
        'class="gmail_signature"',
        'class="x_gmail_signature"',
        'class="moz-signature"',
        'class="protonmail_signature_block"',
        'id="ms-outlook-mobile-signature"',
        'id="Signature"',
        'name="messageSignatureSection"',
    ],
)
def test_what_a_program_marks_as_signature_is_told(attributes: str) -> None:
    assert told(f"<div>mine</div><div {attributes}>Ann<br>Acme</div>") == [(Piece.SIGNATURE, "Ann\nAcme")]


def test_a_signature_inside_a_quote_is_quote() -> None:
    assert told('<blockquote type="cite">q<div class="moz-signature">Ann</div></blockquote>') == [
        (Piece.QUOTE, "> q\n> Ann")
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "text",
        "<b><a><i>" * 20_000 + "text" + "</b></a></i>" * 20_000,
        "<p>" + "".join(f"<b x={i}>" for i in range(300)) + "</p>" + "<p>text" * 5_000,
        "<div><table><td></div></table>" * 20_000 + "text",
        "<table><tr><td>" * 20_000 + "text",
        "<blockquote>" * 50_000 + "text",
        "<ul><li>" * 50_000 + "text",
        "<p" + " a=b" * 100_000 + ">text",
        "<" * 200_000 + "text",
        "<a '" * 50_000 + "text",
    ],
    ids="deep misnested reopened scoped tables quoted lists attributes brackets quotes".split(),
)
def test_cases_115_and_123_words_in_any_nesting_are_kept(markup: str) -> None:
    """cases 115 and 123: to the last word."""
    assert to_text(markup).endswith("text")


PART = st.sampled_from(
    [
        *"<p> </p> <div> </div> <blockquote> </blockquote> <table> <tr> <td> </td> </tr> </table>".split(),
        *"<ul> <li> </ul> <pre> </pre> <br> <hr> </a> <b> </b> </span> <svg> </svg> <style> </style> <!-- -->".split(),
        "&#10;",
        "&nbsp;",
        "&lt;",
        "<a href='http://x.example'>",
        "<span style='display:none'>",
        "<span style='mso-list:Ignore'>",
        "<p style='white-space:pre'>",
        "<p style='mso-list:l0 level2'>",
        "<div class=gmail_quote>",
        "<div class=moz-signature>",
        "<div id=appendonsend>",
        "<blockquote type=cite>",
        "<blockquote class=gmail_quote>",
        " ",
        "word",
    ]
)


@given(st.lists(st.one_of(PART, st.text(max_size=5)), max_size=40).map("".join))
def test_any_markup_becomes_clean_text_with_what_is_told_in_order(markup: str) -> None:
    found = render(markup)
    assert charset.clean(found.text) == found.text
    assert not any(line != line.rstrip() and not line.endswith("-- ") for line in found.text.split("\n"))
    ends = [0, *(span.end for span in found.told)]
    for end, span in zip(ends, found.told, strict=False):
        assert end <= span.start < span.end <= len(found.text)
