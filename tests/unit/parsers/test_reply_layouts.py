"""Whole letters as programs lay them out: what is new in them, what is quoted, what is signature."""

import pytest

from parsers.mail import Piece
from parsers.quotes import marker, reply

LEAD = "On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:"
FIELDS = "From: Support <s@desk.example>\nSent: Saturday, 31 January 2026 11:00\nTo: Ann\nSubject: Printer"
ALONE = reply.Circumstances()


def of(piece: Piece, text: str, around: reply.Circumstances = ALONE) -> str:
    return "".join(text[s.start : s.end] for s in reply.spans(text, around) if s.piece is piece).strip()


LETTERS = {
    "outlook mobile": (
        "It works.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "From: Support <s@d.example>\nSent: Saturday, January 31, 2026 11:00:00 AM\n"
        "To: Ann <ann@acme.example>\nSubject: x\n\nDoes it?",
        "It works.",
    ),
    "iphone below": (
        "On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n\n> Does it?\n\n"
        "It works.\n\nSent from my iPhone",
        "It works.",
    ),
    "iphone quoted lead": (
        "It works.\n\nSent from my iPhone\n\n"
        "> On Jan 31, 2026, at 11:00 AM, Support <s@d.example> wrote:\n> \n> \ufeffDoes it?",
        "It works.",
    ),
    "bat": (
        "Hello Support,\n\nSaturday, January 31, 2026, 11:00:00 AM, you wrote:\n\nSD> Does it?\nSD> Yours\n\nIt works.",
        "Hello Support,\n\n\nIt works.",
    ),
    "bar": (
        "It works.\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n| Does it?\n| Yours",
        "It works.",
    ),
    "colon": (
        "It works.\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n: Does it?\n: Yours",
        "It works.",
    ),
    "gt entity": (
        "It works.\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n&gt; Does it?\n&gt; Yours",
        "It works.",
    ),
    "wide gt": (
        "動きました。\n\n2026年1月31日(土) 11:00 Support <s@d.example>:\n＞動きますか？\n＞では",
        "動きました。",
    ),
    "only name": (
        "It works.\n\nSupport wrote:\n> Does it?",
        "It works.",
    ),
    "name prose above": (
        "I bought 3 printers\nSupport wrote:\n> Does it?",
        "I bought 3 printers",
    ),
    "wrapped quote": (
        "On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n"
        "> a long line that some gateway on its way has wrapped at seventy-two charac-\nters and more\n"
        "> next line\n\nIt works.",
        "It works.",
    ),
    "pgp": (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt works.\n\n- -- \nAnn\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
        "It works.",
    ),
    "notes wrote": (
        "It works.\n\nSupport/DESK wrote on 31/01/2026 11:00:34:\n\n> Does it?",
        "It works.",
    ),
    "notes wrote unq": (
        "It works.\n\nSupport <support@desk.example> wrote on 31/01/2026 11:00:34:\n\nDoes it?",
        "It works.",
    ),
    "horde": (
        "It works.\n\nQuoting Support <s@d.example>:\n\n> Does it?",
        "It works.",
    ),
    "horde de": (
        "Geht.\n\nZitat von Support <s@d.example>:\n\n> Geht es?",
        "Geht.",
    ),
    "two answers": (
        "Hi\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n> A?\n\nYes.\n\n"
        "> B?\n\nNo.\n\nOn Fri, 30 Jan 2026 at 11:00, Bob <bob@b.example> wrote:\n> older",
        "Hi\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n> A?\n\nYes.\n\n> B?\n\nNo.",
    ),
    "nested lead in block": (
        "It works.\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n> Does it?\n"
        "> On Fri, 30 Jan 2026 at 11:00, Bob wrote:\n>> x\n",
        "It works.",
    ),
    "nested lead unquoted": (
        "It works.\n\nOn Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:\n> Does it?\n"
        "\nOn Fri, 30 Jan 2026 at 11:00, Bob <bob@b.example> wrote:\n>> x\n",
        "It works.",
    ),
    "ms signature below": (
        "It works.\n\n-- \nAnn\n\n-----Original Message-----\nFrom: S\n\nx",
        "It works.",
    ),
    "disclaimer": (
        "It works.\n\nThis e-mail is confidential. If you are not the addressee, delete it.",
        "It works.\n\nThis e-mail is confidential. If you are not the addressee, delete it.",
    ),
    "list footer": (
        "It works.\n\n_______________________________________________\nlist mailing list\n"
        "list@x.example\nhttps://x.example/mailman/listinfo/list",
        "It works.",
    ),
    "google groups": (
        'It works.\n\n-- \nYou received this message because you are subscribed to the Google Groups "x" group.',
        "It works.",
    ),
    "dash sig nbsp": (
        "It works.\n\n--\u00a0\nAnn",
        "It works.",
    ),
    "rule sig": (
        "It works.\n\n-----------------\nAnn Example\nHead of IT\nTel. +49 30 123456",
        "It works.",
    ),
    "kind regards phone": (
        "It works.\nAnn\n\nVon meinem iPhone gesendet",
        "It works.\nAnn",
    ),
    "flat": (
        "Thanks On Sat, Jan 31, 2026 at 11:00 AM Support <s@d.example> wrote:\n> x",
        "Thanks",
    ),
    "original no fields": (
        "It works.\n\n-----Original Message-----\n\nDoes it?",
        "It works.",
    ),
    "divider unknown tongue": (
        "Ewe.\n\n----- Umlayezo wangempela -----\nFrom: Support <s@d.example>\n"
        "Date: Sat, 31 Jan 2026 11:00\nTo: Ann\n\nDoes it?",
        "Ewe.",
    ),
    "hr above": (
        "It works.\n\n---\n\nFrom: Support <s@d.example>\nSent: Saturday, 31 January 2026 11:00\n"
        "To: Ann\nSubject: x\n\nDoes it?",
        "It works.",
    ),
    "thunderbird inline": (
        "> Does it?\nYes\n>\n> Really?\nYes",
        "> Does it?\nYes\n>\n> Really?\nYes",
    ),
    "quote end only": (
        "Yes\n\n> Does it?\n> Really?",
        "Yes",
    ),
    "greek": (
        "Ναι.\n\nΣτις Σάβ, 31 Ιαν 2026 στις 11:00 π.μ., ο/η Support <s@d.example> έγραψε:\n> x",
        "Ναι.",
    ),
    "subject line break": (
        "ok\n\nFrom: Support <s@d.example>\nSent: Saturday, 31 January 2026 11:00\nTo: Ann; Bob;\n"
        " Carl; Dora;\n Eve\nSubject: x\n\nDoes",
        "ok",
    ),
    "samsung": (
        "It works.\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\n"
        "From: Support <s@d.example>\nDate: 31/01/2026 11:00 (GMT+01:00)\nTo: ann@acme.example\n"
        "Subject: x\n\nDoes",
        "It works.",
    ),
    "gmx": (
        'Geht.\n\nGesendet: Samstag, 31. Januar 2026 um 11:00 Uhr\nVon: "Support" <s@d.example>\n'
        "An: ann@acme.example\nBetreff: x\nGeht es?",
        "Geht.",
    ),
    "webde quoted": (
        'Geht.\n\n> Gesendet: Samstag, 31. Januar 2026 um 11:00 Uhr\n> Von: "Support" <s@d.example>\n> x',
        "Geht.",
    ),
    "laposte": (
        "Ok.\n\n> Message du 31/01/26 11:00\n> De : Support\n> A : ann\n> Copie à : \n> Objet : x\n> \n> texte",
        "Ok.",
    ),
    "free zimbra": (
        'Ok.\n\n----- Mail original -----\nDe: "Support" <s@d.example>\nÀ: ann@acme.example\n'
        "Envoyé: Samedi 31 Janvier 2026 11:00:00\nObjet: x\n\ntexte",
        "Ok.",
    ),
    "zimbra de": (
        'Ok.\n\n----- Ursprüngliche Mail -----\nVon: "Support" <s@d.example>\nAn: ann\n'
        "Gesendet: Samstag, 31. Januar 2026 11:00:00\nBetreff: x\n\nText",
        "Ok.",
    ),
    "onet": (
        "Ok.\n\nUżytkownik Support <s@d.example> napisał:\n> x",
        "Ok.",
    ),
    "wp": (
        "Ok.\n\nDnia 31 stycznia 2026 11:00 Support <s@d.example> napisał(a):\n\nx\ny",
        "Ok.",
    ),
    "seznam": (
        "Ok.\n\n---------- Původní e-mail ----------\nOd: Support <s@d.example>\nKomu: ann\n"
        "Datum: 31. 1. 2026 11:00:00\nPředmět: x\nText",
        "Ok.",
    ),
    "163": (
        '好的。\n\n\n\n\n\n在 2026-01-31 11:00:00，"Support" <s@d.example> 写道：\n\n你好\n再见',
        "好的。",
    ),
    "163b": (
        '好的。\n\nAt 2026-01-31 11:00:00, "Support" <s@d.example> wrote:\n>你好\n>再见',
        "好的。",
    ),
    "foxmail": (
        "好的。\n\n\nann@acme.example\n \n发件人： Support\n发送时间： 2026-01-31 11:00\n收件人： ann\n主题： x\n你好",
        "好的。\n\n\nann@acme.example",
    ),
    "naver": (
        '네.\n\n-----Original Message-----\nFrom: "Support"&lt;s@d.example&gt;\nTo: ann',
        "네.",
    ),
    "notes picture": (
        "It works.\n\nInactive hide details for Support ---31.01.2026 11:00:00---Does it?\n"
        "\nFrom: Support <s@d.example>\n\nDoes it?",
        "It works.",
    ),
    "samsung glued": (
        "Es geht.\nGrüße\n-------- Ursprüngliche Nachricht --------Von: Support <s@d.example> Datum: 31.01.26  11:00 "
        " (GMT+01:00) An: Ann <ann@a.example> Betreff: Drucker \nGeht es?",
        "Es geht.\nGrüße",
    ),
    "glued fields": (
        'Działa.\nTemat: RE: Drukarka 2026-01-31 11:00Nadawca: "Support" <s@d.example>Adresat: ann@a.example;\n'
        "Czy działa?",
        "Działa.",
    ),
    "fields of prose": (
        "Three things.\nNote: the From: field and the To: field of bob@b.example are wrong.\nBye",
        "Three things.\nNote: the From: field and the To: field of bob@b.example are wrong.\nBye",
    ),
    "discourse bar": (
        "It works.\n\n2026/1/31 Support via Desk <support@desk.example>\n\n| Does it?\n| ----\n| Yours\n|",
        "It works.",
    ),
    "ipad fr": (
        "Oui.\n\nEnvoyé de mon iPad\n\n> Le 31 janv. 2026 à 11:00, Support <s@d.example> a écrit :\n> \n> ça marche ?",
        "Oui.",
    ),
    "front": (
        "Yes.\n\nOn January 31, 2026, 11:00 AM GMT+1 support@desk.example wrote:\n\nDoes it?",
        "Yes.",
    ),
    "hubspot": (
        "Yes.\n\nOn Sat, Jan 31, 2026, 11:00 AM Support, <s@d.example> wrote:\n> Does",
        "Yes.",
    ),
    "teams": (
        "Yes.\n\n________________________________\nVon: Support\n"
        "Gesendet: Samstag, 31. Januar 2026 11:00:00\nAn: Ann\nBetreff: x",
        "Yes.",
    ),
}
"""The letter and its new words."""


