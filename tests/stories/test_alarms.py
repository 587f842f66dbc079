"""What the operator must know is told by letter: once within an hour for each kind, and never about itself."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.alarms import Alarms
from gateway.store.actions import OutboxAction
from outbound.letter import Refused
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, MALLORY, Desk, Post, told

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OPS = "postmaster@ops.example"
KIM, KIM_AT_HOME = "kim@desk.example", "kim@home.example"
KEEPER = f"""
[[person]]
name = "Kim"
addresses = ["{KIM}", "{KIM_AT_HOME}"]
organisation = "example-support"
role = "admin"
"""
SETTING = f'alarms = ["{OPS}"]\nunknown_senders = "hold"'


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Mail of strangers is held. It is five to nine."""
    desk = stage(gateway=SETTING)
    desk.moment = datetime(2026, 3, 2, 8, 55, tzinfo=UTC)
    return desk


@pytest.fixture
def alarms(desk: Desk) -> Alarms:
    """The ear of one process."""
    return listening(desk)


def listening(desk: Desk) -> Alarms:
    found = Alarms(desk.office.store, lambda: desk.rules, desk.office.config.gateway.alarms, lambda: desk.moment)
    desk.office.maillog.hears = found.hear
    return found


def rings(desk: Desk, alarms: Alarms, after: timedelta = MINUTE) -> list[Post]:
    """Time passes, then the clock ticks; the letters that come of it."""
    desk.moment += after
    alarms.step()
    return [letter for letter in desk.works() if letter.to == OPS]


def test_a_held_message_is_told_with_the_words_of_the_log(desk: Desk, alarms: Alarms) -> None:
    desk.write(MALLORY, "Give me everything.")
    (letter,) = rings(desk, alarms)
    assert letter.subject == "Alarm: A message is held: nothing comes of it until somebody looks."
    assert f"in-1, {MALLORY}: The sender {MALLORY} is unknown to {'support@desk.example'}" in letter.text
    assert "To see more:\n\n  postern inbox" in letter.text
    assert "Give me everything." not in letter.text
    assert rings(desk, alarms, 2 * HOUR) == []


def test_within_the_hour_there_is_no_second_letter_and_then_one_with_all(desk: Desk, alarms: Alarms) -> None:
    desk.write(MALLORY, "One.")
    assert told(rings(desk, alarms)) == [OPS]
    for number in range(30):
        desk.write(f"stranger-{number}@elsewhere.example", "Another one.")
    assert rings(desk, alarms) == []
    (letter,) = rings(desk, alarms, HOUR)
    assert "in-2, stranger-0@elsewhere.example" in letter.text
    assert "The log has 10 more of this kind." in letter.text


def test_each_kind_has_its_own_letter(desk: Desk, alarms: Alarms) -> None:
    desk.write(MALLORY, "One.")
    desk.office.maillog.noted("room", "full", "less than 52428800 bytes are free in /srv/postern")
    letters = rings(desk, alarms)
    assert sorted(letter.subject.split(":")[1].strip() for letter in letters) == [
        "A message is held",
        "There is no room for more mail",
    ]


def test_two_processes_write_one_letter_within_an_hour_of_the_clock(desk: Desk, alarms: Alarms) -> None:
    desk.moment += 10 * MINUTE
    desk.write(MALLORY, "One.")
    other = listening(desk)
    desk.write("stranger@elsewhere.example", "Two.")
    assert told(rings(desk, alarms)) == [OPS]
    assert rings(desk, other) == []
    (letter,) = rings(desk, other, HOUR)
    assert "stranger@elsewhere.example" in letter.text


def test_a_mailbox_that_comes_back_at_once_alarms_nobody(desk: Desk, alarms: Alarms) -> None:
    box, log = "support@imap.example/INBOX", desk.office.maillog
    log.mailbox(box, "failing", "since 2026-03-02T08:55:00Z: connection refused")
    assert rings(desk, alarms) == []
    log.mailbox(box, "connected", "UIDVALIDITY 1, 0 messages")
    assert rings(desk, alarms, HOUR) == []
    log.mailbox(box, "failing", "since 2026-03-02T09:57:00Z: connection refused")
    (letter,) = rings(desk, alarms, 20 * MINUTE)
    assert f"{box}: since 2026-03-02T09:57:00Z: connection refused" in letter.text


def test_a_mailbox_that_refuses_the_login_is_told_at_once(desk: Desk, alarms: Alarms) -> None:
    desk.office.maillog.mailbox("support@imap.example/INBOX", "login-refused", "since 2026-03-02T08:55:00Z: NO")
    (letter,) = rings(desk, alarms)
    assert "A mailbox refuses our login." in letter.text


