"""What humans look at: lists and whole views, all of one moment. Nothing here writes."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)

from gateway.store import failures, raw, shape, tickets
from gateway.store.columns import Record
from gateway.store.queue import HELD, WAITING, WORKING
from gateway.store.schema import digests, events, inbox, letters, outbox
from gateway.store.schema import tickets as ticket_table
from gateway.store.situations import Situations
from routing.directory import Directory
from routing.events import Event, decode
from routing.suppression import Suppression
from routing.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a timeline; `notified` are the addresses that its letters go to.

    `original` is the sha256 (hex) of the mail that its words came with.
    """

    id: int
    seq: int
    event: Event
    notified: tuple[str, ...]
    original: str | None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with all its events in order."""

    ticket: Ticket
    timeline: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A message as a list shows it. `from_` is who wrote it, as far as known, `sender` the envelope's word."""

    id: int
    from_: str | None
    sender: str
    recipient: str
    state: str
    reason: str | None
    received_at: datetime
    ticket: str | None
    outcome: str | None
    attempts: int
    message_id: str | None
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A letter as a list shows it."""

    id: int
    ticket: str
    to: str
    state: str
    attempts: int
    next_at: datetime
    reason: str | None
    message_id: str
    template: str
    created_at: datetime
    sent_at: datetime | None


_INBOX = select(
    inbox.c.id,
    func.coalesce(inbox.c.from_address, func.nullif(inbox.c.sender, "")),
    inbox.c.sender,
    inbox.c.recipient,
    inbox.c.state,
    inbox.c.reason,
    inbox.c.received_at,
    inbox.c.ticket_key,
    inbox.c.outcome,
    inbox.c.attempts,
    inbox.c.message_id,
    inbox.c.raw_sha256,
)
_QUEUE = select(
    outbox.c.id,
    outbox.c.ticket_key,
    outbox.c.address,
    outbox.c.state,
    outbox.c.attempts,
    outbox.c.next_at,
    outbox.c.reason,
    outbox.c.message_id,
    outbox.c.template,
    outbox.c.created_at,
    outbox.c.sent_at,
)
_TIMELINE = (
    select(events.c.id, events.c.seq, events.c.data, inbox.c.raw_sha256)
    .join(inbox, events.c.inbox_id == inbox.c.id, isouter=True)
    .where(events.c.ticket_id == bindparam("ticket"))
    .order_by(events.c.seq)
)
_NOTIFIED = union_all(
    select(outbox.c.event_seq, outbox.c.address, outbox.c.id).where(
        outbox.c.ticket_id == bindparam("ticket"), outbox.c.event_seq.is_not(None)
    ),
    select(digests.c.event_seq, outbox.c.address, outbox.c.id)
    .join(outbox, outbox.c.id == digests.c.outbox_id)
    .where(digests.c.ticket_id == bindparam("ticket")),
).order_by("id")
UNFINISHED = ("waiting", "working", "held", "refused")


class Reading(Situations):
    """A look at the store. `situation` works as in a transaction, but locks nothing: for dry runs."""

    def __init__(self, connection: Connection, current: Callable[[Connection], Directory]) -> None:
        super().__init__(connection, current, lock=False)

    def suppressed(self, addresses: Sequence[str], now: datetime) -> Mapping[str, Suppression]:
        """Which of some addresses nothing is sent to now, by their canonical form."""
        return failures.suppressed(self._connection, addresses, now)

    def tickets(
        self,
        *,
        state: str | None = None,
        queue: str | None = None,
        organisation: str | None = None,
        assignee: str | None = None,
        deleted: bool = False,
        limit: int | None = None,
    ) -> list[Ticket]:
        """The tickets that fit all filters, the newest update first; deleted ones are a list of their own.

        One that a queue sees beside its own tickets is among those of that queue.
        """
        columns = ticket_table.c
        query = tickets.EVERY.order_by(columns.updated_at.desc(), columns.id.desc()).limit(limit)
        exact = ((columns.status, state), (columns.organisation, organisation))
        query = query.where(columns.hidden.is_(deleted))
        query = query.where(*(column == value for column, value in exact if value is not None))
        if queue is not None:
            query = query.where(or_(columns.queue == queue, _holds(columns.also_in, queue)))
        if assignee is not None:
            query = query.where(_holds(columns.assignees, assignee))
        return [tickets.stored(row).ticket for row in self._connection.execute(query)]

    def ticket(self, key: str) -> TicketView | None:
        """A ticket with its timeline, None where there is none."""
        known = tickets.exact(self._connection, key.upper())
        if known is None:
            return None
        notified: dict[int, dict[str, None]] = defaultdict(dict)
        for seq, address, _ in self._connection.execute(_NOTIFIED, {"ticket": known.id}):
            notified[seq][address] = None
        rows = self._connection.execute(_TIMELINE, {"ticket": known.id}).all()
        found = raw.origins(self._connection, [(decode(row.data), row.raw_sha256) for row in rows])
        timeline = [
            Entry(row.id, row.seq, event, tuple(notified[row.seq]), original)
            for row, (event, original) in zip(rows, found, strict=True)
        ]
        return TicketView(known.ticket, tuple(timeline))

    def inbox(self, states: Collection[str] = (), limit: int | None = None) -> list[InboxLine]:
        """Messages in the given states (none given: all), failed ones first, then the newest first."""
        rank = case((inbox.c.state == HELD, 0), (inbox.c.state.in_([WAITING, WORKING]), 1), else_=2)
        query = _INBOX.order_by(rank, inbox.c.id.desc()).limit(limit)
        if states:
            query = query.where(inbox.c.state.in_(list(states)))
        return [_inbox_line(row) for row in self._connection.execute(query)]

    def message(self, row_id: int) -> tuple[InboxLine, bytes] | None:
        """A message with its original bytes, None where there is none."""
        row = self._connection.execute(_INBOX.where(inbox.c.id == row_id)).one_or_none()
        if row is None:
            return None
        line = _inbox_line(row)
        return line, raw.load(self._connection, [line.raw_sha256])[line.raw_sha256]

    def raw(self, sha256: str) -> bytes | None:
        """The original bytes of a message by their sha256 (hex), None where they are gone or damaged."""
        found = raw.load(self._connection, [sha256]).get(sha256)
        return None if found is None or raw.damaged(found, sha256) else found

    def queue(self, states: Collection[str] = UNFINISHED, limit: int | None = None) -> list[QueueLine]:
        """Letters in the given states, the oldest first."""
        query = _QUEUE.where(outbox.c.state.in_(list(states))).order_by(outbox.c.id).limit(limit)
        return [_queue_line(row) for row in self._connection.execute(query)]

    def shape(self, moment: datetime) -> list[tuple[str, Mapping[str, int]]]:
        """How the letters under way are spread over domains and ages; see `gateway.store.shape`."""
        return shape.shape(self._connection, moment)

    def letter(self, row_id: int) -> tuple[QueueLine, bytes | None] | None:
        """A letter with its bytes once it was composed, None where there is none."""
        row = self._connection.execute(_QUEUE.where(outbox.c.id == row_id)).one_or_none()
        if row is None:
            return None
        return _queue_line(row), self._connection.execute(
            select(letters.c.data).where(letters.c.outbox_id == row_id)
        ).scalar_one_or_none()


def _holds(column: Column[tuple[str, ...]], value: str) -> ColumnElement[bool]:
    """Whether a JSON array holds a text, in any case: with its quotes one cannot match a part of a longer one."""
    array = func.lower(type_coerce(column, Text))
    return array.contains(json.dumps(value.lower(), ensure_ascii=False), autoescape=True)


def _inbox_line(row: Record) -> InboxLine:
    return InboxLine(*row)


def _queue_line(row: Record) -> QueueLine:
    return QueueLine(*row)
