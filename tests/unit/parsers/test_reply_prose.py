"""What looks like the work of a mail program and is not: a cut that is false loses somebody's words."""

import pytest

from parsers.mail import Piece
from parsers.quotes import reply

TEXTS = [
    "Hi,\n\nas Ann wrote:\n\nthe printer is broken.\n\nPlease help.",
    "On Monday I called you and your colleague said:\n\nit will be fixed tomorrow.\n\nIt is not.",
    "On 3 May 2024 I wrote to you. You answered:\n\nplease wait.\n\nI did.",
    "I have sent the following to support@desk.example on 3 May 2024:\n\nthe printer is broken\n\nAnd nobody answered.",
    "Please call Ann <ann@acme.example> on 3 May 2024 at 10:00:\n\nshe knows more.\n\nThanks",
    "The error says:\n\nFrom: line missing\n\nWhat does that mean?",
    "I sent a mail\nFrom: me@acme.example\nTo: you@desk.example\nand it did not arrive. Please look.",
    "Flight\nFrom: Berlin\nTo: Munich\nDate: 5 May 2026\nPrice: 100\n\nPlease book.",
    "New inquiry from the website:\n\n"
    "Name: Ann Example\nE-mail: ann@acme.example\nDate: 31.01.2026 11:00\nPhone: 123\n\nMessage: my printer is broken",
    "New inquiry\n\nName: Ann\nEmail: ann@acme.example\nSubject: Printer\nMessage: broken",
    "Anfrage\n\nName: Ann\nE-Mail: ann@acme.example\nDatum: 31.01.2026 11:00\nNachricht: kaputt",
    "Log:\n\n=== Error message ===\nprinter on fire\n=====================\n\nPlease help",
    "See the output:\n\n----- message -----\nfoo\n\nThanks",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\nIs this right?",
    "My key:\n\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n\nBye",
    "Steps\n-----\n1. open\n2. close\n\nResult\n------\nIt crashes",
    "Results\n-------\nAll passed",
    "Questions:\n---\n1. What?\n2. Why?",
    "Three things:\n- one\n- two\n- three",
    "We need one thing.\n- printer",
    "Please order:\n-printer\n-scanner",
    "I run\n>>> import x\n>>> x.y()\nand it fails",
    "I run this:\n>>> import x\n>>> x.y()",
    "a | b\n--|--\n1 | 2",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "Table:\n\n|-----+-----|\n| a   | b   |\n|-----+-----|\n\nok?",
    "mysql> select 1;\nmysql> exit\n\nworks",
    "It is 5 > 3.\n-> see there\n=> or there\n--> here",
    "Sent from my account yesterday, but no answer.",
    "I can't log in.\nOutlook for Android crashes always",
    "The mail was\nsent by DHL yesterday",
    "Von meinem Chef habe ich gehört, dass es geht.",
    "从手机上登录不了",
    "Subject: printer\n\nIt is broken.",
    "To: the support team\n\nIt is broken.\n\nSubject: none",
    "Date: tomorrow\nTime: 10:00\nPlace: here",
    "Hi -- it is me -- Ann\n\nbye",
    "Please forward this message to Bob:\n\nHello Bob",
    "Please see the forwarded message below:\n\nit is broken",
    "----- Antwort -----\nJa, es geht.",
    "Bitte ausfüllen\n----- Meine Antwort -----\nJa, es geht.",
    "Printers\n--- as I wrote ---\nbroken",
    "Printers\n-- sent 3 of them --\nbroken",
    "Frage\n--- Antwort auf Ihre Nachricht von gestern ---\nJa, es geht.",
    "Hello\n______________________________\nplease read the rest too. It is important.\nAnd this.",
    "The times: 10:00, 11:00:\n\nwhich one?",
    "At 10:00 we wrote:\n\nprinter broken",
    "Le problème:\nDe: rien\nA: tout\n\nMerci",
    "Da: Roma\nA: Milano\nData: 5 maggio\nOra: 10:00\n\nGrazie",
    "Van: Amsterdam\nNaar: Utrecht\nDatum: 5 mei 2026",
    "Dear team,\nOn 12.12.2025 at 10:00 I spoke with Ann <ann@desk.example>. She wrote: it works.\nIt does not.",
    "Regards, Ann",
    "Thanks,\n\nAnn",
    "Ann schrieb mir am 3.5.2026 um 10:00 Uhr, dass es geht. Stimmt das?",
    "My questions:\n1) what was sent\n2) who wrote\nBye",
    'What does it mean when the mail says "On Jan 31 you wrote:"?\nBye',
    "Hi\n\nFrom: and To: are wrong in the header.\nSubject: is right.\nDate: too.\n\nPlease fix",
    "The server wrote this on 2026-01-31 at 11:00:\n\nERROR 42\n\nWhat now?",
    "Hello,\nour order from 31.01.2026 11:00 was:\n\n3 printers\n\nThey have not arrived.",
    "Call me\n\nAnn\n+49 123 456789",
    "a\n\n***\n\nb",
    "text\n\n* * *\n\nmore text follows here. And more.",
    "Hi\n<https://x.example>\n\nOK",
    "Re: your mail\n\nyes",
    "I wrote:\n\nhello\n\nYou wrote:\n\nbye\n\nWhy?",
    "Bob > Ann\nAnn > Carl",
    "Am 3.5.2026 um 10:00 schrieb ich Ihnen folgendes:\n\nkaputt\n\nNichts.",
    "On 3 May 2024 at 10:00 I wrote:\n\nbroken",
    "Il 3 maggio 2026 alle 10:00 ho scritto a voi:\n\nrotto",
    "Dne 3. 5. 2026 v 10:00 jsem napsal:\n\nx",
    "3 мая 2026 в 10:00 я написал вам:\n\nсломан",
    "Le 3 mai 2026 à 10:00 j'ai écrit :\n\ncassé",
    "On 31/01/2026, at 11:00, you wrote me:\n\nyes",
]


@pytest.mark.parametrize("before", ["", "Hello.\n\n", "Hello,\n"], ids=["alone", "below words", "close below words"])
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_cut(text: str, before: str) -> None:
    text = before + text
    assert [(s.piece, text[s.start : s.end]) for s in reply.spans(text)] == [(Piece.FRESH, text)]


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_cut_from_an_answer(text: str) -> None:
    answer = f"{text}\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n> Does it work?"
    fresh = [s for s in reply.spans(answer) if s.piece is Piece.FRESH]
    assert "".join(answer[s.start : s.end] for s in fresh).strip() == text.strip()


def test_much_text_below_a_delimiter_is_no_signature() -> None:
    text = "Minutes\n-- \n" + "\n".join(f"point {n}" for n in range(100))
    assert [s.piece for s in reply.spans(text)] == [Piece.FRESH]
