"""To whom tickets go: commands, who fits, what follows, and who is told."""

from dataclasses import replace
from datetime import date

import pytest

from routing.assignment_rules import AssignmentRule, Fit
from routing.directory import Group, Person, Role, Side
from routing.model import Proof
from tests.unit.routing.assigning import (
    PLAIN,
    UMA,
    WILL,
    desk,
    holders,
    say,
    ticket,
    told,
    why,
)
from tests.unit.routing.town import ANN, OLA, OTO, WIM

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
