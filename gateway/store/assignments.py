"""Who has which ticket, kept apart so that open tickets are counted in an index and not among all tickets."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from gateway.store.schema import assignments
from routing.assignment_rules import Automatic
from routing.directory import canonical
from routing.model import Desk, Minted
from routing.roster import staff
from routing.rules import StateKind
from routing.ticket import Ticket

_OPEN = (
    select(assignments.c.address, func.count())
    .where(
        assignments.c.address.in_(bindparam("addresses", expanding=True)),
        assignments.c.status.in_(bindparam("working", expanding=True)),
    )
    .group_by(assignments.c.address)
)
_FORGET = delete(assignments).where(assignments.c.ticket_id == bindparam("ticket"))
_KEEP = insert(assignments)


def loads(connection: Connection, desk: Desk, ticket: Ticket | None, minted: Minted | None) -> dict[str, int]:
    """How many open tickets each address has that a mail's ticket might be given to by itself; the others have none.

    It is counted only where a ticket may come to need somebody: a new one, also beside one that the mail merely names
    or that is closed, and one that nobody has.
    """
    workflow = desk.workflow
    if workflow.assignment.automatic is not Automatic.FEWEST:
        return {}
    working = [state.key for state in workflow.states.values() if state.kind is not StateKind.CLOSED]
    if ticket is not None and minted is not None and ticket.assignees and ticket.status in working:
        return {}
    addresses = [canonical(address) for person in staff(desk) for address in person.addresses]
    rows = connection.execute(_OPEN, {"addresses": addresses, "working": working})
    return {str(address): int(count) for address, count in rows}


def keep(connection: Connection, ticket_id: int, before: Ticket | None, after: Ticket) -> None:
    """Follow a ticket that changes; one that was merged or deleted is nobody's work any longer."""
    had, has = _held(before), _held(after)
    if had == has:
        return
    if had:
        connection.execute(_FORGET, {"ticket": ticket_id})
    if has:
        rows = [{"ticket_id": ticket_id, "address": address, "status": status} for address, status in has]
        connection.execute(_KEEP, rows)


def _held(ticket: Ticket | None) -> tuple[tuple[str, str], ...]:
    """Each address that has a ticket, with the ticket's status."""
    if ticket is None or ticket.hidden or ticket.merged_into is not None:
        return ()
    return tuple((address, ticket.status) for address in dict.fromkeys(map(canonical, ticket.assignees)))
