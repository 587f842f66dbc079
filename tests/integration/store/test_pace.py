"""What the caps count is found in an index, however many letters there are."""

import re

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import sqlite

from gateway.store import pace
from gateway.store.store import Store


@pytest.mark.parametrize(
    ("statement", "index"),
    [(pace.TO_WRITER, "ix_outbox_answers"), (pace.TO_STRANGERS, "ix_outbox_strangers")],
    ids=["to a writer", "to strangers"],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_no_table_is_read_as_a_whole(store: Store, statement: Select[int], index: str) -> None:
    """Only SQLite's planner decides alike whatever is in the tables."""
    asked = str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))
    values = dict.fromkeys(re.findall(r":(\w+)", asked), 1)
    with store.database.read() as connection:
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"), values)]
    assert any(index in step for step in plan), plan
    assert not any(step.startswith("SCAN outbox") for step in plan), plan
