"""People choose which letters they want and when: by mail, for themselves, and the directory does not undo it."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.faults import ConfigFaults
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, Desk, told

TRUST = '[trust]\nauthserv_ids = ["mx.desk.example"]'
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def authentic(domain: str = "desk.example") -> dict[str, str]:
    """What our own mail server says of a mail of that domain."""
    return {"Authentication-Results": f"mx.desk.example; dmarc=pass header.from={domain}"}


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Our mail server vouches for domains. It is nine in the morning."""
    return stage(more=TRUST)


def chooses(desk: Desk, *lines: str, who: str = DANA) -> str:
    """Somebody writes commands in a mail of their own; what the one receipt says."""
    (receipt,) = desk.write(who, "\n".join(lines), headers=authentic(who.partition("@")[2]))
    assert receipt.to == who
    return receipt.text


def test_a_mail_of_its_own_chooses_and_the_receipt_shows_what_is_chosen(desk: Desk) -> None:
    text = chooses(desk, "#notify comment hourly")
    assert "Your choice of letters was changed." in text
    assert "  Comments: in one letter an hour\n  All other letters: at once\n" in text
    assert "To change it, write #notify comment hourly" in text
    assert desk.tickets() == []


def test_comments_come_on_the_hour_and_new_tickets_at_once(desk: Desk) -> None:
    chooses(desk, "#notify comments hourly")
    assert told(desk.write(ANN, "All images are missing.")) == [ANN, DANA, EMIL]
    assert told(desk.reply(ANN, "Since this morning.")) == [EMIL]
    desk.moment = desk.moment.replace(minute=58)
    assert desk.passes(timedelta(minutes=1)) == []
    (letter,) = desk.passes(timedelta(minutes=1))
    assert letter.to == DANA
    assert "Since this morning." in letter.text
    assert "#digest daily  (Once a day)" in letter.text
    assert desk.passes(HOUR) == []


def test_several_choices_in_one_mail_are_one_receipt(desk: Desk) -> None:
    text = chooses(desk, "#notify comment daily", "#notify move never", "#notify opened at once")
    assert text.count("Your choice of letters was changed.") == 1
    assert "Comments: in one letter a day, at 06:00 (UTC)" in text
    assert "Moves: never" in text
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(EMIL, "#status in progress")) == [EMIL]


def test_all_takes_back_what_was_chosen_for_one(desk: Desk) -> None:
    chooses(desk, "#notify comment never", "#notify move hourly")
    assert "  All letters: at once\n" in chooses(desk, "#notify all at once")
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(ANN, "Since this morning.")) == [DANA, EMIL]


def test_asking_alone_shows_the_choice_and_changes_nothing(desk: Desk) -> None:
    text = chooses(desk, "#notify")
    assert "Nothing was changed." in text
    assert "  All letters: at once\n" in text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("#notify commments hourly", 'There are no letters of the kind "commments"'),
        ("#notify comment sometimes", '"sometimes" is not how letters come: write at once, hourly, daily or never.'),
        ("#digest weekly", "Write #digest daily, #digest daily 07:30, #digest hourly or #digest off."),
        ("#digest hourly 07:30", "Write #digest daily, #digest daily 07:30, #digest hourly or #digest off."),
        ("#quiet at night", '"at night" are no quiet hours'),
    ],
)
def test_what_cannot_be_chosen_is_told_and_changes_nothing(desk: Desk, line: str, answer: str) -> None:
    text = chooses(desk, line, "#notify comment hourly")
    assert answer in text
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(ANN, "Since this morning.")) == [DANA, EMIL]


def test_a_digest_a_day_comes_at_the_hour_and_by_the_clock_of_its_reader(desk: Desk) -> None:
    desk.registers('name = "Dana"\n', 'name = "Dana"\ntimezone = "America/New_York"\n')
    assert "All letters: in one letter a day, at 07:30 (America/New_York)" in chooses(desk, "#digest daily 07:30")
    desk.write(ANN, "All images are missing.")
    desk.moment = desk.moment.replace(hour=12, minute=29)
    assert desk.passes(timedelta()) == []
    assert told(desk.passes(timedelta(minutes=1))) == [DANA]


def test_the_time_zone_is_that_of_the_organisation_or_the_desk(stage: Stage) -> None:
    desk = stage(more=f'{TRUST}\n[letters]\ntimezone = "Asia/Kolkata"')
    assert "(Asia/Kolkata)" in chooses(desk, "#digest daily")
    desk.registers('key = "example-support"\n', 'key = "example-support"\ntimezone = "Europe/Berlin"\n')
    assert "(Europe/Berlin)" in chooses(desk, "#notify")


