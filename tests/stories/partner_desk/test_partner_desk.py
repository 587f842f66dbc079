"""Desk 001, partner help desk: the partner of a system answers its customers; a ticket is open or closed."""

import pytest

from tests.stories.stage import ANN, BOB, DANA, GINA, HUGO, MALLORY, WENDY, Desk, told

WILL = "will@webhost.example"


def test_a_customers_ticket_is_told_to_the_partner_of_its_system(desk: Desk) -> None:
    """001, submission: the partner account gets a mail, the customer an acknowledgement, nobody else anything."""
    assert told(desk.write(GINA, "The shop is empty.", subject="Shop")) == [GINA, HUGO]
    ticket = desk.ticket()
    assert (ticket.status, ticket.holder, ticket.system) == ("open", "party:partner", "globex-shop")
    assert "The shop is empty." in desk.last(HUGO).text


def test_a_customer_of_several_systems_names_one_in_the_subject(desk: Desk) -> None:
    """001, submission: a ticket belongs to one system, and through it to one partner account."""
    letters = desk.write(ANN, "It is slow.", subject="[system acme-shop] Slow")
    assert told(letters) == [ANN, WENDY, WILL]
    assert desk.ticket().system == "acme-shop"


def test_a_customer_of_several_systems_is_asked_which_one(desk: Desk) -> None:
    """001, submission: without a system there is no partner to tell, so the gateway asks."""
    assert told(desk.write(ANN, "It is slow.", subject="Slow")) == [ANN]
    assert "System: Which of your systems is it about? (Acme DAM, Acme Shop)" in desk.last(ANN).text
    assert told(desk.reply(ANN, "System: Acme Shop")) == [ANN, WENDY, WILL]
    assert (desk.ticket().system, desk.status()) == ("acme-shop", "open")
    assert "It is slow." in desk.last(WENDY).text


def test_the_two_states_are_called_as_people_know_them(desk: Desk) -> None:
    """001, list: State shows one of two, Ticket Open and Ticket Closed."""
    workflow = desk.rules.desk.workflow
    assert {key: state.name for key, state in workflow.states.items()} == {
        "open": "Ticket Open",
        "closed": "Ticket Closed",
    }


def test_update_adds_a_comment_and_keeps_the_state(desk: Desk) -> None:
    """001, update: the comment goes to the client, the state stays, open or closed."""
    desk.write(GINA, "The shop is empty.")
    assert told(desk.reply(HUGO, "update\n\nPlease empty your cache.")) == [GINA, HUGO]
    assert (desk.status(), desk.ticket().holder) == ("open", "party:partner")
    assert "Please empty your cache." in desk.last(GINA).text
    desk.reply(HUGO, "close\n\nIt is there again.")
    assert told(desk.reply(HUGO, "update\n\nIt was the certificate.")) == [GINA, HUGO]
    assert desk.status() == "closed"


def test_update_needs_its_comment(desk: Desk) -> None:
    """001, update: first the comment, then the state."""
    desk.write(GINA, "The shop is empty.")
    desk.reply(HUGO, "update")
    assert "needs some words" in desk.last(HUGO).text
    assert desk.kinds() == ["opened", "refusal"]


def test_close_adds_the_comment_and_closes(desk: Desk) -> None:
    """001, close: the comment is sent and the ticket closed in one step."""
    desk.write(GINA, "The shop is empty.")
    assert told(desk.reply(HUGO, "close\n\nIt is there again.")) == [GINA, HUGO]
    assert (desk.status(), desk.timeline()[-1].text) == ("closed", "It is there again.")
    assert "It is there again." in desk.last(GINA).text


@pytest.mark.parametrize(("writer", "other"), [(GINA, HUGO), (HUGO, GINA)])
def test_both_sides_reopen_a_closed_ticket_at_any_time(desk: Desk, writer: str, other: str) -> None:
    """001, reopen: customer and partner alike."""
    desk.write(GINA, "The shop is empty.")
    desk.reply(HUGO, "close\n\nIt is there again.")
    letters = desk.reply(writer, "#reopen\n\nIt happened again.", letter=desk.mailboxes[writer][-1])
    assert (desk.status(), desk.ticket().holder) == ("open", "party:partner")
    assert told(letters) == sorted([writer, other])


