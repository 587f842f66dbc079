"""Who takes part in which ticket by name, kept apart so that somebody's tickets are found in an index."""

from sqlalchemy import Connection, bindparam, delete, insert

from gateway.store.schema import participants
from routing.cast import PARTY_PREFIX
from routing.directory import canonical
from routing.ticket import Ticket

_ADD = insert(participants)
_REMOVE = delete(participants).where(
    participants.c.ticket_id == bindparam("ticket"), participants.c.who == bindparam("gone")
)


def keep(connection: Connection, ticket_id: int, before: Ticket | None, after: Ticket) -> None:
    """Follow a ticket that changes."""
    had, has = _of(before), _of(after)
    if had == has:
        return
    if gone := sorted(had - has):
        connection.execute(_REMOVE, [{"ticket": ticket_id, "gone": who} for who in gone])
    if new := sorted(has - had):
        connection.execute(_ADD, [{"ticket_id": ticket_id, "who": who} for who in new])


def _of(ticket: Ticket | None) -> frozenset[str]:
    """The addresses of persons, and the keys of organisations that have it or had it in a hierarchy.

    No key has an @, so the two are never taken for each other.
    """
    if ticket is None or ticket.hidden:
        return frozenset()
    persons = map(canonical, (ticket.requester, *ticket.watchers, *ticket.assignees))
    holder = (ticket.holder.removeprefix(PARTY_PREFIX),) if ticket.holder.startswith(PARTY_PREFIX) else ()
    return frozenset((*persons, *ticket.tiers, *holder))
