"""Which tickets a timer may be due for: found by state, last timer and time, in one index."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, false, select

from gateway.store.columns import Instant
from gateway.store.schema import tickets
from routing.rules import Workflow
from routing.timer_rules import TimerRule
from routing.timers import in_order

_WAITING = (
    select(tickets.c.key)
    .where(
        tickets.c.status == bindparam("state"),
        tickets.c.since <= bindparam("until", type_=Instant),
        tickets.c.merged_into.is_(None),
        tickets.c.hidden == false(),
    )
    .order_by(tickets.c.since)
    .limit(bindparam("limit"))
)
_FIRST = _WAITING.where(tickets.c.timer.is_(None))
_NEXT = _WAITING.where(
    tickets.c.timer == bindparam("before"), tickets.c.timer_at <= bindparam("ran_until", type_=Instant)
)


def keys(connection: Connection, workflow: Workflow, now: datetime, limit: int) -> list[str]:
    """The keys of at most `limit` tickets for each timer and state, those that have waited longest first.

    Each of them is due by `routing.timers`, so what is found once is not found again and stands in nobody's way.
    """
    found: dict[str, None] = {}
    for state, before, rule in _steps(workflow):
        values: dict[str, object] = {"state": state, "until": now - rule.after, "limit": limit}
        if before is not None:
            values |= {"before": before.name, "ran_until": now - (rule.after - before.after)}
        rows = connection.execute(_FIRST if before is None else _NEXT, values)
        found |= dict.fromkeys(rows.scalars())
    return list(found)


def _steps(workflow: Workflow) -> Iterator[tuple[str, TimerRule | None, TimerRule]]:
    """Each state with each of its timers and the one that runs before it."""
    for state in workflow.states:
        rules = in_order(workflow, state)
        for before, rule in zip((None, *rules), rules, strict=False):
            yield state, before, rule
