"""Mail-back: a command of a mail that proves too little waits until whoever it names confirms it."""

from datetime import timedelta

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import (
    ANN,
    BOB,
    DANA,
    EMIL,
    GINA,
    MALLORY,
    SUPPORT,
    WENDY,
    Desk,
    Post,
    exported,
    threading,
    token,
    told,
)

TAGGED = "[CT-1] Images"
SECRET = "The password is swordfish."


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann with Webhost; Ann, Dana, Emil and Wendy have letters about it."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    return desk


def forged(desk: Desk, writer: str = WENDY, command: str = "close", subject: str = TAGGED) -> list[Post]:
    """Somebody writes in another one's name, without any letter of ours."""
    return desk.write(writer, f"{command}\n\n{SECRET}", subject=subject, sender=MALLORY)


def challenges(desk: Desk, owner: str = WENDY) -> list[Post]:
    return [post for post in desk.mailboxes[owner] if post.subject.endswith("Was this you?")]


def untouched(desk: Desk) -> bool:
    return desk.status() == "on-partner" and desk.kinds().count("move") == 1


# One letter


def test_whoever_the_mail_names_is_asked_and_nothing_of_the_mail_is_repeated(case: Desk) -> None:
    """case 71: the letter names ticket and command, and nothing that the mail says."""
    assert told(forged(case)) == [DANA, EMIL, WENDY]
    (letter,) = challenges(case)
    assert "asks for this on CT-1: Close." in letter.text
    assert b"swordfish" not in letter.data
    assert b"mallory" not in letter.data.lower()
    named = f"{letter.message['In-Reply-To']} {letter.message['References']}".split()
    assert all(one.endswith("@desk.example>") for one in named)
    assert untouched(case)


def test_the_letter_offers_nothing_but_to_confirm(case: Desk) -> None:
    forged(case)
    assert "to customer" not in challenges(case)[0].text


def test_arguments_are_the_mails_own_words_and_are_not_repeated(case: Desk) -> None:
    forged(case, DANA, "#assign emil@desk.example")
    assert [b"emil" in letter.data for letter in challenges(case, DANA)] in ([], [False])


@pytest.mark.parametrize("words", ["Hello.", "#help", "#nonsense", "to customer\nclose"])
def test_nobody_is_asked_about_what_is_no_command_that_could_be_done(case: Desk, words: str) -> None:
    case.write(WENDY, words, subject=TAGGED, sender=MALLORY)
    assert challenges(case) == []


def test_nobody_is_asked_about_a_move_that_could_not_be_made(case: Desk) -> None:
    forged(case, WENDY, "#reopen")
    forged(case, GINA, "#close")
    forged(case, MALLORY, "#close")
    assert [challenges(case, one) for one in (WENDY, GINA, MALLORY)] == [[], [], []]


def test_somebody_elses_letter_asks_nobody(case: Desk) -> None:
    letters = case.reply(GINA, "#close", letter=case.last(WENDY))
    assert not [letter for letter in letters if letter.subject.endswith("Was this you?")]


def test_machines_ask_nobody(case: Desk) -> None:
    case.write(WENDY, "close", subject=TAGGED, headers={"Auto-Submitted": "auto-replied"})
    case.write(WENDY, "close", subject=TAGGED, sender="")
    assert challenges(case) == []


# Confirmed


@pytest.mark.parametrize("word", ["confirm", "Confirm.", "#confirm", "CONFIRM!\n\nYes, it was me."])
def test_the_word_does_what_was_asked_with_the_words_of_then(case: Desk, word: str) -> None:
    forged(case)
    case.reply(WENDY, word, letter=challenges(case)[0])
    assert case.status() == "closed"
    event = case.timeline()[-1]
    assert (event.kind, event.actor, event.text) == ("move", WENDY, SECRET)


def test_a_quoted_challenge_below_does_no_harm(case: Desk) -> None:
    forged(case)
    case.reply(WENDY, "confirm", letter=challenges(case)[0], quoting=True)
    assert case.status() == "closed"


@pytest.mark.parametrize("words", ["No!", "I do not confirm this.", "Hello.\n\nconfirm", "> confirm", "yes"])
def test_nothing_but_the_word_in_the_first_line_confirms(case: Desk, words: str) -> None:
    forged(case)
    case.reply(WENDY, words, letter=challenges(case)[0])
    assert case.status() != "closed"


def test_a_move_that_needs_words_has_those_of_the_mail(case: Desk) -> None:
    forged(case, command="to customer")
    case.reply(WENDY, "confirm", letter=challenges(case)[0])
    assert case.status() == "on-customer"
    assert SECRET in case.last(ANN).text


def test_what_was_attached_comes_with_the_words(case: Desk) -> None:
    case.write(WENDY, "to customer\n\nSee the log.", subject=TAGGED, attached="403 Forbidden")
    case.reply(WENDY, "confirm", letter=challenges(case)[0])
    event = case.timeline()[-1]
    assert (event.kind, event.attachments) == ("move", ("notes.txt",))
    assert "notes.txt" in case.last(ANN).text
    assert exported(case.reply(ANN, "#export"))["notes.txt"] == "403 Forbidden"


