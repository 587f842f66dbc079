"""Ratings: by the requester alone, in their time; and what happens where a desk takes none."""

from dataclasses import replace

from parsers.intent import Command, Orders, Source, Words
from routing.decide import decide
from routing.directory import Person
from routing.events import Event, Rated
from routing.model import Decision, Proof, Ticket
from routing.rules import Workflow
from tests.unit.routing import town
from tests.unit.routing.clockwork import DESK, clockwork
from tests.unit.routing.town import ABE, ANN, OLA, WIM


def say(
    person: Person, line: str, ticket: Ticket, *, words: str = "", workflow: Workflow | None = None, acts: bool = True
) -> Decision:
    name, *rest = line.split()
    command = Command(name, tuple(rest), Source.BODY, 1)
    situation = town.mail(person, ticket, Proof.TOKEN)
    desk = replace(town.desk(), workflow=workflow or clockwork())
    orders = Orders(Words(words), acts=(command,)) if acts else Orders(Words(words), move=command)
    return decide(replace(situation, desk=desk), orders)


def done(**more: object) -> Ticket:
    return replace(town.opened(ANN), **{"status": "done", **more})  # type: ignore[arg-type] # any field


def state(decision: Decision) -> tuple[str, int | None]:
    assert decision.ticket is not None
    return decision.ticket.status, decision.ticket.rating


def test_the_requester_rates_and_the_ticket_closes() -> None:
    decision = say(ANN, "rate 4", done(), words="Quick work.")
    assert state(decision) == ("closed", 4)
    (event,) = decision.events
    assert isinstance(event, Rated)
    assert event.text == "Quick work."
    assert town.told(decision, "rated") == {"Ola", "Oto"}
    assert town.told(decision, "receipt") == {"Ann"}


def test_nobody_else_rates() -> None:
    for person in (ABE, OLA):
        decision = say(person, "rate 1", done())
        assert decision.outcome == "refused"
        assert state(decision) == ("done", None)
    assert say(WIM, "rate 1", done()).ticket is not None


def test_only_whole_numbers_from_one_to_five_count() -> None:
    for said in ("0", "6", "four", "4.5", "5 6", "٣"):
        assert say(ANN, f"rate {said}", done()).outcome == "refused"


def test_a_rating_has_its_time() -> None:
    early = say(ANN, "rate 4", town.opened(ANN, status="open"))
    assert early.outcome == "refused"
    assert "once it is Done" in early.why[-1]
    assert say(ANN, "rate 4", done(status="closed")).outcome == "refused"


def test_a_desk_without_ratings_takes_none() -> None:
    workflow = clockwork(DESK.replace("[rating]\n", "[rating]\nenabled = false\n"))
    assert "rate" not in workflow.acts
    assert say(ANN, "rate 4", done(), workflow=workflow).outcome == "refused"


def test_where_nobody_rates_what_is_done_is_closed() -> None:
    workflow = clockwork(DESK.replace("[rating]\n", "[rating]\nenabled = false\n"))
    decision = say(OLA, "finish", replace(town.opened(ANN), status="open"), workflow=workflow, acts=False)
    assert state(decision) == ("closed", None)
    assert [_target(event) for event in decision.events] == ["done", "closed"]
    assert decision.events[1].actor is None


def _target(event: Event) -> object:
    return next(change.after for change in event.changes if change.field == "status")


def test_the_closing_letter_asks_its_requester_alone() -> None:
    decision = say(OLA, "finish", replace(town.opened(ANN), status="open"), acts=False)
    clicks = {notice.name: [offer.phrase for offer in notice.clicks] for notice in decision.notices}
    assert clicks["Ann"] == ["#rate 1", "#rate 2", "#rate 3", "#rate 4", "#rate 5"]
    assert clicks["Ola"] == []


def test_what_is_rated_is_not_asked_about_again() -> None:
    rule = DESK.replace('from = ["done"]\nto = "closed"', 'from = ["done", "closed"]')
    decision = say(
        OLA, "finish", replace(town.opened(ANN), status="open", rating=4), workflow=clockwork(rule), acts=False
    )
    assert not any(notice.clicks for notice in decision.notices)
    again = say(ANN, "rate 2", done(rating=4), workflow=clockwork(rule))
    assert state(again) == ("done", 2)
    assert say(ANN, "rate 4", done(rating=4), workflow=clockwork(rule)).outcome == "refused"


def test_a_resolution_is_named_with_the_move() -> None:
    closed = say(OLA, "close duplicate", replace(town.opened(ANN), status="open"), acts=False)
    assert closed.ticket is not None
    assert closed.ticket.resolution == "duplicate"
    (letter,) = (notice for notice in closed.notices if notice.name == "Ann")
    assert letter.details["resolution"] == "A duplicate"
