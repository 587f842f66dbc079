"""Mail in masses, from senders that somebody made up: what we write has an end, what was written is kept."""

from datetime import timedelta

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, SUPPORT, Desk, told

STREET = "street.example"


def to_strangers(desk: Desk) -> int:
    return sum(len(letters) for to, letters in desk.mailboxes.items() if to.endswith(STREET))


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A desk that takes somebody who says the same four times for a machine."""
    return stage(more="[limits]\nalike = 4")


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "all at once"])
def test_forged_senders_get_as_many_answers_as_the_cap_says(stage: Stage, at_once: bool) -> None:
    """case 142: whether mails are decided one by one or by the batch, the answers to all of them have one bound."""
    desk = stage(more="[limits]\nanswers_to_strangers = 4")
    desk.resting = at_once
    for number in range(12):
        desk.write(f"victim{number}@{number}.{STREET}", "Buy pills!")
    desk.resting = False
    desk.works()
    assert to_strangers(desk) == 4
    assert len(desk.tickets()) == 12


def test_one_domain_does_not_get_the_answers_of_all(stage: Stage) -> None:
    """case 142: senders made up at one victim's domain have a bound of their own; others are answered still."""
    desk = stage(more="[limits]\nanswers_per_domain = 3")
    for number in range(5):
        desk.write(f"victim{number}@{STREET}", "Buy pills!")
    assert to_strangers(desk) == 3
    desk.write("someone@other.example", "Hello.")
    assert len(desk.mailboxes["someone@other.example"]) == 1


def test_many_forgers_of_one_ticket_do_not_bury_the_staff(desk: Desk) -> None:
    """cases 138 and 142: senders made up about one known ticket are set aside, kept, and told of only so often."""
    desk.write(ANN, "All images are missing.")
    before = len(desk.mailboxes[DANA])
    people = (ANN, BOB)
    desk.trusted = False
    for number in range(20):
        desk.write(
            people[number % 2], f"It is {chr(97 + number % 26)}{chr(97 + number // 26)}.", subject="[CT-1] Hello"
        )
    assert desk.kinds().count("unverified") == 20
    alarms = [post for post in desk.mailboxes[DANA] if "seems to answer" in post.headline]
    assert len(alarms) == 1
    assert alarms[0].headline == "Somebody seems to answer CT-1 by itself."
    assert len(desk.mailboxes[DANA]) - before == 15 + 1


def test_many_answers_of_a_machine_without_a_mark_stir_nobody(desk: Desk) -> None:
    """case 138: a machine answers the letter that closed its ticket again and again, a little different each time."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "close")
    letter, opened, letters = desk.last(ANN), 0, 0
    for number in range(40):
        sent = desk.reply(
            ANN, f"Thank you for message {number}; we are closed for the holidays, all is well.", letter=letter
        )
        letters += len(sent)
        opened += ANN in told(sent)
    assert opened <= 1
    assert letters <= 2 * 4
    assert desk.kinds().count("comment") == 40


def test_the_alarm_is_given_once_although_a_person_writes_in_between(desk: Desk) -> None:
    """case 138: an absence notice and its owner take turns: one alarm within the windows, then another."""
    away = "I am away until the end of the month; nobody reads this mailbox. Your number was {}."
    desk.write(ANN, "All images are missing.")
    letter = desk.last(ANN)
    for number in range(6):
        desk.reply(ANN, away.format(number), letter=letter)
        assert told(desk.reply(ANN, f"I found out that it is {'abcdef'[number]}.", letter=letter)) == [DANA, EMIL]
    alarms = [post for post in desk.mailboxes[DANA] if "seems to answer" in post.headline]
    assert len(alarms) == 1
    desk.moment += timedelta(hours=11)
    for number in range(4):
        desk.reply(ANN, away.format(number), letter=letter)
    assert len([post for post in desk.mailboxes[DANA] if "seems to answer" in post.headline]) == 2


@pytest.mark.parametrize(
    ("name", "mail"),
    [
        ("an unknown sender", f"From: <nobody@{STREET}>\r\nSubject: x\r\n\r\nHello.\r\n"),
        ("no From", "Subject: x\r\n\r\nHello.\r\n"),
        ("broken", "From: \r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n"),
        ("one of our own", f"From: <{SUPPORT}>\r\nSubject: x\r\n\r\nHello.\r\n"),
    ],
)
def test_what_fails_after_acceptance_is_shown_inside_and_bounced_to_nobody(stage: Stage, name: str, mail: str) -> None:
    """case 135: a mail that nobody can take further is held with its reason; its sender hears nothing of it."""
    desk = stage(address='unknown_senders = "hold"')
    victim = f"victim@{STREET}"
    assert desk.arrives(mail.encode(), victim, SUPPORT) == [], name
    (line,) = desk.inbox()
    assert (line.state, bool(line.reason)) == ("held", True)
    assert desk.mailboxes[victim] == []
