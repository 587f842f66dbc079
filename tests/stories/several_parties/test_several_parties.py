"""How a ticket goes from party to party: each move, each comment, and who is told of it."""

import pytest

from tests.stories.stage import ANN, BOB, DANA, EMIL, HUGO, WENDY, Desk, told


def test_a_customer_opens_a_ticket(desk: Desk) -> None:
    """000, opening: the requester has an acknowledgement, the agents are told."""
    letters = desk.write(ANN, "All images are missing.", subject="Images")
    assert told(letters) == [ANN, DANA, EMIL]
    ticket = desk.ticket("CT-1")
    assert (ticket.status, ticket.holder, ticket.queue) == ("new", "operator", "inbound")
    assert (ticket.requester, ticket.organisation, ticket.system) == (ANN, "acme", "acme-dam")
    assert desk.last(DANA).subject == "[CT-1] Images"
    assert "All images are missing." in desk.last(DANA).text
    assert "All images are missing." in desk.last(DANA).html


def test_the_acknowledgement_repeats_nothing_of_the_mail(desk: Desk) -> None:
    """000, opening: whoever is named as the sender gets no words of the mail."""
    desk.write(ANN, "Buy at evil.example", subject="Cheap watches", name="Visit evil.example")
    letter = desk.last(ANN)
    assert letter.subject == "[CT-1] We have received your message"
    assert letter.message["To"] == ANN
    for words in (b"evil", b"watches"):
        assert words not in letter.data


def test_an_agent_answers_and_takes_the_ticket_up(desk: Desk) -> None:
    """000, comment of an agent: new becomes in progress, the requester is told."""
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(DANA, "We look into it.")) == [ANN]
    assert (desk.status(), desk.ticket().holder) == ("in-progress", "operator")
    assert desk.last(ANN).headline == "Dana wrote on CT-1."
    assert "We look into it." in desk.last(ANN).text


def test_a_second_answer_of_an_agent_leaves_the_status(desk: Desk) -> None:
    """000, comment of an agent: whoever answers next changes no status."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "We look into it.")
    assert told(desk.reply(EMIL, "It will take a while.")) == [ANN]
    assert desk.status() == "in-progress"


def test_an_agents_comment_leaves_a_ticket_with_the_party_that_has_it(desk: Desk) -> None:
    """000, comment of an agent: it takes the ticket from nobody."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    assert told(desk.reply(DANA, "We wait for the web host.")) == [ANN]
    assert (desk.status(), desk.ticket().holder) == ("on-partner", "party:web-it-provider")


def test_to_customer_tells_the_requester_and_the_customers_support_group(desk: Desk) -> None:
    """000, to customer: comment added, On Customer, mail to the customer's support group."""
    desk.write(ANN, "All images are missing.")
    letters = desk.reply(DANA, "to customer\n\nWhich browser is it?")
    assert told(letters) == [ANN, BOB, DANA]
    assert (desk.status(), desk.ticket().holder) == ("on-customer", "customer")
    assert desk.kinds() == ["opened", "move"]
    assert desk.timeline()[-1].text == "Which browser is it?"
    for reader in (ANN, BOB):
        assert desk.last(reader).headline == "Dana handed CT-1 to Acme Corp."
        assert "Which browser is it?" in desk.last(reader).text


def test_whoever_commands_gets_one_receipt(desk: Desk) -> None:
    """000, moves: what was done and who was told."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser is it?")
    assert "CT-1 went to Acme Corp and is now On Customer.\n\nWe have told Ann, Bob." in desk.last(DANA).text
    assert desk.last(DANA).text.count("On Customer") == 1
    desk.reply(ANN, "#to web-it provider\n\nIt is the web server.")
    assert "CT-1 went to Web-IT Provider and is now On Partner.\n\nWe have told Web-IT Provider." in desk.last(ANN).text
    assert "Wendy" not in desk.last(ANN).text


@pytest.mark.parametrize(
    ("phrase", "role", "name", "partner"),
    [
        ("to web-it provider", "web-it-provider", "Web-IT Provider", WENDY),
        ("To Web IT Provider", "web-it-provider", "Web-IT Provider", WENDY),
        ("TO 2ND LEVEL PROVIDER", "2nd-level-provider", "2nd Level Provider", HUGO),
        ("to 2nd-level-provider", "2nd-level-provider", "2nd Level Provider", HUGO),
        ("#to 2nd/level/provider", "2nd-level-provider", "2nd Level Provider", HUGO),
    ],
)
def test_to_an_involved_party_tells_that_partys_support_group(
    desk: Desk, phrase: str, role: str, name: str, partner: str
) -> None:
    """000, to a partner: comment added, On Partner, mail to that partner's support group."""
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(DANA, f"{phrase}\n\nPlease look.")) == sorted([DANA, partner])
    assert (desk.status(), desk.ticket().holder) == ("on-partner", f"party:{role}")
    assert desk.last(partner).headline == f"Dana handed CT-1 to {name}."
    assert "Please look." in desk.last(partner).text


