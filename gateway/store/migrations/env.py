"""Alembic's entry: runs the migrations in the transaction that `gateway.store.migrate` has opened."""

from alembic import context

from gateway import failpoint
from gateway.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    on_version_apply=lambda **_: failpoint.reached("migrate.step"),
)
with context.begin_transaction():
    context.run_migrations()
