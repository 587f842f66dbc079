"""Desk 004, field service: a draft until its questions are answered, offered to employees, done, rated, closed."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, GINA, Desk, told
from tests.stories.together import waits, walk_together

ADA = "ada@desk.example"
MONA = "mona@desk.example"
TINA = "tina@desk.example"
TOM = "tom@desk.example"
EMPLOYEES = [ADA, MONA, TINA, TOM]
WHOLE = "It leaks.\n\nFault: oil below the drum"


def begun(desk: Desk) -> None:
    """Gina's ticket is complete and offered."""
    desk.write(GINA, WHOLE, subject="Mixer")


def taken(desk: Desk) -> None:
    """Tina has taken it."""
    begun(desk)
    desk.reply(TINA, "#take")


def test_a_ticket_is_a_draft_until_all_questions_are_answered(desk: Desk) -> None:
    """004, creation: step by step; before that no offer goes out."""
    assert told(desk.write(ANN, "It stands still.", subject="Press")) == [ANN]
    assert (desk.status(), desk.ticket().missing) == ("draft", ("system", "fault"))
    assert "Machine: Which machine is it? (Press 7, Press 9)" in desk.last(ANN).text
    assert told(desk.reply(ANN, "Machine: Press 9")) == [ANN]
    assert (desk.status(), desk.ticket().system) == ("draft", "press-9")
    letters = desk.reply(ANN, "Fault: it does not start")
    assert told(letters) == sorted([ANN, *EMPLOYEES])
    assert (desk.status(), desk.ticket().missing, desk.ticket().answers) == ("open", (), ("fault: it does not start",))
    assert "It stands still." in desk.last(TOM).text


def test_answers_need_no_form(desk: Desk) -> None:
    """004, creation: the name of a machine alone, then what is wrong in words of one's own."""
    desk.write(ANN, "It stands still.", subject="Press")
    desk.reply(ANN, "Press 9")
    assert (desk.ticket().system, desk.ticket().missing) == ("press-9", ("fault",))
    desk.reply(ANN, "It does not start,\nand smells of oil.")
    assert (desk.status(), desk.ticket().answers) == ("open", ("fault: It does not start, and smells of oil.",))


def test_a_mail_with_all_answers_opens_it_at_once(desk: Desk) -> None:
    """004, creation: nothing is asked twice."""
    assert told(desk.write(GINA, WHOLE)) == sorted([GINA, *EMPLOYEES])
    assert (desk.status(), desk.ticket().system) == ("open", "mixer-1")


def test_employees_say_whether_a_ticket_is_internal_or_public(desk: Desk) -> None:
    """004, creation: a further question for employees."""
    desk.write(TINA, "Machine: Mixer 1\nFault: needs grease")
    (key,) = desk.tickets()
    assert (desk.status(key), desk.ticket(key).missing) == ("draft", ("visibility",))
    assert "Visibility: Is the ticket internal, or public" in desk.last(TINA).text
    desk.reply(TINA, "Visibility: internal")
    assert (desk.status(key), desk.ticket(key).visibility) == ("open", "internal")


def test_an_internal_ticket_is_seen_by_employees_only(desk: Desk) -> None:
    """004, visibility: INTERNAL is for employees, whoever asked for service."""
    taken(desk)
    letter = desk.last(TINA)
    desk.reply(TINA, "#visibility internal")
    assert told(desk.reply(TINA, "He always complains.", letter=letter)) == []
    seen = len(desk.mailboxes[GINA])
    desk.reply(GINA, "Is anybody there?", letter=desk.mailboxes[GINA][0])
    assert desk.kinds()[-1] == "unverified"
    desk.write(GINA, WHOLE, subject="Another one")
    desk.reply(GINA, "#list")
    assert "CT-1" not in desk.last(GINA).text
    desk.reply(TINA, "#visibility public", letter=letter)
    assert told(desk.reply(TINA, "We come tomorrow.", letter=letter)) == [GINA]
    assert all("complains" not in letter.text for letter in desk.mailboxes[GINA][seen:])


