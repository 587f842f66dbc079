"""Who may be given one ticket, who has it, and who may do what with it because of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from routing.assignment_rules import AssignmentRule, Automatic, Fit
from routing.cast import Cast, owns
from routing.directory import Person, Side, canonical
from routing.model import Desk
from routing.rules import StateKind
from routing.ticket import Ticket

SETTLING = frozenset(
    {"take", "release", "assign", "transfer", "away", "notify", "digest", "quiet", "watch", "unwatch", "undo"}
)
"""The commands that work on no ticket: they say who does, or concern their writer alone."""


def staff(desk: Desk) -> tuple[Person, ...]:
    """All who may be given tickets of a desk, whichever they are."""
    rule, directory = desk.workflow.assignment, desk.directory
    found = (person for role in rule.roles for person in directory.of_role(role))
    return tuple(person for person in found if directory.side(person) in rule.who)


@dataclass(frozen=True)
class Roster:
    """Who may be given one ticket."""

    cast: Cast

    @property
    def _rule(self) -> AssignmentRule:
        return self.cast.desk.workflow.assignment

    @cached_property
    def _agents(self) -> frozenset[str]:
        agents = self.cast.desk.directory.agents(self.cast.ticket.queue)
        return frozenset(canonical(person.address) for person in agents)

    def candidates(self) -> tuple[Person, ...]:
        """All who may be given it."""
        return tuple(person for person in staff(self.cast.desk) if self.unfit(person) is None)

    def unfit(self, person: Person) -> str | None:
        """Why somebody may not be given it, None for a candidate."""
        rule, ticket = self._rule, self.cast.ticket
        known = person.registered and person.role in rule.roles and self.cast.side(person) in rule.who
        if not known or self.cast.is_former(person):
            return "only registered people who work on such tickets can have it"
        if rule.holder_only and not self.cast.belongs(person, "holder"):
            return f"it is with {self.cast.party(ticket.holder)} now"
        if Fit.QUEUE in rule.fits and self._is_elsewhere(person):
            return f'its queue is "{ticket.queue}", where that person does not work'
        lacking = [skill for skill in self._skills() if skill not in person.skills]
        return f"that person lacks the skill {lacking[0]}" if lacking else None

    def _is_elsewhere(self, person: Person) -> bool:
        """Queues are the operator's: partners work on the tickets in which they take part."""
        ours = self.cast.desk.directory.side(person) is Side.OPERATOR
        return ours and canonical(person.address) not in self._agents

    def _skills(self) -> Iterable[str]:
        rule, ticket = self._rule, self.cast.ticket
        yield from rule.skills
        if Fit.CATEGORY in rule.fits and ticket.category is not None:
            yield ticket.category
        if Fit.SYSTEM in rule.fits and ticket.system is not None:
            yield ticket.system


def has(ticket: Ticket, person: Person) -> bool:
    """Whether a ticket is assigned to somebody."""
    return holds(ticket.assignees, person)


def holds(addresses: Iterable[str], person: Person) -> bool:
    """Whether one of the addresses is a person's."""
    return any(owns(person, address) for address in addresses)


def standing(cast: Cast) -> str:
    """Who has the ticket, in a sentence for everybody."""
    names = ", ".join(name_of(cast, cast.person(address)) for address in cast.ticket.assignees)
    return f"{cast.ticket.key} is now with {names}." if names else f"Nobody has {cast.ticket.key} now."


def name_of(cast: Cast, person: Person) -> str:
    """What somebody is called before everybody: never an address."""
    return cast.byline(person.address, "everyone").name


def untakeable(cast: Cast, person: Person) -> str | None:
    """Why somebody cannot take the ticket now, None where that can be done."""
    rule, ticket = cast.desk.workflow.assignment, cast.ticket
    state = cast.desk.workflow.states.get(ticket.status)
    if cast.desk.workflow.is_draft(ticket) or (state is not None and state.kind is StateKind.CLOSED):
        return f"{ticket.key} is {state.name if state else ticket.status}: nobody can take it now."
    if has(ticket, person):
        return f"You have {ticket.key} already."
    if ticket.assignees and not rule.several:
        names = ", ".join(name_of(cast, cast.person(address)) for address in ticket.assignees)
        return f"{names} was first and has {ticket.key}."
    unfit = Roster(cast).unfit(person)
    if unfit is not None:
        return f"You cannot take {ticket.key}: {unfit}."
    if rule.automatic is Automatic.OFFER and not holds(ticket.offered, person):
        return f"{ticket.key} was not offered to you: somebody who may assign it can give it to you."
    return None


def too_early(cast: Cast, person: Person) -> str | None:
    """Why somebody may not work on the ticket before it is assigned to that person, None where it may."""
    rule, ticket = cast.desk.workflow.assignment, cast.ticket
    if person.role not in rule.write_after or not person.registered or cast.side(person) not in rule.who:
        return None
    if has(ticket, person) or owns(person, ticket.requester):
        return None
    if untakeable(cast, person) is None:
        return f'{ticket.key} is not yours yet. Take it first: write "#take" on the first line, your words below it.'
    return f"{ticket.key} is not yours: you can work on it once it is assigned to you."
