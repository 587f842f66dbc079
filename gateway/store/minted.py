"""Letters of ours by what a mail brings back of them: the number in a signed address, or a Message-ID."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select

from gateway.store.columns import Record
from gateway.store.schema import outbox
from routing.model import Minted

_MINTED = select(
    outbox.c.id,
    outbox.c.ticket_key,
    outbox.c.address,
    outbox.c.lane,
    outbox.c.message_id,
    outbox.c.audience,
    outbox.c.template,
    outbox.c.event_seq,
).where(
    # A letter that belongs to no ticket, a list for one, still proves who got it.
    or_(outbox.c.ticket_id.is_not(None), outbox.c.ticket_key == "")
)
_BY_NUMBER = _MINTED.where(outbox.c.id.in_(bindparam("letters", expanding=True)))
_BY_MESSAGE_ID = _MINTED.where(outbox.c.message_id.in_(bindparam("threads", expanding=True)))


def by_number(connection: Connection, letters: Sequence[int]) -> dict[int, Minted]:
    """The letters of these rows that there are, by their row."""
    return {row.id: _minted(row) for row in connection.execute(_BY_NUMBER, {"letters": list(letters)})}


def by_message_id(connection: Connection, threads: Sequence[str]) -> dict[str, Minted]:
    """The letters with these Message-IDs that there are, by that."""
    found = map(_minted, connection.execute(_BY_MESSAGE_ID, {"threads": list(threads)}))
    return {minted.message_id: minted for minted in found}


def _minted(row: Record) -> Minted:
    return Minted(
        row.id, row.ticket_key, row.address, row.lane, row.message_id, row.audience, row.template, row.event_seq
    )
