"""How often somebody wrote lately, and what was answered: what the caps on storms and mail bombs go by."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnClause, Connection, Select, bindparam, case, func, literal_column, select

from gateway.store.columns import Instant, Record
from gateway.store.outbox import NOTICE
from gateway.store.schema import events, outbox, participants
from gateway.store.schema import tickets as table
from gateway.store.tickets import Stored
from routing import storms
from routing.caps import HOUR
from routing.directory import canonical
from routing.model import Given, Proof, Said, Situation

MOST_LOOKED_AT = 300
"""Events of a ticket: with more than these among the last ones it is a storm in any case."""

# Literal, and without a type that SQLite would compare with 1: only so a planner sees that the partial indexes fit.
_IS_ANSWER: ColumnClause[bool] = literal_column("outbox.answer")
_TO_STRANGER: ColumnClause[bool] = literal_column("outbox.stranger")
_SINCE = bindparam("since", type_=Instant)

LATELY = (
    select(events.c.at, events.c.inbox_id, events.c.likeness)
    .where(
        events.c.ticket_id == bindparam("ticket"),
        events.c.writer.in_(bindparam("writers", expanding=True)),
        events.c.at > _SINCE,
        events.c.inbox_id.is_not(None),
    )
    .order_by(events.c.at.desc(), events.c.id.desc())
    .limit(MOST_LOOKED_AT)
)


def _count(rows: Select[int]) -> Select[int]:
    """How many rows there are; nobody counts beyond `most`."""
    return select(func.count()).select_from(rows.limit(bindparam("most")).subquery())


TO_WRITER = _count(
    select(outbox.c.id).where(
        _IS_ANSWER, func.lower(outbox.c.address) == bindparam("address"), outbox.c.created_at > _SINCE
    )
)
_STRANGERS = (
    select(outbox.c.address).where(_TO_STRANGER, outbox.c.created_at > _SINCE).limit(bindparam("most")).subquery()
)
TO_STRANGERS = select(
    func.count(),
    func.coalesce(
        func.sum(case((func.lower(_STRANGERS.c.address).like(bindparam("domain"), escape="!"), 1), else_=0)), 0
    ),
)
_ALARMS = select(outbox.c.notice).where(
    outbox.c.ticket_id == bindparam("ticket"), outbox.c.template == storms.LETTER, outbox.c.created_at > _SINCE
)
_NEWEST = (
    select(table.c.created_at, table.c.requester)
    .join(participants, participants.c.ticket_id == table.c.id)
    .where(participants.c.who == bindparam("who"))
    .order_by(participants.c.ticket_id.desc())
    .limit(bindparam("most"))
)


def remembered(connection: Connection, situation: Situation, known: Stored) -> Situation:
    """The situation with what its writer wrote about the ticket before, as far as that may make a storm."""
    caps = situation.desk.caps
    if situation.quiet or known.ticket.version + 1 < caps.least:
        return situation
    lately = _lately(connection, situation, known)
    if not storms.looming(lately, caps, situation.now):
        return situation
    alarms = connection.execute(_ALARMS, {"ticket": known.id, "since": situation.now - caps.memory}).scalars()
    mark = storms.mark(situation)
    warned = any((NOTICE.validate_json(alarm).once or "").startswith(mark) for alarm in alarms)
    return replace(situation, lately=lately, warned=warned)


def _lately(connection: Connection, situation: Situation, known: Stored) -> tuple[Said, ...]:
    """The mails of the writer about the ticket, the oldest first. Whoever commands something is no machine."""
    addresses = (situation.author or "", *(situation.writer.addresses if situation.writer else ()))
    proven = situation.proof is not Proof.NONE
    writers = list(dict.fromkeys(map(canonical, addresses))) if proven else [storms.UNPROVEN]
    since = situation.now - situation.desk.caps.memory
    found: dict[int, list[Record]] = {}
    for row in connection.execute(LATELY, {"ticket": known.id, "writers": writers, "since": since}):
        found.setdefault(row.inbox_id, []).insert(0, row)
    return tuple(map(_said, reversed(found.values())))


def _said(rows: Sequence[Record]) -> Said:
    """What one mail did."""
    words = [row.likeness for row in rows]
    return Said(rows[0].at, "".join(words) if all(words) else "")


def given(connection: Connection, situation: Situation) -> Given | None:
    """What the writer, and strangers who prove nothing, had of us within the hour."""
    caps, author = situation.desk.caps, situation.author
    if author is None or situation.quiet:
        return None
    known = situation.writer is not None and situation.writer.known
    address, since = canonical(author), situation.now - HOUR

    def answers(most: int) -> int:
        return connection.execute(TO_WRITER, {"address": address, "since": since, "most": most}).scalar_one()

    if known or situation.proof is not Proof.NONE:
        return Given(answers(caps.answers_per_person))
    domain = re.sub(r"([!%_])", r"!\1", address.rpartition("@")[2])
    strangers = {"since": since, "most": caps.answers_to_strangers, "domain": f"%@{domain}"}
    everybody, of_domain = connection.execute(TO_STRANGERS, strangers).one()
    return Given(
        answers(caps.answers_per_stranger),
        everybody,
        _opened(connection, address, caps.tickets_per_stranger, since),
        of_domain,
    )


def _opened(connection: Connection, address: str, most: int, since: datetime) -> int:
    """How many of the newest tickets that a canonical address takes part in it opened since then."""
    newest = connection.execute(_NEWEST, {"who": address, "most": most})
    return sum(row.created_at > since and canonical(row.requester) == address for row in newest)
