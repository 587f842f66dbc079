"""How often somebody wrote lately, and what was answered: what the caps on storms and mail bombs go by."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, ColumnClause, Connection, Select, bindparam, func, literal_column, select

from gateway.store.columns import Instant
from gateway.store.schema import events, outbox, participants
from gateway.store.schema import tickets as table
from gateway.store.tickets import Stored
from routing.caps import HOUR
from routing.directory import canonical
from routing.events import Commented, Event, Opened, Unverified, decode
from routing.model import Given, Proof, Said, Situation

MOST_LOOKED_AT = 300
"""Events of a ticket: with more than these among the last ones it is a storm in any case."""

# Literal, so that a planner sees that the partial indexes fit.
_IS_ANSWER: ColumnClause[bool] = literal_column("outbox.answer", Boolean)
_TO_STRANGER: ColumnClause[bool] = literal_column("outbox.stranger", Boolean)
_UNPROVEN = Proof.NONE.name.lower()
_WORDS = (Opened, Commented, Unverified)
_SINCE = bindparam("since", type_=Instant)

_AT = select(events.c.at).where(events.c.ticket_id == bindparam("ticket"), events.c.seq == bindparam("seq"))
_LATELY = (
    select(events.c.data, events.c.inbox_id)
    .where(events.c.ticket_id == bindparam("ticket"), events.c.at > _SINCE, events.c.inbox_id.is_not(None))
    .order_by(events.c.seq.desc())
    .limit(MOST_LOOKED_AT)
)


def _count(rows: Select[int]) -> Select[int]:
    """How many rows there are; nobody counts beyond `most`."""
    return select(func.count()).select_from(rows.limit(bindparam("most")).subquery())


_TO_WRITER = _count(
    select(outbox.c.id).where(
        _IS_ANSWER, func.lower(outbox.c.address) == bindparam("address"), outbox.c.created_at > _SINCE
    )
)
_TO_STRANGERS = _count(select(outbox.c.id).where(_TO_STRANGER, outbox.c.created_at > _SINCE))
_NEWEST = (
    select(table.c.created_at, table.c.requester)
    .join(participants, participants.c.ticket_id == table.c.id)
    .where(participants.c.who == bindparam("who"))
    .order_by(participants.c.ticket_id.desc())
    .limit(bindparam("most"))
)


def lately(connection: Connection, situation: Situation, known: Stored) -> tuple[Said, ...]:
    """The mails of the writer about the ticket as far as they may make a storm, the oldest first.

    What proves its writer and what does not are counted apart: nobody silences another one by forged mails.
    """
    caps, version = situation.desk.caps, known.ticket.version
    first, since = version - caps.least + 2, situation.now - caps.memory
    if situation.author is None or situation.quiet or first < 1:
        return ()
    # Of most tickets the last events are older than all windows together: one look at an index tells.
    if connection.execute(_AT, {"ticket": known.id, "seq": first}).scalar_one() <= since:
        return ()
    own = {canonical(each) for each in (situation.author, *(situation.writer.addresses if situation.writer else ()))}
    found: dict[int, list[Event]] = {}
    for data, mail in connection.execute(_LATELY, {"ticket": known.id, "since": since}):
        event = decode(data)
        if event.actor is None or canonical(event.actor) not in own:
            continue
        if (event.cause.proof == _UNPROVEN) is (situation.proof is Proof.NONE):
            found.setdefault(mail, []).insert(0, event)
    return tuple(map(_said, reversed(found.values())))


def _said(events: Sequence[Event]) -> Said:
    """What one mail did; whoever commands something is no machine, whatever words stand beside."""
    words = "\n".join(event.text for event in events)
    return Said(events[0].at, words if all(isinstance(event, _WORDS) for event in events) else "")


def given(connection: Connection, situation: Situation) -> Given | None:
    """What the writer of a mail that proves nothing, and strangers at all, had of us within the hour."""
    caps, author = situation.desk.caps, situation.author
    if author is None or situation.quiet:
        return None
    registered = situation.writer is not None and situation.writer.registered
    since = situation.now - HOUR

    def count(rows: Select[int], most: int) -> int:
        return connection.execute(rows, {"address": author.lower(), "since": since, "most": most}).scalar_one()

    if registered:
        return Given(count(_TO_WRITER, caps.answers_per_person))
    return Given(
        count(_TO_WRITER, caps.answers_per_stranger),
        count(_TO_STRANGERS, caps.answers_to_strangers),
        _opened(connection, author, caps.tickets_per_stranger, since),
    )


def _opened(connection: Connection, author: str, most: int, since: datetime) -> int:
    """How many of the newest tickets that somebody takes part in this one opened since then."""
    newest = connection.execute(_NEWEST, {"who": canonical(author), "most": most})
    return sum(row.created_at > since and canonical(row.requester) == canonical(author) for row in newest)
