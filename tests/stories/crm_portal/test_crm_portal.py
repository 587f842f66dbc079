"""Desk 002, customer portal: each ticket goes by itself to the member of staff with the fewest open ones."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, MALLORY, SUPPORT, Desk, told

FRIDA = "frida@desk.example"
STAFF = {DANA, EMIL, FRIDA}
TRUST = '[trust]\nauthserv_ids = ["mx.desk.example"]'
AUTHENTIC = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}


def assignee(desk: Desk, key: str = "CT-1") -> str:
    """The one who has a ticket."""
    (one,) = desk.ticket(key).assignees
    return one


def test_a_ticket_goes_to_one_of_the_staff_by_itself(desk: Desk) -> None:
    """002, assignment: to somebody who is available and has the permission; that one and the client get a mail."""
    letters = desk.write(GINA, "The shop is empty.", subject="Shop")
    assert assignee(desk) in STAFF
    assert told(letters) == sorted([GINA, assignee(desk)])
    assert "The shop is empty." in desk.last(assignee(desk)).text
    assert (desk.status(), desk.ticket().organisation, desk.ticket().system) == ("open", "globex", "globex-shop")


def test_it_goes_to_whoever_has_the_fewest_open_ones(desk: Desk) -> None:
    """002, assignment: six tickets for three people make two each; a closed one no longer counts."""
    for number in range(6):
        desk.write(GINA, "Help.", subject=f"Shop {number}")
    owners = [assignee(desk, f"CT-{number}") for number in range(1, 7)]
    assert {owner: owners.count(owner) for owner in STAFF} == dict.fromkeys(STAFF, 2)
    first = owners[0]
    desk.reply(first, "close\n\nDone.", letter=desk.mailboxes[first][0])
    desk.write(GINA, "Help again.", subject="Shop 7")
    assert assignee(desk, "CT-7") == first


def test_who_is_away_gets_none(desk: Desk) -> None:
    """002, assignment: through availability."""
    for _ in range(3):
        desk.write(GINA, "Help.")
    for one in (EMIL, FRIDA):
        desk.reply(one, "#away until 2026-04-01")
    for number in (4, 5, 6):
        desk.write(GINA, "Help.", subject=f"Shop {number}")
        assert assignee(desk, f"CT-{number}") == DANA


def test_a_product_or_a_category_is_required(desk: Desk) -> None:
    """002, submission: until a client with several products names one, or a category, nobody is given the ticket."""
    assert told(desk.write(ANN, "It does not work.")) == [ANN]
    assert desk.ticket().assignees == ()
    assert (
        "Product or Category: Which product is it about, or which category fits? "
        "(Acme ERP, Acme Shop, billing, delivery, technical, other)"
    ) in " ".join(desk.last(ANN).text.split())
    letters = desk.reply(ANN, "Product: Acme ERP")
    assert told(letters) == sorted([ANN, assignee(desk)])
    assert "It does not work." in desk.last(assignee(desk)).text
    assert (desk.ticket().organisation, desk.ticket().system) == ("acme", "acme-erp")


def test_a_category_will_do_instead_as_a_command(desk: Desk) -> None:
    """002, submission: product or category."""
    desk.write(ANN, "#category billing\n\nThe invoice is wrong.")
    assert (desk.ticket().category, desk.ticket().system) == ("billing", None)
    assert assignee(desk) in STAFF


def test_a_client_cannot_name_the_product_of_another_account(desk: Desk) -> None:
    """002, submission: account and product belong together."""
    desk.write(ANN, "Product: Globex Shop\n\nIt does not work.")
    assert (desk.ticket().system, desk.ticket().assignees) == (None, ())
    assert 'What you wrote for "Product" is not known here.' in desk.last(ANN).text


def test_staff_opens_a_ticket_for_a_client_contact(stage: Stage) -> None:
    """002, submission: support staff on behalf of a client; it is the client's ticket, under the client's account."""
    desk = stage(desk="crm-portal", more=TRUST)
    letters = desk.write(
        DANA, f"#on behalf of {ANN}\n#category billing\n\nShe called about an invoice.", headers=AUTHENTIC
    )
    (key,) = desk.tickets()
    ticket = desk.ticket(key)
    assert (ticket.requester, ticket.organisation, ticket.category) == (ANN, "acme", "billing")
    assert ANN in told(letters)
    assert assignee(desk, key) in STAFF


def test_staff_is_asked_for_account_and_product_too(desk: Desk) -> None:
    """002, submission: the same is required of everybody, and of staff the account."""
    desk.write(DANA, "Somebody called.")
    (key,) = desk.tickets()
    assert key == "OT-1"
    assert "Account: For which account is it? (Acme Corp, Globex)" in desk.last(DANA).text
    desk.reply(DANA, "Account: Globex\nCategory: technical")
    ticket = desk.ticket(key)
    assert (ticket.organisation, ticket.category, len(ticket.assignees)) == ("globex", "technical", 1)


def test_a_clients_answer_goes_to_the_assigned_staff_alone(desk: Desk) -> None:
    """002, notifications: the client contact and the staff assigned to the ticket."""
    desk.write(GINA, "The shop is empty.")
    assert told(desk.reply(GINA, "It is empty still.")) == [assignee(desk)]
    assert told(desk.reply(assignee(desk), "We look into it.")) == [GINA]


def test_transfer_to_another_member_of_staff_with_a_note(desk: Desk) -> None:
    """002, transfer: other staff, and an internal note that the client never reads."""
    desk.write(GINA, "The shop is empty.")
    first = assignee(desk)
    other = min(STAFF - {first})
    letters = desk.reply(first, f"#transfer {other}\n\nShe always asks for you. Be careful with her.")
    assert assignee(desk) == other
    assert other in told(letters)
    assert "Be careful with her." in desk.last(other).text
    assert all("Be careful" not in letter.text for letter in desk.mailboxes[GINA])
    assert desk.timeline()[-1].audience == "internal"


def test_transfer_to_another_account_and_product(desk: Desk) -> None:
    """002, transfer: a ticket that was filed wrongly."""
    desk.write(BOB, "Product: Acme Shop\n\nIt is the other one.")
    desk.reply(assignee(desk), "#transfer product acme-erp\n\nIt is the ERP.")
    assert (desk.ticket().organisation, desk.ticket().system) == ("acme", "acme-erp")
    desk.reply(assignee(desk), "#transfer account globex\n\nBob moved to Globex.")
    assert (desk.ticket().organisation, desk.ticket().system) == ("globex", None)


def test_a_note_for_colleagues_makes_it_nobody_elses_turn(desk: Desk) -> None:
    """002, internal note: the client does not see it and has nothing to answer."""
    desk.write(GINA, "The shop is down.")
    (assignee,) = desk.ticket().assignees
    desk.reply(assignee, "#internal\n\nKnown outage.")
    assert desk.ticket().holder == "operator"
    desk.reply(assignee, "We are on it.", letter=desk.mailboxes[assignee][0])
    assert desk.ticket().holder == "customer"


def test_what_goes_on_after_a_deleted_ticket_is_about_what_its_writer_may_name(desk: Desk) -> None:
    """002, delete: the ticket had gone to another account; the client's answer opens one of its own."""
    desk.write(GINA, "The shop is down.")
    (assignee,) = desk.ticket().assignees
    desk.reply(assignee, "#transfer product acme-erp")
    desk.reply(assignee, "#delete")
    letters = desk.reply(GINA, "Hello?", letter=desk.mailboxes[GINA][0])
    assert [letter.headline for letter in letters if letter.to == GINA] == ["We have received your message."]
    assert desk.ticket("CT-2").system == "globex-shop"


