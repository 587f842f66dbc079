"""To whom tickets go: commands, what happens by itself, what follows, and who is told."""

from dataclasses import replace
from datetime import date

import pytest

from parsers.intent import Command, Comment, Open, Orders, Source, Words
from routing.assignment import fewest
from routing.assignment_rules import AssignmentRule, Automatic, Fit
from routing.builtin import BUILT_IN
from routing.decide import decide
from routing.directory import Directory, Group, Person, Role, Side, System, Topic, Wish
from routing.model import Absence, Decision, Desk, NotTold, Proof, Situation, Ticket
from routing.recipients import DIGEST, OTHERS, UNWISHED
from tests.unit.routing import town
from tests.unit.routing.town import ANN, OLA, OTO, WIM

UMA = Person("Uma", ("uma@desk.example",), "desk", Role.MODERATOR)
WILL = Person("Will", ("will@web.example",), "webhost", Role.TECHNICIAN)
WORKING = ("new", "in-progress", "on-customer", "on-partner")
PLAIN = AssignmentRule(fits=(), automatic_in=WORKING)
OFFERS = replace(PLAIN, automatic=Automatic.OFFER)
FEWEST = replace(PLAIN, automatic=Automatic.FEWEST)


def desk(rule: AssignmentRule = PLAIN, *people: Person, told: tuple[str, ...] = (), sub: bool = False) -> Desk:
    """A desk that follows a rule; `people` come to those of the town or take the place of their namesakes."""
    workflow = replace(
        town.workflow(),
        acts={name: each.who for name, each in BUILT_IN.items()},
        assignment=rule,
        told=dict.fromkeys(("assign", "take", "release", "transfer"), told),
        substatuses={"unassigned": "Unassigned", "assigned": "Assigned", "busy": "Busy"} if sub else {},
    )
    names = {person.name for person in people}
    everybody = (*(p for p in (*town.PEOPLE, UMA, WILL) if p.name not in names), *people)
    return replace(town.desk(), workflow=workflow, directory=replace(town.directory(), people=everybody))


def orders(*lines: str, words: str = "") -> Orders:
    commands = tuple(Command(line.split()[0], tuple(line.split()[1:]), Source.BODY, 1) for line in lines)
    moves = ("close", "to-customer")
    return Orders(
        Words(words),
        acts=tuple(c for c in commands if c.name not in moves),
        move=next((c for c in commands if c.name in moves), None),
    )


def say(
    person: Person,
    *lines: str,
    words: str = "",
    on: Ticket | None = None,
    at: Desk | None = None,
    proof: Proof = Proof.TOKEN,
) -> Decision:
    """A person answers a letter of ours."""
    situation = town.mail(person, on or ticket(), proof)
    return decide(
        replace(situation, desk=at or desk()), orders(*lines, words=words) if lines else Comment(Words(words))
    )


def ticket(*assignees: Person, **more: object) -> Ticket:
    addresses = tuple(person.address for person in assignees)
    return replace(town.opened(system="acme-dam", assignees=addresses), **more)  # type: ignore[arg-type] # any field


def opens(at: Desk, person: Person = ANN, **more: object) -> Decision:
    """A new ticket."""
    situation: Situation = replace(town.mail(person), desk=at, **more)  # type: ignore[arg-type] # any field
    return decide(situation, Open(Words("The scanner is silent.")))


def holders(decision: Decision) -> tuple[str, ...]:
    assert decision.ticket is not None
    return decision.ticket.assignees


def told(decision: Decision, template: str) -> set[str]:
    return {notice.to for notice in decision.notices if notice.template == template}


def why(decision: Decision) -> str:
    assert decision.outcome == "refused", decision
    assert not [event for event in decision.events if event.kind == "assignment"]
    return decision.why[-1]


# Assign


def test_a_ticket_is_given_to_somebody_who_is_told() -> None:
    decision = say(OLA, f"assign {OTO.address}")
    assert holders(decision) == (OTO.address,)
    assert told(decision, "assigned") == {OTO.address}
    (letter,) = (notice for notice in decision.notices if notice.template == "assigned")
    assert letter.details["assigner"] == "Ola"
    (receipt,) = (notice for notice in decision.notices if notice.template == "receipt")
    assert receipt.details["done"] == "CT-1 is now with Oto."


