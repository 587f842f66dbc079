"""Commands about who has the ticket: `assign`, `take` and `release`."""

from collections.abc import Iterable

from parsers.intent import Command, Words
from routing.acts.people import called, candidates, meant, within_reach, writer
from routing.assignment import give, offer
from routing.assignment_rules import Automatic
from routing.cast import OPERATOR_LANE, owns
from routing.directory import Person
from routing.draft import Draft, cause_of
from routing.events import Assigned, changed
from routing.roster import Roster, has, holds, standing, untakeable
from routing.rules import StateKind


def assign(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`assign jane@desk.example`, `assign me`; several people where the desk lets several have a ticket."""
    several = draft.situation.desk.workflow.assignment.several
    refusal = closed(draft) or unentitled(draft)
    people = refusal or meant(draft, command.arguments, candidates(draft))
    if isinstance(people, str):
        return people
    if len(people) > 1 and not several:
        return "Here one person at a time has a ticket: name one."
    before = draft.ticket.assignees
    fresh = tuple(person.address for person in people if not has(draft.ticket, person))
    after = (*before, *fresh) if several else fresh or before
    if after == before:
        return f"{standing(draft.cast)} There is nothing to change."
    return out_of_reach(draft, after) or hand_over(draft, command, after)


def take(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """The writer has the ticket: whoever says so first, or each of them where the desk lets several have it."""
    person = writer(draft)
    refusal = untakeable(draft.cast, person)
    return refusal or hand_over(draft, command, (*draft.ticket.assignees, person.address))


def release(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """The writer gives the ticket back, or declines to take it; with names it is taken from those."""
    ticket, own = draft.ticket, writer(draft)
    if not command.arguments and not has(ticket, own):
        return _declined(draft, own)
    holders = tuple(draft.cast.person(address) for address in ticket.assignees)
    people = meant(draft, command.arguments, holders) if command.arguments else (own,)
    if isinstance(people, str):
        return closed(draft) or f"{standing(draft.cast)} Only somebody who has it can be taken off."
    others = [person for person in people if person != own]
    refusal = closed(draft) or (unentitled(draft) if others else None)
    after = tuple(address for address in ticket.assignees if not any(owns(gone, address) for gone in people))
    refusal = refusal or out_of_reach(draft, after)
    return refusal or _offered_again(hand_over(draft, command, after), people)


def hand_over(draft: Draft, command: Command, after: tuple[str, ...]) -> Draft:
    """The ticket given to just these addresses at the writer's word, with what the receipt says of it."""
    done = give(draft, command.name, after, actor=draft.situation.author)
    today = draft.situation.now.date()
    away = [one for one in map(done.cast.person, after) if one.is_away(today) and not has(draft.ticket, one)]
    note = f" {called(done, away)} is away at the moment." if away else ""
    return done.did(standing(done.cast) + note)


def closed(draft: Draft) -> str | None:
    """Why nobody can be given the ticket now, None where somebody can."""
    if draft.situation.desk.workflow.is_draft(draft.ticket):
        return f"{draft.ticket.key} is a draft: what is asked for must be said first."
    state = draft.situation.desk.workflow.states.get(draft.ticket.status)
    if state is None or state.kind is not StateKind.CLOSED:
        return None
    return f"{draft.ticket.key} is {state.name}: who has it cannot change now."


def unentitled(draft: Draft) -> str | None:
    """Why the writer may not say which others have tickets, None where it may."""
    roles = draft.situation.desk.workflow.assignment.assigners
    if writer(draft).role in roles:
        return None
    return f"Only {' or '.join(f'a person of the role {role.value}' for role in roles)} can give tickets to others."


def out_of_reach(draft: Draft, after: Iterable[str]) -> str | None:
    """Why the ticket cannot be taken from those who have it and are not among `after`, None where it can."""
    holders = [draft.cast.person(address) for address in draft.ticket.assignees]
    kept = tuple(after)
    foreign = [one for one in holders if not holds(kept, one) and not within_reach(draft, one)]
    return f"{called(draft, foreign)} has {draft.ticket.key} for another party." if foreign else None


def _declined(draft: Draft, person: Person) -> Draft | str:
    """Somebody who was asked to take the ticket will not."""
    ticket = draft.ticket
    if not holds(ticket.offered, person):
        return f"You do not have {ticket.key}. {standing(draft.cast)}"
    rest = tuple(address for address in ticket.offered if not owns(person, address))
    event = Assigned(
        verb="decline",
        people=(person.address,),
        at=draft.situation.now,
        actor=draft.situation.author,
        audience="staff" if draft.cast.lane(person) != OPERATOR_LANE else "internal",
        changes=changed(ticket, offered=rest),
        cause=cause_of(draft.situation),
    )
    return draft.add(event).did(f"You have declined {ticket.key}; somebody else will take it.")


def _offered_again(draft: Draft, gone: tuple[Person, ...]) -> Draft:
    """Where tickets are offered, one that nobody has any longer is offered to all others."""
    if draft.ticket.assignees or draft.situation.desk.workflow.assignment.automatic is not Automatic.OFFER:
        return draft
    today = draft.situation.now.date()
    free = (person for person in Roster(draft.cast).candidates() if not person.is_away(today))
    others = tuple(person for person in free if person not in gone)
    return offer(draft, others) if others else draft
