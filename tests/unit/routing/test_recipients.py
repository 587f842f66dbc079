"""From groups to persons: nobody twice, nobody of their own act, nobody outside, no address of ours."""

from dataclasses import replace

import pytest

from routing.decide import decide
from routing.directory import Group, Person
from routing.model import NotTold, Proof, Situation, Ticket
from routing.recipients import NO_PARTY, OWN_ACT, OWN_ADDRESS, resolve
from tests.unit.routing import town
from tests.unit.routing.town import ANN, EVE, NEW, OLA, WIM, comment, letter, mail, opened, told

TICKET = replace(opened(), watchers=(WIM.address, OLA.address), assignees=(OLA.address,))


def names(*groups: str, writer: Person = EVE, ticket: Ticket = TICKET, audience: str = "everyone") -> list[str]:
    """Who is told when somebody writes."""
    return [person.name for person in resolve(groups, mail(writer, ticket, Proof.TOKEN), ticket, audience)[0]]


@pytest.mark.parametrize(
    ("group", "persons"),
    [
        ("requester", ["Ann"]),
        ("watchers", ["Wim", "Ola"]),
        ("assignee", ["Ola"]),
        ("holder", ["Ola", "Oto"]),
        ("customer", ["Ann", "Abe"]),
        ("party:web-it-provider", ["Wim"]),
        ("party:it-provider", []),
        ("agents", ["Ola", "Oto"]),
        ("told", []),
    ],
)
def test_a_group_is_resolved_for_the_ticket(group: str, persons: list[str]) -> None:
    assert names(group) == persons


def test_the_holder_is_whoever_has_the_turn() -> None:
    assert names("holder", ticket=replace(TICKET, holder="customer")) == ["Ann", "Abe"]
    assert names("holder", ticket=replace(TICKET, holder="party:web-it-provider")) == ["Wim"]


def test_without_an_organisation_the_requester_is_the_customer() -> None:
    stranger = Person("Sam", ("sam@street.example",), registered=False)
    ticket = replace(TICKET, organisation=None, requester=stranger.address)
    situation = replace(mail(OLA, ticket, Proof.TOKEN), guests=(stranger,))
    assert resolve(("customer",), situation, ticket, "everyone")[0] == (stranger,)


def test_nobody_is_told_twice_and_nobody_of_the_own_act() -> None:
    situation = replace(mail(ANN, TICKET, Proof.TOKEN), author="Ann@HOME.example")
    persons, not_told = resolve(("requester", "customer", "watchers", "agents"), situation, TICKET, "everyone")
    assert [person.name for person in persons] == ["Abe", "Wim", "Ola", "Oto"]
    assert not_told == (NotTold(ANN.address, OWN_ACT),)


def test_no_address_of_ours_is_written_to() -> None:
    for address in ("support@desk.example", "Support+abc@DESK.example"):
        ticket = replace(TICKET, watchers=(address,))
        persons, not_told = resolve(("watchers",), mail(OLA, ticket, Proof.TOKEN), ticket, "everyone")
        assert (persons, not_told) == ((), (NotTold(address, OWN_ADDRESS),))


@pytest.mark.parametrize(
    ("audience", "persons"),
    [
        ("everyone", ["Ann", "Abe", "Wim", "Ola", "Oto"]),
        ("staff", ["Wim", "Ola", "Oto"]),
        ("internal", ["Ola", "Oto"]),
        ("lane:customer", ["Ann", "Abe", "Ola", "Oto"]),
        ("lane:web-it-provider", ["Wim", "Ola", "Oto"]),
    ],
)
def test_only_who_may_see_it_is_told(audience: str, persons: list[str]) -> None:
    assert names("requester", "customer", "party:web-it-provider", "agents", audience=audience) == persons


def test_who_was_told_before_is_told_while_still_a_party() -> None:
    situation = replace(mail(OLA, TICKET, Proof.TOKEN), told=(ANN.address, WIM.address, "gone@old.example"))
    moved_away = replace(TICKET, system=None, watchers=())
    persons, not_told = resolve(("told",), situation, moved_away, "everyone")
    assert [person.name for person in persons] == ["Ann"]
    assert not_told == (NotTold(WIM.address, NO_PARTY), NotTold("gone@old.example", NO_PARTY))


def test_an_unregistered_colleague_is_told_of_its_own_tickets_only() -> None:
    groups = (*town.directory().groups[1:], Group("support", "acme", (ANN.address, NEW.address)))
    directory = replace(town.directory(), people=(*town.PEOPLE, NEW), groups=groups)
    desk = replace(town.desk(), directory=directory)

    def customers(ticket: Ticket) -> list[str]:
        situation: Situation = replace(mail(OLA, ticket, Proof.TOKEN), desk=desk)
        return [person.name for person in resolve(("customer",), situation, ticket, "everyone")[0]]

    assert customers(TICKET) == ["Ann"]
    assert customers(replace(TICKET, requester=NEW.address)) == ["Ann", "Nia"]


def private() -> Situation:
    """Wim writes on a desk that keeps comments to their lanes."""
    rules = replace(town.workflow(), shared_comments=False)
    return replace(mail(WIM, TICKET, Proof.TOKEN), desk=replace(town.desk(), workflow=rules))


def test_where_comments_keep_to_their_lane_a_partners_words_reach_no_customer() -> None:
    decision = decide(private(), comment())
    assert decision.events[0].audience == "lane:web-it-provider"
    assert told(decision) == {"Ola", "Oto"}


def test_there_the_operator_speaks_in_the_lane_of_the_letter_that_is_answered() -> None:
    answering = letter(OLA, "operator", audience="lane:customer")
    situation = replace(private(), author=OLA.address, writer=OLA, minted=answering)
    assert decide(situation, comment()).events[0].audience == "lane:customer"
    assert told(decide(situation, comment())) == {"Ann"}
    among_us = decide(replace(situation, minted=letter(OLA, "operator")), comment())
    assert among_us.events[0].audience == "internal"
    assert told(among_us) == {"Oto"}


def test_there_a_move_speaks_to_the_party_that_it_passes_the_ticket_to() -> None:
    decision = decide(private(), town.move("to-customer"))
    fact, said = decision.events
    assert (fact.audience, fact.text) == ("everyone", "")
    assert (said.audience, said.text) == ("lane:customer", "Please have a look.")
    assert told(decision, "moved") == {"Ann", "Abe", "Ola"}