@pytest.mark.parametrize(
    "words",
    [
        "oto@desk.example",
        "OTO@DESK.example,",
        "<mailto:oto@desk.example>",
        "Oto",
        "to oto",
        "oto@desk.example<mailto:oto@desk.example>",
    ],
)
def test_somebody_is_named_by_address_or_name(words: str) -> None:
    assert holders(say(OLA, f"assign {words}")) == (OTO.address,)


def test_me_is_the_writer_who_is_not_told_of_it() -> None:
    decision = say(OLA, "assign me")
    assert holders(decision) == (OLA.address,)
    assert not told(decision, "assigned")


def test_a_name_that_several_have_is_asked_about() -> None:
    twin = Person("Oto Berg", ("berg@desk.example",), "desk", Role.AGENT)
    other = Person("Oto Lind", ("lind@desk.example",), "desk", Role.AGENT)
    two = desk(PLAIN, twin, other)
    assert holders(say(OLA, "assign Oto Lind", at=two)) == (other.address,)
    assert holders(say(OLA, "assign Oto", at=two)) == (OTO.address,)
    third = replace(two, directory=replace(two.directory, people=(OLA, twin, other, ANN)))
    assert "several people" in why(say(OLA, "assign Oto", at=third))


def test_one_person_at_a_time_unless_the_desk_lets_several() -> None:
    both = f"assign {OLA.address} {OTO.address}"
    assert "one person at a time" in why(say(UMA, both))
    several = desk(replace(PLAIN, several=True))
    assert holders(say(UMA, both, at=several)) == (OLA.address, OTO.address)
    assert holders(say(UMA, f"assign {OTO.address}", on=ticket(OLA), at=several)) == (OLA.address, OTO.address)


def test_somebody_else_gets_it_and_whoever_had_it_is_told() -> None:
    decision = say(UMA, f"assign {OTO.address}", on=ticket(OLA))
    assert holders(decision) == (OTO.address,)
    assert (told(decision, "assigned"), told(decision, "unassigned")) == ({OTO.address}, {OLA.address})


def test_what_is_so_already_is_said() -> None:
    assert why(say(UMA, f"assign {OTO.address}", on=ticket(OTO))) == "CT-1 is now with Oto. There is nothing to change."


@pytest.mark.parametrize("name", ["ann@acme.example", "stranger@elsewhere.example", "eve@rival.example", "Nobody"])
def test_only_people_who_may_have_it_can_be_named(name: str) -> None:
    reason = why(say(OLA, f"assign {name}"))
    assert f'"{name}" names nobody' in reason
    assert "ola@desk.example" in reason


def test_a_partner_gives_it_to_its_own_people_and_learns_of_no_others() -> None:
    rule = replace(PLAIN, who=(Side.PARTNER, Side.OPERATOR))
    partners = desk(rule)
    partners = replace(partners, workflow=replace(partners.workflow, acts={"assign": (Side.PARTNER,)}))
    assert holders(say(WIM, f"assign {WILL.address}", at=partners)) == (WILL.address,)
    for stranger in (OLA.address, "ivo@hosting.example", "nobody@desk.example"):
        reason = why(say(WIM, f"assign {stranger}", at=partners))
        own = "wim@web.example, wes@web.example, will@web.example"
        assert reason == f'"{stranger}" names nobody who can have CT-1. Write one of these: {own}.'
    assert "for another party" in why(say(WIM, f"assign {WILL.address}", on=ticket(OLA), at=partners))


def test_outsiders_assign_nothing_where_the_desk_does_not_say_so() -> None:
    for person in (ANN, WIM):
        assert why(say(person, f"assign {OTO.address}")) == '"Assign" is for the operator.'


def test_a_desk_may_say_which_roles_assign() -> None:
    moderated = desk(replace(PLAIN, assigners=(Role.MODERATOR,)))
    assert "role moderator" in why(say(OLA, f"assign {OTO.address}", at=moderated))
    assert holders(say(UMA, f"assign {OTO.address}", at=moderated)) == (OTO.address,)


