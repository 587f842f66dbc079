"""From group names to the persons who are told, and to those who are not, each with the reason."""

from collections.abc import Iterable, Iterator

from routing.authority import is_writer
from routing.cast import CUSTOMER_LANE, PARTY_PREFIX, Cast, owns
from routing.directory import Person, canonical
from routing.model import NotTold, Situation
from routing.rules import StateKind
from routing.ticket import Ticket
from routing.wishes import DIGESTS, Topic, Wish

OWN_ACT = "it is this person's own act"
OWN_ADDRESS = "this is an address of ours"
NO_PARTY = "no party of the ticket whom this concerns"
UNWISHED = "this person wants no letters of this kind"
OTHERS = "this person wants letters of this kind about own tickets only"
DIGEST = {
    Wish.HOURLY: "this person reads letters of this kind in a digest, once an hour",
    Wish.DAILY: "this person reads letters of this kind in a digest, once a day",
}
AT_ONCE = "this person wants letters of this kind at once"
ESSENTIAL = "it is this person's own ticket, and opened for it or waiting for it"


def resolve(
    groups: tuple[str, ...], situation: Situation, ticket_after: Ticket, audience: str, topic: Topic | None = None
) -> tuple[tuple[Person, ...], tuple[NotTold, ...]]:
    """Whom an event is told, each person once, and who of the groups is not told and why.

    `groups` are requester, watchers, assignee, holder, customer, party:<role>, agents, told; `audience` is that of the
    event: nobody outside it is told. `topic` is what a person may wish to hear of or not.
    """
    cast = Cast(situation.desk, ticket_after, guests(situation))
    members = (person for group in groups for person in _members(group, situation, cast))
    return among(members, situation, ticket_after, audience, topic)


def among(
    persons: Iterable[Person],
    situation: Situation,
    ticket_after: Ticket,
    audience: str,
    topic: Topic | None = None,
    *,
    personal: bool = False,
) -> tuple[tuple[Person, ...], tuple[NotTold, ...]]:
    """As `resolve`, for persons already found; `personal` is what concerns each of them, not just the ticket."""
    cast = Cast(situation.desk, ticket_after, guests(situation))
    told: list[Person] = []
    not_told: list[NotTold] = []
    seen: set[str] = set()
    for person in persons:
        if canonical(person.address) in seen:
            continue
        seen.add(canonical(person.address))
        why = _hindrance(person, situation, cast, audience)
        wish = Wish.AT_ONCE if why is not None else _wish(person, cast, topic, personal=personal)
        if why is None and wish is Wish.AT_ONCE:
            told.append(person)
        else:
            later = wish if wish in DIGESTS else None
            not_told.append(NotTold(person.address, why or _WHY_NOT[wish], later))
    return tuple(told), tuple(not_told)


def why_at_once(person: Person, cast: Cast, topic: Topic | None) -> str:
    """Why somebody is told at once who chose among letters; empty for whoever has no choice or made none."""
    if topic is None or not person.wishes:
        return ""
    return ESSENTIAL if _is_essential(person, cast, topic) else AT_ONCE


def guests(situation: Situation) -> tuple[Person, ...]:
    """The persons of a situation whom the directory may not hold: its writer and those met by mail."""
    return situation.guests if situation.writer is None else (situation.writer, *situation.guests)


def _hindrance(person: Person, situation: Situation, cast: Cast, audience: str) -> str | None:
    if is_writer(situation, person):
        return OWN_ACT
    if situation.desk.inlet(person.address) is not None:
        return OWN_ADDRESS
    return None if cast.sees(person, audience) else NO_PARTY


_WHY_NOT = {**DIGEST, Wish.MINE: OTHERS, Wish.NEVER: UNWISHED}


def _wish(person: Person, cast: Cast, topic: Topic | None, *, personal: bool) -> Wish:
    """How somebody reads of this: at once, in a digest, or (never, mine) not at all.

    A ticket is one's own who opened, has or follows it. What the desk lets nobody do without is read once a day.
    """
    if topic is None or not person.wishes or _is_essential(person, cast, topic):
        return Wish.AT_ONCE
    wish = person.wish(topic)
    if wish is Wish.MINE:
        ticket = cast.ticket
        own = (ticket.requester, *ticket.assignees, *ticket.watchers)
        return Wish.AT_ONCE if personal or any(owns(person, address) for address in own) else wish
    if wish is Wish.NEVER and topic not in cast.desk.workflow.people.never:
        return Wish.DAILY
    return wish


def _is_essential(person: Person, cast: Cast, topic: Topic) -> bool:
    """What a requester hears of its own ticket whatever it chose: that it was opened, and that it is its turn."""
    ticket, states = cast.ticket, cast.desk.workflow.states
    if not owns(person, ticket.requester):
        return False
    if topic is Topic.MOVE and ticket.status in states:
        return ticket.holder == CUSTOMER_LANE and states[ticket.status].kind is not StateKind.CLOSED
    return topic is Topic.OPENED


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
            for queue in (ticket.queue, *ticket.also_in):
                yield from situation.desk.directory.agents(queue)
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