def test_the_offer_goes_to_all_and_taking_it_assigns_it(desk: Desk) -> None:
    """004, offers: whoever accepts has it, and the status becomes assigned by itself."""
    begun(desk)
    assert desk.status() == "open"
    desk.reply(TINA, "#take")
    assert (desk.status(), desk.ticket().assignees) == ("assigned", (TINA,))


def test_accept_is_another_word_for_it(desk: Desk) -> None:
    """004, offers: accept."""
    begun(desk)
    desk.reply(TOM, "#accept")
    assert desk.ticket().assignees == (TOM,)


def test_more_than_one_may_accept(desk: Desk) -> None:
    """004, offers: at least one accepts, several may."""
    begun(desk)
    first = desk.last(TOM)
    desk.reply(TINA, "#take")
    desk.reply(TOM, "#take", letter=first)
    assert set(desk.ticket().assignees) == {TINA, TOM}


@pytest.mark.parametrize("assigner", [ADA, MONA])
def test_an_admin_or_moderator_assigns(desk: Desk, assigner: str) -> None:
    """004, assignment: by an administrator or a moderator; the status follows."""
    begun(desk)
    letters = desk.reply(assigner, f"#assign {TOM}")
    assert (desk.status(), desk.ticket().assignees) == ("assigned", (TOM,))
    assert TOM in told(letters)


def test_a_member_cannot_assign_others(desk: Desk) -> None:
    """004, assignment: not by a member."""
    taken(desk)
    desk.reply(TINA, f"#assign {TOM}")
    assert desk.ticket().assignees == (TINA,)


def test_a_member_writes_only_once_it_is_theirs(desk: Desk) -> None:
    """004, contact: before accepting or being assigned an employee cannot write; admins and moderators can."""
    begun(desk)
    offer = desk.last(TOM)
    assert told(desk.reply(TOM, "When may I come?", letter=offer)) == [TOM]
    assert desk.kinds()[-1] == "refusal"
    desk.reply(TOM, "#take", letter=offer)
    assert GINA in told(desk.reply(TOM, "When may I come?", letter=offer))
    assert "When may I come?" in desk.last(GINA).text


def test_employees_set_any_status_by_hand(desk: Desk) -> None:
    """004, status: each of them, cancelled too."""
    taken(desk)
    for said, status in (
        ("in progress", "in-progress"),
        ("done", "done"),
        ("cancelled", "cancelled"),
        ("open", "open"),
    ):
        desk.reply(TINA, f"#status {said}")
        assert desk.status() == status


def test_a_draft_that_is_opened_by_hand_is_offered(desk: Desk) -> None:
    """004, status: an employee need not wait for answers, and then anybody can take it."""
    desk.write(TINA, "The drum is loud.")
    (key,) = desk.tickets()
    assert desk.status(key) == "draft"
    assert {ADA, MONA, TOM} <= set(told(desk.reply(TINA, "#status open")))
    desk.reply(TOM, "#take")
    assert (desk.status(key), desk.ticket(key).assignees) == ("assigned", (TOM,))


def test_two_answers_at_once_to_one_draft_are_both_kept(desk: Desk) -> None:
    """004, creation: whoever answers first, the draft is whole with the second, and is offered once."""
    desk.write(ANN, "It stands still.", subject="Press", headers={"Cc": BOB})
    asked = desk.last(ANN)
    waits(desk, ANN, "Machine: Press 9", asked)
    waits(desk, BOB, "Fault: it does not start", asked)
    letters = walk_together(desk)
    ticket = desk.ticket()
    assert (ticket.system, ticket.answers) == ("press-9", ("fault: it does not start",))
    assert (ticket.status, ticket.missing) == ("open", ())
    assert [letters.count(one) for one in letters if one.to in EMPLOYEES] == [1] * 4
    assert [event.text for event in desk.timeline()].count("Machine: Press 9") == 1
    assert [event.text for event in desk.timeline()].count("Fault: it does not start") == 1


def test_starting_tells_the_requester(desk: Desk) -> None:
    """004, work: in progress signals that somebody has begun."""
    taken(desk)
    assert GINA in told(desk.reply(TINA, "start"))
    assert desk.status() == "in-progress"


