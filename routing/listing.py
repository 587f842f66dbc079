"""`list`: the tickets that somebody may see, as a table."""

from collections.abc import Iterator, Sequence

from routing.builtin import LISTS
from routing.cast import PARTY_PREFIX, Cast, owns
from routing.directory import Person
from routing.model import Contents, Situation
from routing.notices import Details, Occasion
from routing.recipients import guests
from routing.rules import StateKind
from routing.showing import may_see, moment, where
from routing.ticket import Ticket

MOST_LISTED = 50
MOST_CANDIDATES = 100
"""How many tickets are looked at for a list: some that may not be seen are among them."""


def listed(situation: Situation, person: Person, words: tuple[str, ...]) -> Occasion | str:
    """The letter with the tickets of a person, the newest update first; or what is wrong with the words, a sentence.

    The situation has the candidates; what of them this person may see is decided here.
    """
    which = " ".join(words).casefold()
    if which and which not in LISTS:
        known = ", ".join(f"#list {one}" for one in LISTS)
        return f'There is no list "{" ".join(words)}"; write one of these: {known}.'
    found = list(_seen(situation, person, which))
    rows = tuple(_row(situation, ticket) for ticket in found[:MOST_LISTED])
    more = {"more": str(len(rows))} if len(found) > len(rows) or len(situation.board) >= MOST_CANDIDATES else {}
    details: Details = {"which": which, **more} if which else {**more, **_counts(situation, found)}
    return Occasion("list", details=details, contents=Contents(rows=rows))


def _counts(situation: Situation, found: Sequence[Ticket]) -> dict[str, str]:
    """How many tickets are open, of the highest priority, with nobody, and closed."""
    workflow = situation.desk.workflow
    closed = {state.key for state in workflow.states.values() if state.kind is StateKind.CLOSED}
    live = [ticket for ticket in found if ticket.status not in closed]
    highest = workflow.priorities[-1] if "priority" in workflow.acts and workflow.priorities else None
    counts = [
        f"{len(live)} open",
        *([f"{sum(one.priority == highest for one in live)} of {highest} priority"] if highest else []),
        *([f"{sum(not one.assignees for one in live)} with nobody"] if "assign" in workflow.acts else []),
        f"{len(found) - len(live)} closed",
    ]
    within = f"Of the newest {len(found)}: " if len(situation.board) > MOST_LISTED else ""
    return {"counts": f"{within}{', '.join(counts)}."} if found else {}


def _seen(situation: Situation, person: Person, which: str) -> Iterator[Ticket]:
    for ticket in situation.board:
        cast = Cast(situation.desk, ticket, guests(situation))
        if may_see(cast, person) and _is_among(cast, person, which):
            yield ticket


def _is_among(cast: Cast, person: Person, which: str) -> bool:
    ticket = cast.ticket
    state = cast.desk.workflow.states.get(ticket.status)
    closed = state is not None and state.kind is StateKind.CLOSED
    match which:
        case "open":
            return not closed
        case "closed":
            return closed
        case "mine":
            return any(owns(person, address) for address in (ticket.requester, *ticket.assignees))
        case "forwarded":
            return person.organisation in ticket.tiers and ticket.holder != f"{PARTY_PREFIX}{person.organisation}"
        case _:
            return True


def _row(situation: Situation, ticket: Ticket) -> tuple[str, ...]:
    """ID, Entity, System, Subject, Created at, Last update, State."""
    directory = situation.desk.directory
    organisation = directory.organisations.get(ticket.organisation or "")
    system = directory.systems.get(ticket.system or "")
    return (
        ticket.key,
        organisation.name if organisation else "",
        system.name if system else "",
        ticket.subject,
        moment(ticket.created_at),
        moment(ticket.updated_at),
        where(ticket, situation.desk.workflow),
    )
