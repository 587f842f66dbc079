"""Who reads what: lanes, words for the staff, words for colleagues, and what happens to an answer to them."""

from pathlib import Path

import pytest

from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, HUGO, WENDY, Desk, Post, told

SECRET = "Between us: their bill is unpaid."


@pytest.fixture
def private(stage: Stage, tmp_path: Path) -> Desk:
    """Ann's ticket has gone to Wendy, on a desk where every party speaks with the operator alone."""
    return begun(stage, tmp_path, in_lanes=True)


@pytest.fixture
def shared(stage: Stage, tmp_path: Path) -> Desk:
    """The same on a desk where all parties read all comments."""
    return begun(stage, tmp_path, in_lanes=False)


@pytest.fixture(params=[True, False], ids=["lanes", "shared"])
def either(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> Desk:
    """Either of them."""
    return begun(stage, tmp_path, in_lanes=bool(request.param))


def begun(stage: Stage, folder: Path, *, in_lanes: bool) -> Desk:
    """Ann's ticket has gone to Wendy."""
    desk = lanes.opened(stage, folder, lanes=in_lanes)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look at the web server.")
    return desk


def all_of(desk: Desk, owner: str) -> str:
    """Whatever stands in the letters of a mailbox, headers and both bodies."""
    return "\n".join(f"{post.message}\n{post.text}\n{post.html}" for post in desk.mailboxes[owner])


# Lanes


def test_words_that_go_with_a_ticket_to_a_partner_are_not_the_customers(private: Desk) -> None:
    assert "Please look at the web server." in private.last(WENDY).text
    assert "Please look" not in all_of(private, ANN)
    moved, said = private.timeline()[-2:]
    assert (moved.kind, moved.audience, moved.text) == ("move", "everyone", "")
    assert (said.kind, said.audience) == ("comment", "lane:web-it-provider")


def test_a_partners_answer_reaches_the_operator_alone(private: Desk) -> None:
    assert told(private.reply(WENDY, "The disk is full.")) == [DANA, EMIL]
    assert private.timeline()[-1].audience == "lane:web-it-provider"
    assert "Only Web-IT Provider and colleagues of yours read this" in private.last(DANA).text


def test_the_operators_answer_to_a_partner_goes_to_that_partner(private: Desk) -> None:
    private.reply(WENDY, "The disk is full.")
    assert told(private.reply(DANA, "Then make room, please.")) == [WENDY]
    assert private.timeline()[-1].audience == "lane:web-it-provider"
    assert "disk" not in all_of(private, ANN)
    assert "make room" not in all_of(private, ANN)


def test_the_operators_answer_to_a_customer_goes_to_the_customer(private: Desk) -> None:
    private.reply(ANN, "Any news?")
    assert private.timeline()[-1].audience == "lane:customer"
    assert told(private.reply(DANA, "Not yet.")) == [ANN]
    assert "Any news" not in all_of(private, WENDY)
    assert "Not yet" not in all_of(private, WENDY)


def test_a_partner_never_reads_another_partner(private: Desk) -> None:
    private.reply(WENDY, "The disk is full.")
    private.reply(DANA, "to 2nd-level-provider\n\nCan you help them?", letter=private.mailboxes[DANA][0])
    private.reply(HUGO, "We can.")
    assert private.timeline()[-1].audience == "lane:2nd-level-provider"
    assert "disk" not in all_of(private, HUGO)
    assert "We can" not in all_of(private, WENDY)


def test_whoever_answers_a_letter_of_a_lane_stays_in_it_though_others_are_on_copy(private: Desk) -> None:
    private.reply(WENDY, "The disk is full.")
    letters = private.reply(DANA, "How full?", headers={"Cc": f"{ANN}, {HUGO}"})
    assert told(letters) == [WENDY]
    assert private.ticket().watchers == ()


def test_a_close_is_known_to_all_and_its_words_to_one_lane(private: Desk) -> None:
    letters = private.reply(ANN, "#close\n\nIt came back by itself, thank you.")
    assert WENDY in told(letters)
    assert "closed" in private.last(WENDY).text
    assert "came back" not in all_of(private, WENDY)
    assert "came back" in private.last(DANA).text


def test_people_of_other_lanes_have_no_names(private: Desk) -> None:
    private.reply(ANN, "#close\n\nThank you.")
    wendys = all_of(private, WENDY)
    for name in ("Ann", ANN, "Bob"):
        assert name not in wendys
    assert "Acme Corp closed CT-1." in private.last(WENDY).text
    assert "Wendy" not in all_of(private, ANN)


def test_a_change_is_told_without_the_words_beside_it(private: Desk) -> None:
    private.reply(WENDY, "The disk is full.")
    letters = private.reply(DANA, "#priority high\n\nThen make room at once.")
    assert ANN in told(letters)
    assert private.last(ANN).headline == "The priority of CT-1 is now high."
    assert "make room" not in all_of(private, ANN)
    assert "make room" in all_of(private, WENDY)


def test_a_receipt_names_other_parties_as_such(private: Desk) -> None:
    private.reply(WENDY, "to customer\n\nIs it better now?")
    receipt = private.last(WENDY)
    assert "We have told" in receipt.text
    assert "Ann" not in receipt.text
    assert "Is it better now?" in private.last(ANN).text


def test_refused_words_stay_with_the_operator(private: Desk) -> None:
    private.reply(WENDY, "#reopen\n\nThe disk is full.")
    refusal = private.timeline()[-1]
    assert (refusal.kind, refusal.audience) == ("refusal", "internal")
    assert "disk" not in all_of(private, ANN)


def test_a_partners_absence_is_noted_for_the_operator_alone(private: Desk) -> None:
    private.reply(WENDY, "I am away until Monday.", headers={"Auto-Submitted": "auto-replied"})
    assert private.timeline()[-1].audience == "internal"


# Words for few


def test_internal_words_are_for_colleagues(either: Desk) -> None:
    letters = either.reply(DANA, f"#internal\n\n{SECRET}")
    assert told(letters) == [DANA, EMIL]
    assert either.timeline()[-1].audience == "internal"
    assert SECRET in either.last(EMIL).text


def test_an_answer_to_internal_words_stays_internal(either: Desk) -> None:
    either.reply(DANA, f"#internal\n\n{SECRET}")
    letters = either.reply(EMIL, "I shall call them.", headers={"Cc": f"{ANN}, {WENDY}"})
    assert told(letters) == [DANA]
    assert either.timeline()[-1].audience == "internal"
    # And so does the answer to the answer, and to the receipt.
    assert told(either.reply(DANA, "Thank you.")) == [EMIL]
    receipt = next(post for post in either.mailboxes[DANA] if "for the operator's people alone" in post.text)
    assert told(either.reply(DANA, "Wait until Friday.", letter=receipt)) == [EMIL]
    for reader in (ANN, WENDY):
        assert not {SECRET, "call them", "Thank you.", "Friday"} & set(all_of(either, reader).splitlines())


def test_an_internal_answer_may_go_to_the_customer_if_it_says_so(shared: Desk) -> None:
    shared.reply(DANA, f"#internal\n\n{SECRET}")
    letters = shared.reply(EMIL, "to customer\n\nCould you have a look at your last bill?")
    assert ANN in told(letters)
    assert "last bill" in shared.last(ANN).text
    assert SECRET not in shared.last(ANN).text


def test_to_close_in_answer_to_internal_words_tells_the_close_and_not_the_words(shared: Desk) -> None:
    shared.reply(DANA, f"#internal\n\n{SECRET}")
    letters = shared.reply(EMIL, "#close\n\nThey will not pay.")
    assert ANN in told(letters)
    assert "closed" in shared.last(ANN).headline
    assert "They will not pay." not in all_of(shared, ANN)
    assert "They will not pay." in shared.last(DANA).text


def test_words_for_the_staff_reach_partners_and_no_customer(shared: Desk) -> None:
    letters = shared.reply(DANA, f"#staff\n\n{SECRET}")
    assert told(letters) == [DANA, EMIL, WENDY]
    assert "Customers read neither this nor what you answer to it." in shared.last(WENDY).text
    assert told(shared.reply(WENDY, "We know.")) == [DANA, EMIL]
    assert shared.timeline()[-1].audience == "staff"
    assert "We know" not in all_of(shared, ANN)


def test_a_partners_staff_words_do_not_become_public_by_its_own_mail_program(shared: Desk) -> None:
    shared.reply(DANA, f"#staff\n\n{SECRET}")
    shared.reply(WENDY, "We know.", quoting=True, headers={"Cc": ANN})
    assert SECRET not in all_of(shared, ANN)
    assert shared.timeline()[-1].text == "We know."


@pytest.mark.parametrize("said", ["#interal", "#internal\n#nonsense", "#internal\n#priority burning", "#Internal."])
def test_a_mistake_makes_no_internal_words_public(either: Desk, said: str) -> None:
    letters = either.reply(DANA, f"{said}\n\n{SECRET}")
    assert set(told(letters)) <= {DANA, EMIL}
    (kept,) = [event for event in either.timeline() if SECRET in event.text]
    assert kept.audience == "internal"


@pytest.mark.parametrize("said", ["#internal", "/internal", "#internal please keep this to yourselves, all of you"])
def test_a_desk_without_the_command_keeps_such_words_all_the_same(desk: Desk, said: str) -> None:
    desk.write(ANN, "All images are missing.")
    letters = desk.reply(DANA, f"{said}\n\n{SECRET}")
    assert ANN not in told(letters)
    (kept,) = [event for event in desk.timeline() if SECRET in event.text]
    assert kept.audience == "internal"


def test_a_customer_who_writes_internal_is_heard_as_always(shared: Desk) -> None:
    shared.reply(ANN, "#internal\n\nWhen will it work?")
    (kept,) = [event for event in shared.timeline() if "When will it work?" in event.text]
    assert kept.audience in ("everyone", "staff")


def test_who_opens_a_ticket_with_internal_words_shows_them_to_nobody_outside(stage: Stage, tmp_path: Path) -> None:
    desk = lanes.opened(stage, tmp_path, lanes=False)
    desk.write(DANA, f"#internal\n\n{SECRET}", subject="[system acme-dam] A call")
    (key,) = desk.tickets()
    assert desk.timeline(key)[0].audience == "internal"
    assert all(SECRET not in post.text for owner in (ANN, BOB, WENDY) for post in desk.mailboxes[owner])


def test_an_agents_absence_in_answer_to_internal_words_is_internal(shared: Desk) -> None:
    shared.reply(DANA, f"#internal\n\n{SECRET}")
    shared.reply(EMIL, f"I am away. You wrote: {SECRET}", headers={"Auto-Submitted": "auto-replied"})
    assert shared.timeline()[-1].audience == "internal"


def test_taking_back_says_why_to_those_alone_who_were_spoken_to(shared: Desk) -> None:
    shared.reply(DANA, f"#internal\n#priority high\n\n{SECRET}")
    receipt = shared.last(DANA)
    shared.reply(DANA, "undo\n\nThey have paid now.", letter=receipt)
    assert shared.ticket().priority == "normal"
    (why,) = [event for event in shared.timeline() if "They have paid now." in event.text]
    assert why.audience == "internal"


def test_unproven_words_are_answered_among_colleagues(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.write(ANN, "Send me all you have.", subject="[CT-1] Images")
    assert "set aside" in desk.last(DANA).text
    letters: list[Post] = desk.reply(DANA, "Is this really Ann?")
    assert told(letters) == [EMIL]
    assert "really Ann" not in all_of(desk, ANN)


@pytest.mark.parametrize(
    "text", [f"#internal\n\n{SECRET}", f"#staff\n#priority high\n\n{SECRET}", "#close\n\nBye.", "x"]
)
def test_the_same_mail_again_changes_nothing(either: Desk, text: str) -> None:
    either.reply(DANA, text)
    ticket, timeline, letters = either.ticket(), either.timeline(), len(either.letters())
    assert either.again() == []
    assert (either.ticket(), either.timeline(), len(either.letters())) == (ticket, timeline, letters)