def test_nothing_is_assigned_without_the_proof_of_a_letter() -> None:
    for proof in (Proof.NONE, Proof.THREAD):
        decision = say(OLA, f"assign {OTO.address}", proof=proof)
        assert "assignment" not in {event.kind for event in decision.events}


def test_a_closed_ticket_is_not_given_to_anybody() -> None:
    closed = ticket(OTO, status="closed")
    for line in (f"assign {OLA.address}", "take", f"release {OTO.address}", f"transfer {OLA.address}"):
        assert "is Closed" in why(say(UMA, line, on=closed))


def test_that_somebody_is_away_is_said_and_hinders_nobody() -> None:
    away = replace(OTO, away_until=date(2026, 3, 9))
    decision = say(OLA, f"assign {OTO.address}", at=desk(PLAIN, away))
    assert holders(decision) == (OTO.address,)
    (receipt,) = (notice for notice in decision.notices if notice.template == "receipt")
    assert "Oto is away" in str(receipt.details["done"])


# Who fits


@pytest.mark.parametrize(
    ("rule", "person", "lacking"),
    [
        (replace(PLAIN, skills=("network",)), OTO, "lacks the skill network"),
        (replace(PLAIN, skills=("network",)), replace(OTO, skills=("network",)), None),
        (replace(PLAIN, fits=(Fit.CATEGORY,)), OTO, "lacks the skill billing"),
        (replace(PLAIN, fits=(Fit.CATEGORY,)), replace(OTO, skills=("billing",)), None),
        (replace(PLAIN, fits=(Fit.SYSTEM,)), OTO, "lacks the skill acme-dam"),
        (replace(PLAIN, fits=(Fit.QUEUE,)), OTO, "does not work"),
        (replace(PLAIN, roles=(Role.ADMIN,)), OTO, "only registered people"),
        (replace(PLAIN, who=(Side.PARTNER,)), OTO, "only registered people"),
        (replace(PLAIN, holder_only=True), OTO, "it is with Acme Corp"),
    ],
)
def test_a_person_must_fit_the_ticket(rule: AssignmentRule, person: Person, lacking: str | None) -> None:
    at = desk(rule, person)
    groups = (*at.directory.groups, Group("agents", "desk", (OLA.address,)))
    at = replace(at, directory=replace(at.directory, groups=groups))
    decision = say(OLA, f"assign {OTO.address}", on=ticket(category="billing", holder="customer"), at=at)
    if lacking is None:
        assert holders(decision) == (OTO.address,)
    else:
        assert lacking in why(decision).replace("Only", "only").replace("It is", "it is")


# What follows


def test_status_and_substatus_follow_and_are_reset_when_somebody_else_has_it() -> None:
    rule = replace(PLAIN, assigned={"new": "in-progress"}, released={"in-progress": "new"}, substatus="assigned")
    at = desk(rule, sub=True)
    begun = say(OLA, "take", at=at).ticket
    assert begun is not None
    assert (begun.status, begun.substatus) == ("in-progress", "assigned")
    busy = say(OLA, "status busy", on=begun, at=at).ticket
    assert busy is not None
    assert busy.substatus == "busy"
    other = say(UMA, f"assign {OTO.address}", on=busy, at=at).ticket
    assert other is not None
    assert (other.status, other.substatus) == ("in-progress", "assigned")
    free = say(OTO, "release", on=other, at=at).ticket
    assert free is not None
    assert (free.status, free.substatus, free.assignees) == ("new", "unassigned", ())


def test_that_somebody_joins_resets_nothing() -> None:
    at = desk(replace(PLAIN, several=True, assigned={"new": "in-progress"}, substatus="assigned"), sub=True)
    joined = say(OTO, "take", on=ticket(OLA, status="new", substatus="busy"), at=at).ticket
    assert joined is not None
    assert (joined.status, joined.substatus, joined.assignees) == ("new", "busy", (OLA.address, OTO.address))