@pytest.mark.parametrize(("text", "expected"), LETTERS.values(), ids=LETTERS.keys())
def test_what_is_new_in_a_letter(text: str, expected: str) -> None:
    assert of(Piece.FRESH, text) == expected.strip()


def test_what_stands_above_the_rule_of_an_answer_is_its_signature() -> None:
    text = f"Done.\n\n-- \nAnn\n________________________________\n{FIELDS}\n\nDoes it?"
    assert of(Piece.SIGNATURE, text) == "-- \nAnn"
    assert of(Piece.QUOTE, text).startswith("____")


def test_the_block_that_signs_a_text_is_signature() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDone.\n\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    )
    assert of(Piece.FRESH, text) == "Done."
    assert of(Piece.QUOTE, text) == ""


def test_marks_of_another_sort_are_quote_only_below_a_lead() -> None:
    table = "| a | b |\n| c | d |"
    assert of(Piece.FRESH, f"See:\n\n{table}\n\nDone.") == f"See:\n\n{table}\n\nDone."
    assert of(Piece.FRESH, f"Done.\n\n{LEAD}\n{table}") == "Done."


def test_words_that_a_gateway_wrapped_belong_to_the_quote() -> None:
    long = "> " + "word " * 14 + "and"
    assert of(Piece.FRESH, f"{LEAD}\n{long}\nmore of it\n> next\n\nDone.") == "Done."
    kept = f"{LEAD}\n> short\nyes\n> next\nno"
    assert of(Piece.FRESH, kept) == kept


