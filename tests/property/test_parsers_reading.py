"""What holds for every message, every text and every token."""

import itertools
from datetime import date, timedelta
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from parsers import address
from parsers.address import Keys, Token
from parsers.authentication import Vouching
from parsers.author import strict_address
from parsers.characters import charset
from parsers.clues import Clues
from parsers.hypertext.html import to_text
from parsers.hypertext.sanitise import sanitise
from parsers.intent import commands, intend
from parsers.mail import Piece
from parsers.quotes import marker, reply
from parsers.read import read
from parsers.tags import bare_subject, ticket_tags
from parsers.verbs import Verb, Verbs, normalise
from tests.rig.readings import readings

KEYS = Keys(1, {1: b"a" * 32, 2: b"b" * 32})
VERBS = Verbs((Verb("close", ("close",), takes_arguments=True), Verb("to-customer", ("to customer",))))

ANY_TEXT = st.text(st.characters(codec=None))
LINE = st.one_of(
    st.sampled_from(
        [
            "On Sat, 31 Jan 2026 at 11:00, Ann <ann@acme.example> wrote:",
            "From: Ann <ann@acme.example>",
            "Sent: Saturday",
            "Subject: Printer",
            "> quoted",
            ">",
            "-- ",
            "",
            "Sent from my phone",
            "-----Original Message-----",
            "---------- Forwarded message ----------",
            marker.MARKER,
            "#close",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30),
)
PAGE = st.lists(LINE, max_size=25).map("\n".join)
HEADER = st.sampled_from(
    [
        "From: ann@acme.example",
        "From: ",
        "Subject: =?utf-8?q?x?=",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: text/html; charset=utf-8",
        "Content-Type: message/rfc822",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Disposition: attachment; filename*0*=utf-8''%00; filename=../x",
        "Date: Sat, 31 Jan 2026 13:00:00 +0100",
        "Authentication-Results: mx.desk.example; dkim=pass header.d=acme.example",
        "--b",
        "--b--",
        "Final-Recipient: rfc822; x@y.example",
        "",
        " folded",
    ]
).map(str.encode)
MESSAGE = st.lists(st.one_of(HEADER, st.binary(max_size=40)), max_size=25).map(b"\n".join)


@given(st.one_of(st.binary(max_size=2000), MESSAGE))
@settings(max_examples=300)
def test_case_128_any_bytes_are_read_and_their_text_is_covered_by_its_spans(raw: bytes) -> None:
    """case 128: made up."""
    mail = read(raw, vouching=Vouching(("mx.desk.example",)))
    assert "unreadable" not in {defect.code for defect in mail.defects}
    assert "".join(mail.text[s.start : s.end] for s in mail.spans) == mail.text
    for text in (
        mail.text,
        mail.subject,
        mail.html or "",
        *(a.filename for a in mail.attachments),
        *map(str, mail.defects),
    ):
        assert charset.clean(text) == text
    intend(mail, Clues(mail.author), VERBS)


@given(ANY_TEXT)
def test_case_110_cleaning_is_idempotent_and_encodable(text: str) -> None:
    """case 110: any text."""
    cleaned = charset.clean(text)
    assert charset.clean(cleaned) == cleaned
    assert "\0" not in cleaned
    cleaned.encode()


@given(st.binary(), st.sampled_from([None, "utf-8", "latin1", "utf-16", "shift_jis", "iso-2022-jp", "big5", "\0"]))
def test_any_bytes_decode_in_any_charset(data: bytes, declared: str | None) -> None:
    text, _ = charset.decode(data, declared)
    assert charset.clean(text) == text


@given(PAGE)
@settings(max_examples=300)
def test_spans_cover_a_text_in_order_and_leave_something_fresh(text: str) -> None:
    found = reply.spans(text)
    assert "".join(text[s.start : s.end] for s in found) == text
    assert all(a.end == b.start and a.piece is not b.piece for a, b in itertools.pairwise(found))
    assert not text.strip() or reply.has_fresh(text, found) or reply.quotes_us(text)


@given(PAGE, st.sampled_from(["On Sat, 31 Jan 2026 at 11:00, Ann wrote:\n", ""]))
def test_no_command_is_read_from_quoted_text(quoted: str, lead: str) -> None:
    """case 93: whatever is quoted, under whatever lead."""
    marked = "\n".join(f"> {line}" for line in quoted.split("\n"))
    mail = read(f"From: ann@acme.example\n\n{lead}{marked}\n> #close".encode())
    assert commands(mail, VERBS) == ()


@given(PAGE)
def test_no_command_is_read_below_our_marker(quoted: str) -> None:
    """case 93: below the line that ends an answer."""
    mail = read(f"From: ann@acme.example\n\nDone.\n\n{marker.MARKER}\n{quoted}\n#close".encode())
    assert commands(mail, VERBS) == ()


@given(st.integers(0, (1 << 48) - 1), st.integers(0, 0xFFFF), st.booleans())
def test_a_token_comes_back_whatever_its_case(letter: int, day: int, upper: bool) -> None:
    expires = date(1970, 1, 1) + timedelta(days=day)
    token = address.mint(KEYS, letter, expires)
    recipient = address.reply_address("support@desk.example", token.upper() if upper else token)
    plain, signed = address.split(recipient)
    assert plain == "support@desk.example"
    assert address.verify(KEYS, signed or "", expires) == Token(letter)
    assert address.verify(KEYS, signed or "", expires + timedelta(days=1)) == Token(letter, expired=True)


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=31, max_size=31))
def test_no_guess_is_a_token(guess: str) -> None:
    """case 84: any text of the right form."""
    assert address.verify(KEYS, guess, date(2026, 1, 31)) is None


