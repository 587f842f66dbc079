"""How the letters under way are spread: over the domains that they go to, and over the times that they have waited."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select

from gateway.store.queue import HELD, WAITING, WORKING
from gateway.store.schema import outbox
from routing.directory import canonical

AGES: Mapping[str, timedelta] = {
    "5m": timedelta(minutes=5),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "5d": timedelta(days=5),
}
"""What a letter that waits is counted under: the shortest of these that it has not waited for yet."""
OLDER, HOLD = "older", "held"


def shape(connection: Connection, now: datetime) -> list[tuple[str, Mapping[str, int]]]:
    """For each domain how many letters have waited for how long, or are held; the domains with most letters first."""
    ages = [(outbox.c.created_at > now - age, name) for name, age in AGES.items()]
    column = case((outbox.c.state == HELD, HOLD), *ages, else_=OLDER).label("age")
    query = (
        select(outbox.c.address, column, func.count().label("letters"))
        .where(outbox.c.state.in_([WAITING, WORKING, HELD]))
        .group_by(outbox.c.address, column)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(query):
        found[canonical(row.address).rpartition("@")[2]][row.age] += row.letters
    return sorted(found.items(), key=_most)


def _most(line: tuple[str, Mapping[str, int]]) -> tuple[int, str]:
    return -sum(line[1].values()), line[0]


def together(lines: Sequence[tuple[str, Mapping[str, int]]]) -> Mapping[str, int]:
    """The sum of all lines."""
    whole: Counter[str] = Counter()
    for _, counts in lines:
        whole.update(counts)
    return whole
