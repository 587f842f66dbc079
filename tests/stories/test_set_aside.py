"""Words that were set aside: the staff lets them stand, or invites whoever wrote them."""

import pytest

from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, MALLORY, WENDY, Desk, exported, told

TAGGED = "[CT-1] Images"


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann with Webhost."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    return desk


def test_the_staff_lets_the_words_of_a_party_stand(case: Desk) -> None:
    case.write(WENDY, "The certificate had expired.", subject=TAGGED)
    assert "#approve" in case.last(DANA).text
    case.reply(DANA, "#approve")
    event = case.timeline()[-1]
    assert (event.kind, event.actor, event.text) == ("comment", WENDY, "The certificate had expired.")
    assert "now stands on CT-1" in case.last(DANA).text
    assert case.last(EMIL).headline == "Wendy wrote on CT-1."
    assert case.status() == "on-partner"


def test_commands_among_them_are_not_run(case: Desk) -> None:
    case.write(WENDY, "close\n\nIt is done.", subject=TAGGED)
    case.reply(DANA, "#approve")
    assert (case.status(), case.kinds()[-1]) == ("on-partner", "comment")


def test_what_was_attached_to_them_stands_with_them(case: Desk) -> None:
    case.write(WENDY, "See the log.", subject=TAGGED, attached="403 Forbidden")
    case.reply(DANA, "#approve")
    assert case.timeline()[-1].attachments == ("notes.txt",)
    assert "notes.txt" in case.last(EMIL).text
    assert exported(case.reply(DANA, "#export"))["notes.txt"] == "403 Forbidden"


def test_the_same_words_twice_are_two_messages(case: Desk) -> None:
    for _ in range(2):
        case.write(WENDY, "It is done.", subject=TAGGED)
    for letter in case.mailboxes[DANA][-2:]:
        case.reply(DANA, "#approve", letter=letter)
    assert case.kinds().count("comment") == 2


def test_words_stand_once(case: Desk) -> None:
    case.write(WENDY, "It is done.", subject=TAGGED)
    letter = case.last(DANA)
    case.reply(DANA, "#approve", letter=letter)
    case.reply(DANA, "#approve", letter=letter)
    case.reply(EMIL, "#approve", letter=case.mailboxes[EMIL][-2])
    assert case.kinds().count("comment") == 1
    assert "each can be approved once" in case.last(DANA).text


def test_only_the_letter_that_told_of_them_says_which(case: Desk) -> None:
    case.write(WENDY, "It is done.", subject=TAGGED)
    case.reply(DANA, "#approve", letter=case.mailboxes[DANA][0])
    assert "comment" not in case.kinds()


@pytest.mark.parametrize("writer", [ANN, WENDY, MALLORY])
def test_nobody_else_lets_words_stand(case: Desk, writer: str) -> None:
    case.write(ANN, "It is done.", subject=TAGGED, sender=MALLORY)
    case.reply(writer, "#approve", letter=case.last(DANA))
    assert "comment" not in case.kinds()
    if writer != MALLORY:
        case.reply(writer, "#approve", letter=case.mailboxes[writer][0])
    assert "It is done." not in [event.text for event in case.timeline() if event.kind == "comment"]


def test_a_stranger_with_a_forwarded_letter_is_invited(case: Desk) -> None:
    case.reply(MALLORY, "I can help with that.", letter=case.last(ANN))
    assert "#invite" in case.last(DANA).text
    assert "#approve" not in case.last(DANA).text
    letters = case.reply(DANA, "#invite")
    assert told(letters) == [DANA, MALLORY]
    assert case.ticket().watchers == (MALLORY,)
    assert "You now take part in CT-1" in case.last(MALLORY).text
    assert "missing" not in case.last(MALLORY).text
    case.reply(MALLORY, "I can help with that.")
    assert (case.kinds()[-1], case.timeline()[-1].actor) == ("comment", MALLORY)


def test_a_stranger_is_not_let_stand_uninvited(case: Desk) -> None:
    case.reply(GINA, "I can help with that.", letter=case.last(ANN))
    case.reply(DANA, "#approve")
    assert "write #invite first" in case.last(DANA).text
    assert "comment" not in case.kinds()


def test_who_takes_part_is_not_invited(case: Desk) -> None:
    case.write(BOB, "Me too.", subject=TAGGED)
    case.reply(DANA, "#invite")
    assert case.ticket().watchers == ()
    assert "takes part in CT-1 already" in case.last(DANA).text


def test_an_address_that_can_be_read_in_two_ways_can_be_invited_by_nobody(case: Desk) -> None:
    to = case.last(ANN).reply_to
    raw = f"From: Ann <{ANN}>, <{MALLORY}>\nTo: {to}\nSubject: Re: Images\nMessage-ID: <x@y.example>\n\nHello.\n"
    case.arrives(raw.replace("\n", "\r\n").encode(), MALLORY, to)
    assert case.kinds()[-1] == "unverified"
    case.reply(DANA, "#invite")
    assert case.ticket().watchers == ()