def test_a_status_from_which_nothing_follows_stays() -> None:
    at = desk(replace(PLAIN, assigned={"new": "in-progress"}))
    taken = say(OLA, "take", on=ticket(status="on-customer"), at=at).ticket
    assert taken is not None
    assert taken.status == "on-customer"


# Take and release


def test_the_first_one_takes_it_and_the_next_is_told_who() -> None:
    first = say(OLA, "take")
    assert holders(first) == (OLA.address,)
    assert why(say(OTO, "take", on=first.ticket)) == "Ola was first and has CT-1."
    assert why(say(OLA, "take", on=first.ticket)) == "You have CT-1 already."


def test_whoever_has_it_gives_it_back() -> None:
    decision = say(OLA, "release", on=ticket(OLA))
    assert holders(decision) == ()
    assert not told(decision, "unassigned")
    assert "You do not have CT-1" in why(say(OLA, "release", on=ticket(OTO)))


def test_it_is_taken_off_somebody() -> None:
    several = desk(replace(PLAIN, several=True))
    decision = say(UMA, f"release {OTO.address}", on=ticket(OLA, OTO), at=several)
    assert holders(decision) == (OLA.address,)
    assert told(decision, "unassigned") == {OTO.address}
    assert "Only somebody who has it" in why(say(UMA, f"release {UMA.address}", on=ticket(OLA), at=several))
    moderated = desk(replace(PLAIN, assigners=(Role.MODERATOR,)))
    assert "role moderator" in why(say(OLA, f"release {OTO.address}", on=ticket(OTO), at=moderated))
    assert holders(say(OTO, f"release {OTO.address}", on=ticket(OTO), at=moderated)) == ()


def test_whom_the_desk_tells_is_told_once() -> None:
    at = desk(PLAIN, told=("requester", "assignee", "agents"))
    decision = say(OLA, f"assign {OTO.address}", at=at)
    assert told(decision, "changed") == {ANN.address, UMA.address}
    assert told(decision, "assigned") == {OTO.address}


# By itself


def test_the_one_with_the_fewest_open_tickets_gets_it() -> None:
    at = desk(FEWEST)
    decision = opens(at, loads={OLA.address: 3, OTO.address: 1, UMA.address: 2})
    assert holders(decision) == (OTO.address,)
    (letter,) = (notice for notice in decision.notices if notice.template == "assigned")
    assert (letter.to, letter.event, "assigner" in letter.details) == (OTO.address, 0, False)
    assert OTO.address not in told(decision, "opened")
    assert decision.events[-1].actor is None


def test_equals_are_chosen_between_by_the_seed() -> None:
    chosen = {fewest((OLA, OTO, UMA), {}, seed).name for seed in range(40)}
    assert chosen == {"Ola", "Oto", "Uma"}
    assert fewest((OLA, OTO), {}, 7) == fewest((OTO, OLA), {}, 7)


def test_all_addresses_of_a_person_count() -> None:
    two = replace(OLA, addresses=(OLA.address, "ola@home.example"))
    assert fewest((two, OTO), {"ola@home.example": 2, OTO.address: 1}, 0) == OTO


def test_who_is_away_gets_nothing_by_itself() -> None:
    away = replace(OTO, away_until=date(2026, 3, 3))
    assert holders(opens(desk(FEWEST, away), loads={OLA.address: 9, UMA.address: 8})) == (UMA.address,)
    back = replace(OTO, away_until=date(2026, 3, 2))
    assert holders(opens(desk(FEWEST, back), loads={OLA.address: 9, UMA.address: 8})) == (OTO.address,)


def test_where_nobody_is_there_the_agents_hear_of_it() -> None:
    everybody = [replace(person, away_until=date.max) for person in (OLA, OTO, UMA)]
    at = desk(FEWEST, *everybody)
    silent = replace(at, workflow=replace(at.workflow, opening=replace(at.workflow.opening, notify=())))
    decision = opens(silent)
    assert holders(decision) == ()
    assert told(decision, "opened") == {OLA.address, OTO.address, UMA.address}


def test_old_mail_is_given_to_nobody() -> None:
    assert holders(opens(desk(FEWEST), quiet=True)) == ()


