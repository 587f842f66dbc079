"""Timers: once per entering of a state, in their order, and only what the desk's rules allow."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from routing.decide import decide
from routing.events import Event, fold
from routing.model import Decision, Mail, Proof, Situation, Ticket
from routing.rules import Workflow
from routing.timers import due, in_words
from routing.turns import spent
from routing.workflow import WorkflowFaults
from tests.unit.routing import town
from tests.unit.routing.clockwork import DESK, clockwork
from tests.unit.routing.town import ANN, NOW, OLA, OTO, told

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(ticket: Ticket, now: datetime, workflow: Workflow | None = None) -> Situation:
    """A situation without a mail."""
    situation = town.mail(None, ticket)
    desk = replace(town.desk(), workflow=workflow or clockwork())
    return replace(situation, desk=desk, mail=Mail(None, "", situation.mail.kind), now=now)


def ticket(status: str, **more: object) -> Ticket:
    """A ticket of Ann that has just come into a state."""
    opened = town.opened(ANN)
    return replace(opened, status=status, since=NOW, **more)  # type: ignore[arg-type] # any field


def rang(found: Decision | None) -> Ticket:
    assert found is not None
    assert found.ticket is not None
    return found.ticket


def test_nothing_happens_before_its_time() -> None:
    waiting = ticket("waiting", holder="customer")
    assert due(at(waiting, NOW + 3 * DAY - HOUR)) is None
    decision = due(at(waiting, NOW + 3 * DAY))
    assert decision is not None
    assert told(decision, "reminder") == {"Ann"}
    assert rang(decision).status == "waiting"


def test_a_timer_runs_once() -> None:
    reminded = rang(due(at(ticket("waiting"), NOW + 3 * DAY)))
    assert (reminded.timer, reminded.updated_at) == ("remind", ticket("waiting").updated_at)
    assert due(at(reminded, NOW + 4 * DAY)) is None


def test_the_next_one_follows_in_its_time_and_closes() -> None:
    reminded = rang(due(at(ticket("waiting"), NOW + 3 * DAY)))
    decision = due(at(reminded, NOW + 7 * DAY))
    closed = rang(decision)
    assert decision is not None
    assert (closed.status, closed.resolution, closed.timer) == ("closed", "resolved", None)
    assert told(decision, "expired") == {"Ann", "Ola", "Oto"}
    assert decision.events[0].actor is None
    assert due(at(closed, NOW + 700 * DAY)) is None


def test_one_that_is_late_leaves_time_after_the_one_before() -> None:
    late = NOW + 30 * DAY
    reminded = rang(due(at(ticket("waiting"), late)))
    assert reminded.timer == "remind"
    assert due(at(reminded, late + 3 * DAY)) is None
    assert rang(due(at(reminded, late + 4 * DAY))).status == "closed"


def test_an_escalation_raises_the_priority_and_calls_the_agents() -> None:
    decision = due(at(ticket("open"), NOW + 4 * HOUR))
    assert decision is not None
    assert rang(decision).priority == "high"
    assert told(decision, "escalated") == {OLA.name, OTO.name}
    assert {notice.details["waited"] for notice in decision.notices} == {"4 hours"}


def test_entering_a_state_anew_begins_anew() -> None:
    escalated = rang(due(at(ticket("open"), NOW + 4 * HOUR)))
    again = replace(escalated, since=NOW + 8 * HOUR, timer=None, timer_at=None)
    assert due(at(again, NOW + 11 * HOUR)) is None
    assert due(at(again, NOW + 12 * HOUR)) is not None


@pytest.mark.parametrize("more", [{"merged_into": "CT-2"}, {"hidden": True}, {"since": None}])
def test_tickets_that_are_nobodys_work_have_no_timers(more: dict[str, object]) -> None:
    assert due(at(replace(ticket("open"), **more), NOW + 70 * DAY)) is None  # type: ignore[arg-type] # any field


def test_the_events_of_a_timer_fold_to_its_ticket() -> None:
    opening = decide(replace(town.mail(ANN), desk=replace(town.desk(), workflow=clockwork())), town.comment())
    assert opening.ticket is not None
    decision = due(at(opening.ticket, opening.ticket.created_at + 5 * HOUR))
    assert decision is not None
    events: tuple[Event, ...] = (*opening.events, *decision.events)
    assert fold(events) == decision.ticket


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('from = ["waiting"]\nafter = "1 week"', 'from = ["done"]\nafter = "1 week"', 'cannot be made from "done"'),
        ('move = "close"', 'move = "clsoe"', 'there is no move "clsoe"'),
        ('after = "3 days"', 'after = "soon"', '"soon" is no time'),
        ('after = "3 days"', 'after = "0 days"', '"0 days" is no time'),
        ('name = "give-up"', 'name = "remind"', "two timers of this name"),
        ('resolution = "resolved"', 'resolution = "lost"', 'not "lost"'),
        ('after = "3 days"\nnotify = ["requester"]', 'after = "3 days"', "does nothing"),
        ('notify = ["requester"]\n\n[[timer]]', 'notify = ["nobody"]\n\n[[timer]]', 'no group "nobody"'),
        ('from = ["waiting"]\nafter = "3 days"', 'from = ["asleep"]\nafter = "3 days"', 'no state "asleep"'),
        ('priority = "high"\nnotify', 'priority = "burning"\nnotify', 'no priority "burning"'),
        (
            '[rating]\nfrom = ["done"]\nto = "closed"',
            '[rating]\nenabled = false\nfrom = ["done"]',
            "say to which state",
        ),
        ('[rating]\nfrom = ["done"]', '[rating]\nfrom = ["gone"]', 'no state "gone"'),
    ],
)
def test_what_cannot_work_is_a_fault_at_load(good: str, bad: str, said: str) -> None:
    assert good in DESK
    with pytest.raises(WorkflowFaults) as caught:
        clockwork(DESK.replace(good, bad, 1))
    assert said in str(caught.value)


def test_clocks_run_for_whose_turn_it_is_and_stand_still_while_closed() -> None:
    workflow = clockwork()
    situation = replace(town.mail(ANN), desk=replace(town.desk(), workflow=workflow), now=NOW)
    opening = decide(situation, town.comment())
    asked = _moved(opening.ticket, "ask", NOW + 2 * HOUR)
    closed = _moved(asked.ticket, "close", NOW + 5 * HOUR)
    events = (*opening.events, *asked.events, *closed.events)
    assert spent(events, workflow, NOW + 50 * HOUR) == {"operator": 2 * HOUR, "customer": 3 * HOUR}


def _moved(before: Ticket | None, verb: str, now: datetime) -> Decision:
    assert before is not None
    situation = town.mail(OLA, before, Proof.TOKEN)
    desk = replace(town.desk(), workflow=clockwork())
    return decide(replace(situation, desk=desk, now=now), town.move(verb))


def test_a_span_is_told_in_its_largest_units() -> None:
    assert in_words(timedelta(days=3)) == "3 days"
    assert in_words(timedelta(hours=25, minutes=20)) == "1 day 1 hour"
    assert in_words(timedelta(minutes=61)) == "1 hour 1 minute"
    assert in_words(timedelta(seconds=59)) == "less than a minute"
