"""The one transaction of a decision: its events, its ticket, its letters and the end of its mail."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, null, select, update

from gateway.store import digests, failures, tickets
from gateway.store.columns import Instant
from gateway.store.digests import Waiting
from gateway.store.engine import Database
from gateway.store.errors import LeaseLost
from gateway.store.outbox import NOTICE, Fate, warned, withheld, written
from gateway.store.queue import WAITING, WORKING
from gateway.store.rows import InboxRow, OutboxRow
from gateway.store.schema import inbox, outbox
from gateway.store.schema import tickets as ticket_table
from gateway.store.situations import Faced, Situations
from gateway.store.tickets import Stored
from parsers import address
from parsers.address import Keys
from routing import delivery, timers
from routing.delivery import Account, Mishap, befell
from routing.digest import Happened, digest
from routing.directory import Directory, canonical
from routing.model import Decision, Desk, Minted, Notice, effects
from routing.suppression import Suppression

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


# What waits for the end of quiet hours goes before a letter of its ticket that does not, so that they come in order.
_AWAKE = (
    update(outbox)
    .where(
        outbox.c.order_key.in_(bindparam("keys", expanding=True)),
        outbox.c.state.in_([WAITING, WORKING]),  # as the index of active rows has it
        outbox.c.state == WAITING,
        outbox.c.attempts == 0,
        outbox.c.next_at > bindparam("now", type_=Instant),
    )
    .values(next_at=bindparam("now", type_=Instant), reason=null())
)


def _order(notice: Notice) -> str:
    """Letters of one ticket to one reader leave in order."""
    return f"{notice.key} {canonical(notice.to)}"


@dataclass(frozen=True, slots=True)
class _Post:
    """What the letters of one decision have in common."""

    cause: str
    inbox_id: int | None
    decision: Decision
    rows: Mapping[str, int]
    keys: Keys
    hostname: str
    now: datetime
    loops: int = 0

    def base(self, key: str) -> int:
        """How many events a ticket had before."""
        known = (one for one in effects(self.decision) if one.ticket.key == key)
        return next((one.ticket.version - len(one.events) for one in known), 0)


class Transaction(Situations):
    """Facts and effects of any number of mails, all or nothing. A ticket opened by one is seen by the next."""

    def __init__(self, connection: Connection, database: Database, current: Callable[[Connection], Directory]) -> None:
        super().__init__(connection, current, lock=True)
        self._database = database
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
        if decision.absence is not None or decision.chosen is not None:
            self._settle_people(decision.absence, decision.chosen)
        if decision.heard is not None:
            failures.lift(self._connection, decision.heard)
            self._silenced[decision.heard] = None
        if decision.failure is not None:
            self._failed(decision, f"reported as undelivered: {decision.failure.said}", now)
        rows = self._record(row, decision, faced)
        loops = faced.mail.own_loops
        self._post(_Post(f"inbox:{row.id}", row.id, decision, rows, keys, faced.hostname, now, loops))

    def ring(self, key: str, desk: Desk, keys: Keys, now: datetime) -> Decision | None:
        """What the desk itself does to a ticket by now, written; None where nothing is due, or no longer.

        The ticket is locked before it is looked at: of two processes one rings, the other finds it done.
        """
        known = tickets.load(self._connection, key, lock=True)
        if known is None or known.ticket.key != key:
            return None
        decision = timers.due(self.silent(known, desk, now))
        if decision is None or decision.ticket is None:
            return None
        base = decision.ticket.version - len(decision.events)
        rows = self._unasked(decision, known)
        self._post(_Post(f"timer:{key}:{base}", None, decision, rows, keys, desk.hostname, now))
        return decision

    def befell(
        self, fate: Fate, mishap: Mishap, desk: Desk, keys: Keys, now: datetime, *, untried: bool = False
    ) -> Decision | None:
        """Write what became of a letter and what comes of that; None where its lease was lost: nothing changed."""
        row = fate[0]
        if written(self._connection, [fate], now, {row.id} if untried else ()) != 1:
            return None
        known = tickets.load(self._connection, row.ticket_key, lock=True) if row.ticket_key else None
        letter = _minted(row)
        heard = failures.known(self._connection, letter, desk, now)
        decision = befell(replace(self.silent(known, desk, now), minted=letter, deliveries=heard), mishap, Account())
        if not mishap.fate.final:
            warned(self._connection, row.id, now)
        self._failed(decision, None, now)
        rows = self._unasked(decision, known)
        self._post(_Post(f"letter:{row.id}", None, decision, rows, keys, desk.hostname, now))
        return decision

    def withhold(self, row: OutboxRow, found: Suppression, desk: Desk, keys: Keys, now: datetime) -> Decision | None:
        """Hold a letter to a suppressed address, and tell its ticket where that does not know; None: no lease."""
        if written(self._connection, [(row, 0, failures.sentence(found), "held", None)], now) != 1:
            return None
        known = tickets.load(self._connection, row.ticket_key, lock=True) if row.ticket_key else None
        told = known is not None and failures.is_told(self._connection, row.ticket_key, found)
        withheld(self._connection, row.id)
        if known is None or told:
            return Decision("withheld")
        letter = _minted(row)
        heard = failures.known(self._connection, letter, desk, now)
        situation = replace(self.silent(known, desk, now), minted=letter, deliveries=heard)
        decision = delivery.withheld(situation, found, stranger=row.notice.stranger)
        rows = self._unasked(decision, known)
        self._post(_Post(f"letter:{row.id}", None, decision, rows, keys, desk.hostname, now))
        return decision

    def _failed(self, decision: Decision, reason: str | None, now: datetime) -> None:
        """Keep what was heard of a letter; whoever gets none from now on is known at once."""
        failure = decision.failure
        if failure is not None:
            failures.keep(self._connection, self._database, failure, reason, now)
            if failure.suppression is not None:
                self._silenced[failure.address] = failure.suppression

    def _unasked(self, decision: Decision, known: Stored | None) -> dict[str, int]:
        """Write what happens to a ticket without any mail; returns its row by its key."""
        if decision.ticket is None or known is None:
            return {}
        added = len(decision.events)
        row = tickets.write(self._connection, decision.ticket, known, added)
        base = decision.ticket.version - added
        tickets.append(self._connection, row, base, decision.events, tickets.Cause(None, None, ""))
        return {decision.ticket.key: row}

    def gather(self, waiting: Waiting, desk: Desk, keys: Keys, due: datetime, now: datetime) -> Notice | None:
        """The digest of what waited for a reader, written; None where nothing does, or no longer.

        What waits is locked: of two processes one writes the letter. There is one for each edition: what was late for
        it waits for the next.
        """
        reader, cadence = waiting.reader, waiting.cadence
        claimed, person = digests.claim(self._connection, reader, cadence, due), self.directory().person(reader)
        if not claimed:
            return None
        desk = replace(desk, directory=self.directory())
        happened = [self._happened(row, numbers) for row, numbers in claimed.items()]
        notice = None if person is None else digest(desk, person, happened, cadence, due)
        if notice is None:
            digests.settle(self._connection, reader, cadence, due, None)
            return None
        letter = self._letter(_Post("digest", None, Decision("digest"), {}, keys, desk.hostname, now), notice)
        inserted = self._connection.execute(self._insert_letters.returning(outbox.c.id), letter)
        row = inserted.scalar_one_or_none()
        if row is None:
            return None
        digests.settle(self._connection, reader, cadence, due, row)
        return notice

    def tell_apart(self, notices: Sequence[Notice], desk: Desk, keys: Keys, now: datetime) -> int:
        """Letters that belong to no mail and no ticket, written; returns how many of them were not there before."""
        post = _Post("apart", None, Decision("told"), {}, keys, desk.hostname, now)
        inserted = (
            self._connection.execute(self._insert_letters.returning(outbox.c.id), self._letter(post, notice))
            for notice in notices
        )
        return sum(one.scalar_one_or_none() is not None for one in inserted)

    def _happened(self, row: int, numbers: frozenset[int]) -> Happened:
        known, timeline = digests.whole(self._connection, row)
        return Happened(known.ticket, timeline, numbers, self._guests(known.ticket))

    def _post(self, post: _Post) -> None:
        notices = [replace(one, loops=post.loops) if post.loops else one for one in post.decision.notices]
        letters = [self._letter(post, notice) for notice in notices]
        if letters:
            self._connection.execute(self._insert_letters, letters)
        awake = {_order(one) for one in notices if one.quiet is not None and one.quiet.until is None}
        if awake:
            self._connection.execute(_AWAKE, {"keys": sorted(awake), "now": post.now})
        later = [
            (one.address, post.rows[one.key], post.base(one.key) + 1 + one.event, one.cadence)
            for one in post.decision.later
        ]
        digests.keep(self._connection, later, post.now)

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

    def _record(self, row: InboxRow, decision: Decision, faced: Faced) -> dict[str, int]:
        """Append the events and write the tickets; returns their rows by key."""
        cause = tickets.Cause(row.id, faced.mail.message_id, faced.mail.subject)
        known = {**faced.others, **({faced.known.ticket.key: faced.known} if faced.known else {})}
        rows, first = dict[str, int](), 0
        for effect in effects(decision):
            ticket, added = effect.ticket, len(effect.events)
            if added == ticket.version:
                self._numbers.use()
            rows[ticket.key] = tickets.write(self._connection, ticket, known.get(ticket.key), added)
            tickets.append(self._connection, rows[ticket.key], ticket.version - added, effect.events, cause, first)
            first += added
        return rows

    def _letter(self, post: _Post, notice: Notice) -> dict[str, object]:
        """One outbox row. Its key says what caused it for whom: the same cause never brings a second letter."""
        main = post.decision.ticket
        where = "" if main is None or notice.key == main.key else f":{notice.key}"
        cause = notice.once or f"{post.cause}{where}:{notice.event}"
        key = hashlib.sha256("\n".join((cause, canonical(notice.to), notice.template)).encode()).hexdigest()
        until = notice.quiet.until if notice.quiet else None
        return {
            "key": key,
            "message_id": address.message_id(post.keys, bytes.fromhex(key)[:10], post.hostname),
            "ticket_id": self._ticket_id(notice.key, post.rows),
            "ticket_key": notice.key,
            "event_seq": None if notice.event is None else post.base(notice.key) + 1 + notice.event,
            "inbox_id": post.inbox_id,
            "address": notice.to,
            "lane": notice.lane,
            "audience": notice.audience,
            "template": notice.template,
            "answer": notice.answer,
            "stranger": notice.stranger,
            "notice": NOTICE.dump_json(notice).decode(),
            "order_key": _order(notice),
            "created_at": post.now,
            "state": "waiting",
            "attempts": 0,
            "strikes": 0,
            "next_at": post.now if until is None else until,
            "reason": None if until is None or notice.quiet is None else notice.quiet.why,
        }

    def _ticket_id(self, key: str, rows: Mapping[str, int]) -> int | None:
        """The ticket of a letter: one of the decision's, or another that it names; a letter may have none."""
        if key in rows:
            return rows[key]
        return self._connection.execute(_TICKET_ID, {"wanted": key}).scalar_one_or_none() if key else None


def _minted(row: OutboxRow) -> Minted:
    notice = row.notice
    return Minted(
        row.id, row.ticket_key, row.address, notice.lane, row.message_id, notice.audience, notice.template, row.seq
    )
