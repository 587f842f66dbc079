"""The one transaction of a decision: its events, its ticket, its letters and the end of its mail."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, null, select, update

from gateway.store import tickets
from gateway.store.engine import Database
from gateway.store.errors import LeaseLost
from gateway.store.outbox import NOTICE
from gateway.store.queue import WORKING
from gateway.store.rows import InboxRow
from gateway.store.schema import inbox, outbox
from gateway.store.schema import tickets as ticket_table
from gateway.store.situations import Faced, Situations
from parsers import address
from parsers.address import Keys
from routing.directory import Directory, canonical
from routing.model import Decision, Notice
from routing.ticket import Ticket

_END = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.state == WORKING, inbox.c.lease_token == bindparam("lease"))
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        from_address=bindparam("author"),
        ticket_key=bindparam("ticket"),
        outcome=bindparam("word"),
        strikes=0,
        lease_token=null(),
        lease_until=null(),
    )
)
_TICKET_ID = select(ticket_table.c.id).where(ticket_table.c.key == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class _Post:
    """What the letters of one decision have in common."""

    inbox_id: int
    decision: Decision
    keys: Keys
    hostname: str
    now: datetime

    @property
    def base(self) -> int:
        """How many events the ticket had before."""
        ticket = self.decision.ticket
        return ticket.version - len(self.decision.events) if ticket else 0


class Transaction(Situations):
    """Facts and effects of any number of mails, all or nothing. A ticket opened by one is seen by the next."""

    def __init__(self, connection: Connection, database: Database, current: Callable[[Connection], Directory]) -> None:
        super().__init__(connection, current, lock=True)
        self._insert_letters = database.insert_new(outbox, "key")

    def commit_decision(self, row: InboxRow, decision: Decision, keys: Keys, now: datetime) -> None:
        """Write what a mail does, after `situation` for the same row.

        Raises LeaseLost where another worker took the row over, Conflict where the ticket changed since: then the
        whole transaction has to be given up.
        """
        faced = self._faced.pop(row.id)
        self._end(row, decision, faced)
        if decision.held is not None:
            return
        if decision.newcomer is not None:
            self._remember(decision.newcomer)
        ticket_id = self._record(row, decision, faced)
        post = _Post(row.id, decision, keys, faced.hostname, now)
        letters = [self._letter(post, notice, ticket_id) for notice in decision.notices]
        if letters:
            self._connection.execute(self._insert_letters, letters)

    def close(self) -> None:
        """To be called before the commit."""
        self._numbers.close()

    def _end(self, row: InboxRow, decision: Decision, faced: Faced) -> None:
        """First of all, so that a worker that lost its lease stops here and waits for nobody."""
        from_ = faced.mail.from_
        values = {
            "row": row.id,
            "lease": row.lease,
            "to": "done" if decision.held is None else "held",
            "why": decision.held,
            "author": faced.mail.author or (from_.address if from_ else "") or None,
            "ticket": decision.ticket.key if decision.ticket else None,
            "word": decision.outcome,
        }
        if self._connection.execute(_END, values).rowcount != 1:
            raise LeaseLost(f"Another worker has taken message {row.id} over.")

    def _record(self, row: InboxRow, decision: Decision, faced: Faced) -> int | None:
        """Append the events and write the ticket; returns its row."""
        ticket = decision.ticket
        if ticket is None:
            return None
        added = len(decision.events)
        if added == ticket.version:
            self._numbers.use()
        ticket_id = tickets.write(self._connection, ticket, faced.known, added)
        cause = tickets.Cause(row.id, faced.mail.message_id, faced.mail.subject)
        tickets.append(self._connection, ticket_id, ticket.version - added, decision.events, cause)
        return ticket_id

    def _letter(self, post: _Post, notice: Notice, ticket_id: int | None) -> dict[str, object]:
        """One outbox row. Its key says what caused it for whom: the same cause never brings a second letter."""
        cause = notice.once or f"inbox:{post.inbox_id}:{notice.event}"
        key = hashlib.sha256("\n".join((cause, canonical(notice.to), notice.template)).encode()).hexdigest()
        return {
            "key": key,
            "message_id": address.message_id(post.keys, bytes.fromhex(key)[:10], post.hostname),
            "ticket_id": self._ticket_id(notice.key, post.decision.ticket, ticket_id),
            "ticket_key": notice.key,
            "event_seq": None if notice.event is None else post.base + 1 + notice.event,
            "inbox_id": post.inbox_id,
            "address": notice.to,
            "lane": notice.lane,
            "template": notice.template,
            "answer": notice.answer,
            "notice": NOTICE.dump_json(notice).decode(),
            "order_key": f"{notice.key} {canonical(notice.to)}",
            "created_at": post.now,
            "state": "waiting",
            "attempts": 0,
            "strikes": 0,
            "next_at": post.now,
        }

    def _ticket_id(self, key: str, ticket: Ticket | None, ticket_id: int | None) -> int | None:
        """The ticket of a letter: that of the decision, or another that it names; a letter may have none."""
        if ticket is not None and ticket.key == key:
            return ticket_id
        return self._connection.execute(_TICKET_ID, {"wanted": key}).scalar_one_or_none() if key else None
