"""Creation forms: a ticket is a draft until it says what its desk must know, and its opener is asked for that."""

from dataclasses import replace
from functools import cache

from parsers.intent import AutoReply, Command, Intent, Orders, Source, Words
from parsers.mail import Kind
from routing.decide import decide
from routing.directory import Directory, Person
from routing.events import Opened, fold
from routing.form_answers import Respondent
from routing.model import Decision, Desk, Proof, Ticket
from routing.workflow import Workflow, load
from tests.unit.routing import town
from tests.unit.routing.test_workflow import DESK
from tests.unit.routing.town import ABE, ANN, EVE, IVO, OLA, WIM, comment, mail, told

FORM = """
[creation]
status = "draft"
required = ["system or category", "device", "visibility"]

[creation.names]
system = "Product"

[creation.texts]
device = "Which device is it?"

[creation.asked]
visibility = ["operator"]
"""


@cache
def workflow() -> Workflow:
    """A small desk that wants to know a product or a category and a device, and of its own people the visibility."""
    text = DESK.replace("[states]\n", '[states]\ndraft = { name = "Draft", kind = "waiting" }\n')
    text = text.replace('key = "small"', 'key = "small"\ncategories = ["billing", "repair"]')
    text = text.replace('from = ["open", "closed"]', 'from = ["draft", "open", "closed"]')
    return load(text.replace("[roles]", FORM + "\n[roles]"), "small.toml", town.TEMPLATES | {"incomplete"})


def desk() -> Desk:
    """The town with that desk. Acme has two systems: none of them goes without saying."""
    known = town.directory()
    more = {
        **known.systems,
        "acme-web": replace(known.systems["acme-dam"], key="acme-web", name="Acme Web", involved={}),
    }
    people = Directory(known.organisations, known.people, known.groups, more)
    return replace(town.desk(), workflow=workflow(), directory=people)


def write(
    person: Person, intent: Intent, ticket: Ticket | None = None, proof: Proof = Proof.NONE, **more: object
) -> Decision:
    """Somebody's mail, decided."""
    return decide(replace(mail(person, ticket, proof), desk=desk(), **more), intent)  # type: ignore[arg-type] # any field


def orders(text: str, *commands: tuple[str, str]) -> Orders:
    """A mail with commands."""
    return Orders(Words(text), tuple(Command(name, tuple(rest.split()), Source.BODY, 1) for name, rest in commands))


def begun(decision: Decision) -> Ticket:
    assert decision.ticket is not None
    return decision.ticket


def wanted(decision: Decision) -> tuple[str, ...]:
    """What the letter to the opener asks for."""
    (notice,) = [one for one in decision.notices if one.template == "incomplete"]
    found = notice.details["wanted"]
    assert isinstance(found, tuple)
    return found


def test_what_lacks_is_asked_for_and_nobody_else_is_told() -> None:
    decision = write(ANN, comment("It does not start."))
    assert (begun(decision).status, begun(decision).holder) == ("draft", "customer")
    assert begun(decision).missing == ("system or category", "device")
    assert {notice.to for notice in decision.notices} == {ANN.address}
    assert wanted(decision) == (
        "Product or Category: Which system is it about? Or: Which category fits best? "
        "(Acme DAM, Acme Web, billing, repair)",
        "Device: Which device is it?",
    )
    assert decision.notices[0].details["example"] == ("Product: Acme DAM", "Device: …")


def test_a_mail_that_says_everything_opens_the_ticket_at_once() -> None:
    decision = write(ANN, comment("It does not start.\n\nDevice: X 200\nProduct: acme web"))
    ticket = begun(decision)
    assert (ticket.status, ticket.system, ticket.organisation, ticket.answers) == (
        "open",
        "acme-web",
        "acme",
        ("device: X 200",),
    )
    assert told(decision, "opened") == {"Ola", "Oto"}
    assert fold(decision.events) == ticket


def test_commands_fill_in_the_form_of_an_opening_mail() -> None:
    ticket = begun(write(ANN, orders("Device: X 200", ("category", "Repair"))))
    assert (ticket.status, ticket.category) == ("open", "repair")


def test_other_commands_still_come_too_early_and_then_none_counts() -> None:
    decision = write(ANN, orders("Device: X 200", ("category", "repair"), ("watch", "")))
    assert [event.kind for event in decision.events] == ["opened", "refusal"]
    assert begun(decision).category is None


def test_the_answer_completes_the_draft_and_now_the_staff_is_told() -> None:
    first = write(ANN, comment("It does not start."))
    said = replace(mail(ANN, begun(first), Proof.TOKEN), desk=desk(), timeline=first.events)
    decision = decide(said, comment("Product: Acme DAM\nDevice: X 200"))
    ticket = begun(decision)
    assert (ticket.status, ticket.holder, ticket.missing) == ("open", "operator", ())
    assert fold((*first.events, *decision.events)) == ticket
    assert told(decision, "opened") == {"Ola", "Oto"}
    assert told(decision, "acknowledgement") == {"Ann"}
    assert {one.details.get("began") for one in decision.notices if one.template == "opened"} == {
        ("It does not start.",)
    }


def test_half_an_answer_is_asked_on() -> None:
    draft = begun(write(ANN, comment("It does not start.")))
    decision = write(ANN, comment("Category: billing"), draft, Proof.TOKEN)
    assert (begun(decision).status, begun(decision).category) == ("draft", "billing")
    assert wanted(decision) == ("Device: Which device is it?",)


