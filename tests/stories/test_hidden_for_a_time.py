"""A ticket that was internal for a time: what was said on it then stays among colleagues, whatever is asked later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, NIA, WENDY, Desk, Post, exported, told

OPENED = "All images are missing."
BEFORE = "Please look at the web server."
HIDDEN = "Between us: their bill is unpaid, so let them wait."
AFTER = "It is mended now."
ACTS = """
[acts]
visibility = ["operator"]
internal = ["operator"]
assign = ["operator"]
cc = ["operator"]
merge = ["operator"]
unmerge = ["operator"]
watch = ["customer", "partner", "operator"]
undo = ["customer", "partner", "operator"]

[told]
merge = ["requester", "watchers", "agents"]
visibility = ["agents"]
"""
OUTSIDERS = (ANN, BOB, WENDY, HUGO, GINA, NIA, MALLORY)


@pytest.fixture(params=[True, False], ids=["lanes", "shared"])
def desk(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> Desk:
    """Ann's ticket has gone to Wendy; Gina follows it."""
    found = lanes.opened(stage, tmp_path, lanes=bool(request.param), acts=ACTS)
    found.write(ANN, OPENED, subject="Images")
    found.reply(DANA, f"#cc {GINA}\nto web-it provider\n\n{BEFORE}")
    return found


def hides(desk: Desk) -> Post:
    """Dana hides the ticket, and something is said and attached on it; returns the letter that Emil has of it."""
    public = desk.last(DANA)
    desk.reply(DANA, "#visibility internal")
    desk.write(DANA, HIDDEN, to=public.reply_to, attached="bill: unpaid")
    desk.reply(EMIL, "#assign emil@desk.example\n\nI take care of that.", letter=desk.last(EMIL))
    return desk.last(EMIL)


def asks(desk: Desk, *people: str) -> Iterator[tuple[str, str]]:
    """What people are sent who ask for all that there is, each with all its letters."""
    for person in people:
        box = desk.mailboxes[person]
        letter = box[-1] if box else None
        for question in ("#show", "#export", "#list"):
            found = desk.reply(person, question, letter=letter) if letter else desk.write(person, question)
            if question == "#export" and found and found[0].headline.startswith("CT-1 is attached"):
                assert "bill: unpaid" not in exported(found).values()
        yield person, "\n".join(f"{post.message}\n{post.text}\n{post.html}" for post in desk.mailboxes[person])


def test_what_was_said_while_it_was_internal_is_never_shown_to_outsiders(desk: Desk) -> None:
    """case 158: for the operator's people alone, asked by whomever and whenever."""
    hides(desk)
    desk.reply(DANA, "#visibility public")
    for person, read in asks(desk, *OUTSIDERS):
        assert HIDDEN not in read, person
        assert "I take care of that." not in read, person
        assert "notes.txt" not in read, person
    desk.reply(EMIL, "#show", letter=desk.mailboxes[EMIL][0])
    assert HIDDEN in desk.last(EMIL).text


def test_what_was_said_before_and_after_is_shown_again(desk: Desk) -> None:
    hides(desk)
    desk.reply(DANA, "#visibility public")
    desk.reply(DANA, f"to customer\n\n{AFTER}")
    desk.reply(ANN, "#show", letter=desk.mailboxes[ANN][0])
    assert OPENED in desk.last(ANN).text
    assert AFTER in desk.last(ANN).text


def test_while_it_is_internal_outsiders_are_shown_nothing(desk: Desk) -> None:
    before = {person: len(desk.mailboxes[person]) for person in OUTSIDERS}
    hides(desk)
    list(asks(desk, *OUTSIDERS))
    for person in OUTSIDERS:
        for post in desk.mailboxes[person][before[person] :]:
            assert HIDDEN not in post.text
            assert OPENED not in post.text
            assert "CT-1 as it stands" not in post.text


