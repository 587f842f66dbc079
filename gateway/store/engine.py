"""Connections and transactions: the sole place that knows SQLite from PostgreSQL."""

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    Table,
    create_engine,
    event,
    exc,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.errors import Conflict, StoreFull, StoreUnavailable, SyncFailed

if TYPE_CHECKING:
    import psycopg

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives: SQLite counts rows only in a column that is exactly INTEGER."""

BUSY_MILLISECONDS = 5000
PAGE = 8192
"""Bytes of a page of a new file: large mails cost a quarter less than in SQLite's 4,096, and small ones no more."""
PRAGMAS = {
    "busy_timeout": BUSY_MILLISECONDS,
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "wal_autocheckpoint": 2000,
}
# A peer that hangs in a transaction must not stop us for good.
SETTINGS = {
    "synchronous_commit": "on",
    "timezone": "UTC",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of columns, or of expressions in SQL, over the rows that fit `where`, SQL with literals only."""
    parts = [text(column) if "(" in column else column for column in columns]
    return Index(name, *parts, sqlite_where=text(where), postgresql_where=text(where))


class Database:
    """One database with its pool. Raises `StoreUnavailable` where it cannot be reached or would not be durable.

    `fatal` is told of a flush that failed, before any other transaction of ours can begin.
    """

    def __init__(self, url: str) -> None:
        self.fatal: Callable[[SyncFailed], None] = lambda _: None
        self._gate = threading.Lock()
        try:
            parsed = make_url(url)
        except exc.ArgumentError as error:
            raise StoreUnavailable(f"database = {url!r} cannot be read: write {_FORMS}.") from error
        match parsed.get_backend_name():
            case "sqlite" if parsed.database and parsed.database != ":memory:":
                self._engine = _sqlite(parsed)
                self._reader = self._engine
            case "postgresql":
                self._engine = _postgresql(parsed)
                self._reader = self._engine.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            case name:
                raise StoreUnavailable(f"database: Postern keeps no data in {name!r}: write {_FORMS}.")
        self._one_writer = self._engine.dialect.name == "sqlite"
        self._writer = self._engine.execution_options(**{_WRITES: True})
        self._kept: Connection | None = None
        self._path = Path(parsed.database or "") if self._one_writer else None
        self._inode: int | None = None
        self._queue: int | None = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write. On SQLite one runs at a time, and locks when it begins."""
        if self._one_writer:
            with self._gate, self._turn():
                self._reopen_where_replaced()
                with self._only_writer() as connection:
                    yield connection
                self._file()
        else:
            with _plain_errors(), self._writer.begin() as connection:
                yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The turn of this process to write: SQLite's own waiting polls, which costs time and lets others starve.

        It is no more than a queue, of our own processes alone: whoever dies leaves it, and where it cannot be had,
        SQLite's locks are enough.
        """
        self._file()
        with contextlib.suppress(OSError):
            if self._queue is None:
                self._queue = os.open(f"{self._path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._queue, fcntl.LOCK_EX)
        try:
            yield
        finally:
            if self._queue is not None:
                fcntl.flock(self._queue, fcntl.LOCK_UN)

    def _file(self) -> int | None:
        """Which file SQLite's is. Raises StoreUnavailable where it has vanished.

        SQLite would not notice, and write on into what nobody finds again.
        """
        if self._path is None:
            return None
        try:
            return self._path.stat().st_ino
        except OSError as error:
            raise StoreUnavailable(f"The database file {self._path} has vanished: {error.strerror}.") from error

    def _reopen_where_replaced(self) -> None:
        """Where another file was put in the place of ours, go on with that one."""
        found = self._file()
        if self._inode not in (None, found):
            kept = self._kept
            self._kept = None
            if kept is not None:
                kept.close()
            self._engine.dispose()
        self._inode = found

    @contextmanager
    def _only_writer(self) -> Iterator[Connection]:
        """The next transaction of the one connection that writes; after a fault it is another one."""
        connection, self._kept = self._kept, None
        try:
            with _plain_errors():
                connection = connection or self._writer.connect()
                with connection.begin():
                    yield connection
        except BaseException as fault:
            if isinstance(fault, SyncFailed):
                # A second flush may say that all is well although the first lost our pages. PostgreSQL's server sees
                # to that itself: it stops, and recovers from its log.
                self.fatal(fault)
            if connection is not None:
                connection.close()
            raise
        self._kept = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one consistent state and writes nothing."""
        self._file()
        with _plain_errors(), self._reader.begin() as connection:
            yield connection

    def insert_new(self, table: Table, *key: str) -> "sqlite.Insert | postgresql.Insert":
        """An insert that passes over rows whose `key` columns are there already."""
        if self._one_writer:
            return sqlite.insert(table).on_conflict_do_nothing(index_elements=list(key))
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=list(key))

    def alone(self, connection: Connection, number: int) -> None:
        """Wait until no other transaction has passed here with this number; it is held until the commit.

        SQLite's writers are alone already.
        """
        if not self._one_writer:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK_CLASS, number)))

    def close(self) -> None:
        """Close all connections."""
        with self._gate:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
            if self._queue is not None:
                os.close(self._queue)
                self._queue = None
        self._engine.dispose()


