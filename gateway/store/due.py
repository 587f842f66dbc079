"""Which tickets a timer may be due for: found by state, last timer and time, in one index."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select

from gateway.store.columns import Instant
from gateway.store.schema import tickets
from routing.rules import Workflow

_DUE = (
    select(tickets.c.key)
    .where(
        tickets.c.status == bindparam("state"),
        or_(tickets.c.timer.is_(None), tickets.c.timer.in_(bindparam("ran", expanding=True))),
        tickets.c.since <= bindparam("until", type_=Instant),
    )
    .order_by(tickets.c.since)
    .limit(bindparam("limit"))
)


def keys(connection: Connection, workflow: Workflow, now: datetime, limit: int) -> list[str]:
    """The keys of at most `limit` tickets for each timer and state, those that have waited longest first.

    One that is found may prove not to be due yet; none that is due is missed.
    """
    found: dict[str, None] = {}
    for state, ran, until in _searches(workflow, now):
        values = {"state": state, "ran": ran, "until": until, "limit": limit}
        found |= dict.fromkeys(connection.execute(_DUE, values).scalars())
    return list(found)


def _searches(workflow: Workflow, now: datetime) -> Iterator[tuple[str, list[str], datetime]]:
    """For each state and timer: the timers after which it may run, and since when a ticket must have been there."""
    for state in workflow.states:
        rules = sorted((rule for rule in workflow.timers if state in rule.source), key=lambda rule: rule.after)
        for place, rule in enumerate(rules):
            yield state, [before.name for before in rules[:place]], now - rule.after
