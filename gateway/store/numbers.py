"""What partners call a ticket, kept apart so that it is found in an index."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from gateway.store.schema import foreign_numbers, tickets
from parsers.foreign import Number, plain
from routing.directory import Person
from routing.foreign import by_organisation
from routing.ticket import Ticket

_ADD = insert(foreign_numbers)
_REMOVE = delete(foreign_numbers).where(
    foreign_numbers.c.ticket_id == bindparam("ticket"),
    foreign_numbers.c.organisation == bindparam("who"),
    foreign_numbers.c.number == bindparam("gone"),
)
_TICKETS = (
    select(tickets.c.key)
    .join(foreign_numbers, foreign_numbers.c.ticket_id == tickets.c.id)
    .where(
        and_(
            foreign_numbers.c.organisation == bindparam("who"),
            foreign_numbers.c.number.in_(bindparam("numbers", expanding=True)),
        )
    )
    .order_by(tickets.c.id.desc())
    .limit(1)
)


def keep(connection: Connection, ticket_id: int, before: Ticket | None, after: Ticket) -> None:
    """Follow a ticket that changes. A number that a partner has given up finds nothing any more."""
    had, has = _of(before), _of(after)
    if gone := sorted(had - has):
        connection.execute(_REMOVE, [{"ticket": ticket_id, "who": who, "gone": number} for who, number in gone])
    if new := sorted(has - had):
        rows = [{"ticket_id": ticket_id, "organisation": who, "number": number} for who, number in new]
        connection.execute(_ADD, rows)


def tickets_of(connection: Connection, writer: Person | None, shown: Sequence[Number]) -> tuple[str, ...]:
    """The key of the newest ticket that the writer's organisation calls by one of these numbers."""
    if writer is None or not shown:
        return ()
    values = {"who": writer.organisation, "numbers": [number.plain for number in shown]}
    return tuple(connection.execute(_TICKETS, values).scalars())


def _of(ticket: Ticket | None) -> frozenset[tuple[str, str]]:
    if ticket is None or ticket.hidden or not ticket.numbers:
        return frozenset()
    return frozenset((who, plain(number)) for who, number in by_organisation(ticket).items())
