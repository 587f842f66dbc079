"""Tiers: a ticket is with one organisation at a time; whoever passed it on reads what it saw and does nothing more."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, SUPPORT, WENDY, Desk, told
from tests.stories.tiers import DORA, WILL, tiers


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Ann has written; her partner Webhost has the ticket."""
    desk = tiers(stage)
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


def test_a_new_ticket_is_with_the_tier_above_its_customer(desk: Desk) -> None:
    assert (desk.ticket().holder, desk.ticket().tiers) == ("party:webhost", ("webhost",))
    assert [len(desk.mailboxes[one]) for one in (WENDY, WILL, DORA, DANA)] == [1, 1, 0, 0]
    assert "The next step is with Webhost." in desk.last(WENDY).text


def test_it_goes_one_tier_up_and_the_new_one_is_told_with_the_words(desk: Desk) -> None:
    assert told(desk.reply(WENDY, "#forward\n\nI cannot repair this.")) == [ANN, DORA, WENDY]
    ticket = desk.ticket()
    assert (ticket.holder, ticket.tiers, desk.kinds()) == ("party:distri", ("webhost", "distri"), ["opened", "forward"])
    assert desk.last(DORA).headline == "Wendy handed CT-1 to Distri."
    assert "I cannot repair this." in desk.last(DORA).text
    assert desk.last(WENDY).headline == "CT-1 is now with Distri."


def test_it_goes_past_the_next_tier_to_the_operator(desk: Desk) -> None:
    assert told(desk.reply(WENDY, "#forward admin")) == [ANN, DANA, EMIL, WENDY]
    assert desk.ticket().holder == "operator"
    assert desk.mailboxes[DORA] == []


def test_a_tier_may_be_named_by_key_or_name(desk: Desk) -> None:
    desk.reply(WENDY, "#forward Distri")
    assert desk.ticket().holder == "party:distri"
    desk.reply(DORA, "#forward webhost")
    assert desk.ticket().holder == "party:distri"
    assert 'cannot be forwarded to "webhost"; write one of these: up, admin' in desk.last(DORA).text


def test_the_operator_may_give_it_back_to_any_tier(desk: Desk) -> None:
    desk.reply(WENDY, "#forward admin")
    assert told(desk.reply(DANA, "#forward webhost\n\nYou can do that.")) == [ANN, DANA, WENDY, WILL]
    assert (desk.ticket().holder, desk.ticket().tiers) == ("party:webhost", ("webhost",))


def test_above_the_operator_there_is_nobody(desk: Desk) -> None:
    desk.reply(WENDY, "#forward admin")
    desk.reply(DANA, "#forward up")
    assert "there is nobody above to forward it to" in desk.last(DANA).text


def test_the_former_handler_can_do_nothing_more(desk: Desk) -> None:
    first = desk.last(WENDY)
    desk.reply(WENDY, "#forward")
    for said in ("I have found something.", "close", "#priority high", "#forward admin", "#cc ann@acme.example"):
        assert told(desk.reply(WENDY, said, letter=first)) == [WENDY]
        assert "CT-1 was forwarded to Distri, who alone act on it now." in desk.last(WENDY).text
        assert "You can also begin your reply" not in desk.last(WENDY).text
    assert (desk.status(), set(desk.kinds()[2:])) == ("open", {"refusal"})


def test_a_colleague_of_the_former_handler_can_do_nothing_either(desk: Desk) -> None:
    letter = desk.last(WILL)
    desk.reply(WENDY, "#forward")
    desk.reply(WILL, "close", letter=letter)
    assert (desk.status(), desk.kinds()[-1]) == ("open", "refusal")


def test_the_former_handler_is_told_of_nothing_more_and_reads_what_it_saw(desk: Desk) -> None:
    first = desk.last(WENDY)
    desk.reply(WENDY, "#forward\n\nThe cable is fine.")
    assert told(desk.reply(ANN, "The secret is 4711.", letter=desk.mailboxes[ANN][0])) == [DORA]
    assert told(desk.reply(DORA, "close\n\nDone.")) == [ANN, DORA]
    desk.reply(WENDY, "#show", letter=first)
    shown = desk.last(WENDY).text
    assert "All images are missing." in shown
    assert "The cable is fine." in shown
    assert "4711" not in shown
    assert "Done." not in shown


def test_who_is_copied_in_hears_of_it_again_and_may_comment_but_not_command(desk: Desk) -> None:
    first = desk.last(WENDY)
    desk.reply(WENDY, "#forward")
    desk.reply(DORA, f"#cc {WENDY}\n\nPlease stay with us.")
    assert desk.ticket().watchers == (WENDY,)
    assert WENDY in told(desk.reply(ANN, "It is broken still.", letter=desk.mailboxes[ANN][0]))
    assert told(desk.reply(WENDY, "Look at the cable.", letter=first)) == [ANN, DORA]
    desk.reply(WENDY, "close", letter=first)
    assert desk.status() == "open"


