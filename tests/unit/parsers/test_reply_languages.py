"""What mail programs write around a quote, in every language: all of it goes, and nothing else."""

import pytest

from parsers.mail import Piece
from parsers.quotes import reply
from tests.unit.parsers.drawn_by_programs import DIVIDERS, FORWARDS, PHONES
from tests.unit.parsers.written_by_programs import HEADINGS, LEADS


def of(piece: Piece, text: str) -> str:
    return "".join(text[s.start : s.end] for s in reply.spans(text) if s.piece is piece).strip()


def fresh(text: str) -> str:
    return of(Piece.FRESH, text)


@pytest.mark.parametrize("mark", ["> ", ""], ids=["marked", "unmarked"])
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["apart", "close"])
@pytest.mark.parametrize("lead", LEADS.values(), ids=LEADS.keys())
def test_an_answer_above_its_quote(lead: str, gap: str, mark: str) -> None:
    quote = f"{lead}{gap}{mark}Does it work?\n{mark}Yours"
    text = f"It works now.{gap}{quote}\n"
    assert fresh(text) == "It works now."
    assert of(Piece.QUOTE, text) == quote


@pytest.mark.parametrize("lead", LEADS.values(), ids=LEADS.keys())
def test_an_answer_below_its_quote(lead: str) -> None:
    assert fresh(f"{lead}\n> Does it work?\n\nIt works now.") == "It works now."


@pytest.mark.parametrize("lead", LEADS.values(), ids=LEADS.keys())
def test_answers_in_place_keep_their_questions(lead: str) -> None:
    kept = f"{lead}\n> Does it work?\nYes.\n> And the other one?\nNo."
    assert fresh(kept) == kept
    assert fresh(f"{kept}\n\n> Yours\n> Support") == kept


@pytest.mark.parametrize("lead", [lead for name, lead in LEADS.items() if name != "en zoho"])
def test_an_answer_between_lead_and_quote(lead: str) -> None:
    assert fresh(f"{lead}\n\nIt works now.\n\n> Does it work?\n> Yours") == "It works now."


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS.keys())
def test_header_fields_stand_above_a_quote(heading: str) -> None:
    assert fresh(f"It works now.\n\n{heading}\n\nDoes it work?\nYours") == "It works now."


@pytest.mark.parametrize("divider", DIVIDERS)
def test_a_divider_stands_above_a_quote(divider: str) -> None:
    assert fresh(f"It works now.\n\n{divider}\n\nDoes it work?\nYours") == "It works now."


@pytest.mark.parametrize("divider", FORWARDS)
def test_what_is_forwarded_stays_whole(divider: str) -> None:
    text = f"Look.\n\n{divider}\n\nFrom: Bob <bob@b.example>\nDate: 31 Jan 2026\nSubject: x\n\nHello\n> older\n-- \nBob"
    assert fresh(text) == text


@pytest.mark.parametrize("divider", FORWARDS)
def test_what_was_forwarded_in_the_answered_mail_is_quote(divider: str) -> None:
    assert (
        fresh(f"Done.\n\nOn Sat, 31 Jan 2026 at 11:00, Bob wrote:\n> {divider}\n> From: Carl\n> Subject: x") == "Done."
    )


@pytest.mark.parametrize("below", ["", "\n\nOn Sat, 31 Jan 2026 at 11:00, Bob wrote:\n> Hello"], ids=["end", "quote"])
@pytest.mark.parametrize("line", PHONES)
def test_the_line_of_a_telephone_is_signature(line: str, below: str) -> None:
    assert fresh(f"Done.\n\n{line}{below}") == "Done."
    assert of(Piece.SIGNATURE, f"Done.\n\n{line}{below}") == line


def test_header_fields_in_a_language_without_words_here() -> None:
    block = "Zama: Support <support@desk.example>\nBalo: sab, 31 foo 2026 11:00\nKu: Ann\nNdaba: Printer"
    assert fresh(f"Ewe.\n\n{block}\n\nHello") == "Ewe."
    assert fresh(f"Ewe.\n\n----- Umlayezo -----\n{block}\n\nHello") == "Ewe."
