"""How a ticket begins."""

from dataclasses import replace

import pytest

from parsers.intent import Command, Comment, Orders, Source, Words
from routing.decide import decide
from routing.directory import Organisation, OrganisationKind, Person
from routing.events import Opened, Refusal
from routing.model import CcRule, Decision, Inlet, Proof, Situation, Ticket
from tests.unit.routing import town
from tests.unit.routing.town import ABE, ANN, EVE, IVO, NEW, OLA, WIM, comment, kinds, mail, move, told

STRANGER = Person("Sam", ("sam@street.example",), registered=False)


def new(situation: Situation, text: str = "Please have a look.") -> Ticket:
    """The ticket that a mail opens."""
    ticket = decide(situation, comment(text)).ticket
    assert ticket is not None
    return ticket


def test_the_requester_gets_an_acknowledgement_and_the_agents_are_told() -> None:
    decision = decide(mail(ANN), comment("The scanner is silent."))
    event = decision.events[0]
    assert isinstance(event, Opened)
    assert (event.key, event.text, event.audience, event.cause.proof) == (
        "CT-1",
        "The scanner is silent.",
        "everyone",
        "none",
    )
    assert told(decision, "acknowledgement") == {"Ann"}
    assert told(decision, "opened") == {"Ola", "Oto"}
    acknowledgement = decision.notices[0]
    assert (acknowledgement.answer, acknowledgement.event) == (True, None)


@pytest.mark.parametrize(
    ("person", "key", "organisation"),
    [
        (ANN, "CT-1", "acme"),
        (NEW, "CT-1", "acme"),
        (STRANGER, "CT-1", None),
        (WIM, "PT-1", "webhost"),
        (OLA, "OT-1", None),
    ],
    ids=lambda value: value.name if isinstance(value, Person) else str(value),
)
def test_the_prefix_tells_the_side_of_the_writer(person: Person, key: str, organisation: str | None) -> None:
    ticket = new(mail(person))
    assert (ticket.key, ticket.organisation, ticket.requester) == (key, organisation, person.address)
    assert (ticket.status, ticket.holder, ticket.queue) == ("new", "operator", "inbound")


def test_an_alias_opens_for_its_person() -> None:
    assert new(replace(mail(ANN), author="ann@home.example")).requester == "ann@acme.example"


def test_somebody_unknown_becomes_a_person_to_remember() -> None:
    decision = decide(mail(STRANGER, known=False), comment())
    assert decision.newcomer == Person("Sam", ("sam@street.example",), registered=False)
    assert told(decision, "acknowledgement") == {"Sam"}
    assert decide(mail(ANN), comment()).newcomer is None


def test_an_unregistered_colleague_is_remembered_with_its_organisation() -> None:
    assert decide(mail(NEW), comment()).newcomer == NEW


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Scanner", "Hello", "Scanner"),
        ("  Scanner\t is  silent ", "Hello", "Scanner is silent"),
        ("", "\n\n  Hello there  \nAnn", "Hello there"),
        (" ", "x" * 200, "x" * 77 + "…"),
        ("", " \n ", "(no subject)"),
    ],
)
def test_the_subject_is_that_of_the_mail_or_its_first_line(subject: str, text: str, found: str) -> None:
    assert new(mail(ANN, subject=subject), text).subject == found


@pytest.mark.parametrize(
    ("person", "named", "system", "organisation"),
    [
        (ANN, None, "acme-dam", "acme"),
        (ANN, "acme-dam", "acme-dam", "acme"),
        (EVE, None, None, "rival"),
        (EVE, "rival-web", "rival-web", "rival"),
        (EVE, "acme-dam", None, "rival"),
        (WIM, "acme-dam", "acme-dam", "acme"),
        (IVO, "acme-dam", None, "hosting"),
        (OLA, "acme-dam", "acme-dam", "acme"),
        (STRANGER, "acme-dam", None, None),
    ],
    ids=lambda value: value.name if isinstance(value, Person) else str(value),
)
def test_which_system_a_ticket_is_about(
    person: Person, named: str | None, system: str | None, organisation: str | None
) -> None:
    ticket = new(replace(mail(person), system=named))
    assert (ticket.system, ticket.organisation) == (system, organisation)