@pytest.mark.parametrize("party", ["it provider", "os/hcms support provider", "additional support provider"])
def test_there_is_no_move_to_a_party_that_is_not_involved(desk: Desk, party: str) -> None:
    """000, to a partner: one move for each involved party, none for others."""
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(DANA, f"to {party}\n\nPlease look.")) == [DANA]
    assert desk.status() == "new"
    assert desk.kinds() == ["opened", "refusal"]
    refusal = desk.last(DANA).text
    assert "involved in this ticket." in refusal
    offered = refusal.partition("one of these lines:\n")[2].partition("\n-- ")[0].split("\n")
    assert [line.strip() for line in offered if line] == [
        "to customer",
        "to 2nd-level-provider",
        "to web-it-provider",
        "close",
    ]


def test_every_role_of_the_desk_can_be_filled(stage_with_every_role: Desk) -> None:
    """000, to a partner: second level, IT, Web-IT, OS or HCMS support, additional support."""
    desk = stage_with_every_role
    desk.write(ANN, "All images are missing.")
    for phrase in ("2nd level", "it", "web-it", "os/hcms support", "additional support"):
        assert WENDY in told(desk.reply(DANA, f"to {phrase} provider\n\nPlease look."))
        role = "-".join(phrase.replace("/", " ").split())
        assert desk.ticket().holder == f"party:{role}-provider"


@pytest.fixture
def stage_with_every_role(desk: Desk) -> Desk:
    roles = ("it", "web-it", "2nd-level", "os-hcms-support", "additional-support")
    involved = ", ".join(f'{role}-provider = "webhost"' for role in roles)
    desk.registers('web-it-provider = "webhost", 2nd-level-provider = "hosting"', involved)
    return desk


def test_a_partners_comment_gives_the_ticket_back_to_the_operator(desk: Desk) -> None:
    """000, back to the operator: On Partner becomes New, in the inbound queue."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    assert told(desk.reply(WENDY, "The certificate had expired.")) == [DANA, EMIL]
    assert (desk.status(), desk.ticket().holder, desk.ticket().queue) == ("new", "operator", "inbound")
    assert desk.kinds()[-1] == "comment"
    assert "The certificate had expired." in desk.last(EMIL).text


def test_a_customers_comment_gives_the_ticket_back_to_the_operator(desk: Desk) -> None:
    """000, back to the operator: On Customer becomes New, in the inbound queue."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser is it?")
    assert told(desk.reply(ANN, "All of them.")) == [DANA, EMIL]
    assert (desk.status(), desk.ticket().holder) == ("new", "operator")


def test_a_colleague_who_was_told_may_answer_for_the_customer(desk: Desk) -> None:
    """000, back to the operator: anybody of the customer's support group may answer."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser is it?")
    assert told(desk.reply(BOB, "All of them.")) == [DANA, EMIL]
    assert desk.status() == "new"
    assert desk.last(DANA).headline == "Bob wrote on CT-1."


def test_an_outsiders_comment_on_a_ticket_in_progress_leaves_it_so(desk: Desk) -> None:
    """000, back to the operator: what was with the operator keeps its status."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "We look into it.")
    assert told(desk.reply(ANN, "Now the texts, too.")) == [DANA, EMIL]
    assert desk.status() == "in-progress"


def test_a_partner_passes_the_ticket_on_to_the_next(desk: Desk) -> None:
    """000, moves: one partner passes it on to another."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    letters = desk.reply(WENDY, "to 2nd level provider\n\nThe server is well; it is the application.")
    assert told(letters) == [HUGO, WENDY]
    assert desk.ticket().holder == "party:2nd-level-provider"
    assert desk.last(HUGO).headline == "Wendy handed CT-1 to 2nd Level Provider."


def test_a_partner_asks_the_customer_directly(desk: Desk) -> None:
    """000, moves: a partner passes it to the customer."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    assert told(desk.reply(WENDY, "to customer\n\nSince when?")) == [ANN, BOB, WENDY]
    assert desk.status() == "on-customer"


def test_a_customer_turns_to_a_partner_directly(desk: Desk) -> None:
    """000, moves: a customer passes it to a partner."""
    desk.write(ANN, "All images are missing.")
    assert told(desk.reply(ANN, "#to web-it provider\n\nPlease look.")) == [ANN, WENDY]
    assert desk.ticket().holder == "party:web-it-provider"


