"""The tables come to be by migrations, in one transaction, and are what `schema` says."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from gateway.store import migrate
from gateway.store.errors import SchemaTooNew
from gateway.store.schema import REVISION, metadata
from gateway.store.store import Store
from tests.integration.store.samples import NOW, arrival


@pytest.fixture
def empty(empty_url: str) -> Iterator[Store]:
    with closing(Store.open(empty_url)) as store:
        yield store


def _partial_indexes(store: Store) -> dict[str, str]:
    """Definitions of partial indexes, which Alembic does not compare."""
    tables = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    }
    with store.database.read() as connection:
        rows = connection.execute(text(tables[connection.dialect.name])).all()
    return {name: definition for name, definition in rows if " WHERE " in definition}


# Alembic does not compare indexes of expressions, and says so; the next test does.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_migrations_build_what_the_schema_says(store: Store) -> None:
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_partial_indexes_are_what_the_schema_says(empty: Store) -> None:
    with empty.database.write() as connection:
        metadata.create_all(connection)
    wanted = _partial_indexes(empty)
    with empty.database.write() as connection:
        metadata.drop_all(connection)
    empty.migrate()
    assert _partial_indexes(empty) == wanted
    assert len(wanted) == 13


def test_the_newest_migration_is_the_one_the_schema_names() -> None:
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_heads() == [REVISION]


def test_migrating_again_changes_nothing_and_keeps_the_mail(store: Store) -> None:
    store.accept([arrival("one")], NOW)
    store.migrate()
    assert store.inbox.waiting(NOW) == 1


def test_starts_at_the_same_time_are_safe(empty_url: str) -> None:
    def start(number: int) -> bool:
        with closing(Store.open(empty_url)) as store:
            store.migrate()
            (accepted,) = store.accept([arrival(str(number))], NOW)
            return accepted.duplicate

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [False] * 4


def test_what_lay_below_a_cursor_counts_as_passed_after_the_upgrade(empty: Store) -> None:
    with empty.database.write() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(migrate.MIGRATIONS))
        command.upgrade(config, "0002")
        connection.execute(text("INSERT INTO mailboxes (name, began_at) VALUES ('box', '2026-03-02')"))
        row = "INSERT INTO imap_cursor VALUES ('box', {0}, {1}, 1, '2026-03-02')"
        for validity, last in ((1000, 17), (2000, 0)):
            connection.execute(text(row.format(validity, last)))
    empty.migrate()
    assert empty.cursors.passed("box", 1000) == [(1, 17)]
    assert empty.cursors.passed("box", 2000) == []


def test_a_failed_migration_leaves_nothing_behind(empty: Store) -> None:
    """case 36: it is one transaction."""
    with empty.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE systems (id INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        empty.migrate()
    with empty.database.write() as connection:
        assert inspect(connection).get_table_names() == ["systems"]
        connection.exec_driver_sql("DROP TABLE systems")
    empty.migrate()
    assert empty.inbox.waiting(NOW) == 0


def test_a_newer_schema_is_refused_with_a_sentence(store: Store) -> None:
    """case 36: an older release does not touch what a newer one wrote."""
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match=r"later release of Postern \(schema 9999, this one knows"):
        store.migrate()


def test_a_start_with_nothing_to_migrate_does_not_load_alembic(store_url: str, store: Store) -> None:
    program = (
        "import sys; from gateway.store.store import Store; store = Store.open(sys.argv[1]); store.migrate();"
        "store.close(); sys.exit('alembic' in sys.modules)"
    )
    assert store.directory().people == ()
    subprocess.run([sys.executable, "-c", program, store_url], check=True)
