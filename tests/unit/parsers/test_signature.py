"""Whose words a signature takes: only what is one for sure. Some of the texts are from the tests of mailgun/talon
(Apache-2.0)."""

import pytest

from parsers.mail import Address, Piece
from parsers.quotes import reply
from parsers.quotes.signature import is_phone

ANN = reply.Circumstances(writer=Address("Ann Example", "ann@acme.example"))
ALONE = reply.Circumstances()


def of(piece: Piece, text: str, around: reply.Circumstances = ALONE) -> str:
    return "".join(text[s.start : s.end] for s in reply.spans(text, around) if s.piece is piece).strip()


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Hey man! How r u?\n---\nRoman", "---\nRoman"),
        ("Hey!\n-roman", "-roman"),
        ("Wow. Awesome!\n--\nBob Smith", "--\nBob Smith"),
        ("Hey!\n--\n--\nRegards,\nRoman", "--\n--\nRegards,\nRoman"),
        ("Blah.\n\n-Lev.\n\nSent from my HTC smartphone!", "-Lev.\n\nSent from my HTC smartphone!"),
        ("Blah\n--\n\nJohn Doe", "--\n\nJohn Doe"),
        ("Look at this:\n\n--> one\n--> two\n--\nRoman", "--\nRoman"),
        ("Done.\n\n--\u00a0\nAnn", "--\u00a0\nAnn"),
        ("Done.\n\n_____________\nAnn Example\nTel. +49 30 123456", "_____________\nAnn Example\nTel. +49 30 123456"),
        ("Done.\n\n-- \n" + "\n".join(f"line {n}" for n in range(40)), None),
    ],
)
def test_a_signature_ends_a_letter(text: str, signature: str | None) -> None:
    expected = text[text.index("-- \n") :] if signature is None else signature
    assert of(Piece.SIGNATURE, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Regards,\nAnn",
        "Thanks!\n\nAnn Example",
        "Three things.\n-one\n-two",
        "One thing:\n-printer",
        "Done.\n\n—\nAnn",
        "Done.\n-Ann Example",
        "A heading\n---\nBody of two lines.\nAnd more of it follows here.",
        "Done.\n\nAnn Example\nTel. +49 30 123456",
    ],
)
def test_greetings_lists_and_contact_data_stay(text: str) -> None:
    assert of(Piece.FRESH, text) == text


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("Done.\n\nAnn Example\nHead of IT\nTel. +49 30 123456", "Done."),
        ("Done.\n\nHead of IT\nann@acme.example\nwww.acme.example", "Done."),
        ("Done.\n\nExample, Ann\nwww.acme.example\n\nSent from my iPhone", "Done."),
        ("Done.\n\nBest regards,\n\nAnn Example\nTel. +49 30 123456", "Done.\n\nBest regards,\n\nAnn Example"),
    ],
)
def test_the_writers_own_contact_data_are_signature(text: str, fresh: str) -> None:
    assert of(Piece.FRESH, text, ANN) == fresh


@pytest.mark.parametrize(
    "text",
    [
        "Please send it to:\n\nAnn Example\nTel. +49 30 123456",
        "Please call\n\nBob Other\nTel. +49 30 123456",
        "Best regards\nAnn Example\nTel. +49 30 123456",
        "Done.\n\nAnn Example\nsays hello",
        "Ann Example\nTel. +49 30 123456",
    ],
)
def test_contact_data_that_are_asked_for_stay(text: str) -> None:
    assert of(Piece.FRESH, text, ANN) == text


def test_a_writer_without_address_owns_no_contact_data() -> None:
    text = "Call him.\n\nBob Other\nTel. +49 30 123456"
    assert of(Piece.FRESH, text, reply.Circumstances(writer=Address("", ""))) == text


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, is much easier than my mobile phone.",
        "Sent from my account but nothing arrived.",
        "Sent by courier on Monday",
        "Von meinem Chef habe ich gehört, dass es geht.",
        "Outlook for Android crashes",
        "从手机上登录不了",
    ],
)
def test_a_sentence_is_no_line_of_a_telephone(line: str) -> None:
    assert not is_phone(line)
    assert of(Piece.FRESH, f"Done.\n\n{line}") == f"Done.\n\n{line}"


def test_a_telephones_line_in_the_middle_is_none() -> None:
    text = "Sent from my iPhone\n\n" + "\n".join(["A line."] * 5)
    assert of(Piece.FRESH, text) == text