def test_it_counts_once(case: Desk) -> None:
    forged(case)
    letter = challenges(case)[0]
    case.reply(WENDY, "confirm", letter=letter)
    assert case.again() == []
    case.reply(ANN, "#reopen\n\nStill missing.")
    case.reply(WENDY, "confirm", letter=letter)
    assert case.status() == "new"
    assert "This was confirmed already" in case.last(WENDY).text


def test_it_counts_for_a_day(case: Desk) -> None:
    forged(case)
    case.moment += timedelta(hours=24, minutes=2)
    case.reply(WENDY, "confirm", letter=challenges(case)[0])
    assert untouched(case)
    assert "The 24 hours" in case.last(WENDY).text


def test_what_can_no_longer_be_done_is_not_done(case: Desk) -> None:
    forged(case)
    case.reply(DANA, "close")
    case.reply(WENDY, "confirm", letter=challenges(case)[0])
    assert case.kinds().count("move") == 2
    assert "cannot be done while the ticket is Closed" in case.last(WENDY).text


# By nobody else


@pytest.mark.parametrize("writer", [MALLORY, ANN, GINA, DANA])
def test_nobody_else_confirms(case: Desk, writer: str) -> None:
    forged(case)
    case.reply(writer, "confirm", letter=challenges(case)[0])
    assert untouched(case)


def test_without_the_letters_address_nothing_is_confirmed(case: Desk) -> None:
    forged(case)
    letter = challenges(case)[0]
    case.reply(WENDY, "confirm", letter=letter, to=SUPPORT)
    case.write(WENDY, "confirm", subject=TAGGED, headers={"In-Reply-To": "<x@y.example>"})
    case.reply(WENDY, "confirm", letter=case.mailboxes[WENDY][0])
    assert case.kinds().count("move") == 1


def test_a_machine_confirms_nothing(case: Desk) -> None:
    forged(case)
    letter = challenges(case)[0]
    for headers in ({"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Postern-Loop": "desk.example"}):
        case.reply(WENDY, "confirm", letter=letter, headers=headers)
    case.reply(WENDY, "confirm", letter=letter, sender="")
    assert case.kinds().count("move") == 1


def test_the_word_is_no_command_elsewhere(case: Desk) -> None:
    case.reply(WENDY, "confirm")
    assert (case.kinds()[-1], case.timeline()[-1].text) == ("comment", "confirm")


# Bounds


def test_somebody_has_one_open_for_each_ticket(case: Desk) -> None:
    for _ in range(2):
        forged(case)
    assert len(challenges(case)) == 1
    case.reply(WENDY, "confirm", letter=challenges(case)[0])
    case.reply(ANN, "#reopen\n\nStill missing.")
    forged(case)
    assert len(challenges(case)) == 2


def test_somebody_gets_three_a_day(case: Desk) -> None:
    for number in range(2, 6):
        case.write(ANN, f"Another matter, number {number}.", subject=f"Matter {number}")
        forged(case, DANA, "close", subject=f"[CT-{number}] Matter")
    assert len(challenges(case, DANA)) == 3
    case.moment += timedelta(hours=25)
    forged(case, DANA, "close", subject="[CT-5] Matter")
    assert len(challenges(case, DANA)) == 4


# Proof, but too little


def test_an_answer_without_the_address_may_be_confirmed_too(case: Desk) -> None:
    assert told(case.reply(WENDY, "to customer\n\nSince when?", to=SUPPORT)) == [WENDY]
    assert "needs the address of a letter that was written to you" in case.last(WENDY).text
    case.reply(WENDY, "confirm")
    assert case.status() == "on-customer"
    assert "Since when?" in case.last(ANN).text


def test_a_colleague_may_confirm_what_the_letter_of_another_did_not_allow(case: Desk) -> None:
    case.reply(BOB, "#close", letter=case.last(ANN))
    assert case.status() == "on-partner"
    case.reply(BOB, "confirm")
    assert case.status() == "closed"


def test_words_for_few_stay_with_those_few(case: Desk) -> None:
    case.reply(DANA, "#internal\n\nAnn owes us money.")
    case.reply(EMIL, "close\n\nShe has not paid.", to=SUPPORT, letter=case.last(EMIL))
    case.reply(EMIL, "confirm")
    assert case.status() == "closed"
    assert all("not paid" not in post.text for post in case.mailboxes[ANN])


def test_an_agent_whose_mail_nobody_vouches_for_confirms_by_mail(stage: Stage) -> None:
    desk = stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]')
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "close")
    assert "needs a mail that your domain authenticates" in desk.last(DANA).text
    stolen = token(desk.last(DANA))
    desk.reply(MALLORY, "confirm", letter=desk.last(DANA))
    assert desk.status() == "new"
    desk.reply(DANA, "confirm", letter=challenges(desk, DANA)[0])
    assert (desk.status(), len(stolen)) == ("closed", 31)


def test_two_confirmations_at_once_are_one_move(case: Desk) -> None:
    forged(case)
    letter = challenges(case)[0]
    case.resting = True
    case.reply(WENDY, "confirm", letter=letter)
    case.reply(WENDY, "confirm\n\nPlease.", letter=letter, headers=threading(letter))
    case.resting = False
    case.works()
    assert case.kinds().count("move") == 2