def test_a_mail_that_is_nothing_but_a_passed_on_mail_loses_what_that_one_quotes() -> None:
    text = f"{FIELDS}\n\nDoes it work?\n\n{LEAD}\n> older"
    assert of(Piece.FRESH, text) == f"{FIELDS}\n\nDoes it work?"
    assert of(Piece.FRESH, f"{FIELDS}\n\nDoes it work?") == f"{FIELDS}\n\nDoes it work?"


@pytest.mark.parametrize("above", [FIELDS, f"-----Original Message-----\n{FIELDS}", f"________________\n{FIELDS}"])
def test_under_the_subject_of_a_forwarded_mail_a_copy_is_no_quote(above: str) -> None:
    text = f"Please look.\n\n-- \nAgent\n\n{above}\n\nDoes it work?\n\n-- \nBob"
    around = reply.Circumstances(forwarded=True)
    assert of(Piece.FRESH, text) == "Please look."
    assert of(Piece.FRESH, text, around).split() == f"Please look. {above} Does it work? -- Bob".split()
    assert of(Piece.SIGNATURE, text, around) == "-- \nAgent"


def test_our_own_letter_is_quote_even_under_the_subject_of_a_forwarded_mail() -> None:
    text = f"Done.\n\n{marker.MARKER}\nDear Ann"
    assert of(Piece.FRESH, text, reply.Circumstances(forwarded=True)) == "Done."
