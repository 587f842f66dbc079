"""Letters on their way: composed once, sent until the relay took or refused them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import Connection, LargeBinary, and_, bindparam, func, null, select, update

from gateway import failpoint
from gateway.store import failures
from gateway.store.columns import Instant, Record, storable
from gateway.store.conversations import conversations
from gateway.store.earlier import earlier
from gateway.store.engine import Database
from gateway.store.guarded import guarded
from gateway.store.queue import WORKING, Discipline, Queue
from gateway.store.rows import OutboxRow
from gateway.store.schema import events, letters, outbox
from routing.directory import canonical
from routing.events import Event, decode
from routing.hours import LONGEST
from routing.model import Notice
from routing.suppression import Suppression

NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)

_EVENTS = (
    select(outbox.c.id, events.c.data)
    .join(events, and_(events.c.ticket_id == outbox.c.ticket_id, events.c.seq == outbox.c.event_seq))
    .where(outbox.c.id.in_(bindparam("letters", expanding=True)))
)
_HELD_BY_ME = select(outbox.c.id, bindparam("data", type_=LargeBinary)).where(
    outbox.c.id == bindparam("row"), outbox.c.state == WORKING, outbox.c.lease_token == bindparam("lease")
)
_KEPT = select(letters.c.outbox_id, letters.c.data).where(letters.c.outbox_id.in_(bindparam("letters", expanding=True)))
_OUTCOME = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == WORKING, outbox.c.lease_token == bindparam("lease"))
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        next_at=func.coalesce(bindparam("due", type_=Instant), outbox.c.next_at),
        last_code=bindparam("code"),
        sent_at=bindparam("sent", type_=Instant),
        attempts=outbox.c.attempts - bindparam("uncounted"),
        strikes=0,
        lease_token=null(),
        lease_until=null(),
    )
)


_DISCIPLINE = Discipline("outbox", step="send", strict=False, lock=2, far=LONGEST + timedelta(days=1))
_WITHHELD = update(outbox).where(outbox.c.id == bindparam("row")).values(suppression=failures.WITHHELD)
_WARNED = update(outbox).where(outbox.c.id == bindparam("row")).values(warned_at=bindparam("at", type_=Instant))


class Outbox(Queue[OutboxRow]):
    """The letters that wait to be sent. Those that are `quoting` come with what was said before."""

    quoting = True

    def __init__(self, database: Database, worker: str) -> None:
        super().__init__(database, outbox, _DISCIPLINE, worker)
        self._keep = database.insert_new(letters, "outbox_id").from_select(["outbox_id", "data"], _HELD_BY_ME)

    def keep_letters(self, composed: Sequence[tuple[int, str, bytes]]) -> None:
        """Keep composed bytes, given with row and lease, so that every further try sends the same ones."""
        if composed:
            rows = [{"row": row, "lease": lease, "data": data} for row, lease, data in composed]
            with self._database.write() as connection:
                connection.execute(self._keep, rows)

    def hold_letter(self, row: OutboxRow, letter: bytes, reason: str) -> bool:
        """Keep a letter's bytes and hold it: only if a human releases it they are sent. False: the lease was lost."""
        with self._database.write() as connection:
            connection.execute(self._keep, [{"row": row.id, "lease": row.lease, "data": letter}])
            return self._write(connection, row.id, row.lease, {"to": "held", "why": storable(reason), "due": None})

    def settle(self, outcomes: "Sequence[Fate]", now: datetime, untried: Collection[int] = ()) -> int:
        """Write what became of letters; returns of how many. Nothing changes for those whose lease was lost.

        For the rows `untried` the claim was no attempt.
        """
        with self._database.write() as connection:
            kept = written(connection, outcomes, now, untried)
            failpoint.reached("send.before-commit")
        failpoint.reached("send.after-commit")
        return kept

    def _load(self, connection: Connection, claimed: Sequence[Record], lease: str, now: datetime) -> list[OutboxRow]:
        kept = {row.outbox_id: row.data for row in connection.execute(_KEPT, {"letters": [row.id for row in claimed]})}
        new = [row for row in claimed if row.id not in kept]
        compared, had = guarded(connection, new), conversations(connection, new)
        before = earlier(connection, new, had) if self.quoting else {}
        telling = [row.id for row in claimed if row.event_seq is not None]
        addresses = [row.address for row in claimed if row.suppression != failures.WAIVED]
        silenced = failures.suppressed(connection, addresses, now)
        words: dict[int, Event] = {}
        if telling:
            words = {row.id: decode(row.data) for row in connection.execute(_EVENTS, {"letters": telling})}
        return [
            OutboxRow(
                id=row.id,
                ticket_key=row.ticket_key,
                address=row.address,
                notice=NOTICE.validate_json(row.notice),
                event=words.get(row.id),
                message_id=row.message_id,
                letter=kept.get(row.id),
                attempts=row.attempts,
                created_at=row.created_at,
                lease=lease,
                order_key=row.order_key,
                seq=row.event_seq,
                guarded=compared.get(row.id),
                conversation=had.get(row.id),
                warned=row.warned_at is not None,
                withheld=_withheld(row, silenced),
                earlier=before.get(row.id),
            )
            for row in claimed
        ]


def written(connection: Connection, outcomes: "Sequence[Fate]", now: datetime, untried: Collection[int] = ()) -> int:
    """What became of letters, within a transaction; returns of how many. For the rows `untried` it was no attempt."""
    fates = [_outcome(one, now, untried=one[0].id in untried) for one in outcomes]
    return connection.execute(_OUTCOME, fates).rowcount


def withheld(connection: Connection, letter: int) -> None:
    """A letter stays behind because its address is suppressed."""
    connection.execute(_WITHHELD, {"row": letter})


def warned(connection: Connection, letter: int, now: datetime) -> None:
    """The ticket of a letter knows that it still waits."""
    connection.execute(_WARNED, {"row": letter, "at": now})


Fate: TypeAlias = tuple[OutboxRow, int, str, str, datetime | None]
"""What became of a letter: row, SMTP code (0: none), text, new state, and when it is due again where it waits."""


def _outcome(fate: Fate, now: datetime, *, untried: bool) -> dict[str, object]:
    row, code, text, state, due = fate
    return {
        "row": row.id,
        "lease": row.lease,
        "code": code or None,
        "why": storable(text),
        "to": state,
        "due": due,
        "sent": now if state == "sent" else None,
        "uncounted": int(untried),
    }


def _withheld(row: Record, silenced: Mapping[str, Suppression]) -> Suppression | None:
    """Why a letter must not go out, unless a human said that it should."""
    return None if row.suppression == failures.WAIVED else silenced.get(canonical(row.address))