def test_outsiders_can_neither_assign_nor_set_a_status(desk: Desk) -> None:
    """000, outsiders: they comment or make a move, and no more."""
    desk.write(ANN, "All images are missing.")
    for command in ("#assign dana@desk.example", "#status in progress", "#in progress", "#new"):
        desk.reply(ANN, command)
        assert desk.status() == "new"
        assert desk.ticket().assignees == ()
        assert desk.last(ANN).headline == "What you asked for on CT-1 was not done."


def test_closing_tells_everybody_who_was_told_before(desk: Desk) -> None:
    """000, close: all are told who were told before."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser is it?")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    assert told(desk.reply(DANA, "close\n\nAll is well again.")) == [ANN, BOB, DANA, EMIL, WENDY]
    assert desk.status() == "closed"
    for reader in (ANN, BOB, EMIL, WENDY):
        assert desk.last(reader).headline == "Dana closed CT-1."
        assert "All is well again." in desk.last(reader).text
    assert HUGO not in desk.mailboxes


@pytest.mark.parametrize(("writer", "command"), [(ANN, "#close"), (BOB, "/close"), (WENDY, "close"), (EMIL, "close")])
def test_every_party_may_close(desk: Desk, writer: str, command: str) -> None:
    """000, close: by customer, partner and operator."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser is it?")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(writer, command)
    assert desk.status() == "closed"


@pytest.mark.parametrize(("writer", "command"), [(ANN, "#reopen"), (WENDY, "reopen"), (EMIL, "reopen")])
def test_every_party_may_reopen(desk: Desk, writer: str, command: str) -> None:
    """000, reopen: by customer, partner and operator; the agents are told."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(DANA, "close")
    assert told(desk.reply(writer, f"{command}\n\nThey are gone again.")) == sorted({writer, DANA, EMIL})
    assert (desk.status(), desk.ticket().holder) == ("new", "operator")
    assert "opened CT-1 again." in desk.last(DANA).headline


@pytest.mark.parametrize("writer", [ANN, WENDY])
def test_a_comment_on_a_closed_ticket_reopens_it(desk: Desk, writer: str) -> None:
    """000, reopen: a comment on a closed ticket brings it back."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(DANA, "close")
    assert told(desk.reply(writer, "They are gone again.")) == [DANA, EMIL]
    assert (desk.status(), desk.ticket().holder) == ("new", "operator")


def test_an_agents_comment_on_a_closed_ticket_reopens_it_and_tells_the_other_agents(desk: Desk) -> None:
    """000, reopen: a comment of an agent does so, too."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "close")
    assert told(desk.reply(EMIL, "Not yet, I think.")) == [DANA]
    assert desk.status() == "new"


@pytest.mark.parametrize("command", ["to customer", "to web-it provider", "close"])
def test_a_closed_ticket_goes_nowhere_before_it_is_reopened(desk: Desk, command: str) -> None:
    """000, close: a closed ticket is handed to nobody."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "close")
    assert told(desk.reply(DANA, f"{command}\n\nOnce more.")) == [DANA]
    assert desk.status() == "closed"
    assert "cannot be done while the ticket is Closed." in desk.last(DANA).text
    assert "\n  reopen\n" in desk.last(DANA).text
    assert "\n  to customer\n" not in desk.last(DANA).text


def test_a_closed_ticket_is_nobodys_turn(desk: Desk) -> None:
    """000, close: nobody has the next step."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "close\n\nAll is well again.")
    desk.reply(DANA, "#help")
    for letter in (desk.last(ANN), *desk.mailboxes[DANA][-2:]):
        assert "next step" not in letter.text + letter.html


def test_a_reopened_ticket_is_somebodys_turn_again(desk: Desk) -> None:
    """000, reopen: the operator has the next step."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "close")
    desk.reply(ANN, "They are gone again.")
    assert "The next step is with Example Support. Status: New." in desk.last(DANA).text


def test_nobody_is_told_of_the_own_act(desk: Desk) -> None:
    """000, mail: nobody is told of the own act."""
    desk.write(DANA, "The nightly job of Acme failed.", subject="[system acme-dam] Nightly job")
    assert [letter.message["Auto-Submitted"] for letter in desk.mailboxes[DANA]] == ["auto-replied"]
    assert told(desk.reply(DANA, "I look into it.")) == []
    assert told(desk.reply(EMIL, "to customer\n\nIt ran in the meantime.")) == [ANN, BOB, DANA, EMIL]
    assert told(desk.reply(ANN, "#to customer\n\nBob, is it well?")) == [ANN, BOB, DANA]