def test_letters_about_a_move_say_what_it_is_now(desk: Desk) -> None:
    """004, work: nobody is handed anything."""
    taken(desk)
    desk.reply(TINA, "start")
    assert desk.last(GINA).headline == "Tina set CT-1 to In Progress."
    desk.reply(TINA, "done")
    assert desk.last(GINA).headline == "Tina set CT-1 to Done."
    assert desk.last(TINA).headline == "CT-1 is now Done."


def test_a_requester_sets_no_status(desk: Desk) -> None:
    """004, status: by employees only."""
    taken(desk)
    for said in ("#status done", "#done", "#cancel"):
        desk.reply(GINA, said)
    assert desk.status() == "assigned"


def test_an_update_can_be_for_employees_only(desk: Desk) -> None:
    """004, updates: internal ones never reach the requester."""
    taken(desk)
    letters = desk.reply(TINA, "#internal\n\nThe drum was mounted upside down.")
    assert GINA not in told(letters)
    assert desk.timeline()[-1].audience == "internal"
    assert all("upside down" not in letter.text for letter in desk.mailboxes[GINA])


def test_done_waits_for_the_rating_and_the_rating_closes(desk: Desk) -> None:
    """004, rating: a ticket stays done until the requester has rated, then it closes by itself."""
    taken(desk)
    assert GINA in told(desk.reply(TINA, "done\n\nA new seal."))
    assert desk.status() == "done"
    desk.reply(GINA, "#rate 4")
    assert (desk.status(), desk.ticket().rating) == ("closed", 4)


def test_without_ratings_done_is_closed_at_once(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> None:
    """004, rating: deactivated, the status becomes closed by itself."""
    desk = stage(desk="field-service")
    file = tmp_path_factory.mktemp("own") / "no-rating.toml"
    shipped = desk.office.config.gateway.workflow.read_text()
    file.write_text(shipped.replace("enabled = true", "enabled = false"))
    config = desk.office.config.path
    config.write_text(config.read_text().replace('"field-service"', f'"{file}"'))
    desk.office.close()
    again = stage(gateway=f'workflow = "{file}"', desk="field-service")
    taken(again)
    again.reply(TINA, "done\n\nA new seal.")
    assert again.status() == "closed"


def test_words_on_a_closed_ticket_are_a_new_one(desk: Desk) -> None:
    """004, closed tickets: the requester changes nothing there; what is written opens a new ticket, linked to it."""
    taken(desk)
    desk.reply(TINA, "done\n\nA new seal.")
    desk.reply(GINA, "#rate 5")
    before = desk.ticket()
    desk.reply(GINA, "It leaks again.\n\nFault: oil, once more")
    assert desk.ticket().status == before.status == "closed"
    keys = [key for key in desk.tickets() if key != "CT-1"]
    assert len(keys) == 1
    assert desk.status(keys[0]) == "open"


def test_an_employee_reopens_a_closed_ticket(desk: Desk) -> None:
    """004, closed tickets: reopened by an employee, where that is necessary."""
    taken(desk)
    desk.reply(TINA, "done\n\nA new seal.")
    desk.reply(GINA, "#rate 5")
    assert GINA in told(desk.reply(TINA, "reopen\n\nThe seal was the wrong one."))
    assert desk.status() == "in-progress"


def test_a_requester_cannot_reopen(desk: Desk) -> None:
    """004, closed tickets: not by the requester."""
    taken(desk)
    desk.reply(TINA, "#status closed")
    desk.reply(GINA, "#reopen")
    assert desk.status() == "closed"


def test_giving_it_back_opens_it_again(desk: Desk) -> None:
    """004, status: OPEN is what nobody has accepted."""
    taken(desk)
    desk.reply(TINA, "#release")
    assert (desk.status(), desk.ticket().assignees) == ("open", ())


def test_each_employee_chooses_its_letters(desk: Desk) -> None:
    """004, notifications: by each one's own settings."""
    desk.registers(
        f'addresses = ["{TOM}"]\norganisation = "example-support"',
        f'addresses = ["{TOM}"]\norganisation = "example-support"\nnotify = {{ offer = "none" }}',
    )
    assert told(desk.write(GINA, WHOLE)) == sorted([GINA, ADA, MONA, TINA])
