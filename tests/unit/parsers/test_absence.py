"""When somebody is back, in the words of many languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import absence

SENT = date(2025, 12, 19)
"""A Friday."""


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am out of the office until 5 January.", date(2026, 1, 5)),
        ("I am out of office until Monday, January 5th.", date(2026, 1, 5)),
        ("I'm away from 20 December to 4 January and will be back on 5 January.", date(2026, 1, 5)),
        ("I will be out of the office starting 12/22/2025 and will not return until 01/05/2026.", date(2026, 1, 5)),
        ("I will be out of the office starting  20.12.2025 and will not return until 05.01.2026.", date(2026, 1, 5)),
        ("I'll be back on Monday.", date(2025, 12, 22)),
        ("Back Tuesday Dec 30.", date(2025, 12, 30)),
        ("I will be traveling for work on December 20-31. During that time", date(2025, 12, 31)),
        ("Ich bin bis einschließlich 05.01.2026 nicht im Büro.", date(2026, 1, 5)),
        (
            "Vielen Dank für Ihre Nachricht. Ich bin vom 22.12. bis 02.01. nicht im Büro. Meine Vertretung ist Frau X.",
            date(2026, 1, 2),
        ),
        ("Ab dem 7. Januar bin ich wieder erreichbar.", date(2026, 1, 7)),
        ("Ich bin ab 22.12.2025 im Urlaub.", None),
        ("Ich bin am 05. Jan. 2026 wieder im Büro.", date(2026, 1, 5)),
        ("Ich bin im Urlaub und ab Montag, den 12.01.26 wieder für Sie da.", date(2026, 1, 12)),
        ("Je suis absent du 22 décembre au 5 janvier inclus.", date(2026, 1, 5)),
        ("Je serai de retour le lundi 5 janvier 2026.", date(2026, 1, 5)),
        ("Je suis absente jusqu'au 05/01/2026.", date(2026, 1, 5)),
        ("Je suis en congé jusqu’au 2 janv.", date(2026, 1, 2)),
        ("Estaré fuera de la oficina hasta el 7 de enero.", date(2026, 1, 7)),
        ("Estoy de vacaciones del 22 de diciembre al 6 de enero. Vuelvo el 7 de enero.", date(2026, 1, 7)),
        ("Estou de férias até 5 de janeiro de 2026.", date(2026, 1, 5)),
        ("Retornarei no dia 05/01.", date(2026, 1, 5)),
        ("Sono fuori ufficio fino al 7 gennaio.", date(2026, 1, 7)),
        ("Sarò assente dal 22/12 al 06/01. Rientrerò il 7 gennaio.", date(2026, 1, 7)),
        ("Ik ben afwezig tot en met 4 januari.", date(2026, 1, 4)),
        ("Ik ben met vakantie van 22 december t/m 2 januari 2026", date(2026, 1, 2)),
        ("Jag är på semester till och med 6 januari.", date(2026, 1, 6)),
        ("Jeg er på ferie til og med 2. januar. Jeg er tilbage mandag d. 5. januar.", date(2026, 1, 5)),
        ("Olen lomalla 5.1.2026 asti.", date(2026, 1, 5)),
        ("Palaan töihin 7.1.", date(2026, 1, 7)),
        ("Jestem na urlopie do 5 stycznia 2026 r.", date(2026, 1, 5)),
        ("Jsem mimo kancelář do 5. ledna.", date(2026, 1, 5)),
        ("2026. január 5-ig szabadságon vagyok.", date(2026, 1, 5)),
        ("5 Ocak 2026 tarihine kadar izindeyim.", date(2026, 1, 5)),
        ("Я в отпуске до 12 января 2026 г.", date(2026, 1, 12)),
        ("Буду отсутствовать с 22.12.2025 по 08.01.2026.", date(2026, 1, 8)),
        ("12月27日から1月4日まで休業いたします。", date(2026, 1, 4)),
        ("2026年1月5日より出社いたします。", date(2026, 1, 5)),
        ("我将于2026年1月5日返回办公室。", date(2026, 1, 5)),
        ("本人休假至1月5日。", date(2026, 1, 5)),
        ("1월 5일까지 부재중입니다.", date(2026, 1, 5)),
        ("Θα λείπω έως 5 Ιανουαρίου.", date(2026, 1, 5)),
        ("I am out of office 2025-12-20 - 2026-01-05", date(2026, 1, 5)),
        ("Out of office through Jan 2, 2026", date(2026, 1, 2)),
        ("I am on vacation until next week", None),
        ("I am out. Call 0800-12-34 or see version 5.1.2.", None),
        ("Ich bin wieder ab dem 5.1.2026 erreichbar", date(2026, 1, 5)),
        ("Ich bin bis Montag nicht im Haus.", date(2025, 12, 22)),
        (
            "I am out of the office, returning on Jan 5. For urgent matters contact Bob by 30 December.",
            date(2026, 1, 5),
        ),
        ("I am on parental leave until September 2026.", None),
        ("Do dne 5. 1. 2026 jsem na dovolené.", date(2026, 1, 5)),
        ("Esmu atvaļinājumā līdz 5. janvārim.", date(2026, 1, 5)),
        ("Atostogauju iki sausio 5 d.", date(2026, 1, 5)),
        ("2026 m. sausio 5 d. grįšiu į biurą.", date(2026, 1, 5)),
        ("Olen puhkusel kuni 5. jaanuarini.", date(2026, 1, 5)),
        ("Vrnem se 5. januarja.", date(2026, 1, 5)),
        ("Ég er í fríi til 5. janúar.", date(2026, 1, 5)),
        ("Tornaré a l'oficina el 5 de gener.", date(2026, 1, 5)),
        ("На одмору сам до 5. јануара 2026.", date(2026, 1, 5)),
        ("I am away and will respond when I return on the 5th.", date(2026, 1, 5)),
        ("I'm out today and will be back tomorrow.", date(2025, 12, 20)),
        ("I am on leave between 22 December and 2 January.", date(2026, 1, 2)),
        ("I am on leave between 22 and 31 December.", date(2025, 12, 31)),
        ("Back on 5/Jan/2026", date(2026, 1, 5)),
        ("Our office will reopen on Monday, 5 January 2026.", date(2026, 1, 5)),
        ("Ich bin bis zum 04.01. im Urlaub und am 05.01. zurück.", date(2026, 1, 5)),
        ("Estaré ausente hasta el próximo lunes 05/01.", date(2026, 1, 5)),
        ("Estarei de volta no dia 5 de janeiro.", date(2026, 1, 5)),
        ("Ik ben op vakantie t/m 2 januari en maandag 5 januari weer aanwezig.", date(2026, 1, 5)),
        ("2026. január 5-én leszek újra elérhető.", date(2026, 1, 5)),
        ("02.01.2026 tarihine kadar izindeyim, 05.01.2026 tarihinde ofiste olacağım.", date(2026, 1, 5)),
        ("Voi reveni la birou pe 5 ianuarie.", date(2026, 1, 5)),
        ("12月22日から1月2日まで不在です。1月5日より通常通り対応いたします。", date(2026, 1, 5)),
        ("12/27(土)から1/4(日)まで休業とさせていただきます。", date(2026, 1, 4)),
        ("أنا في إجازة حتى 05/01/2026.", date(2026, 1, 5)),
        ("אני בחופשה עד ה-5.1.2026.", date(2026, 1, 5)),
        ("Saya sedang cuti sampai 5 Januari 2026.", date(2026, 1, 5)),
        ("Nu sunt la birou până pe 5 ianuarie.", date(2026, 1, 5)),
        ("Ich bin vom 22. Dezember 2025 bis zum 2. Januar 2026 abwesend.", date(2026, 1, 2)),
        ("Vom 22.12.-02.01. bin ich im Urlaub.", date(2026, 1, 2)),
        ("I am out of the office 12/22 - 1/2.", date(2026, 1, 2)),
        (
            "I'm out of the office and will respond when I am back in the office on the 5th of January.",
            date(2026, 1, 5),
        ),
    ],
)
def test_the_day_of_return(text: str, until: date | None) -> None:
    assert absence.until(text, SENT) == until


@pytest.mark.parametrize(
    ("text", "zone", "until"),
    [
        ("back on 3/4/2026", "Fri, 19 Dec 2025 10:00:00 -0500", date(2026, 3, 4)),
        ("back on 3/4/2026", "Fri, 19 Dec 2025 10:00:00 +0100", date(2026, 4, 3)),
        ("away from 12/22/2025, back on 1/5/2026", "Fri, 19 Dec 2025 10:00:00 +0000", date(2026, 1, 5)),
        ("away from 22/12/2025, back on 5/1/2026", "Fri, 19 Dec 2025 10:00:00 -0500", date(2026, 1, 5)),
    ],
)
def test_numbers_with_slashes_are_read_as_the_writer_sets_them(text: str, zone: str, until: date) -> None:
    assert absence.until(text, SENT, zone) == until


def test_without_the_day_of_the_mail_only_a_whole_date_counts() -> None:
    assert absence.until("back on 5 January", None) is None
    assert absence.until("back on Monday", None) is None
    assert absence.until("back on 5 January 2026", None) == date(2026, 1, 5)


@pytest.mark.parametrize(
    "text", ["until 31.02.2026", "back on 99/99/2026", "until 0 January", "bis 00.00.", "until 5/0"]
)
def test_no_such_day(text: str) -> None:
    assert absence.until(text, SENT) is None


@given(
    st.dates(min_value=date(2025, 12, 1), max_value=date(2026, 9, 1)),
    st.sampled_from(["until {:%d %B}", "bis {:%d.%m.}"]),
)
def test_a_day_without_a_year_is_the_next_one(day: date, words: str) -> None:
    assert absence.until(words.format(day), SENT) == day


@given(st.text(max_size=300), st.dates())
def test_any_text_is_read(text: str, sent: date) -> None:
    found = absence.until(text, sent)
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    "text",
    [
        "Out of Office: Printer",
        "I am on annual leave",
        "Abwesenheitsnotiz",
        "Ich bin nicht im Büro",
        "Je suis absente",
        "Estoy fuera de la oficina",
        "Sono fuori ufficio",
        "Ik ben afwezig",
        "Jag är på semester",
        "Jestem na urlopie",
        "Я в отпуске",
        "ただいま不在",
        "我正在休假",
        "현재 부재중",
    ],
)
def test_words_of_absence(text: str) -> None:
    assert absence.speaks_of_absence(text)


@pytest.mark.parametrize(
    "text", ["We have received your request.", "Danke für Ihre Bestellung", "Votre demande est reçue"]
)
def test_other_words(text: str) -> None:
    assert not absence.speaks_of_absence(text)
