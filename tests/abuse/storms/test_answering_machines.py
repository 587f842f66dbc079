"""Machines that answer, lists that contain us, and senders that do not exist: what we write to them has an end."""

from datetime import timedelta

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, SUPPORT, Desk, told

AWAY = "Hello, this mailbox is read on Mondays only. Your message number {} is kept."


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A desk that takes somebody who says the same four times for a machine."""
    return stage(more="[limits]\nalike = 4")


def test_an_answering_machine_is_heard_three_times_and_the_operator_is_told_once(desk: Desk) -> None:
    """case 138: a machine without any header answers each letter: kept, not told, not answered, nothing reopened."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "We look into it.")
    letter = desk.last(ANN)
    heard = [bool(told(desk.reply(ANN, AWAY.format(number), letter=letter))) for number in range(3)]
    assert heard == [True] * 3
    assert told(desk.reply(ANN, AWAY.format(3), letter=letter)) == [DANA, EMIL]
    assert desk.last(DANA).headline == "Ann seems to answer CT-1 by itself."
    desk.reply(DANA, "close")
    for number in range(4, 30):
        assert desk.reply(ANN, AWAY.format(number), letter=letter) == []
    assert desk.status() == "closed"
    assert desk.kinds().count("comment") == 31
    desk.moment += timedelta(hours=10)
    desk.reply(ANN, "It is broken again.", letter=letter)
    assert desk.status() == "new"


def test_a_quick_exchange_of_people_is_no_storm(desk: Desk) -> None:
    """case 138: fourteen messages of one in half an hour, each with something new to say, reach everybody."""
    desk.write(ANN, "All images are missing.")
    for number in range(14):
        assert told(desk.reply(ANN, f"It is image {'abcdefghijklmn'[number]}.")) == [DANA, EMIL]
        assert ANN in told(desk.reply(DANA, f"And {'abcdefghijklmn'[number]}?"))


def test_a_machine_that_answers_our_acknowledgement_gets_no_second_one(desk: Desk) -> None:
    """cases 137 and 138, P50 (osTicket #1041, odoo #66329): a stranger's machine answers the acknowledgement."""
    desk.write(MALLORY, "I am not here.")
    assert len(desk.mailboxes[MALLORY]) == 1
    for _ in range(20):
        desk.reply(MALLORY, "I am not here.", letter=desk.mailboxes[MALLORY][0])
    assert len(desk.mailboxes[MALLORY]) == 1
    assert desk.tickets() == ["CT-1"]


def test_each_stranger_gets_five_answers_an_hour_and_all_together_so_many(stage: Stage) -> None:
    """case 142, P3 (Zendesk mail bombs, 2025): forged senders cannot make us write to victims without end."""
    desk = stage(more="[limits]\nanswers_to_strangers = 12")
    desk.trusted = False
    for _ in range(8):
        desk.write("victim@street.example", "Buy pills at pills.example!", subject="PILLS")
    assert len(desk.mailboxes["victim@street.example"]) == 5
    for number in range(15):
        desk.write(f"victim{number}@street.example", "Buy pills!")
    assert sum(len(letters) for to, letters in desk.mailboxes.items() if "street" in to) == 12
    assert len(desk.tickets()) == 23
    said = [
        post.text + post.html + post.subject for to, box in desk.mailboxes.items() if "street" in to for post in box
    ]
    assert not any("pills" in text.lower() for text in said)
    desk.moment += timedelta(hours=1)
    assert told(desk.write("victim@street.example", "Is anybody there?"))[0] == DANA
    assert len(desk.mailboxes["victim@street.example"]) == 6


def test_a_capital_letter_makes_no_other_victim(desk: Desk) -> None:
    """case 142: the same mailbox in another spelling has had its answers."""
    for address in ("Victim", "vIctim", "viCtim", "vicTim", "victIm", "victiM", "victim"):
        desk.write(f"{address}@street.example", "Hello.")
    assert sum(len(letters) for to, letters in desk.mailboxes.items() if "street" in to) == 5


def test_the_acknowledgement_is_the_same_for_everybody(desk: Desk) -> None:
    """case 143: it says nothing of who exists, of versions, or of rules."""
    texts = set()
    for writer in (MALLORY, "nobody@street.example"):
        desk.write(writer, "Hello.", subject=f"I am {writer}")
        texts.add(desk.last(writer).text.replace("CT-1", "CT-N").replace("CT-2", "CT-N"))
    assert len(texts) == 1
    assert "Postern" not in texts.pop()


