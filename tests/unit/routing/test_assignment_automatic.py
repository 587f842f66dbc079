"""To whom tickets go by themselves, and who may write before that."""

from dataclasses import replace
from datetime import date

from parsers.intent import Command, Orders, Source, Words
from routing.assignment import fewest
from routing.decide import decide
from routing.directory import Role
from routing.model import Proof
from tests.unit.routing import town
from tests.unit.routing.assigning import (
    FEWEST,
    OFFERS,
    PLAIN,
    UMA,
    desk,
    holders,
    opens,
    say,
    ticket,
    told,
    why,
)
from tests.unit.routing.town import OLA, OTO

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
