"""Connections: durable, or refused."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.store import engine
from gateway.store.engine import Database
from gateway.store.errors import Conflict, StoreFull, StoreUnavailable
from gateway.store.store import Store
from tests.integration.store.samples import NOW, arrival


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "postern.db"


@pytest.fixture
def sqlite(path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{path}")) as database:
        yield database


def test_each_sqlite_connection_of_the_pool_is_durable(sqlite: Database) -> None:
    """case 10: each of ten."""
    with ExitStack() as stack:
        for _ in range(10):
            connection = stack.enter_context(sqlite.read())
            for name, wanted in engine.PRAGMAS.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == wanted


def test_each_postgresql_session_is_durable_whatever_the_role_says(postgresql: str) -> None:
    """case 13: the role says off, the session says on."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE ROLE careless SUPERUSER LOGIN")
        connection.execute("ALTER ROLE careless SET synchronous_commit = off")
    careless = make_url(postgresql).set(username="careless").render_as_string(hide_password=False)
    try:
        with closing(Database(careless)) as database, ExitStack() as stack:
            for _ in range(3):
                session = stack.enter_context(database.write())
                assert session.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    finally:
        with psycopg.connect(postgresql, autocommit=True) as connection:
            connection.execute("DROP ROLE careless")


@pytest.mark.parametrize("pragma", ["synchronous", "journal_mode"])
def test_a_database_that_would_lose_mail_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    """case 10: a database that does not take a setting is not opened."""
    # SQLite gives no such database on a local disk: ask for what it cannot give.
    monkeypatch.setitem(engine.PRAGMAS, pragma, "impossible")
    with pytest.raises(StoreUnavailable, match=f"does not take {pragma}"):
        Store.open(f"sqlite:///{path}")


def test_the_database_is_for_its_owner_only(sqlite: Database, path: Path) -> None:
    with sqlite.write() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "cannot be read: write sqlite:///path"),
        ("mysql://host/name", "keeps no data in 'mysql'"),
        ("sqlite://", "keeps no data in 'sqlite'"),
        ("sqlite:////nowhere/at/all.db", "cannot be made: No such file"),
        ("postgresql://postgres@/postgres?host=/nowhere", "does not answer"),
    ],
)
def test_a_database_that_cannot_be_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(StoreUnavailable, match=sentence):
        Store.open(url)


def test_a_look_at_postgresql_cannot_write(postgresql: str) -> None:
    with closing(Database(postgresql)) as database, pytest.raises(StoreUnavailable), database.read() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")


def test_writers_of_one_process_take_turns_on_sqlite(sqlite: Database) -> None:
    inside = threading.Event()
    finished: list[str] = []

    def second() -> None:
        inside.wait()
        with sqlite.write():
            finished.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with sqlite.write() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
        inside.set()
        thread.join(0.05)
        finished.append("first")
    thread.join()
    assert finished == ["first", "second"]


def test_another_process_that_keeps_the_lock_is_a_conflict(
    path: Path, monkeypatch: pytest.MonkeyPatch, sqlite: Database
) -> None:
    with sqlite.write() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
    monkeypatch.setitem(engine.PRAGMAS, "busy_timeout", 1)
    with closing(Database(f"sqlite:///{path}")) as hurried, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Conflict), hurried.write():
            pytest.fail("the lock is another's")
        other.rollback()
        with hurried.write() as connection:
            connection.exec_driver_sql("INSERT INTO something VALUES (1)")


def test_a_full_disk_is_said_and_what_was_accepted_stays(path: Path) -> None:
    with closing(Store.open(f"sqlite:///{path}")) as store:
        store.migrate()
        store.accept([arrival("one")], NOW)
        with store.database.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFull):
            store.accept([arrival("two", raw=bytes(10_000_000))], NOW)
        assert store.inbox.waiting(NOW) == 1


def test_a_session_that_the_server_ended_is_replaced(postgresql: str) -> None:
    with closing(Database(postgresql)) as database:
        with database.read() as connection:
            session = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(postgresql, autocommit=True) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 5000)", (session,))
        with pytest.raises(StoreUnavailable), database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        with database.read() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_naive_moments_are_refused(store: Store) -> None:
    with pytest.raises(Exception, match="no time zone"):
        store.accept([arrival("one")], NOW.replace(tzinfo=None))
