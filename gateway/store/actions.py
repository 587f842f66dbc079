"""What humans may do to messages and letters, and in which states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Table, exists, null, select, update

from gateway.store.errors import ActionRefused, NoSuchRow
from gateway.store.failures import WAIVED
from gateway.store.schema import events, inbox, outbox


class InboxAction(StrEnum):
    """What may be done to an incoming message."""

    REPLAY = "replay"
    DROP = "drop"


class OutboxAction(StrEnum):
    """What may be done to a letter."""

    RETRY = "retry"
    HOLD = "hold"
    RELEASE = "release"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class _Rule:
    """From which states to which; a `fresh` start forgets earlier tries and is due at once."""

    source: tuple[str, ...]
    target: str
    fresh: bool = False
    reason: str | None = None


_INBOX: Mapping[InboxAction, _Rule] = {
    InboxAction.REPLAY: _Rule(("held", "dropped", "done"), "waiting", fresh=True),
    InboxAction.DROP: _Rule(("waiting", "held"), "dropped", reason="dropped by hand"),
}
_OUTBOX: Mapping[OutboxAction, _Rule] = {
    OutboxAction.RETRY: _Rule(("waiting", "held", "refused"), "waiting", fresh=True),
    OutboxAction.HOLD: _Rule(("waiting", "refused"), "held", reason="held by hand"),
    OutboxAction.RELEASE: _Rule(("held",), "waiting", fresh=True),
    OutboxAction.DROP: _Rule(("waiting", "held", "refused"), "dropped", reason="dropped by hand"),
}


def on_inbox(connection: Connection, row_id: int, action: InboxAction, now: datetime) -> None:
    """Act on a message. Raises NoSuchRow, and ActionRefused where its work is done or being done."""
    state = _state(connection, inbox, row_id, "message")
    if action is InboxAction.REPLAY and state == "done" and _had_effect(connection, row_id):
        raise ActionRefused(f"Message {row_id} has done its work; to replay it would do it twice.")
    if not _act(connection, inbox, row_id, _INBOX[action], now):
        raise ActionRefused(f"Message {row_id} is {state}: it cannot be {_DONE[action]}.")


def on_outbox(connection: Connection, row_id: int, action: OutboxAction, now: datetime) -> None:
    """Act on a letter. Raises NoSuchRow, and ActionRefused where it was sent or is being sent."""
    state = _state(connection, outbox, row_id, "letter")
    rule = _OUTBOX[action]
    if not _act(connection, outbox, row_id, rule, now):
        raise ActionRefused(f"Letter {row_id} is {state}: it cannot be {_DONE[action]}.")
    # Whoever lets one letter go knows better than the record of its address.
    waived = WAIVED if rule.fresh else None
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(suppression=waived))


_DONE: Mapping[str, str] = {
    InboxAction.REPLAY: "replayed",
    OutboxAction.RETRY: "retried",
    OutboxAction.HOLD: "held",
    OutboxAction.RELEASE: "released",
    OutboxAction.DROP: "dropped",
}


def _state(connection: Connection, table: Table, row_id: int, noun: str) -> str:
    state: str | None = connection.execute(select(table.c.state).where(table.c.id == row_id)).scalar_one_or_none()
    if state is None:
        raise NoSuchRow(f"There is no {noun} {row_id}.")
    return state


def _had_effect(connection: Connection, row_id: int) -> bool:
    noted = exists().where(events.c.inbox_id == row_id)
    told = exists().where(outbox.c.inbox_id == row_id)
    return bool(connection.execute(select(noted | told)).scalar_one())


def _act(connection: Connection, table: Table, row_id: int, rule: _Rule, now: datetime) -> bool:
    # The state is asked once more: a worker may have taken the row in the meantime.
    statement = update(table).where(table.c.id == row_id, table.c.state.in_(rule.source))
    fresh = {"attempts": 0, "strikes": 0, "next_at": now} if rule.fresh else {}
    values = {"state": rule.target, "reason": rule.reason or null(), **fresh}
    return connection.execute(statement.values(values)).rowcount == 1
