"""The two work queues: `waiting → working → …`, claimed under a lease.

A claim counts before the work, so a row that kills its worker counts too. Every later word about the row must carry
the token of its claim: a worker that lost its lease changes nothing.
"""

import contextlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnClause,
    Connection,
    Select,
    Table,
    Update,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from gateway import failpoint
from gateway.store.columns import Instant, Record, storable
from gateway.store.engine import Database
from gateway.store.errors import StoreUnavailable
from gateway.store.rows import Leased

# Literal, not bound: only so a planner sees that the partial indexes fit.
WAITING: ColumnClause[str] = literal_column("'waiting'")
WORKING: ColumnClause[str] = literal_column("'working'")
HELD: ColumnClause[str] = literal_column("'held'")

Item = TypeVar("Item", bound=Leased)


@dataclass(frozen=True, slots=True)
class Discipline:
    """How a queue differs from the other.

    `strict` lets a row wait also while an earlier one of its order key waits for its time; otherwise only while an
    earlier one is in work. `lock` is the number under which claims wait for each other, `step` names the failpoints,
    `far` is longer than any lease, any pause between two tries, and anything else that a row waits for.
    """

    name: str
    step: str
    strict: bool
    lock: int
    far: timedelta


class Queue(ABC, Generic[Item]):
    """One queue, for any number of threads and processes."""

    def __init__(self, database: Database, table: Table, discipline: Discipline, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._table = table
        self._discipline = discipline
        self._claim = _claim(table, strict=discipline.strict)
        self._settle = _settle(table)
        self._reap = _reap(table)
        self._hasten = _hasten(table)
        self._release = _release(_mine(table), table)
        self._forget = _release(_leased(table), table)
        self._doubted: list[str] = []

    @abstractmethod
    def _load(self, connection: Connection, claimed: Sequence[Record], lease: str, now: datetime) -> list[Item]:
        """The claimed rows with all that the work needs at this moment."""

    def claim(self, limit: int, lease: timedelta, now: datetime) -> list[Item]:
        """Take at most `limit` due rows in hand until `now + lease`, the oldest first, in order per order key."""
        token = f"{self._worker}:{secrets.token_hex(16)}"
        try:
            rows = self._claim_under(token, limit, lease, now)
        except StoreUnavailable:
            # It may have committed all the same: the next claim gives back what nobody has in hand.
            self._doubted.append(token)
            raise
        if rows:
            failpoint.reached(f"claim.{self._discipline.name}.after-commit")
        return rows

    def _claim_under(self, token: str, limit: int, lease: timedelta, now: datetime) -> list[Item]:
        doubted = list(self._doubted)
        with self._database.write() as connection:
            if doubted:
                connection.execute(self._forget, [{"lease": one} for one in doubted])
            # Two claims at once could take two rows of one key, each unaware of the other.
            self._database.alone(connection, self._discipline.lock)
            values = {"now": now, "limit": limit, "token": token, "until": now + lease}
            claimed = connection.execute(self._claim, values).all()
            found = sorted(claimed, key=lambda row: int(row.id))
            rows = self._load(connection, found, token, now) if found else []
            if rows:
                failpoint.reached(f"claim.{self._discipline.name}.before-commit")
        for one in doubted:
            with contextlib.suppress(ValueError):
                self._doubted.remove(one)
        return rows

    def finish(self, row_id: int, lease: str, state: str, reason: str | None = None) -> bool:
        """The work is done and `state` is its end. False: the lease was lost, nothing changed."""
        return self._say(row_id, lease, state, reason)

    def retry(self, row_id: int, lease: str, at: datetime, reason: str) -> bool:
        """Back to waiting until `at`. False: the lease was lost, nothing changed."""
        return self._say(row_id, lease, "waiting", reason, at)

    def hold(self, row_id: int, lease: str, reason: str) -> bool:
        """Nothing more happens until a human looks. False: the lease was lost, nothing changed."""
        return self._say(row_id, lease, "held", reason)

    def _say(self, row_id: int, lease: str, state: str, reason: str | None, due: datetime | None = None) -> bool:
        with self._database.write() as connection:
            kept = self._write(
                connection,
                row_id,
                lease,
                {"to": state, "why": reason if reason is None else storable(reason), "due": due},
            )
            failpoint.reached(f"{self._discipline.step}.before-commit")
        failpoint.reached(f"{self._discipline.step}.after-commit")
        return kept

    def _write(self, connection: Connection, row_id: int, lease: str, values: Mapping[str, object]) -> bool:
        return connection.execute(self._settle, {"row": row_id, "lease": lease, **values}).rowcount == 1

    def release(self, rows: Sequence[Item]) -> None:
        """Give rows back that were not worked; their claim does not count."""
        if rows:
            with self._database.write() as connection:
                connection.execute(self._release, [{"row": row.id, "lease": row.lease} for row in rows])

    def reap(self, now: datetime, strikes: int = 3) -> list[int]:
        """Give back the rows whose lease has run out by `now`, and hold those to which it happened `strikes` times.

        A word from the worker in between, a deferral for one, begins the count anew. Returns all that it touched. What
        waits or is leased for longer than anything here ever is, comes from a clock that went wrong: it is due, too.
        """
        far = {"far": now + self._discipline.far}
        with self._database.write() as connection:
            connection.execute(self._hasten, {"now": now, **far})
        return self._give_back({"now": now, "until": now, "worker": "%", "limit": strikes, **far})

    def recover(self, now: datetime, strikes: int = 3) -> list[int]:
        """As `reap`, for a process that has just started: what an earlier one of its name had in hand is free again."""
        worker = f"{self._worker}:%"
        until = {"until": _END_OF_TIME, "far": _END_OF_TIME}
        return self._give_back({"now": now, "worker": worker, "limit": strikes, **until})

    def _give_back(self, values: Mapping[str, object]) -> list[int]:
        with self._database.write() as connection:
            return sorted(int(row) for row in connection.execute(self._reap, values).scalars())

    def waiting(self, now: datetime) -> int:
        """How many rows are due."""
        due = select(func.count()).select_from(self._table).where(*_due(self._table))
        with self._database.read() as connection:
            return connection.execute(due, {"now": now}).scalar_one()

    def next_due(self) -> datetime | None:
        """When the next waiting row is due; it may be in the past."""
        columns = self._table.c
        earliest = select(func.min(columns.next_at, type_=Instant)).where(columns.state == WAITING)
        with self._database.read() as connection:
            return connection.execute(earliest).scalar_one_or_none()


_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def _due(table: Any) -> tuple[Any, Any]:
    return table.c.state == WAITING, table.c.next_at <= bindparam("now", type_=Instant)


def _claim(table: Table, *, strict: bool) -> Update:
    mine, other = table.alias("mine"), table.alias("other")
    blocks = other.c.state == WORKING
    if strict:
        blocks = or_(blocks, other.c.next_at > bindparam("now", type_=Instant))
    ahead: Select[Any] = select(other.c.id).where(
        other.c.order_key == mine.c.order_key, other.c.id < mine.c.id, other.c.state.in_([WAITING, WORKING]), blocks
    )
    due = (
        select(mine.c.id)
        .where(*_due(mine), ~ahead.exists())
        .order_by(mine.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(table)
        .where(table.c.id == due.c.id)
        .values(
            state=WORKING, attempts=table.c.attempts + 1, lease_token=bindparam("token"), lease_until=bindparam("until")
        )
        .returning(table)
    )


def _leased(table: Table) -> Update:
    return update(table).where(table.c.state == WORKING, table.c.lease_token == bindparam("lease"))


def _mine(table: Table) -> Update:
    return _leased(table).where(table.c.id == bindparam("row"))


def _settle(table: Table) -> Update:
    values: dict[str, Any] = {
        "state": bindparam("to"),
        "reason": bindparam("why"),
        "next_at": func.coalesce(bindparam("due", type_=Instant), table.c.next_at),
        "strikes": 0,
        "lease_token": null(),
        "lease_until": null(),
    }
    return _mine(table).values(values)


def _release(rows: Update, table: Table) -> Update:
    values = {"state": WAITING, "attempts": table.c.attempts - 1, "lease_token": null(), "lease_until": null()}
    return rows.values(values)


def _reap(table: Table) -> Update:
    struck = table.c.strikes + 1 >= bindparam("limit")
    reason: ColumnClause[str] = literal_column(
        "'its work was begun too often and never ended: it may be what crashes its worker'"
    )
    return (
        update(table)
        # Both terms on the state: the index of active rows serves the first.
        .where(
            table.c.state.in_([WAITING, WORKING]),
            table.c.state == WORKING,
            or_(
                table.c.lease_until <= bindparam("until", type_=Instant),
                table.c.lease_until > bindparam("far", type_=Instant),
            ),
            table.c.lease_token.like(bindparam("worker")),
        )
        .values(
            state=case((struck, HELD), else_=WAITING),
            reason=case((struck, reason), else_=table.c.reason),
            strikes=table.c.strikes + 1,
            next_at=bindparam("now", type_=Instant),
            lease_token=null(),
            lease_until=null(),
        )
        .returning(table.c.id)
    )


def _hasten(table: Table) -> Update:
    return (
        update(table)
        .where(table.c.state == WAITING, table.c.next_at > bindparam("far", type_=Instant))
        .values(next_at=bindparam("now", type_=Instant))
    )
