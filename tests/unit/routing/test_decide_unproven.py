"""What nothing proves moves nothing: forged senders, forwarded letters, strangers, machines, old mail."""

from dataclasses import replace

import pytest

from parsers.intent import AutoReply, Ignore, Intent, Orders, Report, Words
from parsers.mail import Address, Bounce, Door, FailedRecipient, Kind
from routing.decide import decide
from routing.directory import Person
from routing.events import Commented, Delivery, Opened, Unverified
from routing.model import Inlet, Proof, Ticket, UnknownSenders
from tests.unit.routing import town
from tests.unit.routing.town import ANN, EVE, IVO, OLA, WIM, comment, kinds, letter, mail, move, only, opened, told

STRANGER = Person("Sam", ("sam@street.example",), registered=False)
ON_PARTNER = replace(opened(), status="on-partner", holder="party:web-it-provider")
COMMANDS: list[Intent] = [comment(), move("close"), move("to-customer")]


def untouched(ticket: Ticket | None, but_for: int = 1) -> bool:
    """Whether a decision left the ticket as it was but for events that change nothing."""
    return ticket == replace(ON_PARTNER, version=ON_PARTNER.version + but_for)


@pytest.mark.parametrize("person", [ANN, WIM, OLA], ids=lambda person: person.name)
@pytest.mark.parametrize("intent", COMMANDS)
def test_a_known_partys_unproven_words_are_for_the_staff_alone(person: Person, intent: Intent) -> None:
    decision = decide(mail(person, ON_PARTNER), intent)
    event = only(decision)
    assert isinstance(event, Unverified)
    assert (event.claimed, event.text, event.audience) == (person.address, "Please have a look.", "staff")
    assert untouched(decision.ticket)
    assert told(decision, "unverified") == {"Ola", "Oto"}
    asked = {person.name} if isinstance(intent, Orders) else set()
    assert told(decision, "challenge") <= asked
    assert told(decision) <= {"Ola", "Oto"} | asked


def test_the_commands_of_unproven_mail_are_named_to_the_staff() -> None:
    decision = decide(mail(ANN, ON_PARTNER), move("close"))
    event = only(decision)
    assert isinstance(event, Unverified)
    assert "Not done: #close." in event.reason
    assert decision.notices[0].details["asked"] == ("#close",)
    assert decision.notices[0].details["claimed"] == ANN.address


@pytest.mark.parametrize("person", [EVE, IVO, STRANGER], ids=lambda person: person.name)
@pytest.mark.parametrize("intent", COMMANDS)
def test_a_stranger_who_names_a_ticket_opens_another_with_a_link_for_the_staff(person: Person, intent: Intent) -> None:
    decision = decide(replace(mail(person, ON_PARTNER), number=2), intent)
    event = decision.events[0]
    assert isinstance(event, Opened)
    assert (event.linked, event.key[2:]) == ("CT-1", "-2")
    for notice in decision.notices:
        assert ("linked" in notice.details) == (notice.lane == "operator")


@pytest.mark.parametrize("person", [WIM, EVE, STRANGER, OLA], ids=lambda person: person.name)
@pytest.mark.parametrize("intent", COMMANDS)
def test_a_forwarded_letter_moves_nothing_and_its_owner_is_told_once(person: Person, intent: Intent) -> None:
    decision = decide(mail(person, ON_PARTNER, minted=letter(ANN)), intent)
    assert kinds(decision) == ["unverified"]
    assert untouched(decision.ticket)
    assert told(decision, "unverified") == {"Ola", "Oto"}
    (warning,) = (notice for notice in decision.notices if notice.template == "address-used")
    assert (warning.to, warning.once) == (ANN.address, "address-used:7:ann@acme.example")
    assert person.address not in str(warning)
    assert warning.event is None


def test_two_strangers_with_one_letter_cause_one_warning() -> None:
    first, second = (decide(mail(who, ON_PARTNER, minted=letter(ANN)), comment()) for who in (EVE, STRANGER))
    assert {n.once for d in (first, second) for n in d.notices if n.template == "address-used"} == {
        "address-used:7:ann@acme.example"
    }


