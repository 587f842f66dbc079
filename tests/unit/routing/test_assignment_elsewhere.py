"""Tickets that go to another account, people who are away, and what people wish to hear of."""

from dataclasses import replace
from datetime import date

import pytest

from routing.directory import Directory, Person, Role, Side, System
from routing.model import Absence, Desk, NotTold, Proof
from routing.recipients import DIGEST, OTHERS, UNWISHED
from routing.wishes import Topic, Wish
from tests.unit.routing.assigning import (
    OFFERS,
    PLAIN,
    desk,
    holders,
    opens,
    say,
    ticket,
    told,
    why,
)
from tests.unit.routing.town import ANN, OLA, OTO, WIM

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
        (((Topic.COMMENT, Wish.NEVER),), UNWISHED),
        (((Topic.DEFAULT, Wish.DAILY),), DIGEST[Wish.DAILY]),
        (((Topic.DEFAULT, Wish.HOURLY),), DIGEST[Wish.HOURLY]),
        (((Topic.DEFAULT, Wish.MINE),), OTHERS),
        (((Topic.DEFAULT, Wish.NEVER), (Topic.COMMENT, Wish.AT_ONCE)), None),
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
    at = desk(OFFERS, replace(OTO, wishes=((Topic.OFFER, Wish.NEVER),)))
    offered = opens(at)
    assert NotTold(OTO.address, UNWISHED) in offered.not_told
    assert holders(say(OTO, "take", on=offered.ticket, at=at)) == (OTO.address,)


def test_answers_to_the_own_mail_come_whatever_one_wishes() -> None:
    at = desk(PLAIN, replace(OLA, wishes=((Topic.DEFAULT, Wish.NEVER),)))
    assert told(say(OLA, "take", at=at), "receipt") == {OLA.address}


def test_roles_are_looked_up_among_the_registered() -> None:
    met = Person("Guest", ("guest@desk.example",), "desk", Role.AGENT, registered=False)
    assert Directory(people=(met, OLA)).of_role(Role.AGENT) == (OLA,)
