"""Timers: what a desk does by itself once a ticket has stayed in a state for long enough.

A timer runs once per entering of its state; the ticket knows the last that ran. One that is late (the program stood
still) keeps its distance from the one before, so that nobody is reminded and given up on in the same minute. Where the
last that ran is no longer in the desk's file, the next begins when the ticket enters another state; so it is with
tickets of old mail, which tells nobody anything.
"""

from datetime import datetime, timedelta
from itertools import pairwise

from routing.draft import Draft
from routing.events import Change, Moved, changed
from routing.model import Decision, Situation
from routing.notices import Occasion
from routing.rules import StateKind, Workflow
from routing.ticket import Ticket
from routing.timer_rules import TimerRule


def next_timer(ticket: Ticket, workflow: Workflow) -> tuple[TimerRule, datetime] | None:
    """The timer that runs next if the ticket stays as it is, and when."""
    if ticket.since is None or ticket.merged_into is not None or ticket.hidden:
        return None
    rules = in_order(workflow, ticket.status)
    if ticket.timer is None or ticket.timer_at is None:
        return (rules[0], ticket.since + rules[0].after) if rules else None
    for before, coming in pairwise(rules):
        if before.name == ticket.timer:
            return coming, max(ticket.since + coming.after, ticket.timer_at + (coming.after - before.after))
    return None


def in_order(workflow: Workflow, state: str) -> tuple[TimerRule, ...]:
    """The timers of a state in the order in which they run."""
    return tuple(sorted((rule for rule in workflow.timers if state in rule.source), key=lambda rule: rule.after))


def due(situation: Situation) -> Decision | None:
    """What the desk itself does to the ticket of a situation now, None where its time has not come.

    The situation is one without a mail: nobody writes.
    """
    ticket, workflow = situation.ticket, situation.desk.workflow
    found = None if ticket is None else next_timer(ticket, workflow)
    if ticket is None or found is None or found[1] > situation.now:
        return None
    rule = found[0]
    draft = _ran(Draft(situation, ticket), rule)
    priority = {"priority": rule.priority} if rule.priority is not None else {}
    details = {"waited": in_words(rule.after), **priority, **_closing(draft, ticket)}
    # The event has no words, and whether it was recorded for the operator alone does not narrow who is told.
    draft = draft.notify(rule.notify or _usual(workflow, rule), Occasion(rule.template, details=details))
    return draft.decide("timer", f'the timer "{rule.name}" has run out after {in_words(rule.after)}')


def _ran(draft: Draft, rule: TimerRule) -> Draft:
    """The event of a timer: with its move where that can be made, with its priority."""
    ticket = draft.ticket
    changes = _move(draft, rule)
    if rule.priority is not None:
        changes = (*changes, *changed(ticket, priority=rule.priority))
    return draft.add(
        Moved(
            verb=rule.move or ("priority" if rule.priority else "reminder"),
            timer=rule.name,
            at=draft.situation.now,
            actor=None,
            audience="everyone" if changes else "internal",
            changes=changes,
        )
    )


def _move(draft: Draft, rule: TimerRule) -> tuple[Change, ...]:
    """The changes of the timer's move; none where a move to a party finds no such party on this ticket."""
    workflow, ticket = draft.situation.desk.workflow, draft.ticket
    move = workflow.move(rule.move) if rule.move else None
    if move is None or ticket.status not in move.source:
        return ()
    if move.party is not None and draft.cast.partner(move.party) is None:
        return ()
    target = move.target or ticket.status
    closed = workflow.states[target].kind is StateKind.CLOSED
    resolution = rule.resolution or move.resolution if closed else None
    turned = changed(ticket, status=target, holder=move.holder or ticket.holder, resolution=resolution)
    return (*turned, *changed(ticket, **move.sets))


def _usual(workflow: Workflow, rule: TimerRule) -> tuple[str, ...]:
    """Whom the move itself tells."""
    move = workflow.move(rule.move) if rule.move else None
    return move.notify if move else ()


def _closing(draft: Draft, before: Ticket) -> dict[str, str]:
    """Whether this closed the ticket, and in which state it waited; the letter says it at once."""
    states = draft.situation.desk.workflow.states
    was, now = states[before.status], states[draft.ticket.status]
    closed = {"closed": draft.ticket.key} if now.kind is StateKind.CLOSED and was is not now else {}
    return {"before": was.name, **closed}


def in_words(span: timedelta) -> str:
    """A span of time as people say it, in its two largest units: "3 days", "1 hour 20 minutes"."""
    minutes = int(span.total_seconds()) // 60
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said[:2]) or "less than a minute"
