"""Taking back what one just did, by a word in answer to the receipt."""

from datetime import timedelta

import pytest

from routing.events import Moved
from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, WENDY, Desk, Post, threading, told


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann; Dana has just passed it to the wrong partner."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nWhich version?")
    return desk


def receipt(desk: Desk, owner: str = DANA) -> Post:
    return next(post for post in reversed(desk.mailboxes[owner]) if "reply with the word undo" in post.text)


def test_a_receipt_says_how_to_take_back_what_it_confirms(case: Desk) -> None:
    text = " ".join(case.last(DANA).text.split())
    assert "To take this back, reply with the word undo within 10 minutes." in text
    assert "Letters that were sent cannot be recalled." in text


def test_a_move_is_undone_and_everyone_who_was_told_is_told(case: Desk) -> None:
    letters = case.reply(DANA, "undo")
    assert told(letters) == [DANA, WENDY]
    assert (case.status(), case.ticket().holder) == ("new", "operator")
    assert case.last(WENDY).headline == "Dana has taken back what we told you about CT-1 a moment ago."
    assert "It is New again" in case.last(DANA).text
    assert "undo within" not in case.last(DANA).text


def test_the_words_stay_and_are_marked(case: Desk) -> None:
    case.reply(DANA, "undo")
    event = case.timeline()[-1]
    assert isinstance(event, Moved)
    assert (event.verb, event.withdrawn) == ("undo", (2,))
    assert case.timeline()[1].text == "Which version?"
    case.reply(WENDY, "show", letter=case.last(WENDY))
    assert "(withdrawn)" in case.last(WENDY).text


def test_a_customer_undoes_a_close(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(ANN, "#close")
    assert told(desk.reply(ANN, "Undo!", letter=receipt(desk, ANN))) == [ANN, DANA, EMIL]
    assert desk.status() == "new"


def test_it_can_be_done_once(case: Desk) -> None:
    letter = receipt(case)
    case.reply(DANA, "undo", letter=letter)
    assert told(case.reply(DANA, "#undo", letter=letter)) == [DANA]
    assert "only once" in case.last(DANA).text
    assert case.kinds() == ["opened", "move", "move", "refusal"]


def test_the_same_mail_again_changes_nothing(case: Desk) -> None:
    case.reply(DANA, "undo")
    assert case.again() == []
    assert case.kinds() == ["opened", "move", "move"]


def test_it_can_be_done_for_ten_minutes(case: Desk) -> None:
    case.moment += timedelta(minutes=8)
    letter = receipt(case)
    case.moment += timedelta(minutes=2)
    assert told(case.reply(DANA, "undo", letter=letter)) == [DANA]
    assert "The 10 minutes in which this could be undone are over." in " ".join(case.last(DANA).text.split())
    assert case.status() == "on-partner"


def test_a_date_header_does_not_stop_the_clock(case: Desk) -> None:
    case.moment += timedelta(hours=2)
    case.reply(DANA, "undo", letter=receipt(case), headers={"Date": "Mon, 02 Mar 2026 09:03:00 +0000"})
    assert case.status() == "on-partner"


def test_what_others_built_on_it_stands(case: Desk) -> None:
    case.reply(WENDY, "Version 3.")
    case.reply(DANA, "undo", letter=receipt(case))
    assert "Something has happened on CT-1 since" in " ".join(case.last(DANA).text.split())
    assert case.status() == "new"
    assert case.timeline()[-2].text == "Version 3."


def test_nobody_can_stop_it_with_a_forged_mail(case: Desk) -> None:
    case.write(WENDY, "Version 3.", subject="[CT-1] Images")
    assert case.kinds()[-1] == "unverified"
    case.reply(DANA, "undo", letter=receipt(case))
    assert case.status() == "new"


def test_the_receipt_of_somebody_else_undoes_nothing(case: Desk) -> None:
    letter = receipt(case)
    for writer in (EMIL, ANN, BOB, WENDY, MALLORY):
        case.write(writer, "undo", to=letter.reply_to, headers=threading(letter))
        case.write(writer, "#undo", to=letter.reply_to, headers=threading(letter))
    assert case.status() == "on-partner"
    assert not any(isinstance(event, Moved) and event.withdrawn for event in case.timeline())


def test_a_receipt_named_by_its_message_id_alone_undoes_nothing(case: Desk) -> None:
    letter = receipt(case)
    case.write(DANA, "#undo", headers=threading(letter))
    assert case.status() == "on-partner"


def test_another_letter_is_no_receipt(case: Desk) -> None:
    opened = case.mailboxes[DANA][0]
    assert told(case.reply(DANA, "#undo", letter=opened)) == [DANA]
    assert "Only a receipt can be answered" in case.last(DANA).text
    assert case.status() == "on-partner"


def test_to_a_customer_the_bare_word_is_a_word_elsewhere(case: Desk) -> None:
    case.reply(ANN, "undo")
    assert case.timeline()[-1].text == "undo"


def test_several_commands_are_taken_back_together(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nWhich browser?")
    assert case.ticket().holder == "customer"
    letters = case.reply(DANA, "undo\n\nSorry, wrong party.\n\nDana")
    assert sorted(set(told(letters))) == [ANN, BOB, DANA]
    assert case.ticket().holder == "party:web-it-provider"
    assert case.timeline()[-1].text == "Sorry, wrong party.\n\nDana"
    assert case.kinds() == ["opened", "move", "move", "move"]


def test_two_at_once_undo_once(case: Desk) -> None:
    letter = receipt(case)
    case.write(DANA, "undo", to=letter.reply_to)
    case.write(DANA, "undo", to=letter.reply_to, headers={"X-Other": "1"})
    undone = [event for event in case.timeline() if isinstance(event, Moved) and event.withdrawn]
    assert len(undone) == 1
