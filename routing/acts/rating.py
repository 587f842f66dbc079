"""Rating what was done for one: `rate 4`, and what a rating, or none, brings about."""

from dataclasses import replace

from parsers.intent import Command, Words
from routing.builtin import RATINGS
from routing.cast import owns
from routing.draft import Draft, cause_of
from routing.events import Moved, Rated, changed
from routing.notices import Occasion
from routing.wishes import Topic


def rate(draft: Draft, command: Command, words: Words) -> Draft | str:
    """The requester says how well it was done, from 1 to 5; the words of the mail belong to that."""
    situation, ticket = draft.situation, draft.ticket
    rule = situation.desk.workflow.rating
    if rule is None or not rule.enabled:
        return "This desk takes no ratings."
    if not owns(draft.cast.person(situation.author or ""), ticket.requester):
        return f"Only whoever opened {ticket.key} can rate it."
    said = " ".join(command.arguments)
    if said not in RATINGS:
        return f'"{said}" is no rating: write a whole number from 1 (bad) to 5 (very good), as in #rate 5.'
    if ticket.status not in rule.source:
        states = situation.desk.workflow.states
        fit = " or ".join(states[state].name for state in rule.source)
        now = states[ticket.status].name if ticket.status in states else ticket.status
        return f"{ticket.key} is {now}: it can be rated once it is {fit}."
    target = rule.target or ticket.status
    changes = changed(ticket, rating=int(said), status=target)
    if not changes:
        return f"You have rated {ticket.key} with {said} of 5 already."
    audience = draft.for_words()
    fact = Rated(
        at=situation.now, actor=situation.author, audience="everyone", changes=changes, cause=cause_of(situation)
    )
    draft, told = draft.state(fact, words, audience)
    draft = replace(draft, placed=True).did(f"Thank you. You rated {ticket.key} with {said} of 5.")
    occasion = Occasion(rule.template, audience, draft.latest, {"rated": said}, topic=Topic.RATING, fact=told)
    return draft.notify(rule.notify, occasion)


def passed_on(draft: Draft) -> Draft:
    """Where the desk has switched rating off, a ticket does not wait for one: the desk itself moves it on."""
    rule = draft.situation.desk.workflow.rating
    if rule is None or rule.enabled or rule.target is None or draft.ticket.status not in rule.source:
        return draft
    event = Moved(
        verb="unrated",
        at=draft.situation.now,
        actor=None,
        audience="everyone",
        changes=changed(draft.ticket, status=rule.target),
        cause=cause_of(draft.situation),
    )
    state = draft.situation.desk.workflow.states[rule.target].name
    return draft.add(event).did(f"{draft.ticket.key} is now {state}.") if event.changes else draft
