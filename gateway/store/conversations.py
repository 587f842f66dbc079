"""What the readers of letters had of the same ticket before: by that mail programs put letters in threads."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from gateway.store.columns import Record
from gateway.store.rows import Conversation
from gateway.store.schema import outbox, tickets
from routing.directory import canonical

RECENT = 12
"""How many of the newest letters are named; with the first they fill the header that names them."""

_LATER = outbox.alias("later")
_RANKED = (
    select(
        _LATER.c.id.label("letter"),
        outbox.c.id.label("id"),
        outbox.c.message_id,
        func.row_number().over(partition_by=_LATER.c.id, order_by=outbox.c.id).label("oldest"),
        func.row_number().over(partition_by=_LATER.c.id, order_by=outbox.c.id.desc()).label("newest"),
    )
    .join(
        outbox,
        and_(
            outbox.c.ticket_id == _LATER.c.ticket_id,
            # Both, so that the index of letters by ticket, answer and address serves.
            outbox.c.answer.in_((False, True)),
            outbox.c.address == _LATER.c.address,
            outbox.c.id < _LATER.c.id,
        ),
    )
    .where(_LATER.c.id.in_(bindparam("letters", expanding=True)))
    .subquery()
)
_EARLIER = (
    select(_RANKED.c.letter, _RANKED.c.message_id)
    .where(or_(_RANKED.c.oldest == 1, _RANKED.c.newest <= RECENT))
    .order_by(_RANKED.c.letter, _RANKED.c.id)
)
_TICKETS = select(
    tickets.c.id, tickets.c.created_at, tickets.c.watchers, tickets.c.requester, tickets.c.assignees
).where(tickets.c.id.in_(bindparam("tickets", expanding=True)))


def conversations(connection: Connection, letters: Sequence[Record]) -> dict[int, Conversation]:
    """For each of these letters that is about a ticket, by its row, what its reader had of it before."""
    about = [row for row in letters if row.ticket_id is not None]
    if not about:
        return {}
    earlier: dict[int, tuple[str, ...]] = {}
    for row in connection.execute(_EARLIER, {"letters": [row.id for row in about]}):
        earlier[row.letter] = (*earlier.get(row.letter, ()), row.message_id)
    known = {row.id: row for row in connection.execute(_TICKETS, {"tickets": list({row.ticket_id for row in about})})}
    return {
        row.id: Conversation(
            known[row.ticket_id].created_at, earlier.get(row.id, ()), _watches(known[row.ticket_id], row)
        )
        for row in about
    }


def _watches(ticket: Record, letter: Record) -> bool:
    """Whether the reader follows the ticket without having to do with it otherwise."""
    reader = canonical(letter.address)
    others = {canonical(each) for each in (ticket.requester, *ticket.assignees)}
    return reader not in others and reader in map(canonical, ticket.watchers)
