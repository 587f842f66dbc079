"""Who is away: said in a letter of its own, or written in the directory; no new ticket goes there meanwhile."""

from datetime import timedelta

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, Desk, told

TRUST = '[trust]\nauthserv_ids = ["mx.desk.example"]'
FRIDA = "frida@desk.example"
ASKS = "#category billing\n\nThe invoice is wrong."


def authentic(domain: str = "desk.example") -> dict[str, str]:
    """What our own mail server says of a mail of that domain."""
    return {"Authentication-Results": f"mx.desk.example; dmarc=pass header.from={domain}"}


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Dana, Emil and Frida share the tickets."""
    return stage(desk="crm-portal", more=TRUST)


def holders(desk: Desk, count: int) -> set[str]:
    """Who gets so many new tickets."""
    for _ in range(count):
        desk.write(ANN, ASKS)
    return {one for key in desk.tickets() for one in desk.ticket(key).assignees}


def test_a_mail_of_its_own_says_it_and_opens_nothing(desk: Desk) -> None:
    (receipt,) = desk.write(DANA, "#away until 2026-03-20", headers=authentic())
    assert receipt.to == DANA
    assert receipt.headline == "You are away: no new tickets come to you before Friday, 2026-03-20 (UTC)."
    assert desk.tickets() == []
    assert holders(desk, 4) == {EMIL, FRIDA}


@pytest.mark.parametrize("subject", ["[away until friday]", "[away]"])
def test_the_subject_says_it_too(desk: Desk, subject: str) -> None:
    desk.write(DANA, "", subject=subject, headers=authentic())
    assert holders(desk, 4) == {EMIL, FRIDA}


def test_off_ends_it(desk: Desk) -> None:
    desk.write(DANA, "#away", headers=authentic())
    (receipt,) = desk.write(DANA, "#away off", headers=authentic())
    assert "You are back" in receipt.text
    assert holders(desk, 3) == {DANA, EMIL, FRIDA}


def test_a_day_that_is_none_is_told(desk: Desk) -> None:
    (letter,) = desk.write(DANA, "#away until smarch", headers=authentic())
    assert '"smarch" is no day to come' in letter.text
    assert holders(desk, 3) == {DANA, EMIL, FRIDA}


def test_where_domains_are_authenticated_the_letter_says_what_is_lacking(desk: Desk) -> None:
    (letter,) = desk.write(DANA, "#away")
    assert '"Away" needs a mail that your domain authenticates' in letter.text
    assert desk.write(DANA, "#away") == []
    assert holders(desk, 3) == {DANA, EMIL, FRIDA}


def test_a_from_line_alone_keeps_nobody_away_but_an_answer_to_our_letter_does(stage: Stage) -> None:
    desk = stage(desk="crm-portal")
    (letter,) = desk.write(DANA, "#away")
    assert letter.to == DANA
    assert "Begin your reply with the line #away until friday." in letter.text
    assert desk.write(DANA, "#away") == []
    assert holders(desk, 3) == {DANA, EMIL, FRIDA}
    desk.reply(DANA, "#away until 2026-12-31", letter=letter)
    holders(desk, 3)
    assert [desk.ticket(f"CT-{number}").assignees == (DANA,) for number in (4, 5, 6)] == [False] * 3


def test_customers_and_strangers_are_not_away(desk: Desk) -> None:
    (letter,) = desk.write(ANN, "#away", headers=authentic("acme.example"))
    assert '"Away" is for' in letter.text
    assert told(desk.write(MALLORY, "#away")) == [MALLORY]


def test_words_beside_it_are_a_ticket_and_nothing_is_lost(desk: Desk) -> None:
    desk.write(DANA, "#away\n\nThe heating in room 4 is off, can somebody look?", headers=authentic())
    (key,) = desk.tickets()
    assert "The heating in room 4" in desk.timeline(key)[0].text


def test_the_directory_says_it(desk: Desk) -> None:
    dana = 'addresses = ["dana@desk.example"]\n'
    desk.registers(dana, f"{dana}away_until = 2026-03-20\n")
    assert holders(desk, 4) == {EMIL, FRIDA}
    desk.moment += timedelta(days=30)
    assert holders(desk, 3) == {DANA, EMIL, FRIDA}


def test_what_somebody_said_by_mail_stays_where_the_directory_says_nothing(desk: Desk) -> None:
    desk.write(DANA, "#away", headers=authentic())
    desk.registers('name = "Gina"', 'name = "Gina G"')
    assert holders(desk, 4) == {EMIL, FRIDA}