def test_digest_off_is_everything_at_once_and_what_was_gathered_still_comes(desk: Desk) -> None:
    chooses(desk, "#digest hourly")
    desk.write(ANN, "All images are missing.")
    assert "All letters: at once" in chooses(desk, "#digest off")
    assert told(desk.reply(ANN, "Since this morning.")) == [DANA, EMIL]
    (letter,) = desk.passes(HOUR)
    assert "All images are missing." in letter.text
    assert "Since this morning." not in letter.text


def test_the_button_of_the_mail_program_ends_a_digest(desk: Desk) -> None:
    chooses(desk, "#digest hourly")
    desk.write(ANN, "All images are missing.")
    (letter,) = desk.passes(HOUR)
    assert "subject=%5Bdigest%20off%5D&body=%23digest%20off" in "".join(str(letter.message["List-Unsubscribe"]).split())
    (receipt,) = desk.reply(DANA, "#digest off", letter=letter, subject="[digest off]", headers=authentic())
    assert "All letters: at once" in receipt.text


def test_an_answer_to_a_digest_needs_no_other_proof(stage: Stage) -> None:
    desk = stage()
    desk.registers('name = "Dana"\n', 'name = "Dana"\nnotify = { all = "hourly" }\n')
    desk.write(ANN, "All images are missing.")
    (letter,) = desk.passes(HOUR)
    (receipt,) = desk.reply(DANA, "#digest off", letter=letter)
    assert "All letters: at once" in receipt.text


def test_a_from_line_alone_chooses_nothing(desk: Desk) -> None:
    (letter,) = desk.write(DANA, "#notify all never")
    assert letter.to == DANA
    assert '"Notify" needs a mail that your domain authenticates' in letter.text
    assert desk.write(DANA, "#digest daily") == []
    assert told(desk.write(ANN, "All images are missing.")) == [ANN, DANA, EMIL]


def test_nobody_chooses_for_somebody_else_with_a_letter_passed_on(stage: Stage) -> None:
    desk = stage()
    desk.write(ANN, "All images are missing.")
    desk.reply(MALLORY, "#notify all never", letter=desk.last(DANA))
    assert told(desk.write(BOB, "The heating is off.")) == [BOB, DANA, EMIL]


def test_a_choice_in_a_mail_about_a_ticket_comes_with_its_receipt(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    receipt = next(
        one for one in desk.reply(DANA, "#notify comment daily\n#take", headers=authentic()) if one.to == DANA
    )
    assert "Comments: in one letter a day" in receipt.text
    assert "CT-1 is now with Dana." in receipt.text
    assert "the word undo" not in receipt.text
    assert told(desk.reply(ANN, "Since this morning.")) == [EMIL]


def test_reading_the_directory_again_undoes_no_choice_until_it_says_something_else(desk: Desk) -> None:
    desk.registers('name = "Dana"\n', 'name = "Dana"\nnotify = { comment = "daily" }\n')
    chooses(desk, "#notify comment hourly")
    desk.registers('name = "Gina"', 'name = "Gina G"')
    assert "Comments: in one letter an hour" in chooses(desk, "#notify")
    desk.registers('notify = { comment = "daily" }', 'notify = { comment = "never" }')
    assert "Comments: never" in chooses(desk, "#notify")
    desk.registers('notify = { comment = "never" }\n', "")
    assert "  All letters: at once\n" in chooses(desk, "#notify")


def test_customers_choose_too_and_hear_at_once_when_it_is_their_turn(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="[system acme-dam] Images")
    chooses(desk, "#notify all never", who=ANN)
    assert told(desk.reply(EMIL, "We look into it.", headers=authentic())) == []
    asked = desk.reply(EMIL, "to customer\n\nWhich browser is it?", headers=authentic())
    assert ANN in told(asked)
    assert ANN in told(desk.reply(ANN, "#close\n\nIt was ours.", letter=desk.last(ANN)))


def test_a_desk_may_let_nobody_do_without(stage: Stage, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text((files("workflows") / "several-parties.toml").read_text() + '\n[people]\nnever = ["merge"]\n')
    desk = stage(gateway=f'workflow = "{own}"', more=TRUST)
    assert "This desk lets nobody do without such letters" in chooses(desk, "#notify comment never")
    assert "This desk lets nobody do without such letters" in chooses(desk, "#notify all never")
    assert "Merged tickets: never" in chooses(desk, "#notify merge never")
    with pytest.raises(
        ConfigFaults, match=r"person\[1\].notify.comment cannot be never: the desk lets nobody do without"
    ):
        desk.registers('name = "Dana"\n', 'name = "Dana"\nnotify = { comment = "never" }\n')
