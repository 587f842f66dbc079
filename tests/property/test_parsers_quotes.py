"""What holds for every letter that is put together from own words and from the lines of mail programs."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.intent import commands
from parsers.mail import Address, Piece
from parsers.quotes import forwarded, reply
from parsers.read import read
from parsers.verbs import Verb, Verbs
from tests.unit.parsers.drawn_by_programs import DIVIDERS, FORWARDS, PHONES
from tests.unit.parsers.written_by_programs import HEADINGS, LEADS

VERBS = Verbs((Verb("close", ("close",), takes_arguments=True), Verb("to-customer", ("to customer",))))

PROGRAM_LINE = st.sampled_from([*LEADS.values(), *HEADINGS.values(), *DIVIDERS, *FORWARDS, *PHONES])
MARK = st.sampled_from(["", "> ", ">> ", "| ", "AB> ", " ", "*", "\ufeff"])
OTHER_LINE = st.one_of(
    st.sampled_from(
        ["", ">", "> quoted", "-- ", "--", "-----", "#close", "to customer", "-----BEGIN PGP SIGNATURE-----"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30),
)
PAGE = st.lists(st.one_of(OTHER_LINE, st.tuples(MARK, PROGRAM_LINE).map("".join)), max_size=15).map("\n".join)
WORDS = st.lists(st.text("abcdefghijklmnop äßжя日", min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=5)
AROUND = st.builds(
    reply.Circumstances,
    writer=st.none() | st.just(Address("Ann Example", "ann@acme.example")),
    forwarded=st.booleans(),
)


@given(PAGE, AROUND)
@settings(max_examples=300)
def test_spans_cover_a_letter_in_order(text: str, around: reply.Circumstances) -> None:
    found = reply.spans(text, around)
    assert "".join(text[s.start : s.end] for s in found) == text
    assert all(a.end == b.start and a.piece is not b.piece for a, b in itertools.pairwise(found))
    assert not text.strip() or reply.has_fresh(text, found) or reply.quotes_us(text)


@given(PAGE)
def test_the_original_lies_within_the_text(text: str) -> None:
    found = forwarded.find(text)
    assert found is None or 0 <= found.start <= found.words <= len(text)
    assert text.startswith("\n".join(forwarded.own_lines(text)))


@given(WORDS, st.sampled_from(sorted(LEADS.values())), PAGE)
def test_own_words_above_a_marked_quote_are_all_that_is_new(words: list[str], lead: str, quoted: str) -> None:
    own = "\n".join(words)
    marked = "\n".join(f"> {line}" for line in quoted.split("\n"))
    text = f"{own}.\n\n{lead}\n\n{marked}"
    fresh = "".join(text[s.start : s.end] for s in reply.spans(text) if s.piece is Piece.FRESH)
    assert fresh.strip() == f"{own}.".strip()


@given(WORDS)
def test_words_alone_are_all_new(words: list[str]) -> None:
    text = "\n".join(words)
    assert {s.piece for s in reply.spans(text)} == {Piece.FRESH}


@given(st.sampled_from(FORWARDS), PAGE)
def test_no_command_is_read_from_what_is_forwarded(divider: str, passed_on: str) -> None:
    fields = "From: Bob <bob@b.example>\nDate: Sat, 31 Jan 2026 11:00\nSubject: x\nTo: a@desk.example"
    mail = read(f"From: ann@acme.example\n\nLook.\n\n{divider}\n{fields}\n\n{passed_on}\n#close".encode())
    assert commands(mail, VERBS) == ()


@given(st.sampled_from(sorted(HEADINGS.values())), PAGE)
def test_no_command_is_read_from_a_copy_under_the_subject_of_a_forwarded_mail(heading: str, passed_on: str) -> None:
    head = "From: ann@acme.example\nSubject: FW: x\nContent-Type: text/plain; charset=utf-8"
    mail = read(f"{head}\n\nLook.\n\n{heading}\n\n{passed_on}\n#close".encode())
    assert commands(mail, VERBS) == ()
