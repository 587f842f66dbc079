"""Bring the tables of a database up to date. Alembic is loaded only where there is something to do."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from gateway import failpoint
from gateway.store.engine import Database
from gateway.store.errors import SchemaTooNew
from gateway.store.schema import REVISION

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0


def migrate(database: Database) -> None:
    """Build or change the tables in one transaction; a second process that starts meanwhile waits.

    Raises SchemaTooNew for a database that a later release has changed.
    """
    with database.read() as connection:
        if revision(connection) == REVISION:
            return
    with database.write() as connection:
        database.alone(connection, _LOCK)
        found = revision(connection)
        if found != REVISION:
            _upgrade(connection, found)
            failpoint.reached("migrate.before-commit")
    failpoint.reached("migrate.after-commit")


def revision(connection: Connection) -> str | None:
    """The migration that a database has come to, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"The database is of a later release of Postern (schema {found}, this one knows {REVISION}): "
            "run that release, or restore the backup made before the upgrade."
        )
    command.upgrade(config, "head")