@pytest.mark.parametrize(("writer", "other"), [(GINA, HUGO), (HUGO, GINA)])
def test_both_sides_write_in_both_states(desk: Desk, writer: str, other: str) -> None:
    """001, messages: words are taken whether the ticket is open or closed, and change nothing of that."""
    desk.write(GINA, "The shop is empty.")
    assert told(desk.reply(writer, "One more thing.")) == [other]
    assert desk.status() == "open"
    desk.reply(HUGO, "close\n\nDone.", letter=desk.mailboxes[HUGO][0])
    assert told(desk.reply(writer, "Thank you, and one more thing.")) == [other]
    assert desk.status() == "closed"


def test_whose_turn_it_is_follows_the_last_word(desk: Desk) -> None:
    """001, responsibility: the partner keeps watch over what waits for it."""
    desk.write(GINA, "The shop is empty.")
    desk.reply(HUGO, "Which browser is it?")
    assert desk.ticket().holder == "customer"
    desk.reply(GINA, "All of them.")
    assert desk.ticket().holder == "party:partner"


def test_the_list_has_the_published_columns_and_the_newest_update_first(desk: Desk) -> None:
    """001, list: comments of either side and changes of status are updates."""
    desk.write(GINA, "One", subject="One")
    desk.write(GINA, "Two", subject="Two")
    with desk.office.store.read() as reading:
        assert [ticket.key for ticket in reading.tickets()] == ["CT-2", "CT-1"]
    desk.reply(HUGO, "Please wait.", letter=desk.mailboxes[HUGO][0])
    with desk.office.store.read() as reading:
        rows = reading.tickets()
    assert [ticket.key for ticket in rows] == ["CT-1", "CT-2"]
    first = rows[0]
    assert (first.organisation, first.system, first.subject, first.status) == ("globex", "globex-shop", "One", "open")
    assert first.created_at < first.updated_at


def test_the_view_holds_the_comments_of_both_sides(desk: Desk) -> None:
    """001, view: complete details, and all that customer and partner wrote."""
    desk.write(GINA, "The shop is empty.")
    desk.reply(HUGO, "Which browser is it?")
    desk.reply(GINA, "All of them.")
    assert [event.text for event in desk.timeline()] == ["The shop is empty.", "Which browser is it?", "All of them."]


def test_another_partner_sees_nothing_of_it(desk: Desk) -> None:
    """001, partner account: only tickets of the systems under it."""
    desk.write(GINA, "The shop is empty.")
    letter = desk.last(HUGO)
    desk.reply(WENDY, "close\n\nDone.", letter=letter)
    assert (desk.status(), desk.mailboxes[WENDY]) == ("open", [])
    assert desk.kinds()[-1] == "unverified"


def test_nobody_closes_with_a_ticket_number_alone(desk: Desk) -> None:
    """001, state: only the two sides set it, with proof."""
    desk.write(GINA, "The shop is empty.")
    desk.write(HUGO, "close\n\nDone.", subject="[CT-1] Shop", sender=MALLORY)
    assert desk.status() == "open"


def test_a_customer_without_any_system_is_heard_by_the_operator(desk: Desk) -> None:
    """001, submission: a ticket for which there is no partner account does not lie unseen."""
    assert told(desk.write(MALLORY, "Do you sell shops?")) == [DANA, MALLORY]
    assert desk.status() == "open"


def test_colleagues_on_cc_read_along(desk: Desk) -> None:
    """001, view: the whole conversation, for those who were copied in."""
    desk.write(ANN, "It is slow.", subject="[system acme-dam] Slow", headers={"Cc": BOB})
    assert told(desk.reply(WENDY, "We look into it.")) == sorted([ANN, BOB, WILL])