@given(st.binary(min_size=10, max_size=32))
def test_a_message_id_of_ours_is_ours(digest: bytes) -> None:
    assert address.is_ours(KEYS, address.message_id(KEYS, digest, "desk.example"), "desk.example")


@given(st.from_regex(r"[A-Z]{2,5}-[1-9][0-9]{0,8}", fullmatch=True), ANY_TEXT)
def test_a_ticket_tag_is_found_in_any_subject(key: str, words: str) -> None:
    subject = f"{words.replace('[', '').replace(']', '')[:200]} [{key}]"
    assert ticket_tags(subject, None) == (key,)
    assert f"[{key}]" not in bare_subject(subject, None, VERBS)


@given(st.text())
def test_normalising_is_idempotent(phrase: str) -> None:
    assert normalise(normalise(phrase)) == normalise(phrase)


@given(st.text(max_size=60), st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True))
def test_a_well_formed_from_has_its_author(name: str, sender: str) -> None:
    message = EmailMessage()
    shown = " ".join("".join(c for c in name if c.isprintable() and c not in '@"\\').split())
    message["From"] = f'"{shown}" <{sender}>' if shown else sender
    assert read(message.as_bytes()).author == sender


SIGNS = (
    '< > " ( ) , : ; \\ @ . [ ] ä a@b.example admin@corp.example <a@b.example> Ann (Acme) =?utf-8?q? ?= a=40b'.split()
)
PIECE = st.sampled_from([*SIGNS, " ", '"Ann, x"'])


@given(st.lists(PIECE, max_size=8).map("".join))
@settings(max_examples=1000)
def test_where_we_trust_no_other_parser_reads_another_address(value: str) -> None:
    """case 80, P39 (CPython, CVE-2023-27043): against the three readings that Python offers."""
    found, _ = strict_address(value)
    if found is not None:
        for others in readings(value):
            assert {other.lower() for other in others} == {found.lower()}


TAGS = "<p> </p> <div> '> <blockquote> <script> </script> <svg> <math> <!-- <style> </style> <noscript> <td>".split()
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([*TAGS, "<a href='", "<img src=x onerror=alert(1)>", "&lt;script&gt;"]), st.text(max_size=10)
    ),
    max_size=20,
).map("".join)


@given(MARKUP)
@settings(max_examples=200)
def test_case_115_what_is_sanitised_holds_no_script_however_it_is_read_again(markup: str) -> None:
    shown = sanitise(markup)
    assert sanitise(shown) == shown
    for page in (shown, f"<svg>{shown}</svg>", f"<table>{shown}</table>", f"<noscript>{shown}</noscript>"):
        parsed = LexborHTMLParser(page)
        assert parsed.css_first("body script, body style, body iframe, body math") is None
        for node in parsed.css("body *"):
            assert not any(name.startswith("on") or name == "style" for name in node.attributes)


@given(MARKUP)
def test_markup_becomes_clean_text(markup: str) -> None:
    text = to_text(markup)
    assert charset.clean(text) == text


@given(PAGE)
def test_pieces_of_a_mail_are_those_of_its_text(text: str) -> None:
    mail = read(f"From: ann@acme.example\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode())
    found = reply.spans(mail.text)
    assert mail.spans == found
    assert mail.of(Piece.FRESH) == "".join(mail.text[s.start : s.end] for s in found if s.piece is Piece.FRESH).strip(
        "\n"
    )