_FORMS = "sqlite:///path/to/file.db or postgresql://user@host/name"
_WRITES = "postern_writes"
_LOCK_CLASS = 0x506F7374  # keeps our advisory locks apart from those of other programs in the same database


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        if not path.exists():
            # The tables hold people's mail: nobody else reads them. SQLite gives its side files the same mode.
            path.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable(f"The database file {path} cannot be made: {error.strerror}.") from error
    engine = create_engine(url, connect_args={"cached_statements": 256}, pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        try:
            _apply_pragmas(connection, path)
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that first reads and then wants to write could fail in the middle: writers lock at once.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _apply_pragmas(connection: sqlite3.Connection, path: Path) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA page_size = {PAGE}")
    for name, wanted in PRAGMAS.items():
        _patiently(connection, f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != wanted:
            raise StoreUnavailable(
                f"The database {path} does not take {name} = {wanted}, without which mail could be lost; "
                "put it on a local disk, not on a network file system."
            )


def _patiently(connection: sqlite3.Connection, pragma: str) -> None:
    """The change to WAL, which only a first start makes, does not wait for another one by itself."""
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_size=8, max_overflow=8)
    except ModuleNotFoundError as error:
        raise StoreUnavailable("PostgreSQL needs one more package: pip install 'postern[postgres]'.") from error

    @event.listens_for(engine, "connect")
    def prepare(connection: "psycopg.Connection[tuple[str, ...]]", _record: object) -> None:
        with connection.cursor() as cursor:
            for name, value in SETTINGS.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
            fsync = cursor.execute("SHOW fsync").fetchone()
        connection.commit()
        if fsync != ("on",):
            connection.close()
            raise StoreUnavailable("The PostgreSQL server runs with fsync = off, so mail could be lost: set it on.")

    return engine


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn the driver's errors into ours; what is none of them is a fault of this program and stays as it is."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreUnavailable("All database connections are in use.") from error
    except exc.DBAPIError as error:
        ours = _meaning(error)
        if ours is None:
            raise
        raise ours from error


_TEMPORARY = (exc.OperationalError, exc.InterfaceError, exc.InternalError)
_CONFLICTS = {"40001", "40P01", "55P03", "23505"}
_SQLITE_CONFLICTS = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_SYNC = {sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC}


def _meaning(error: exc.DBAPIError) -> Exception | None:
    first = str(error.orig).partition("\n")[0]
    sqlstate = getattr(error.orig, "sqlstate", None)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlstate in _CONFLICTS or code in _SQLITE_CONFLICTS or (code is not None and code & 0xFF in _SQLITE_BUSY):
        return Conflict(f"The database was busy with the same rows: {first}")
    if sqlstate == "53100" or code == sqlite3.SQLITE_FULL:
        return StoreFull(f"The database has no space left: {first}")
    if code in _SQLITE_SYNC:
        return SyncFailed(f"The disk did not take what was written: {first}")
    if isinstance(error, _TEMPORARY) or type(error) is exc.DatabaseError or error.connection_invalidated:
        return StoreUnavailable(f"The database does not answer: {first}")
    return None


def row_id() -> "Column[int]":
    """A primary key that the database counts up."""
    return Column("id", RowId, primary_key=True, autoincrement=True)