def test_staff_who_open_a_ticket_that_becomes_theirs_learn_it_in_the_answer() -> None:
    decision = opens(desk(FEWEST), OLA, loads={OTO.address: 1, UMA.address: 1})
    assert holders(decision) == (OLA.address,)
    assert {(notice.to, notice.answer) for notice in decision.notices if notice.template == "assigned"} == {
        (OLA.address, True)
    }


def test_a_state_in_which_nothing_happens_by_itself() -> None:
    assert holders(opens(desk(replace(FEWEST, automatic_in=("in-progress",))))) == ()


def test_offers_go_to_all_and_end_when_one_has_taken_it() -> None:
    at = desk(OFFERS)
    offered = opens(at)
    assert offered.ticket is not None
    assert set(offered.ticket.offered) == {OLA.address, OTO.address, UMA.address}
    assert told(offered, "offer") == {OLA.address, OTO.address, UMA.address}
    assert not told(offered, "opened")
    for letter in (notice for notice in offered.notices if notice.template == "offer"):
        assert (letter.offers[0].phrase, letter.event) == ("#take", 0)
    assert offered.events[-1].audience == "internal"
    taken = say(OTO, "take", on=offered.ticket, at=at)
    assert taken.ticket is not None
    assert (taken.ticket.assignees, taken.ticket.offered) == ((OTO.address,), ())
    assert told(taken, "taken") == {OLA.address, UMA.address}
    assert {n.details["taker"] for n in taken.notices if n.template == "taken"} == {"Oto"}
    assert why(say(OLA, "take", on=taken.ticket, at=at)) == "Oto was first and has CT-1."


def test_an_offer_stays_open_where_several_may_have_it() -> None:
    at = desk(replace(OFFERS, several=True))
    first = say(OTO, "take", on=opens(at).ticket, at=at)
    assert not told(first, "taken")
    assert holders(say(OLA, "take", on=first.ticket, at=at)) == (OTO.address, OLA.address)


def test_only_those_who_were_asked_take_it() -> None:
    at = desk(OFFERS, replace(OTO, away_until=date.max))
    offered = opens(at).ticket
    assert "was not offered to you" in why(say(OTO, "take", on=offered, at=at))
    assert holders(say(UMA, f"assign {OTO.address}", on=offered, at=at)) == (OTO.address,)


def test_an_offer_can_be_declined() -> None:
    at = desk(OFFERS)
    declined = say(OTO, "release", on=opens(at).ticket, at=at)
    assert declined.ticket is not None
    assert OTO.address not in declined.ticket.offered
    assert declined.events[-1].audience == "internal"


def test_what_everybody_gave_back_is_offered_again_to_the_others() -> None:
    at = desk(replace(OFFERS, assigned={"new": "in-progress"}, released={"in-progress": "new"}))
    taken = say(OTO, "take", on=opens(at).ticket, at=at).ticket
    freed = say(OTO, "release", on=taken, at=at)
    assert freed.ticket is not None
    assert freed.ticket.status == "new"
    assert told(freed, "offer") == {OLA.address, UMA.address}


# Writing before


def test_a_member_writes_only_once_it_has_the_ticket() -> None:
    at = desk(replace(OFFERS, write_after=(Role.AGENT,)))
    offered = opens(at).ticket
    for decision in (
        say(OLA, words="Hello Ann.", on=offered, at=at),
        say(OLA, "priority high", on=offered, at=at),
        say(OLA, "close", words="Done.", on=offered, at=at),
        say(OLA, "watch", words="Hello Ann.", on=offered, at=at),
    ):
        assert 'write "#take" on the first line' in why(decision)
        assert {notice.to for notice in decision.notices} == {OLA.address}
        assert decision.events[-1].audience == "staff"
    assert say(OLA, "watch", on=offered, at=at).outcome == "moved"
    assert say(UMA, words="Hello Ann.", on=offered, at=at).outcome == "commented"
    taken = say(OLA, "take", words="I am on my way.", on=offered, at=at)
    assert [event.kind for event in taken.events] == ["assignment", "comment"]
    assert say(OLA, words="Hello Ann.", on=taken.ticket, at=at).outcome == "commented"
    assert "once it is assigned to you" in why(say(OTO, words="Hello.", on=taken.ticket, at=at))


