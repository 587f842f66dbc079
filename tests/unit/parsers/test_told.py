"""What the HTML of a mail says of its words reaches the trimming of its text."""

import pytest

from parsers.mail import ParsedMail, Piece
from parsers.read import read

LEAD = '<div class="gmail_attr">Ur unbekannt<br></div>'
QUOTE = f'<div class="gmail_quote">{LEAD}<blockquote class="gmail_quote">{{}}</blockquote>'


def mail(markup: str, subject: str = "Re: Hello", extra: str = "") -> ParsedMail:
    head = f"From: ann@acme.example\nSubject: {subject}\n{extra}Content-Type: text/html; charset=utf-8\n\n"
    return read(f"{head}{markup}".encode())


def test_a_quote_goes_whatever_language_introduces_it() -> None:
    found = mail(f"mine{QUOTE.format('theirs')}</div>")
    assert found.fresh == "mine"
    assert found.of(Piece.QUOTE) == "Ur unbekannt\n\n> theirs"


def test_answers_between_quotes_keep_their_questions() -> None:
    more = '<blockquote class="gmail_quote">and when?</blockquote>'
    found = mail(f"{QUOTE.format('where?')}here{more}now</div>")
    assert found.fresh.endswith("> where?\n\nhere\n\n> and when?\n\nnow")


def test_what_the_writer_quotes_by_hand_is_kept() -> None:
    found = mail('The sign says<blockquote class="gmail_quote">Out of order</blockquote>')
    assert found.fresh == "The sign says\n\n> Out of order"


@pytest.mark.parametrize(("subject", "kept"), [("Fwd: Hello", True), ("Re: Hello", False)])
def test_of_a_forwarded_mail_the_words_below_the_line_stay(subject: str, kept: bool) -> None:
    found = mail(
        '<div>See below.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Bob '
        "&lt;bob@acme.example&gt;<br><b>Sent:</b> Friday, 30 January 2026 10:00<br><b>To:</b> Ann<br><b>Subject:</b> "
        "Hello</div><div>It burns.</div>",
        subject,
    )
    assert ("It burns." in found.fresh) is kept


FIELDS = (
    "<b>From:</b> Bob &lt;bob@b.example&gt;<br><b>Sent:</b> Friday, 30 January 2026 10:00<br><b>To:</b> Ann<br>"
    "<b>Subject:</b> Hello"
)


@pytest.mark.parametrize(("subject", "kept"), [("Fwd: Hello", True), ("Re: Hello", False)])
def test_outlook_boxes_the_fields_alone_and_the_mail_stands_below(subject: str, kept: bool) -> None:
    box = f'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p>{FIELDS}</p></div>'
    found = mail(f"<p>See below.</p><div>{box}</div><p>It burns.</p>", subject)
    assert ("It burns." in found.fresh) is kept
    assert found.fresh.startswith("See below.")


def test_the_line_that_rules_a_quote_off_goes_with_it() -> None:
    found = mail(f'直りました。<hr><div id="divRplyFwdMsg">{FIELDS}</div><div>theirs</div>')
    assert found.fresh == "直りました。"


def test_a_signature_goes_and_words_below_it_stay() -> None:
    found = mail('<div>mine</div><div id="ms-outlook-mobile-signature">Ann of Acme</div><div>and this</div>')
    assert found.fresh == "mine\nand this"
    assert found.of(Piece.SIGNATURE) == "Ann of Acme"


def test_a_mail_that_is_all_signature_stands_whole() -> None:
    assert mail('<div class="gmail_signature">Thanks!</div>').fresh == "Thanks!"


def test_the_html_twin_of_a_text_is_trimmed_alike() -> None:
    body = (
        "--b\nContent-Type: text/plain; charset=utf-8\n\n#close\n\nmine\n\nOn 1 Jan 2026, Bob <b@x.example> wrote:\n"
        "> theirs\n--b\nContent-Type: text/html; charset=utf-8\n\n#close<br><br>mine"
        f"{QUOTE.format('theirs')}</div>\n--b--\n"
    )
    head = 'From: ann@acme.example\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
    found = read(f"{head}{body}".encode())
    assert not found.commands_disagree
    assert found.fresh == "#close\n\nmine"
