"""Which UIDs of an IMAP folder were passed: a message that appears below the highest is found, too.

What partners call a ticket, and what their numbers look like.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table. What lay below a cursor counts as passed, as it did before."""
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