def test_letters_offer_a_member_what_can_be_done_now() -> None:
    at = desk(replace(OFFERS, write_after=(Role.AGENT,)))
    offered = opens(at)
    said = {n.to: [offer.verb for offer in n.offers] for n in offered.notices if n.template == "offer"}
    assert said[OLA.address] == ["take"]
    assert "close" in said[UMA.address]
    situation = replace(town.mail(OLA, offered.ticket, Proof.TOKEN), desk=at)
    (answer,) = decide(situation, Orders(Words(""), questions=(Command("help", (), Source.BODY, 1),))).notices
    assert answer.contents is not None
    possible = {act.verb for act in answer.contents.acts}
    assert {"take", "assign", "release", "away"} <= possible
    assert not {"priority", "close", "internal"} & possible


def test_who_gives_it_back_may_say_why() -> None:
    at = desk(replace(PLAIN, write_after=(Role.AGENT,)))
    decision = say(OLA, "release", words="I am ill.", on=ticket(OLA), at=at)
    assert [event.text for event in decision.events] == ["", "I am ill."]


# Words


def test_the_words_of_the_mail_stand_in_the_letter_about_it_and_nobody_reads_them_twice() -> None:
    decision = say(OLA, f"assign {OTO.address}", words="The key is under the mat.")
    assert [notice.template for notice in decision.notices if notice.to == OTO.address] == ["assigned"]
    (letter,) = (notice for notice in decision.notices if notice.to == OTO.address)
    assert letter.event is not None
    assert decision.events[letter.event].text == "The key is under the mat."


def test_words_for_few_make_a_letter_for_few() -> None:
    decision = say(OLA, f"assign {OTO.address}", "internal", words="They have not paid.")
    (letter,) = (notice for notice in decision.notices if notice.to == OTO.address)
    assert letter.audience == "internal"
    assert {notice.lane for notice in decision.notices} == {"operator"}


# Transfer


@pytest.fixture
def portal() -> Desk:
    """A desk with one more customer product."""
    at = desk(PLAIN, told=("requester",))
    systems = {**at.directory.systems, "acme-web": System("acme-web", "Acme Web", "acme")}
    return replace(at, directory=replace(at.directory, systems=systems))


def test_a_transfer_changes_holder_account_and_product_with_a_note_inside(portal: Desk) -> None:
    line = f"transfer to {OTO.address} account rival product rival-dam"
    decision = say(OLA, line, words="Sent by mistake.", on=ticket(OLA), at=portal)
    assert decision.ticket is not None
    assert (decision.ticket.assignees, decision.ticket.organisation, decision.ticket.system) == (
        (OTO.address,),
        "rival",
        "rival-dam",
    )
    assert (decision.events[-1].text, decision.events[-1].audience) == ("Sent by mistake.", "internal")
    assert told(decision, "assigned") == {OTO.address}
    assert {notice.audience for notice in decision.notices if notice.to == ANN.address} == {"everyone"}
    for notice in decision.notices:
        assert notice.lane == "operator" or notice.event is None or not decision.events[notice.event].text


def test_a_product_brings_its_account_and_an_account_leaves_the_product_behind(portal: Desk) -> None:
    moved = say(OLA, "transfer product rival-dam", on=ticket(), at=portal).ticket
    assert moved is not None
    assert (moved.organisation, moved.system, moved.assignees) == ("rival", "rival-dam", ())
    bare = say(OLA, "transfer account rival", on=ticket(), at=portal).ticket
    assert bare is not None
    assert (bare.organisation, bare.system) == ("rival", None)
    same = say(OLA, f"transfer {OTO.address} account acme", on=ticket(), at=portal).ticket
    assert same is not None
    assert same.system == "acme-dam"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("transfer account acme product rival-dam", "is not a product of"),
        ("transfer account nobody", "no account"),
        ("transfer account webhost", "no account"),
        ("transfer product nothing", "no system"),
        ("transfer account", "one key after"),
        ("transfer account acme account rival", "one key after"),
        ("transfer product acme-dam", "there already"),
        ("transfer ola@desk.example oto@desk.example", "one person"),
    ],
)
def test_a_transfer_that_cannot_be_says_why(portal: Desk, line: str, reason: str) -> None:
    assert reason in why(say(OLA, line, at=portal))