def test_a_question_is_answered_by_what_was_offered_alone_on_its_line(desk: Desk) -> None:
    """002, account and product: nobody needs to know how the answer is written."""
    desk.write(ANN, "It does not work.")
    desk.reply(ANN, "Hello,\n\nacme shop\n\nAnn")
    assert (desk.ticket().system, desk.ticket().missing) == ("acme-shop", ())


def test_a_client_cannot_transfer(desk: Desk) -> None:
    """002, transfer: by staff only."""
    desk.write(GINA, "The shop is empty.")
    before = desk.ticket().assignees
    desk.reply(GINA, f"#transfer {EMIL}")
    assert (desk.ticket().assignees, desk.kinds()[-1]) == (before, "refusal")


def test_the_priority_is_set_by_staff(desk: Desk) -> None:
    """002, editing: priority."""
    desk.write(GINA, "The shop is empty.")
    desk.reply(assignee(desk), "#priority high")
    assert desk.ticket().priority == "high"


def test_earlier_words_stay_as_they_were(desk: Desk) -> None:
    """002, editing: neither the original text nor an earlier reply can be changed; a mail only ever adds."""
    desk.write(GINA, "The shop is empty.")
    before = desk.timeline()
    desk.reply(GINA, "I meant the other shop.")
    desk.reply(assignee(desk), "#transfer account acme")
    assert desk.timeline()[: len(before)] == before


def test_close_and_the_clients_answer_brings_it_back(desk: Desk) -> None:
    """002, closing: by staff or the client; more words of the client open it again."""
    desk.write(GINA, "The shop is empty.")
    assert told(desk.reply(assignee(desk), "close\n\nIt is full again.")) == sorted([GINA, assignee(desk)])
    assert desk.status() == "closed"
    desk.reply(GINA, "It is empty again, sorry.")
    assert desk.status() == "open"
    desk.reply(GINA, "#close")
    assert desk.status() == "closed"


def test_delete_hides_the_ticket_and_keeps_its_timeline(desk: Desk) -> None:
    """002, deleting: it is gone from the lists; what it was stays for the audit."""
    desk.write(GINA, "Cheap watches.")
    desk.reply(assignee(desk), "delete\n\nSpam.")
    assert desk.ticket().hidden
    assert desk.timeline()[0].text == "Cheap watches."
    with desk.office.store.read() as reading:
        assert "CT-1" not in [ticket.key for ticket in reading.tickets()]


def test_a_client_cannot_delete(desk: Desk) -> None:
    """002, deleting: by staff only."""
    desk.write(GINA, "The shop is empty.")
    desk.reply(GINA, "#delete")
    assert not desk.ticket().hidden


def test_answers_come_by_mail(desk: Desk) -> None:
    """002, replying: a reply to a letter is a reply to the ticket; a stranger with the number is not heard."""
    desk.write(GINA, "The shop is empty.", subject="Shop")
    desk.reply(GINA, "And the basket, too.")
    assert desk.kinds()[-1] == "comment"
    desk.write(MALLORY, "I am Gina's boss.", subject="[CT-1] Shop", to=SUPPORT)
    assert desk.kinds()[-1] == "comment"


@pytest.mark.parametrize("said", ["Category: nonsense", "hello?"])
def test_whoever_does_not_answer_is_asked_again(desk: Desk, said: str) -> None:
    """002, submission: the ticket stays a draft, its words are kept."""
    desk.write(ANN, "It does not work.")
    assert told(desk.reply(ANN, said)) == [ANN]
    assert desk.ticket().missing == ("system or category",)
    assert desk.timeline()[-1].text == said
