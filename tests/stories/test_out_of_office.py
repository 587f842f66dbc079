"""An agent's out-of-office answer says that it is away, where the desk goes by that; its next mail ends that."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, Desk, Post, told

FRIDA = "frida@desk.example"
DAY = timedelta(days=1)
TRUST = '[trust]\nauthserv_ids = ["mx.desk.example"]'
AUTHENTIC = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}
GERMAN = ("Abwesenheitsnotiz", "Ich bin bis zum 20.03.2026 nicht im Büro und am 23.03.2026 wieder erreichbar.")
ENGLISH = ("Automatic reply: A question", "I am out of the office and will be back on 23 March 2026.")
FRENCH = ("Absence du bureau", "Je suis absente du bureau et serai de retour le 23 mars 2026.")
SPANISH = ("Respuesta automática: fuera de la oficina", "Estoy fuera de la oficina y vuelvo el 23 de marzo de 2026.")


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The desk `crm-portal`, which goes by out-of-office answers; as a line of config.toml."""
    file = tmp_path / "own.toml"
    file.write_text((files("workflows") / "crm-portal.toml").read_text() + "\n[people]\nout_of_office = true\n")
    return f'workflow = "{file}"'


@pytest.fixture
def desk(stage: Stage, own: str) -> Desk:
    """Dana, Emil and Frida share the tickets; Dana has one."""
    return with_a_ticket_of_dana(stage(desk="crm-portal", gateway=own))


def with_a_ticket_of_dana(desk: Desk) -> Desk:
    """Each of the three has one."""
    for _ in range(3):
        desk.write(ANN, "#category billing\n\nThe invoice is wrong.")
    return desk


def is_away(
    desk: Desk,
    said: tuple[str, str] = GERMAN,
    *,
    letter: Post | None = None,
    who: str = DANA,
    headers: dict[str, str] | None = None,
) -> list[Post]:
    """A mail program answers the newest letter to somebody by itself, as RFC 3834 wants it."""
    subject, text = said
    fields = {"Auto-Submitted": "auto-replied", **(headers or {})}
    return desk.reply(who, text, letter=letter or desk.last(DANA), subject=subject, sender="", headers=fields)


def holders(desk: Desk) -> set[str]:
    """Who gets new tickets now."""
    before = set(desk.tickets())
    for _ in range(6):
        desk.write(ANN, "#category billing\n\nThe invoice is wrong.")
    return {one for key in set(desk.tickets()) - before for one in desk.ticket(key).assignees}


@pytest.mark.parametrize("said", [GERMAN, ENGLISH, FRENCH, SPANISH])
def test_no_new_tickets_come_until_the_day_and_nobody_is_written_to(desk: Desk, said: tuple[str, str]) -> None:
    assert is_away(desk, said) == []
    assert holders(desk) == {EMIL, FRIDA}
    desk.moment += 21 * DAY
    assert DANA in holders(desk)


def test_the_answer_stands_on_its_ticket_and_changes_nothing_there(desk: Desk) -> None:
    (key,) = (one for one in desk.tickets() if desk.ticket(one).assignees == (DANA,))
    before = desk.ticket(key)
    is_away(desk)
    assert desk.timeline(key)[-1].text.startswith("Ich bin bis zum 20.03.2026")
    assert (desk.ticket(key).assignees, desk.ticket(key).status) == (before.assignees, before.status)


def test_the_log_says_why_no_tickets_go_there(desk: Desk) -> None:
    is_away(desk)
    log = (desk.office.config.data_dir / "mail.log").read_text()
    assert "by its out-of-office answer the writer is away: no new tickets go there before 2026-03-23" in log


def test_the_next_mail_of_ones_own_ends_it(desk: Desk) -> None:
    is_away(desk)
    desk.reply(DANA, "I am back already, and look into it.")
    assert DANA in holders(desk)


def test_a_desk_that_does_not_say_so_goes_by_no_answers_of_machines(stage: Stage) -> None:
    desk = with_a_ticket_of_dana(stage(desk="crm-portal"))
    is_away(desk)
    assert DANA in holders(desk)


def test_what_somebody_said_stands_before_what_a_machine_says(desk: Desk) -> None:
    desk.reply(DANA, "#away until 2026-06-30")
    is_away(desk)
    desk.moment += 30 * DAY
    assert DANA not in holders(desk)


def test_a_mail_that_ends_no_absence_of_ones_own_word(desk: Desk) -> None:
    desk.reply(DANA, "#away until 2026-06-30")
    desk.reply(DANA, "Just this one answer.")
    assert DANA not in holders(desk)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office and will be back on 23 August 2026.",
        "I was out of the office and was back on 27 February 2026.",
        "I am out of the office.",
    ],
)
def test_a_day_that_makes_no_sense_counts_for_nothing(desk: Desk, text: str) -> None:
    is_away(desk, ("Automatic reply: A question", text))
    assert DANA in holders(desk)


def test_a_machine_that_answers_at_the_return_path_is_believed(desk: Desk) -> None:
    """RFC 3834 section 4: that is where it is to answer."""
    letter = desk.mailboxes[DANA][0]
    subject, text = GERMAN
    marks = {"Auto-Submitted": "auto-replied"}
    assert desk.reply(DANA, text, letter=letter, to=letter.return_path, subject=subject, sender="", headers=marks) == []
    assert holders(desk) == {EMIL, FRIDA}


def test_a_machine_of_somebody_else_at_the_return_path_is_not(desk: Desk) -> None:
    letter = desk.mailboxes[DANA][0]
    subject, text = GERMAN
    marks = {"Auto-Submitted": "auto-replied"}
    desk.reply(EMIL, text, letter=letter, to=letter.return_path, subject=subject, sender="", headers=marks)
    assert holders(desk) == {DANA, EMIL, FRIDA}


def test_nobody_sends_somebody_else_away(desk: Desk) -> None:
    is_away(desk, who=MALLORY)
    is_away(desk, letter=desk.last(EMIL))
    assert DANA in holders(desk)


def test_where_domains_are_authenticated_a_letter_passed_on_sends_nobody_away(stage: Stage, own: str) -> None:
    desk = with_a_ticket_of_dana(stage(desk="crm-portal", gateway=own, more=TRUST))
    is_away(desk)
    assert DANA in holders(desk)
    is_away(desk, headers=AUTHENTIC)
    assert DANA not in holders(desk)


def test_a_customer_who_is_away_stays_a_customer(desk: Desk) -> None:
    is_away(desk, letter=desk.last(ANN), who=ANN)
    assert told(desk.reply(DANA, "We look into it.")) == [ANN]


def test_an_answer_to_a_letter_about_no_ticket_opens_none(desk: Desk) -> None:
    desk.registers('name = "Dana"\n', 'name = "Dana"\nnotify = { all = "daily" }\n')
    holders(desk)
    desk.passes(DAY)
    before = desk.tickets()
    assert is_away(desk) == []
    assert desk.tickets() == before
    assert DANA not in holders(desk)