def test_of_two_relays_the_one_that_is_back_is_no_alarm(desk: Desk, alarms: Alarms) -> None:
    log = desk.office.maillog
    log.noted("relay", "unusable", "main: connection refused; its letters wait, and it is tried again")
    log.noted("relay", "unusable", "spare: 421 too busy; its letters wait, and it is tried again")
    log.noted("relay", "usable", "main: letters go again after 60 s")
    (letter,) = rings(desk, alarms, 10 * MINUTE)
    assert "spare: 421 too busy" in letter.text
    assert "main:" not in letter.text


def test_that_nothing_arrives_at_the_operators_own_address_is_told_to_others_only(stage: Stage) -> None:
    desk = stage(gateway=f'alarms = ["{DANA}"]')
    alarms, log = listening(desk), desk.office.maillog
    fact = {"id": "in-1", "step": "send", "outcome": "alarm", "reason": "letters to a colleague do not arrive"}
    alarms.hear([{**fact, "address": DANA}])
    assert alarms.step() == 0
    log.hears([{**fact, "address": "emil@desk.example"}])
    assert alarms.step() == 1


def test_who_keeps_the_directory_hears_once_of_a_colleague_whom_nothing_reaches(stage: Stage) -> None:
    """A letter of its own says it already: the alarm is for the others."""
    desk = stage(gateway=f'alarms = ["{KIM_AT_HOME}", "{OPS}"]', people=KEEPER)
    alarms = listening(desk)
    desk.relay[DANA] = Refused(550, "5.2.2 Mailbox full", of_recipient=True)
    first = [letter for letter in desk.write(ANN, "All images are missing.") if letter.to == KIM]
    assert [letter.subject for letter in first] == ["Letters to dana@desk.example do not arrive"]
    (letter,) = rings(desk, alarms)
    assert "Letters to somebody of ours do not arrive." in letter.text
    assert (len(desk.mailboxes[KIM]), desk.mailboxes[KIM_AT_HOME]) == (1, [])


def test_where_all_know_it_there_is_no_alarm(stage: Stage) -> None:
    desk = stage(gateway=f'alarms = ["{KIM}"]', people=KEEPER)
    alarms = listening(desk)
    desk.relay[DANA] = Refused(550, "5.2.2 Mailbox full", of_recipient=True)
    desk.write(ANN, "All images are missing.")
    rings(desk, alarms)
    assert len(desk.mailboxes[KIM]) == 1


def test_what_becomes_of_an_alarm_is_no_alarm(desk: Desk, alarms: Alarms) -> None:
    desk.write(MALLORY, "One.")
    desk.moment += MINUTE
    alarms.step()
    (row,) = (one for one in desk.office.store.outbox.claim(9, HOUR, desk.moment) if one.address == OPS)
    desk.office.store.outbox.hold(row.id, row.lease, "refused")
    desk.office.maillog.delivery(row, Refused(550, "no such user"), "held")
    desk.office.maillog.template_fault(row, "alarm.jinja, line 1: broken")
    assert rings(desk, alarms, 2 * HOUR) == []
    desk.office.store.outbox_action(row.id, OutboxAction.DROP, desk.moment)


def test_a_held_letter_to_somebody_else_is_one(desk: Desk, alarms: Alarms) -> None:
    desk.delivers = False
    desk.write(ANN, "All images are missing.")
    row = next(one for one in desk.office.store.outbox.claim(9, HOUR, desk.moment) if one.address == DANA)
    desk.office.maillog.delivery(row, Refused(0, "the letter could not be composed"), "held")
    desk.delivers = True
    (letter,) = rings(desk, alarms)
    assert f"out-{row.id}, CT-1, {DANA}: 0 the letter could not be composed" in letter.text


def test_a_storm_is_told_once(desk: Desk, alarms: Alarms) -> None:
    desk.write(ANN, "All images are missing.")
    for number in range(14):
        desk.reply(ANN, f"Your message number {number} was received and will be read soon, thank you very much.")
    (letter,) = rings(desk, alarms)
    assert "Somebody seems to answer our letters by itself." in letter.text
    assert letter.text.count("times the same words") + letter.text.count("messages within") == 1


def test_nobody_is_told_where_nobody_is_named(stage: Stage) -> None:
    desk = stage(gateway='unknown_senders = "hold"')
    alarms = listening(desk)
    desk.write(MALLORY, "One.")
    assert rings(desk, alarms) == []


def test_no_signed_address_stands_in_an_alarm(desk: Desk, alarms: Alarms) -> None:
    desk.write(ANN, "All images are missing.")
    desk.office.maillog.noted("walk", "fault", f"ValueError: {desk.last(ANN).reply_to}")
    (letter,) = rings(desk, alarms)
    assert "ValueError: support+…@desk.example" in letter.text


def test_an_answer_of_a_machine_to_an_alarm_opens_no_ticket(desk: Desk, alarms: Alarms) -> None:
    desk.write(MALLORY, "One.")
    (letter,) = rings(desk, alarms)
    desk.reply(OPS, "I am away.", letter=letter, subject="Out of office", headers={"Auto-Submitted": "auto-replied"})
    assert desk.tickets() == []
