"""Which UIDs of an IMAP folder were passed, what became of letters, and what partners call a ticket.

A message that appears below the highest UID is found, too.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _only(rows: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(rows), "postgresql_where": sa.text(rows)}


def upgrade() -> None:
    """Add the tables."""
    _passed()
    _failures()
    _numbers()


def _passed() -> None:
    """What lay below a cursor counts as passed, as it did before."""
    op.create_table(
        "imap_passed",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox"], ["mailboxes.name"], name=op.f("fk_imap_passed_mailbox")),
        sa.PrimaryKeyConstraint("mailbox", "uidvalidity", "first_uid", name=op.f("pk_imap_passed")),
    )
    op.execute(
        "INSERT INTO imap_passed (mailbox, uidvalidity, first_uid, last_uid)"
        " SELECT mailbox, uidvalidity, 1, last_uid FROM imap_cursor WHERE last_uid > 0"
    )


def _failures() -> None:
    op.add_column("outbox", sa.Column("warned_at", MOMENT))
    op.add_column("outbox", sa.Column("suppression", sa.Text()))
    undelivered = _only("template = 'undelivered'")
    op.create_index("ix_outbox_undelivered", "outbox", ["created_at", "address"], **undelivered)
    op.create_table(
        "failures",
        sa.Column("outbox_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_failures_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_failures")),
    )
    op.create_index("ix_failures_counted", "failures", ["address", "at"], **_only("counts"))
    op.create_table(
        "suppressions",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("outbox_id", ROW_ID),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_suppressions_outbox_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppressions")),
    )


def _numbers() -> None:
    op.add_column("organisations", sa.Column("reference", sa.Text()))
    op.add_column("tickets", sa.Column("numbers", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "foreign_numbers",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_foreign_numbers_ticket_id")),
        sa.PrimaryKeyConstraint("organisation", "number", "ticket_id", name=op.f("pk_foreign_numbers")),
    )
