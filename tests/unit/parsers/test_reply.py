"""What is newly written, what is quoted, what is signature."""

from textwrap import dedent

import pytest

from parsers.mail import Piece
from parsers.quotes import marker, reply


def pieces(text: str) -> dict[Piece, str]:
    found = reply.spans(text)
    return {
        piece: "".join(text[s.start : s.end] for s in found if s.piece is piece).strip()
        for piece in {s.piece for s in found}
    }


def fresh(text: str) -> str:
    return pieces(dedent(text).strip("\n")).get(Piece.FRESH, "")


LEADS = [
    "On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:",
    "On 31 Jan 2026, at 11:00, Support <support@desk.example> wrote:",
    "On Saturday, January 31, 2026 11:00 AM, Support wrote:",
    "On Sat, 31 Jan 2026 at 11:00, Support <\nsupport@desk.example> wrote:",
    "On Sat, 31 Jan 2026 at 11:00, Support\n<support@desk.example>\nwrote:",
    "Am 31.01.2026 um 11:00 schrieb Support <support@desk.example>:",
    "Am Sa., 31. Jan. 2026 um 11:00 Uhr schrieb Support <\nsupport@desk.example>:",
    "Le sam. 31 janv. 2026 à 11:00, Support <support@desk.example> a écrit :",
    "El sáb, 31 ene 2026 a las 11:00, Support (<support@desk.example>) escribió:",
    "Em sáb., 31 de jan. de 2026 às 11:00, Support <support@desk.example> escreveu:",
    "Il giorno sab 31 gen 2026 alle ore 11:00 Support <support@desk.example> ha scritto:",
    "Op za 31 jan 2026 om 11:00 schreef Support <support@desk.example>:",
    "Op 31 jan. 2026, om 11:00 heeft Support <support@desk.example> het volgende geschreven:",
    "Den lör 31 jan. 2026 kl 11:00 skrev Support <support@desk.example>:",
    "lør. 31. jan. 2026 kl. 11:00 skrev Support <support@desk.example>:",
    "la 31. tammik. 2026 klo 11.00 Support (support@desk.example) kirjoitti:",
    "W dniu 31.01.2026 o 11:00, Support pisze:",
    "sob., 31 sty 2026 o 11:00 Support <support@desk.example> napisał(a):",
    "so 31. 1. 2026 v 11:00 odesílatel Support <support@desk.example> napsal:",
    "сб, 31 янв. 2026 г. в 11:00, Support <support@desk.example>:",
    "31.01.2026 11:00, Support <support@desk.example> пишет:",
    "Support <support@desk.example>, 31 Oca 2026 Cmt, 11:00 tarihinde şunu yazdı:",
    "2026-01-31 11:00 GMT+01:00 Support <support@desk.example>:",
]


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_an_answer_above_its_quote(lead: str, mark: str) -> None:
    assert pieces(f"It works now.\n\n{lead}\n\n{mark}Does it work?\n{mark}Yours\n") == {
        Piece.FRESH: "It works now.",
        Piece.QUOTE: f"{lead}\n\n{mark}Does it work?\n{mark}Yours",
    }


@pytest.mark.parametrize("lead", LEADS)
def test_an_answer_below_its_quote(lead: str) -> None:
    assert fresh(f"{lead}\n> Does it work?\n\nIt works now.") == "It works now."


@pytest.mark.parametrize("lead", LEADS)
def test_answers_between_quotes_keep_everything_up_to_a_last_unanswered_quote(lead: str) -> None:
    kept = f"{lead}\n> Does it work?\nYes.\n> And the other one?\nNo."
    assert fresh(kept) == kept
    assert fresh(f"{kept}\n\n> Yours\n> Support") == kept


@pytest.mark.parametrize(
    "block",
    [
        "From: Support <support@desk.example>\nSent: Saturday, 31 January 2026 11:00\nTo: Ann\nSubject: Printer",
        "From: Support\nSent: Saturday, 31 January 2026 11:00\nTo: Ann\nCc: Bob\nSubject: Printer",
        "*From:* Support\n*Sent:* Saturday\n*To:* Ann\n*Subject:* Printer",
        "Von: Support\nGesendet: Samstag, 31. Januar 2026 11:00\nAn: Ann\nBetreff: Printer",
        "De : Support\nEnvoyé : samedi 31 janvier 2026 11:00\nÀ : Ann\nObjet : Printer",
        "De: Support\nEnviado el: sábado, 31 de enero de 2026 11:00\nPara: Ann\nAsunto: Printer",
        "Van: Support\nVerzonden: zaterdag 31 januari 2026 11:00\nAan: Ann\nOnderwerp: Printer",
        "Från: Support\nSkickat: den 31 januari 2026 11:00\nTill: Ann\nÄmne: Printer",
        "Od: Support\nWysłano: sobota, 31 stycznia 2026 11:00\nDo: Ann\nTemat: Printer",
        "От: Support\nОтправлено: суббота, 31 января 2026 11:00\nКому: Ann\nТема: Printer",
        "________________________________\nFrom: Support\nSent: Saturday\nTo: Ann\nSubject: Printer",
        "-----Original Message-----\nFrom: Support",
        "-----Ursprüngliche Nachricht-----\nVon: Support",
        "----- Mensaje original -----\nDe: Support",
        "---- On Sat, 31 Jan 2026 11:00 Support wrote ----",
        "~~~ Please write your answer above this line ~~~",
    ],
)
def test_from_these_lines_on_all_is_quote(block: str) -> None:
    assert fresh(f"It works now.\n\n{block}\n\nDoes it work?\nYours") == "It works now."


