"""A flush that failed: whoever owns the database is told before anybody else can write (case 8)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import exc

from gateway.store.engine import Database
from gateway.store.errors import StoreFull, StoreUnavailable, SyncFailed


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path}/postern.db")) as opened:
        yield opened


def commit_that_fails(database: Database, code: int) -> None:
    """A transaction that the driver ends with this extended result code of SQLite."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    with database.write():
        raise exc.OperationalError("COMMIT", {}, error)


def test_a_failed_flush_is_told_while_the_writer_still_keeps_the_gate(database: Database) -> None:
    """case 8: nobody of ours can write between the failure and the end of the process."""
    told: list[tuple[str, bool]] = []
    database.fatal = lambda error: told.append((str(error), database._gate.locked()))
    with pytest.raises(SyncFailed):
        commit_that_fails(database, sqlite3.SQLITE_IOERR_FSYNC)
    assert told == [("The disk did not take what was written: disk I/O error", True)]


def test_where_nobody_owns_the_database_the_error_is_all(database: Database) -> None:
    with pytest.raises(SyncFailed):
        commit_that_fails(database, sqlite3.SQLITE_IOERR_DIR_FSYNC)


@pytest.mark.parametrize(
    ("code", "error"), [(sqlite3.SQLITE_FULL, StoreFull), (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable)]
)
def test_what_may_pass_is_not_fatal(database: Database, code: int, error: type[StoreUnavailable]) -> None:
    database.fatal = lambda error: pytest.fail(str(error))
    with pytest.raises(error):
        commit_that_fails(database, code)
