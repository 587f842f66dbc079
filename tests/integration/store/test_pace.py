"""What the caps count is found in an index, however many letters there are."""

import re
from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import sqlite

from gateway.store import pace
from gateway.store.store import Store

VALUES = ("address", "domain", "most", "since", "ticket")


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (pace.TO_WRITER, "ix_outbox_answers"),
        (pace.TO_STRANGERS, "ix_outbox_strangers"),
        (pace.LATELY, "ix_events_writer"),
    ],
    ids=["to a writer", "to strangers", "by a writer"],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_no_table_is_read_as_a_whole(store: Store, statement: Select[Any], index: str) -> None:
    """Only SQLite's planner decides alike whatever is in the tables."""
    known = statement.params(writers=["ann@acme.example", "ann@home.example"], **dict.fromkeys(VALUES, 1))
    dialect = sqlite.dialect(paramstyle="named")
    asked = str(known.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    values = dict.fromkeys(re.findall(r":(\w+)", asked), 1)
    with store.database.read() as connection:
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"), values)]
    assert any(index in step for step in plan), plan
    assert not any(step.startswith(("SCAN outbox", "SCAN events")) for step in plan), plan