def test_a_partner_never_gives_a_ticket_to_another_account(portal: Desk) -> None:
    acts = {**portal.workflow.acts, "transfer": (Side.PARTNER,)}
    rule = replace(PLAIN, who=(Side.PARTNER,))
    at = replace(portal, workflow=replace(portal.workflow, acts=acts, assignment=rule))
    assert "no account" in why(say(WIM, "transfer account rival", at=at))
    assert "no system" in why(say(WIM, "transfer product rival-web", at=at))


# Away


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("away until 2026-03-10", date(2026, 3, 10)),
        ("away 10.3.2026", date(2026, 3, 10)),
        ("away until friday", date(2026, 3, 6)),
        ("away until monday", date(2026, 3, 9)),
        ("away", date.max),
        ("away off", None),
    ],
)
def test_somebody_is_away_until_a_day(line: str, until: date | None) -> None:
    decision = say(OLA, line)
    assert decision.absence == Absence(OLA.address, until)
    assert decision.events == ()
    assert told(decision, "receipt") == {OLA.address}


def test_a_day_that_is_none_is_asked_about() -> None:
    for line in ("away until then", "away until 2026-02-30", "away until 2026-03-01"):
        decision = say(OLA, line)
        assert "is no day to come" in why(decision)
        assert decision.absence is None


def test_nobody_is_made_away_by_a_mail_that_proves_nothing() -> None:
    assert say(OLA, "away", proof=Proof.NONE).absence is None
    assert say(OLA, "away", "priority nonsense").absence is None


# Wishes


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        (((Topic.COMMENT, Wish.NONE),), UNWISHED),
        (((Topic.DEFAULT, Wish.DIGEST),), DIGEST),
        (((Topic.DEFAULT, Wish.MINE),), OTHERS),
        (((Topic.DEFAULT, Wish.NONE), (Topic.COMMENT, Wish.ALL)), None),
    ],
)
def test_people_wish_for_fewer_letters(wishes: tuple[tuple[Topic, Wish], ...], reason: str | None) -> None:
    decision = say(ANN, words="Hello?", at=desk(PLAIN, replace(OTO, wishes=wishes)))
    assert (OTO.address in told(decision, "comment")) is (reason is None)
    assert [one.why for one in decision.not_told if one.address == OTO.address] == ([reason] if reason else [])


def test_own_tickets_are_those_that_one_has() -> None:
    at = desk(PLAIN, replace(OTO, wishes=((Topic.DEFAULT, Wish.MINE),)))
    assert OTO.address in told(say(ANN, words="Hello?", on=ticket(OTO), at=at), "comment")
    assert OTO.address in told(say(OLA, f"assign {OTO.address}", at=at), "assigned")
    assert OTO.address in told(opens(desk(OFFERS, replace(OTO, wishes=((Topic.DEFAULT, Wish.MINE),)))), "offer")


def test_who_wants_no_offers_can_take_the_ticket_all_the_same() -> None:
    at = desk(OFFERS, replace(OTO, wishes=((Topic.OFFER, Wish.NONE),)))
    offered = opens(at)
    assert NotTold(OTO.address, UNWISHED) in offered.not_told
    assert holders(say(OTO, "take", on=offered.ticket, at=at)) == (OTO.address,)


def test_answers_to_the_own_mail_come_whatever_one_wishes() -> None:
    at = desk(PLAIN, replace(OLA, wishes=((Topic.DEFAULT, Wish.NONE),)))
    assert told(say(OLA, "take", at=at), "receipt") == {OLA.address}


def test_roles_are_looked_up_among_the_registered() -> None:
    met = Person("Guest", ("guest@desk.example",), "desk", Role.AGENT, registered=False)
    assert Directory(people=(met, OLA)).of_role(Role.AGENT) == (OLA,)