def test_the_twenty_first_ticket_of_a_stranger_waits_for_a_human(stage: Stage) -> None:
    """case 142: new tickets of one sender are bounded, too; nothing is lost."""
    desk = stage(more="[limits]\ntickets_per_stranger = 3")
    desk.trusted = False
    for _ in range(4):
        desk.write(MALLORY, "Hello.")
    (held,) = [line for line in desk.inbox() if line.state == "held"]
    assert "has opened 3 tickets within the hour; replay it" in (held.reason or "")
    desk.moment += timedelta(hours=1)
    desk.replays(held)
    assert len(desk.tickets()) == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("auto-submitted", "AUTO-GENERATED (vacation)"),
        ("Precedence", "bulk"),
        ("Precedence", "list"),
        ("Precedence", "junk"),
        ("Precedence", "auto_reply"),
        ("List-Id", "<all.street.example>"),
        ("List-Unsubscribe", "<mailto:off@street.example>"),
        ("X-Autoreply", "yes"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Loop", "somebody"),
        ("Feedback-ID", "1:news:street"),
        ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="x"'),
    ],
)
def test_mail_of_machines_is_not_answered(desk: Desk, field: str, value: str) -> None:
    """case 136, P21 (Zammad #731): whatever marks a mail as a machine's or a list's, it gets no answer of ours.

    X-Auto-Response-Suppress asks machines not to answer: it does not say that the mail is one's (and yet we obey).
    """
    raw = f"From: <{MALLORY}>\r\nSubject: News\r\nMessage-ID: <n@street.example>\r\n{field}: {value}\r\n\r\nNews!\r\n"
    desk.arrives(raw.encode(), MALLORY, SUPPORT)
    assert desk.mailboxes[MALLORY] == []


def test_the_null_sender_and_the_mailer_daemon_are_not_answered(desk: Desk) -> None:
    """case 136: what came from <> is never answered."""
    desk.write(MALLORY, "Hello.", sender="")
    desk.write("mailer-daemon@street.example", "Something could not be delivered.")
    assert desk.mailboxes[MALLORY] == []
    assert desk.mailboxes["mailer-daemon@street.example"] == []


def test_a_list_that_contains_us_hears_nothing_of_us(desk: Desk) -> None:
    """case 136: mail of a list opens a ticket at most, and the list gets no letter."""
    listed = {"List-Id": "<all.acme.example>", "Precedence": "list"}
    desk.write(ANN, "Hello all.", headers=listed | {"To": "all@acme.example"})
    assert desk.mailboxes["all@acme.example"] == []
    assert ANN not in desk.mailboxes or desk.mailboxes[ANN] == []


def test_an_address_of_ours_is_never_written_to(desk: Desk) -> None:
    """case 155, P21 (Zammad #1131): no letter goes to an inbound address of ours, whoever claims to be it."""
    desk.write(ANN, "All images are missing.", headers={"Cc": f"{SUPPORT}, {BOB}"})
    desk.write(SUPPORT, "I am you.")
    desk.reply(DANA, "#cc " + SUPPORT)
    assert desk.mailboxes[SUPPORT] == []


def test_forged_mails_do_not_silence_the_one_they_name(desk: Desk) -> None:
    """case 138: a storm of mails in Ann's name, which prove nothing, leaves Ann's own mails alone."""
    desk.write(ANN, "All images are missing.", subject="Images")
    for number in range(30):
        desk.write(ANN, f"Nonsense of the sort {number}.", subject="[CT-1] Images", sender=MALLORY)
    assert told(desk.reply(ANN, "It is the logo, too.", letter=desk.mailboxes[ANN][0])) == [DANA, EMIL]


def test_an_agent_who_passes_tickets_on_with_the_same_words_is_no_machine(desk: Desk) -> None:
    """case 138: commands are not what machines send."""
    desk.write(ANN, "All images are missing.")
    for number in range(6):
        assert ANN in told(desk.reply(DANA, "to customer\n\nPlease have a look at this, dear colleagues."))
        desk.reply(ANN, f"I did {'abcdef'[number]}, again.")