def test_the_owner_of_an_expired_address_is_not_warned_of_its_own_mail() -> None:
    decision = decide(mail(ANN, ON_PARTNER, minted=letter(ANN)), move("close"))
    assert kinds(decision) == ["unverified"]
    assert told(decision, "address-used") == set()


def test_a_party_that_was_taken_off_the_ticket_has_no_say_with_its_old_letters() -> None:
    elsewhere = replace(ON_PARTNER, system=None)
    decision = decide(mail(WIM, elsewhere, Proof.TOKEN), move("close"))
    assert kinds(decision) == ["unverified"]
    assert decision.ticket == replace(elsewhere, version=elsewhere.version + 1)


def test_a_defective_from_with_a_valid_letter_moves_nothing() -> None:
    situation = replace(mail(ANN, ON_PARTNER, minted=letter(ANN)), author=None, writer=None)
    decision = decide(replace(situation, proof=Proof.TOKEN), move("close"))
    assert kinds(decision) == ["unverified"]
    assert untouched(decision.ticket)


AWAY = AutoReply(Words("I am away."))


@pytest.mark.parametrize("proof", [Proof.THREAD, Proof.TOKEN])
def test_a_machines_answer_is_noted_and_nobody_is_told(proof: Proof) -> None:
    decision = decide(mail(ANN, ON_PARTNER, proof, kind=Kind.OUT_OF_OFFICE), AWAY)
    event = only(decision)
    assert isinstance(event, Commented)
    assert (event.machine, event.audience, event.text) == ("out-of-office", "staff", "I am away.")
    assert untouched(decision.ticket)
    assert decision.notices == ()


def test_a_machine_that_answers_with_another_address_is_noted_all_the_same() -> None:
    decision = decide(mail(STRANGER, ON_PARTNER, minted=letter(ANN), kind=Kind.AUTO_REPLY), AWAY)
    assert (decision.outcome, decision.notices) == ("noted", ())


def test_a_machine_that_merely_names_a_ticket_is_kept_apart_in_silence() -> None:
    decision = decide(mail(ANN, ON_PARTNER, kind=Kind.AUTO_REPLY), AWAY)
    assert kinds(decision) == ["unverified"]
    assert decision.notices == ()


def test_a_complaint_that_calls_itself_automatic_still_opens_a_ticket_unanswered() -> None:
    """case 97: the mark stops our answer and nothing else."""
    decision = decide(mail(STRANGER, kind=Kind.AUTO_REPLY, known=False), AWAY)
    assert kinds(decision) == ["opened"]
    assert told(decision) == {"Ola", "Oto"}


BOUNCE = Bounce((FailedRecipient(ANN.address, "failed", "5.1.1", "no such user"),), "<letter-7@desk.example>")


def test_a_bounce_of_a_letter_of_ours_is_noted_and_nothing_is_mailed_because_of_it() -> None:
    """case 139"""
    situation = replace(mail(None, ON_PARTNER, minted=letter(ANN), kind=Kind.BOUNCE), author=None)
    decision = decide(situation, Report(Words("Undelivered"), BOUNCE))
    event = only(decision)
    assert isinstance(event, Delivery)
    assert (event.recipients, event.outcome, event.audience) == ((ANN.address,), "failed 5.1.1, not proven", "internal")
    assert untouched(decision.ticket)
    assert decision.notices == ()


@pytest.mark.parametrize("ticket", [None, ON_PARTNER])
def test_a_bounce_that_names_no_letter_of_ours_is_ignored(ticket: Ticket | None) -> None:
    decision = decide(mail(None, ticket, kind=Kind.BOUNCE), Report(Words("Undelivered"), BOUNCE))
    assert (decision.outcome, decision.ticket, decision.events, decision.notices) == ("ignored", None, (), ())


def test_another_notice_about_a_letter_says_what_it_is() -> None:
    situation = mail(ANN, ON_PARTNER, minted=letter(ANN), kind=Kind.RECEIPT)
    event = only(decide(situation, Report(Words("Read"))))
    assert isinstance(event, Delivery)
    assert (event.recipients, event.outcome) == ((ANN.address,), "receipt")


def test_what_is_to_be_ignored_is_ignored() -> None:
    decision = decide(mail(ANN, ON_PARTNER, Proof.TOKEN), Ignore("it is a copy"))
    assert (decision.outcome, decision.why, decision.events) == ("ignored", ("it is a copy",), ())