def test_a_system_that_cannot_be_meant_is_said_and_the_same_whether_it_exists() -> None:
    real, unreal = (decide(replace(mail(EVE), system=key), comment()) for key in ("acme-dam", "acme-xyz"))
    for decision, key in ((real, "acme-dam"), (unreal, "acme-xyz")):
        assert kinds(decision) == ["opened", "refusal"]
        refusal = decision.events[1]
        assert isinstance(refusal, Refusal)
        assert refusal.reason == f'There is no system "{key}" that this ticket could be about.'
        assert told(decision, "refusal") == {"Eve"}


def test_a_partner_above_a_customer_opens_for_it() -> None:
    directory = town.directory()
    tiers = {
        **directory.organisations,
        "acme": replace(directory.organisations["acme"], parent="hosting"),
        "hosting": Organisation("hosting", "Hosting", OrganisationKind.PARTNER, parent="acme"),
    }
    desk = replace(town.desk(), directory=replace(directory, organisations=tiers))
    assert new(replace(mail(IVO), desk=desk, system="acme-dam")).system == "acme-dam"


def cc(rule: CcRule, *addresses: str, proof: Proof = Proof.NONE) -> tuple[str, ...]:
    """Who becomes a watcher."""
    desk = replace(town.desk(), inlets=(Inlet(town.SUPPORT, "inbound", cc=rule),))
    return new(replace(mail(ANN, proof=proof, cc=addresses), desk=desk)).watchers


EVERYBODY = (
    "abe@acme.example", "ABE@acme.example", "wim@web.example", "ivo@hosting.example", "eve@rival.example",
    "ola@desk.example", "nia@acme.example", "x@street.example", "support@desk.example", "support+ab@desk.example",
    "ann@home.example",
)  # fmt: skip


def test_the_parties_on_cc_watch_and_nobody_else() -> None:
    """case 90: as the address says who may."""
    known = ("abe@acme.example", "wim@web.example", "ola@desk.example")
    assert cc(CcRule.KNOWN, *EVERYBODY) == known
    assert cc(CcRule.IGNORE, *EVERYBODY) == ()
    assert cc(CcRule.ALL, *EVERYBODY) == known


def test_only_a_proven_writer_brings_in_others_where_the_address_allows_it() -> None:
    strangers = ("x@street.example", "a b@c", "support@desk.example", "support+ab@desk.example")
    assert cc(CcRule.ALL, *strangers, proof=Proof.STRONG) == ("x@street.example",)
    assert cc(CcRule.KNOWN, "x@street.example", proof=Proof.STRONG) == ()


def watched() -> Decision:
    """An agent answers on a ticket that Abe watches."""
    ticket = new(mail(ANN, cc=(ABE.address,)))
    return decide(mail(OLA, ticket, Proof.TOKEN), comment())


def test_watchers_read_along() -> None:
    assert told(watched()) == {"Ann", "Abe"}


def test_a_command_in_an_opening_mail_is_refused_and_the_ticket_opened_all_the_same() -> None:
    decision = decide(mail(ANN), move("close"))
    assert kinds(decision) == ["opened", "refusal"]
    assert decision.ticket is not None
    assert decision.ticket.status == "new"
    assert told(decision, "acknowledgement") == told(decision, "refusal") == {"Ann"}
    assert told(decide(mail(STRANGER, known=False), move("close")), "refusal") == set()


def test_a_bare_phrase_in_an_opening_mail_is_only_words() -> None:
    decision = decide(mail(OLA), move("close", bare=True))
    assert kinds(decision) == ["opened"]
    assert decision.events[0].text == "close\nPlease have a look."


def test_who_only_asks_for_help_gets_the_answer_and_no_ticket() -> None:
    ask = Orders(Words(""), questions=(Command("help", (), Source.BODY, 1),))
    decision = decide(mail(ANN), ask)
    assert told(decision, "help") == {"Ann"}
    assert decision.ticket is None
    stranger = decide(mail(STRANGER, known=False), ask)
    assert told(stranger, "help") == set()
    assert kinds(stranger) == ["opened"]


def test_the_queue_and_the_sender_are_those_of_the_address_written_to() -> None:
    desk = replace(town.desk(), inlets=(*town.desk().inlets, Inlet("sales@desk.example", "sales")))
    situation = replace(mail(ANN), desk=desk)
    situation = replace(situation, envelope=replace(situation.envelope, recipient="Sales+x@desk.example"))
    decision = decide(situation, Comment(Words("Hello")))
    assert decision.ticket is not None
    assert decision.ticket.queue == "sales"
    assert {notice.sender for notice in decision.notices} == {"sales@desk.example"}
