"""Partners number a matter themselves: what each calls a ticket is learnt from its mail, and told to it alone.

Such a number finds a ticket for whoever is of that partner, and gives no more right to it than our own key does.
"""

from collections.abc import Mapping, Sequence

from parsers import foreign
from parsers.foreign import Number
from routing.cast import PARTY_PREFIX, Cast
from routing.directory import Person, Side
from routing.model import Desk
from routing.ticket import Ticket


def by_organisation(ticket: Ticket) -> Mapping[str, str]:
    """What organisations call a ticket, by their keys."""
    return dict(one.split(" ", 1) for one in ticket.numbers)


def told(cast: Cast, person: Person, lane: str) -> str:
    """The number that letters to a person bear in a lane; empty for none, and where the subject has it already."""
    if not cast.ticket.numbers or not lane.startswith(PARTY_PREFIX) or person.organisation is None:
        return ""
    number = by_organisation(cast.ticket).get(person.organisation, "")
    return "" if number.casefold() in cast.ticket.subject.casefold() else number


def named(subject: str, person: Person | None, desk: Desk) -> tuple[Number, ...]:
    """The numbers that a subject shows, where its writer is registered with a partner; none for anybody else."""
    if person is None or not person.registered or desk.directory.side(person) is not Side.PARTNER:
        return ()
    organisation = desk.directory.organisations[person.organisation or ""]
    return foreign.numbers(subject, organisation.reference, tuple(desk.prefixes.values()))


def joined(ticket: Ticket, others: Sequence[Ticket]) -> tuple[str, ...]:
    """What organisations call a ticket after others were merged into it; its own numbers stay."""
    numbers: dict[str, str] = {}
    for one in (*reversed(others), ticket):
        numbers.update(by_organisation(one))
    return kept(numbers)


def kept(numbers: Mapping[str, str]) -> tuple[str, ...]:
    """As the ticket has them."""
    return tuple(f"{organisation} {number}" for organisation, number in sorted(numbers.items()))
