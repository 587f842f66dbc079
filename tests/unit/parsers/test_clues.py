"""All that may name a ticket or a person."""

from datetime import UTC, date, datetime

import pytest

from parsers import address
from parsers.address import Keys, Token
from parsers.clues import Clues, gather
from parsers.mail import Defect, Door, Envelope, ParsedMail
from parsers.read import read

KEYS = Keys(1, {1: b"a" * 32})
TODAY = date(2026, 1, 31)
OURS = address.message_id(KEYS, b"0123456789", "desk.example")
TOKEN = address.mint(KEYS, 7, TODAY)


def clues(mail: ParsedMail, recipient: str = "support@desk.example") -> Clues:
    envelope = Envelope("ann@acme.example", recipient, Door.SMTP, datetime(2026, 1, 31, tzinfo=UTC))
    return gather(mail, envelope, KEYS, ("CT", "PT"), "desk.example", TODAY)


def test_the_token_of_the_envelope() -> None:
    assert clues(ParsedMail(), address.reply_address("support@desk.example", TOKEN)).tokens == (Token(7),)


def test_a_token_in_a_header_is_none() -> None:
    signed = address.reply_address("support@desk.example", TOKEN)
    mail = read(f"From: ann@acme.example\nTo: {signed}\nDelivered-To: {signed}\nSubject: {TOKEN}\n\n{TOKEN}".encode())
    assert clues(mail).tokens == ()


def test_a_forged_token_is_none() -> None:
    assert clues(ParsedMail(), f"support+{'a' * 31}@desk.example").tokens == ()


def test_message_ids_nearest_first_ours_apart() -> None:
    mail = ParsedMail(in_reply_to=("<near@x>",), references=("<far@x>", OURS, "<near@x>"))
    found = clues(mail)
    assert found.threads == (OURS,)
    assert found.references == ("<near@x>", "<far@x>")


def test_tags_author_and_defects() -> None:
    found = clues(ParsedMail(author="ann@acme.example", subject="Re: [ct-12] [XX-1]", defects=(Defect("a", "b"),)))
    assert found.author == "ann@acme.example"
    assert found.tags == ("CT-12",)
    assert found.defects == ("a: b",)


@pytest.mark.parametrize(
    ("subject", "body", "system"),
    [
        ("[system acme-dam] Printer", "x", "acme-dam"),
        ("[System ACME-DAM]", "x", "acme-dam"),
        ("Printer", "#system acme-dam\nx", "acme-dam"),
        ("Printer", "#close\n\n/system acme-dam\nx", "acme-dam"),
        ("Printer", "x\n#system acme-dam", None),
        ("[system]", "#system", None),
        ("Printer", "> #system acme-dam", None),
        ("Printer", "On Sat, 31 Jan 2026, Support wrote:\n#system acme-dam", None),
    ],
)
def test_the_system(subject: str, body: str, system: str | None) -> None:
    mail = read(f"From: ann@acme.example\nSubject: {subject}\n\n{body}".encode())
    assert clues(mail).system == system