def test_tiers_that_the_ticket_did_not_reach_are_strangers(desk: Desk) -> None:
    desk.write(DORA, "What is going on?", subject="Re: [CT-1] Images")
    desk.write(HUGO, "What is going on?", subject="Re: [CT-1] Images")
    assert desk.tickets() == ["CT-1", "PT-2", "PT-3"]
    assert desk.kinds() == ["opened"]


def test_only_the_holder_forwards(desk: Desk) -> None:
    desk.reply(ANN, "#forward up")
    assert '"Forward" is for a partner or the operator.' in desk.last(ANN).text
    assert desk.ticket().holder == "party:webhost"


def test_a_closed_ticket_is_not_forwarded(desk: Desk) -> None:
    letter = desk.last(WENDY)
    desk.reply(WENDY, "close")
    desk.reply(WENDY, "#forward", letter=letter)
    assert desk.ticket().holder == "party:webhost"


def test_words_for_the_staff_go_up_and_not_to_the_customer(desk: Desk) -> None:
    desk.reply(WENDY, "#forward\n#staff\n\nThey never pay.")
    assert "They never pay." in desk.last(DORA).text
    assert "They never pay." not in desk.last(ANN).text
    assert desk.last(ANN).headline == "Wendy handed CT-1 to Distri."


def test_a_letter_that_was_passed_on_gives_no_power_to_forward(desk: Desk) -> None:
    desk.reply(HUGO, "#forward admin", letter=desk.last(WENDY))
    desk.write(WENDY, "#forward admin", subject="Re: [CT-1] Images", to=SUPPORT)
    assert (desk.ticket().holder, set(desk.kinds()[1:])) == ("party:webhost", {"unverified"})


def test_a_forward_can_be_undone_by_whoever_made_it(desk: Desk) -> None:
    desk.reply(WENDY, "#forward\n\nI cannot repair this.")
    assert DORA in told(desk.reply(WENDY, "undo"))
    assert (desk.ticket().holder, desk.ticket().tiers) == ("party:webhost", ("webhost",))
    desk.reply(WENDY, "close", letter=desk.mailboxes[WENDY][0])
    assert desk.status() == "closed"


# On behalf of


def test_a_partner_opens_a_ticket_for_its_customer(stage: Stage) -> None:
    desk = tiers(stage)
    letters = desk.write(WENDY, f"#on behalf of {BOB}\n\nHis images are missing.", subject="Images")
    assert told(letters) == [BOB, WENDY, WILL]
    ticket = desk.ticket("PT-1")
    assert (ticket.requester, ticket.organisation, ticket.holder) == (BOB, "acme", "party:webhost")
    assert desk.last(BOB).headline == "Wendy opened PT-1 for Bob: Images"
    assert "His images are missing." in desk.last(BOB).text
    assert desk.last(WENDY).headline == "We have received your message."
    assert told(desk.reply(BOB, "All of them.")) == [WENDY, WILL]
    desk.reply(BOB, "#close")
    assert desk.status("PT-1") == "closed"


def test_it_is_opened_for_the_writer_where_that_may_not_be(stage: Stage) -> None:
    desk = tiers(stage)
    for writer, principal, reason in (
        (ANN, BOB, '"On behalf of" is for a partner or the operator.'),
        (HUGO, BOB, "bob@acme.example is nobody for whom you can open a ticket"),
        (WENDY, "nobody@acme.example", 'Nobody is registered as "nobody@acme.example"'),
        (WENDY, SUPPORT, "Nobody is registered as"),
    ):
        desk.write(writer, f"#on behalf of {principal}\n\nSomething.")
        assert reason in desk.last(writer).text
        assert desk.ticket(desk.tickets()[-1]).requester == writer
    assert desk.mailboxes[BOB] == []


def test_a_mail_that_is_not_authenticated_speaks_for_nobody_else(stage: Stage) -> None:
    """Unless the desk says that a claim is enough."""
    desk = stage(gateway='workflow = "several-parties"')
    desk.write(DANA, f"#on behalf of {ANN}\n\nSomething.")
    assert desk.tickets() == ["OT-1"]
    assert desk.ticket("OT-1").requester == DANA


def test_the_operator_opens_a_ticket_for_anybody_registered(stage: Stage) -> None:
    desk = tiers(stage)
    desk.write(DANA, f"#on behalf of {GINA}\n\nShe called.", subject="Shop")
    assert (desk.ticket("OT-1").requester, desk.ticket("OT-1").organisation) == (GINA, "globex")
    assert desk.last(GINA).headline == "Dana opened OT-1 for Gina: Shop"


def test_a_ticket_that_is_there_has_its_requester(stage: Stage) -> None:
    desk = tiers(stage)
    desk.write(ANN, "All images are missing.")
    desk.reply(WENDY, f"#on behalf of {BOB}")
    assert desk.ticket().requester == ANN
    assert "stands in the message that opens a ticket" in desk.last(WENDY).text
