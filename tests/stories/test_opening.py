"""How a ticket begins: whose it is, which system it is about, who follows it, and who must wait for a human."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, SUPPORT, WENDY, Desk, told

SECOND_SYSTEM = (
    '\n[[system]]\nkey = "acme-shop"\nname = "Acme Shop"\ncustomer = "acme"\ninvolved = { it-provider = "hosting" }\n'
)


def header(field: str, *addresses: str) -> dict[str, str]:
    """A header field with addresses."""
    return {field: ", ".join(addresses)}


# Keys


def test_the_key_says_whose_side_opened_it_and_the_numbers_run_through(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.write(WENDY, "A disk is full.")
    desk.write(DANA, "The nightly job failed.")
    desk.write(MALLORY, "What do you cost?")
    assert desk.tickets() == ["CT-1", "CT-4", "OT-3", "PT-2"]


def test_a_ticket_keeps_foreign_tags_of_its_subject_and_loses_what_mail_programs_add(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="AW: Fwd: [EXT] [CT-77] Images")
    assert desk.ticket().subject == "[EXT] Images"


def test_a_mail_without_a_subject_is_called_by_its_first_line(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.\n\nAnn", subject="")
    assert desk.ticket().subject == "All images are missing."


# Unknown senders


def test_an_unknown_sender_becomes_a_person_with_a_ticket(desk: Desk) -> None:
    assert told(desk.write(MALLORY, "What do you cost?")) == [DANA, EMIL, MALLORY]
    ticket = desk.ticket()
    assert (ticket.requester, ticket.organisation, ticket.system) == (MALLORY, None, None)
    assert told(desk.reply(DANA, "That depends.")) == [MALLORY]
    assert told(desk.reply(MALLORY, "On what?")) == [DANA, EMIL]
    desk.reply(MALLORY, "#close")
    assert desk.status() == "closed"


def test_where_nobody_else_stands_for_the_customer_the_requester_does(desk: Desk) -> None:
    desk.write(MALLORY, "What do you cost?")
    assert told(desk.reply(DANA, "to customer\n\nFor how many people?")) == [DANA, MALLORY]


def test_a_name_that_anybody_can_give_itself_stands_beside_its_address(desk: Desk) -> None:
    desk.write(MALLORY, "I forgot the password of the shop.", name="Ann")
    assert desk.last(DANA).headline.startswith(f"Ann ({MALLORY}) opened CT-1")
    desk.reply(EMIL, "to customer\n\nWhich one?")
    desk.reply(MALLORY, "All of them.", name="Dana")
    assert desk.last(EMIL).headline == f"Ann ({MALLORY}) wrote on CT-1."
    assert "We have told" not in desk.last(MALLORY).text


def test_unknown_senders_may_be_held_for_a_human(stage: Stage) -> None:
    desk = stage(gateway='unknown_senders = "hold"')
    assert desk.write(MALLORY, "What do you cost?") == []
    assert desk.tickets() == []
    (held,) = desk.inbox("held")
    assert held.reason == (
        f"The sender {MALLORY} is unknown to {SUPPORT}; register the sender and replay, or drop the mail."
    )
    assert told(desk.write(ANN, "All images are missing.")) == [ANN, DANA, EMIL]


def test_a_held_mail_is_decided_once_its_sender_is_registered(stage: Stage) -> None:
    desk = stage(gateway='unknown_senders = "hold"')
    desk.write(MALLORY, "What do you cost?")
    desk.registers('addresses = ["bob@acme.example"]', f'addresses = ["bob@acme.example", "{MALLORY}"]')
    assert told(desk.replays(desk.inbox("held")[0])) == [BOB, DANA, EMIL]
    assert desk.ticket().requester == BOB
    assert desk.inbox("held") == []


def test_unknown_senders_may_be_refused_at_the_door(stage: Stage) -> None:
    desk = stage(address='unknown_senders = "refuse"')
    assert not desk.admits(SUPPORT, sender=MALLORY)
    for known in (ANN, "nia@acme.example", ""):
        assert desk.admits(SUPPORT, sender=known)


def test_an_unknown_from_behind_a_known_envelope_is_held(stage: Stage) -> None:
    desk = stage(address='unknown_senders = "refuse"')
    assert desk.write(MALLORY, "What do you cost?", sender=ANN) == []
    assert (desk.tickets(), len(desk.inbox("held"))) == ([], 1)


def test_a_from_that_cannot_be_trusted_opens_a_ticket_without_rights_or_letter(desk: Desk) -> None:
    raw = f"From: Ann <{ANN}>\r\nFrom: Ann <{ANN}>\r\nSubject: Images\r\nMessage-ID: <1@acme.example>\r\n\r\nGone.\r\n"
    assert told(desk.arrives(raw.encode(), ANN, SUPPORT)) == [DANA, EMIL]
    assert (desk.ticket().requester, desk.ticket().system) == (ANN, None)


def test_a_mail_without_a_from_is_held(desk: Desk) -> None:
    assert desk.arrives(b"Subject: Images\r\n\r\nGone.\r\n", MALLORY, SUPPORT) == []
    assert desk.inbox("held")[0].reason is not None


# Systems


def test_a_customer_with_one_system_need_not_name_it(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.write(GINA, "The shop is slow.")
    assert (desk.ticket("CT-1").system, desk.ticket("CT-2").system) == ("acme-dam", "globex-shop")


def test_parties_of_one_system_are_none_of_another(desk: Desk) -> None:
    desk.write(GINA, "The shop is slow.")
    desk.reply(GINA, "#to web-it provider\n\nPlease look.")
    assert desk.status() == "new"
    assert WENDY not in desk.mailboxes


def test_with_several_systems_it_stays_open_until_one_is_named(stage: Stage) -> None:
    desk = stage(people=SECOND_SYSTEM)
    desk.write(ANN, "The images are missing.")
    assert (desk.ticket().organisation, desk.ticket().system) == ("acme", None)
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    assert desk.status() == "new"
    desk.reply(DANA, "#system acme-dam\nto web-it provider\n\nPlease look.")
    assert (desk.ticket().system, desk.ticket().holder) == ("acme-dam", "party:web-it-provider")
    assert "Please look." in desk.last(WENDY).text


@pytest.mark.parametrize(
    ("subject", "text"), [("[system acme-shop] Slow", "It is slow."), ("Slow", "#system acme-shop\n\nIt is slow.")]
)
def test_a_customer_with_several_systems_names_one(stage: Stage, subject: str, text: str) -> None:
    desk = stage(people=SECOND_SYSTEM)
    desk.write(ANN, text, subject=subject)
    ticket = desk.ticket()
    assert (ticket.system, ticket.subject) == ("acme-shop", "Slow")
    assert desk.timeline()[0].text == "It is slow."
    desk.reply(ANN, "#to it provider\n\nPlease look.")
    assert desk.ticket().holder == "party:it-provider"
    assert HUGO in desk.mailboxes


def test_the_requester_may_name_the_system_later(stage: Stage) -> None:
    desk = stage(people=SECOND_SYSTEM)
    desk.write(ANN, "It is slow.")
    assert told(desk.reply(ANN, "The shop, I mean.", subject="Re: [CT-1] [system acme-shop] A question")) == [
        ANN,
        DANA,
        EMIL,
    ]
    assert desk.ticket().system == "acme-shop"
    assert "CT-1 is now about Acme Shop." in desk.last(ANN).text


def test_a_system_of_others_is_as_good_as_none(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="[system globex-shop] Images")
    desk.write(ANN, "All images are missing.", subject="[system nowhere] Images")
    others, none = (
        post.text.replace("globex-shop", "X").replace("CT-1", "K").replace("nowhere", "X").replace("CT-2", "K")
        for post in desk.mailboxes[ANN]
        if "was not done" in post.text
    )
    assert others == none
    assert desk.ticket("CT-1").organisation == "acme"


def test_only_the_operator_moves_a_ticket_to_another_system(stage: Stage) -> None:
    desk = stage(people=SECOND_SYSTEM)
    desk.write(ANN, "It is slow.", subject="[system acme-dam] Slow")
    desk.reply(ANN, "Still slow.", subject="Re: [CT-1] [system acme-shop] Slow")
    assert desk.ticket().system == "acme-dam"
    desk.reply(DANA, "#system acme-shop\n\nIt is the shop.")
    assert desk.ticket().system == "acme-shop"


def test_a_partner_opens_a_ticket_for_a_customer_it_serves(desk: Desk) -> None:
    desk.write(WENDY, "A disk is full.", subject="[system acme-dam] Disk")
    assert (desk.ticket("PT-1").organisation, desk.ticket("PT-1").requester) == ("acme", WENDY)
    assert told(desk.reply(DANA, "to customer\n\nMay we tidy up?")) == [ANN, BOB, DANA, WENDY]


def test_a_partner_puts_no_ticket_before_customers_it_has_nothing_to_do_with(desk: Desk) -> None:
    desk.write(WENDY, "A disk is full.", subject="[system globex-shop] Disk")
    assert desk.ticket("PT-1").system is None
    desk.reply(DANA, "to customer\n\nMay we tidy up?")
    assert GINA not in desk.mailboxes


# Cc


def test_parties_on_cc_follow_the_ticket(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", headers=header("Cc", WENDY, BOB, MALLORY, GINA, SUPPORT))
    assert desk.ticket().watchers == (WENDY, BOB)
    assert told(desk.reply(DANA, "We look into it.")) == [ANN, BOB, WENDY]


def test_cc_of_a_later_mail_brings_nobody_in(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(ANN, "Now the texts, too.", headers=header("Cc", WENDY, MALLORY))
    assert desk.ticket().watchers == ()
    assert told(desk.reply(DANA, "We look into it.")) == [ANN]


def test_cc_may_be_ignored(stage: Stage) -> None:
    desk = stage(address='cc = "ignore"')
    desk.write(ANN, "All images are missing.", headers=header("Cc", BOB))
    assert desk.ticket().watchers == ()


def test_cc_may_bring_in_anybody_where_the_mail_is_authentic(stage: Stage) -> None:
    desk = stage(address='cc = "all"', more='[trust]\nauthserv_ids = ["mx.desk.example"]')
    passed = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=acme.example"}
    desk.write(ANN, "All images are missing.", headers={**header("Cc", MALLORY), **passed})
    assert desk.ticket("CT-1").watchers == (MALLORY,)
    desk.write(ANN, "The door squeaks.", headers=header("Cc", MALLORY))
    assert desk.ticket("CT-2").watchers == ()


def test_a_watcher_may_comment_and_is_told_when_it_closes(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", headers=header("Cc", BOB))
    desk.reply(DANA, "We look into it.")
    assert told(desk.reply(BOB, "On phones, too.")) == [DANA, EMIL]
    assert told(desk.reply(DANA, "close")) == [ANN, BOB, DANA, EMIL]


# Drafts


@pytest.mark.parametrize("text", ["#reopen", "Here it is again."])
def test_a_draft_that_was_closed_and_answered_at_once_begins_when_it_is_open_again(stage: Stage, text: str) -> None:
    desk = stage(desk="crm-portal")
    desk.write(ANN, "It does not work.")
    desk.reply(ANN, "#system acme-erp\n#close")
    assert (desk.status(), desk.ticket().assignees) == ("closed", ())
    letters = desk.reply(ANN, text)
    (assignee,) = desk.ticket().assignees
    assert assignee in told(letters)
    assert desk.ticket().missing == ()


# Several addresses


def test_each_address_feeds_its_queue_and_letters_come_from_it(stage: Stage) -> None:
    sales = "sales@desk.example"
    desk = stage(more=f'[[address]]\naddress = "{sales}"\nqueue = "sales"')
    desk.write(ANN, "What does more room cost?", to=sales)
    assert desk.ticket().queue == "sales"
    assert desk.last(ANN).reply_to.startswith("sales+")
    assert sales in str(desk.last(ANN).message["From"])
    desk.reply(DANA, "to web-it provider\n\nHow much is there?")
    assert desk.last(WENDY).reply_to.startswith("sales+")


def test_nothing_but_our_addresses_is_taken(desk: Desk) -> None:
    for recipient in ("boss@desk.example", "support@elsewhere.example", "support+hello@desk.example"):
        assert not desk.admits(recipient)