def test_what_cannot_be_is_not_set_and_said_without_its_words() -> None:
    decision = write(ANN, comment("Category: cheap pills\nDevice: X"))
    assert begun(decision).category is None
    (letter,) = decision.notices
    assert letter.details["reason"] == 'What you wrote for "Category" is not known here.'
    assert "pills" not in str(letter)


def test_a_customer_names_no_system_of_others() -> None:
    for intent in (comment("Product: rival-dam\nDevice: X"), comment("Product: Rival DAM\nDevice: X")):
        assert begun(write(ANN, intent)).system is None
    (letter,) = write(ANN, comment("Hello")).notices
    assert "Rival" not in str(letter.details)


def test_the_operator_is_asked_for_more() -> None:
    decision = write(OLA, comment("Category: billing\nDevice: X"))
    assert begun(decision).missing == ("visibility",)
    done = write(OLA, orders("", ("visibility", "internal")), begun(decision), Proof.TOKEN)
    assert (begun(done).visibility, begun(done).status) == ("internal", "open")


def test_a_customer_cannot_answer_what_only_the_operator_is_asked() -> None:
    ticket = begun(write(ANN, comment("Category: billing\nDevice: X\nVisibility: internal")))
    assert (ticket.status, ticket.visibility) == ("open", "public")


def test_who_cannot_be_asked_opens_a_whole_ticket() -> None:
    assert begun(write(ANN, comment("It does not start."), quiet=True)).status == "open"
    machine = replace(mail(ANN).mail, auto_submitted=True)
    assert begun(write(ANN, comment("It does not start."), mail=machine)).status == "open"


def test_somebody_without_any_system_is_not_asked_for_one() -> None:
    text = DESK.replace("[roles]", '[creation]\nrequired = ["system"]\n\n[roles]')
    bare = replace(desk(), workflow=load(text, "small.toml", town.TEMPLATES | {"incomplete"}))
    decision = decide(replace(mail(EVE, known=False), desk=bare), comment("Hello"))
    assert begun(decision).missing == ()
    assert told(decision, "opened") == {"Ola", "Oto"}


def test_nobody_answers_for_another_without_proof() -> None:
    draft = begun(write(ANN, comment("It does not start.")))
    decision = write(ANN, comment("Category: billing\nDevice: X"), draft)
    assert [event.kind for event in decision.events] == ["unverified"]
    assert begun(decision).missing == draft.missing


def test_a_stranger_to_the_draft_fills_in_nothing() -> None:
    draft = begun(write(ANN, comment("It does not start.")))
    decision = write(WIM, comment("Category: billing\nDevice: X"), draft, Proof.STRONG)
    assert begun(decision).key == draft.key or begun(decision).requester == WIM.address
    assert not [event for event in decision.events if event.kind == "comment"]


def test_a_colleague_may_answer() -> None:
    draft = begun(write(ANN, comment("It does not start.")))
    decision = write(ABE, comment("Category: billing\nDevice: X"), draft, Proof.TOKEN)
    assert begun(decision).status == "open"


def test_what_was_answered_stays() -> None:
    draft = begun(write(ANN, comment("Device: X 200")))
    decision = write(ANN, comment("Device: Y 300\nCategory: billing"), draft, Proof.TOKEN)
    assert begun(decision).answers == ("device: X 200",)


def test_once_begun_such_lines_are_words() -> None:
    ticket = begun(write(ANN, comment("Category: billing\nDevice: X")))
    decision = write(ANN, comment("Category: repair"), ticket, Proof.TOKEN)
    assert begun(decision).category == "billing"


def test_the_answer_of_a_machine_fills_in_nothing() -> None:
    draft = begun(write(ANN, comment("It does not start.")))
    situation = replace(mail(ANN, draft, Proof.TOKEN, kind=Kind.OUT_OF_OFFICE), desk=desk())
    decision = decide(situation, AutoReply(Words("Category: billing\nDevice: X")))
    assert begun(decision).missing == draft.missing


def test_the_opening_states_all_that_was_said() -> None:
    (event,) = write(ANN, comment("It does not start.")).events
    assert isinstance(event, Opened)
    assert [change.field for change in event.changes].count("status") == 1


def test_a_partner_names_only_the_accounts_that_it_serves() -> None:
    form = Respondent(desk(), IVO).choices("organisation"), Respondent(desk(), WIM).choices("organisation")
    assert [set(choices) for choices in form] == [{"rival"}, {"acme", "rival"}]
    assert set(Respondent(desk(), ANN).choices("organisation")) == {"acme"}
    assert set(Respondent(desk(), OLA).choices("organisation")) == {"acme", "rival"}


def test_lines_as_mail_programs_write_them_are_read() -> None:
    ticket = begun(write(ANN, comment("> *Category:* Billing\n\t Device :  X 200 \nhttps://a.example: no\n:")))
    assert (ticket.category, ticket.answers) == ("billing", ("device: X 200",))


def test_hostile_lines_are_read_in_no_time() -> None:
    for text in (" " * 200_000, "*" * 200_000 + ":", ":" * 200_000, "a:\n" * 50_000):
        assert begun(write(ANN, comment(text))).missing == ("system or category", "device")
