"""One text out of many parts, and whether two renderings of it agree."""

import pytest

from parsers.limits import Limits
from parsers.mail import ParsedMail, Piece
from parsers.read import read


def alternative(plain: str, markup: str) -> ParsedMail:
    raw = (
        'From: ann@acme.example\nContent-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{markup}\n--b--\n"
    )
    return read(raw.encode())


def test_of_an_alternative_the_plain_text_counts() -> None:
    found = alternative("plain words", "<p>plain words</p>")
    assert found.text.strip() == "plain words"
    assert found.html is not None
    assert "<p>plain words</p>" in found.html
    assert not found.html_only


def test_case_124_where_the_plain_text_is_blank_the_html_counts() -> None:
    found = alternative("  ", "<p>shown</p>")
    assert found.text.strip() == "shown"
    assert found.html_only


def test_where_the_plain_text_holds_no_word_of_its_writer_the_html_counts() -> None:
    block = "-------- Forwarded Message --------\nFrom: Bob <bob@b.example>\nSubject: Door\n\nIt jams."
    mail = alternative(block, f"<p>Please repair it.</p><pre>{block.replace('<', '&lt;')}</pre>")
    assert mail.fresh.startswith("Please repair it.")
    assert mail.commands_disagree
    quoted = alternative("> Does it jam?", "<p>Yes.</p><blockquote>Does it jam?</blockquote>")
    assert quoted.fresh == "Yes."
    same = alternative(block, f"<pre>{block.replace('<', '&lt;')}</pre>")
    assert (same.text.rstrip(), same.html_only) == (block, False)


def test_html_alone_is_read_as_it_is_seen() -> None:
    found = read(
        b"From: ann@acme.example\nContent-Type: text/html\n\n<p>Done.</p><div class=gmail_quote>"
        b"On Sat, 31 Jan 2026 at 11:00, Support wrote:<blockquote>Does it?</blockquote></div>"
    )
    assert found.html_only
    assert found.fresh == "Done."
    assert "> Does it?" in found.of(Piece.QUOTE)


@pytest.mark.parametrize(
    ("plain", "markup"),
    [
        ("#close", "<p>#close</p>"),
        ("#close\nThanks", "<div>#close</div><div>Thanks</div>"),
        ("#close", "<p><b>#close</b></p>"),
        ("*Hello* Ann", "<p><b>Hello</b> Ann</p>"),
        ("to customer\n\nPlease look", "<p>to customer</p><p>Please look</p>"),
        (
            "This is a long line of text that a mail program has wrapped\nat some column.",
            "<p>This is a long line of text that a mail program has wrapped at some column.</p>",
        ),
        ("Done\n\n> #close", "<p>Done</p><blockquote>#close</blockquote>"),
    ],
)
def test_renderings_that_agree(plain: str, markup: str) -> None:
    assert not alternative(plain, markup).commands_disagree


@pytest.mark.parametrize(
    ("plain", "markup"),
    [
        ("#close", "<p>Please keep it open</p>"),
        ("Please keep it open", "<p>#close</p>"),
        ("#close", "<p>#reopen</p>"),
        ("close", "<p>close the door please</p>"),
        ("to customer\nx", "<p>x</p>"),
        ("Hello\n\n#close", "<p>Hello</p>"),
        ("#close", '<p>hi</p><p style="display:none">#close</p>'),
    ],
)
def test_renderings_that_disagree(plain: str, markup: str) -> None:
    """cases 93 and 124: then no command counts."""
    assert alternative(plain, markup).commands_disagree


def test_one_kind_of_line_end() -> None:
    assert read(b"Subject: x\r\n\r\na\r\nb\rc\n").text == "a\nb\nc\n"


def test_a_text_over_its_cap_is_cut() -> None:
    limits = Limits(text_length=10)
    found = read(b"Subject: x\n\n" + b"a" * 11, limits)
    assert found.text == "a" * 10
    assert [d.code for d in found.defects if d.code != "author-missing"] == ["text-cut"]


def test_a_text_as_long_as_its_cap_is_not() -> None:
    assert "text-cut" not in {d.code for d in read(b"Subject: x\n\n" + b"a" * 10, Limits(text_length=10)).defects}


def test_a_text_that_is_all_quote_is_shown_whole_and_marked() -> None:
    found = read(b"Subject: x\n\n> all\n> quoted\n")
    assert found.fresh == "> all\n> quoted"
    assert "only-quoted" in {d.code for d in found.defects}


@pytest.mark.parametrize("text", ["+ACM-close", "#close"])
def test_case_107_no_command_is_read_from_a_text_in_utf_7(text: str) -> None:
    """case 107: nobody sees there what it says."""
    found = read(f"From: ann@acme.example\nContent-Type: text/plain; charset=utf-7\n\n{text}".encode())
    assert found.text == "#close"
    assert found.commands_disagree