def test_our_marker_is_found_whatever_stands_before_it() -> None:
    assert fresh(f"Done.\n\n{marker.MARKER}\nDear Ann") == "Done."
    assert fresh(f"Done.\n\n> {marker.MARKER}\n> Dear Ann") == "Done."
    assert fresh(f"Done.\n\n*{marker.MARKER}*\nDear Ann") == "Done."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we met.\nOn Tuesday we did not.",
        "Invitation:\nDate: Wednesday 3 October\nTime: 7 am\nPlease come.",
        "I go\nFrom: Berlin\nTo: Munich\nDate: 5 May",
        "As she wrote: it works.",
        "See the list:\n--> one\n--> two\nThanks",
        "Before\n>>> a prompt\nAfter",
        "> only\n> quoted",
        "-- \nonly a signature",
        "1 > 0",
        "Sent from my desk, which is easier than my phone.",
        "Regards, Ann",
    ],
)
def test_a_text_without_quote_is_all_fresh(text: str) -> None:
    assert pieces(text) == {Piece.FRESH: text}


def test_a_forwarded_mail_inside_the_text_is_kept() -> None:
    forwarded = "From: Bob <bob@x.example>\nTo: Ann\nSubject: x\n\n> hello\nyours"
    text = f"FYI\n\n---------- Forwarded message ---------\n{forwarded}"
    assert fresh(text) == text


def test_a_forward_inside_a_quote_is_quote() -> None:
    assert fresh("Done.\n\n-----Original Message-----\nFYI\n\n---------- Forwarded message ---------\nhello") == "Done."


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Done.\n\n-- \nAnn\nAcme", "-- \nAnn\nAcme"),
        ("Done.\n--\nAnn", "--\nAnn"),
        ("Done.\n\nSent from my iPhone", "Sent from my iPhone"),
        ("Done.\n\nVon meinem iPhone gesendet", "Von meinem iPhone gesendet"),
        ("Done.\n\nGet Outlook for Android<https://x.example>", "Get Outlook for Android<https://x.example>"),
        ("Done.\n\n-- \nAnn\n\nSent from my phone", "-- \nAnn\n\nSent from my phone"),
    ],
)
def test_signatures(text: str, signature: str) -> None:
    assert pieces(text) == {Piece.FRESH: "Done.", Piece.SIGNATURE: signature}


def test_a_signature_below_the_quote_is_no_answer() -> None:
    found = pieces("Done.\n\nOn Sat, 31 Jan 2026 at 11:00, Support wrote:\n> Does it?\n\n-- \nAnn")
    assert found[Piece.FRESH] == "Done."
    assert found[Piece.SIGNATURE] == "-- \nAnn"


def test_a_sign_off_without_its_line_stays() -> None:
    assert fresh("Done.\n\nKind regards,\nAnn\n\nOn Sat, 31 Jan 2026 at 11:00, Support wrote:\n> Does it?") == (
        "Done.\n\nKind regards,\nAnn"
    )


def test_two_hyphens_with_much_below_are_a_rule() -> None:
    text = "Minutes\n--\n" + "\n".join(f"point {n}" for n in range(40))
    assert fresh(text) == text


def test_a_lead_may_share_the_line_of_the_answer() -> None:
    assert fresh("Done. On Sat, 31 Jan 2026 at 11:00, Support wrote:\n> Does it?") == "Done."


def test_the_footer_of_a_mailing_list_is_no_answer() -> None:
    assert fresh("Done.\n\n_______________\nacme-users mailing list\nhttps://lists.example/") == "Done."


@pytest.mark.parametrize("line", marker.MARKERS.values(), ids=marker.MARKERS)
def test_the_marker_begins_no_command(line: str) -> None:
    assert line[0] not in "#/>-["
    assert len(line) < 70


@pytest.mark.parametrize("line", marker.MARKERS.values(), ids=marker.MARKERS)
def test_the_marker_is_known_in_every_language(line: str) -> None:
    for quoted in (f"{line}\nSehr geehrte Frau", f"> {line}\n> Sehr geehrte Frau", f"*{line}*\nSehr geehrte Frau"):
        assert fresh(f"Done.\n\n{quoted}") == "Done."
        assert reply.quotes_us(quoted)


@pytest.mark.parametrize(
    "unit",
    [
        "On ",
        ">",
        "> \n",
        "-",
        "-\n",
        "--\n",
        " ",
        "\n",
        "wrote:\n",
        "On Mon, ",
        "From: a@b\n",
        "> a\nb\n",
        "__\n",
        "a:\n",
    ],
)
def test_case_122_a_megabyte_of_anything_is_covered(unit: str) -> None:
    """case 122: by its spans, from first to last."""
    text = unit * (1_000_000 // len(unit))
    found = reply.spans(text)
    assert (found[0].start, found[-1].end) == (0, len(text))