def test_words_beside_the_command_are_said_after_it(desk: Desk) -> None:
    public = desk.last(DANA)
    assert told(desk.reply(DANA, f"#visibility internal\n\n{HIDDEN}", letter=public)) == [DANA, EMIL]
    assert desk.timeline()[-1].audience == "internal"
    assert ANN in told(desk.reply(DANA, f"#visibility public\nto customer\n\n{AFTER}", letter=desk.last(DANA)))
    assert AFTER in desk.last(ANN).text


def test_an_answer_to_what_was_said_among_colleagues_stays_there(desk: Desk) -> None:
    letter = hides(desk)
    desk.reply(DANA, "#visibility public")
    assert not set(told(desk.reply(EMIL, "They have paid now.", letter=letter))) & set(OUTSIDERS)
    assert desk.timeline()[-1].audience == "internal"


def test_a_partner_who_comes_later_reads_nothing_of_it(desk: Desk) -> None:
    hides(desk)
    desk.reply(DANA, "#visibility public")
    desk.reply(DANA, "to 2nd level provider\n\nPlease look at it.")
    for _, read in asks(desk, HUGO):
        assert "Please look at it." in read
        assert HIDDEN not in read


def test_a_follower_who_comes_later_reads_nothing_of_it(desk: Desk) -> None:
    hides(desk)
    desk.reply(DANA, f"#visibility public\n#cc {NIA}")
    for _, read in asks(desk, NIA):
        assert HIDDEN not in read


def test_a_hidden_ticket_that_is_merged_tells_its_words_to_nobody(desk: Desk) -> None:
    """case 163: neither as a part of one that others read nor when it stands by itself again."""
    hides(desk)
    desk.write(ANN, "The shop is slow.", subject="Shop")
    desk.reply(DANA, "This, too.")
    desk.reply(DANA, "#merge CT-1")
    assert desk.ticket("CT-2").merged == ("CT-1",)
    for person, read in asks(desk, *OUTSIDERS):
        assert HIDDEN not in read, person
    desk.reply(DANA, "#unmerge")
    for person, read in asks(desk, *OUTSIDERS):
        assert HIDDEN not in read, person


def test_a_ticket_that_is_merged_into_a_hidden_one_is_hidden_with_it(desk: Desk) -> None:
    letter = hides(desk)
    desk.write(ANN, "The shop is slow.", subject="Shop")
    desk.reply(DANA, "This, too.")
    before = {person: len(desk.mailboxes[person]) for person in OUTSIDERS}
    desk.reply(EMIL, "#merge CT-2", letter=letter)
    assert desk.ticket().merged == ("CT-2",)
    list(asks(desk, *OUTSIDERS))
    for person in OUTSIDERS:
        assert not any(HIDDEN in post.text for post in desk.mailboxes[person][before[person] :])


def test_undo_of_the_showing_hides_it_again_and_tells_nothing(desk: Desk) -> None:
    hides(desk)
    desk.reply(DANA, f"#visibility public\nto customer\n\n{AFTER}")
    desk.reply(DANA, "undo")
    assert desk.ticket().visibility == "internal"
    for _, read in asks(desk, *OUTSIDERS):
        assert HIDDEN not in read


def test_undo_of_the_hiding_tells_nothing_of_the_words_beside_it(desk: Desk) -> None:
    desk.reply(DANA, f"#visibility internal\n\n{HIDDEN}")
    desk.reply(DANA, "undo")
    assert desk.ticket().visibility == "public"
    for person, read in asks(desk, *OUTSIDERS):
        assert HIDDEN not in read, person


def test_words_of_the_hidden_time_that_are_pasted_are_held_back(desk: Desk) -> None:
    long = "Between us: their bill of the second of January is unpaid, so let all of them wait for another week."
    letter = desk.last(DANA)
    desk.reply(DANA, "#visibility internal")
    desk.reply(EMIL, long, letter=desk.last(EMIL))
    desk.reply(DANA, "#visibility public", letter=letter)
    desk.reply(DANA, f"to customer\n\nThey say: {long}", letter=letter)
    assert all(long not in post.text for post in desk.mailboxes[ANN])
