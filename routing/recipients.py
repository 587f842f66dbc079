"""From group names to the persons who are told, and to those who are not, each with the reason."""

from collections.abc import Iterator

from routing.authority import is_writer
from routing.cast import PARTY_PREFIX, Cast
from routing.directory import Person, canonical
from routing.model import NotTold, Situation
from routing.ticket import Ticket

OWN_ACT = "it is this person's own act"
OWN_ADDRESS = "this is an address of ours"
NO_PARTY = "no party of the ticket whom this concerns"


def resolve(
    groups: tuple[str, ...], situation: Situation, ticket_after: Ticket, audience: str
) -> tuple[tuple[Person, ...], tuple[NotTold, ...]]:
    """Whom an event is told, each person once, and who of the groups is not told and why.

    `groups` are requester, watchers, assignee, holder, customer, party:<role>, agents, told; `audience` is that of the
    event: nobody outside it is told.
    """
    cast = Cast(situation.desk, ticket_after, guests(situation))
    told: list[Person] = []
    not_told: list[NotTold] = []
    seen: set[str] = set()
    for person in (person for group in groups for person in _members(group, situation, cast)):
        if canonical(person.address) in seen:
            continue
        seen.add(canonical(person.address))
        why = _hindrance(person, situation, cast, audience)
        if why is None:
            told.append(person)
        else:
            not_told.append(NotTold(person.address, why))
    return tuple(told), tuple(not_told)


def guests(situation: Situation) -> tuple[Person, ...]:
    """The persons of a situation whom the directory may not hold: its writer and those met by mail."""
    return situation.guests if situation.writer is None else (situation.writer, *situation.guests)


def _hindrance(person: Person, situation: Situation, cast: Cast, audience: str) -> str | None:
    if is_writer(situation, person):
        return OWN_ACT
    if situation.desk.inlet(person.address) is not None:
        return OWN_ADDRESS
    return None if cast.sees(person, audience) else NO_PARTY


def _members(group: str, situation: Situation, cast: Cast) -> Iterator[Person]:
    """The persons of a group as the ticket stands. An unknown group has nobody: the workflow was checked."""
    ticket = cast.ticket
    match group:
        case "requester":
            yield cast.person(ticket.requester)
        case "watchers":
            yield from map(cast.person, ticket.watchers)
        case "assignee":
            yield from map(cast.person, ticket.assignees)
        case "told":
            yield from map(cast.person, situation.told)
        case "agents" | "operator":
            yield from situation.desk.directory.agents(ticket.queue)
        case "customer":
            yield from _customer(cast)
        case "holder":
            yield from _members(ticket.holder, situation, cast)
        case _:
            partner = cast.partner(group.removeprefix(PARTY_PREFIX))
            yield from situation.desk.directory.support_group(partner) if partner else ()


def _customer(cast: Cast) -> tuple[Person, ...]:
    """The support group of the ticket's organisation; where there is nobody, the requester stands for it."""
    organisation = cast.ticket.organisation
    group = cast.desk.directory.support_group(organisation) if organisation else ()
    return group or (cast.person(cast.ticket.requester),)