@pytest.mark.parametrize("kind", [Kind.LIST, Kind.CALENDAR])
def test_lists_and_calendars_comment_and_never_command(kind: Kind) -> None:
    decision = decide(mail(ANN, ON_PARTNER, Proof.TOKEN, kind=kind), move("close"))
    event = only(decision)
    assert isinstance(event, Commented)
    assert event.text == "#close\nPlease have a look."
    assert told(decision) == {"Ola", "Oto"}


@pytest.mark.parametrize("kind", [Kind.LIST, Kind.CALENDAR])
def test_lists_and_calendars_open_and_are_never_answered(kind: Kind) -> None:
    assert told(decide(mail(ANN, kind=kind), comment())) == {"Ola", "Oto"}


def test_the_null_sender_is_never_answered_and_never_commands() -> None:
    situation = mail(ANN)
    null = replace(situation, envelope=replace(situation.envelope, sender=""))
    assert told(decide(null, comment()), "acknowledgement") == set()
    piped = replace(null, envelope=replace(null.envelope, door=Door.PIPE))
    assert told(decide(piped, comment()), "acknowledgement") == {"Ann"}
    onto = replace(null, ticket=ON_PARTNER, proof=Proof.TOKEN, minted=letter(ANN))
    assert decide(onto, move("close")).outcome == "noted"


@pytest.mark.parametrize("intent", [*COMMANDS, AutoReply(Words("away"))])
@pytest.mark.parametrize("ticket", [None, ON_PARTNER])
@pytest.mark.parametrize("proof", [Proof.NONE, Proof.TOKEN])
def test_old_mail_runs_no_command_and_tells_nobody(intent: Intent, ticket: Ticket | None, proof: Proof) -> None:
    decision = decide(replace(mail(ANN, ticket, proof), quiet=True), intent)
    assert decision.notices == ()
    assert "move" not in kinds(decision)
    assert decision.events


def test_old_mail_says_who_would_have_been_told() -> None:
    decision = decide(replace(mail(ANN, ON_PARTNER, Proof.TOKEN), quiet=True), move("close"))
    assert {(one.address, one.why) for one in decision.not_told} == {
        (OLA.address, "old mail tells nobody"),
        ("oto@desk.example", "old mail tells nobody"),
    }
    assert "the commands of old mail are not run" in decision.why


def test_a_mail_without_a_readable_from_waits_for_a_human() -> None:
    for claim in (None, Address("", ""), Address("x", "a b@c.example"), Address("", "a@b.example, c@d.example")):
        situation = mail(None)
        decision = decide(replace(situation, mail=replace(situation.mail, from_=claim)), comment())
        assert (decision.outcome, decision.events, decision.notices) == ("held", (), ())
        assert decision.held is not None


def test_a_defective_from_opens_a_ticket_without_rights_and_is_not_answered() -> None:
    situation = replace(mail(ANN, cc=("abe@acme.example",)), author=None, writer=None, system="acme-dam")
    decision = decide(situation, comment())
    assert decision.ticket is not None
    assert (decision.ticket.requester, decision.ticket.organisation) == (ANN.address, None)
    assert (decision.ticket.system, decision.ticket.watchers) == (None, ())
    assert decision.newcomer is None
    assert told(decision) == {"Ola", "Oto"}


def test_mail_from_an_address_of_ours_waits_for_a_human() -> None:
    """P21"""
    us = Person("Us", ("Support+abc@desk.example",), registered=False)
    assert decide(mail(us, known=False), comment()).outcome == "held"


@pytest.mark.parametrize("policy", [UnknownSenders.HOLD, UnknownSenders.REFUSE])
def test_where_unknown_senders_are_not_accepted_their_mail_is_held(policy: UnknownSenders) -> None:
    desk = replace(town.desk(), inlets=(Inlet(town.SUPPORT, "inbound", policy),))
    for ticket in (None, ON_PARTNER):
        held = decide(replace(mail(STRANGER, ticket, known=False), desk=desk), comment())
        assert (held.outcome, held.ticket, held.notices, held.newcomer) == ("held", None, (), None)
    assert decide(replace(mail(ANN), desk=desk), comment()).outcome == "opened"
