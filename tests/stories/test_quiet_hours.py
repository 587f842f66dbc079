"""Quiet hours: letters that can wait do so until their reader is up, and then come in order."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.store.reading import QueueLine
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, Desk, Post, told

HOUR = timedelta(hours=1)
NIGHT = 'timezone = "Europe/Berlin"\nquiet = "22:00-07:00"\n'
URGENT = """
[people]
urgent = ["high"]
"""


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Dana, in Berlin, is not disturbed between ten and seven. It is half past nine in the evening there."""
    desk = stage()
    desk.registers('name = "Dana"\n', f'name = "Dana"\n{NIGHT}')
    desk.moment = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
    return desk


@pytest.fixture
def own_desk(tmp_path: Path) -> str:
    """A desk on which a high priority wakes people, as a line of config.toml."""
    own = tmp_path / "own.toml"
    own.write_text((files("workflows") / "several-parties.toml").read_text() + URGENT)
    return f'workflow = "{own}"'


def waiting(desk: Desk) -> list[QueueLine]:
    """The letters that wait, as `queue list` shows them."""
    with desk.office.store.read() as reading:
        return reading.queue(["waiting"])


def of(owner: str, letters: list[Post]) -> list[str]:
    """Which letters somebody got, by the first words that are our own."""
    return [letter.headline for letter in letters if letter.to == owner]


def test_letters_of_the_night_come_in_the_morning_and_in_order(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.moment += HOUR
    assert told(desk.reply(ANN, "Since this morning.")) == [EMIL]
    assert told(desk.reply(ANN, "They are back.")) == [EMIL]
    assert told(desk.reply(EMIL, "#close\n\nA server was down.")) == [ANN, EMIL]
    assert desk.passes(timedelta(hours=7)) == []
    morning = desk.passes(timedelta(hours=2))
    assert told(morning) == [DANA] * 3
    # Letters quote what was said before: what comes first is their own.
    said = ("Since this morning.", "They are back.", "A server was down.")
    assert [min((one for one in said if one in letter.text), key=letter.text.index) for letter in morning] == [*said]


def test_the_queue_says_until_when_and_why(desk: Desk) -> None:
    desk.moment += HOUR
    desk.write(ANN, "All images are missing.")
    (line,) = waiting(desk)
    assert (line.to, line.attempts, line.next_at) == (DANA, 0, datetime(2026, 3, 3, 6, tzinfo=UTC))
    assert line.reason == "waits for the end of the reader's quiet hours, 2026-03-03 06:00 UTC"


def test_the_log_says_it_too(desk: Desk) -> None:
    desk.moment += HOUR
    desk.write(ANN, "All images are missing.")
    log = (desk.office.config.data_dir / "mail.log").read_text()
    (line,) = (one for one in log.splitlines() if "step=tell" in one and DANA in one)
    assert "waits for the end of the reader's quiet hours" in line


def test_waiting_letters_outlive_the_check_for_clocks_that_leapt(stage: Stage) -> None:
    """A weekend is longer than anything else that a letter waits for."""
    desk = stage()
    weekend = 'quiet = ["18:00-08:00", "00:00-24:00 sat sun"]\n'
    desk.registers('name = "Dana"\n', f'name = "Dana"\n{weekend}')
    desk.moment = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
    assert told(desk.write(ANN, "All images are missing.")) == [ANN, EMIL]
    for _ in range(61):
        desk.moment += HOUR
        desk.office.store.outbox.reap(desk.moment)
        assert desk.works() == []
    assert told(desk.passes(HOUR)) == [DANA]


def test_the_hour_that_comes_twice_is_slept_through(desk: Desk) -> None:
    desk.moment = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    desk.write(ANN, "All images are missing.")
    assert desk.passes(timedelta(hours=8, minutes=30)) == []
    assert told(desk.passes(timedelta(minutes=30))) == [DANA]


def test_answers_to_the_own_mail_do_not_wait_and_take_along_what_waited(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.moment += HOUR
    assert told(desk.reply(ANN, "Since this morning.")) == [EMIL]
    letters = desk.reply(DANA, "#take")
    assert told(letters) == [DANA, DANA]
    assert "Since this morning." in letters[0].text
    assert "CT-1 is now with Dana." in letters[1].text


def test_what_is_urgent_wakes_people_after_what_came_before(stage: Stage, own_desk: str) -> None:
    desk = stage(gateway=own_desk)
    desk.registers('name = "Dana"\n', f'name = "Dana"\n{NIGHT}')
    desk.moment = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(EMIL, "#priority high", letter=desk.last(EMIL))) == [EMIL]
    letters = desk.reply(ANN, "Everything is missing now.")
    assert told(letters) == [DANA, DANA, EMIL]
    assert of(DANA, letters)[0].startswith("Ann opened CT-1")
    assert waiting(desk) == []


def test_a_digest_of_the_night_is_one_letter_in_the_morning(desk: Desk) -> None:
    desk.registers(NIGHT, f'{NIGHT}notify = {{ all = "hourly" }}\n')
    desk.write(ANN, "All images are missing.")
    letters = []
    for number in range(10):
        desk.reply(ANN, f"It is {number}.")
        letters += desk.passes(HOUR - timedelta(minutes=1))
    assert told(letters) == [DANA]
    assert [f"It is {number}." in letters[0].text for number in range(10)] == [True] * 10


def test_quiet_hours_are_chosen_by_mail(stage: Stage) -> None:
    desk = stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]')
    authentic = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}
    (receipt,) = desk.write(DANA, "#quiet 22:00-07:00 mon-fri", headers=authentic)
    assert "Quiet hours: 22:00-07:00 mon tue wed thu fri (UTC)" in receipt.text
    desk.moment = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert told(desk.write(ANN, "All images are missing.")) == [ANN, EMIL]
    (receipt,) = desk.write(DANA, "#quiet off", headers=authentic)
    assert "You have no quiet hours now." in receipt.text
    assert told(desk.write(ANN, "The heating is off.")) == [ANN, DANA, EMIL]
