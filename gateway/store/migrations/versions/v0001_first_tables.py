"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _only(rows: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(rows), "postgresql_where": sa.text(rows)}


def upgrade() -> None:
    """Build all tables, and the counters at nought."""
    _counters()
    _organisations()
    _raw_mail()
    _tickets()
    _assignments()
    _participants()
    _groups()
    _inbox()
    _people()
    _systems()
    _addresses()
    _events()
    _outbox()
    _digests()


def _counters() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.bulk_insert(counters, [{"name": "ticket", "value": 0}, {"name": "directory", "value": 0}])


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text()),
        sa.Column("domains", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_organisations")),
    )


def _raw_mail() -> None:
    op.create_table(
        "raw_mail",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_raw_mail")),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("organisation", sa.Text()),
        sa.Column("system", sa.Text()),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("substatus", sa.Text()),
        sa.Column("resolution", sa.Text()),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("category", sa.Text()),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("assignees", sa.Text(), nullable=False),
        sa.Column("offered", sa.Text(), nullable=False),
        sa.Column("watchers", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text()),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("origin", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("also_in", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("timer", sa.Text()),
        sa.Column("timer_at", MOMENT),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("key", name=op.f("uq_tickets_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tickets_organisation_updated_at"), "tickets", ["organisation", "updated_at"])
    op.create_index(op.f("ix_tickets_system_updated_at"), "tickets", ["system", "updated_at"])
    op.create_index(op.f("ix_tickets_queue"), "tickets", ["queue"])
    op.create_index(op.f("ix_tickets_status_timer_since"), "tickets", ["status", "timer", "since"])
    op.create_index(op.f("ix_tickets_updated_at"), "tickets", ["updated_at"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_assignments_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "address", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_address_status"), "assignments", ["address", "status"])


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_participants_ticket_id")),
        sa.PrimaryKeyConstraint("who", "ticket_id", name=op.f("pk_participants")),
    )


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("queues", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.key"], name=op.f("fk_groups_organisation")),
        sa.PrimaryKeyConstraint("organisation", "key", name=op.f("pk_groups")),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text()),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("submitter", sa.Text()),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("queue", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("from_address", sa.Text()),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("order_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("lease_token", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("ticket_key", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.ForeignKeyConstraint(["raw_sha256"], ["raw_mail.sha256"], name=op.f("fk_inbox_raw_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_inbox_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_held", "inbox", ["id"], **_only("state = 'held'"))
    op.create_index("ix_inbox_order", "inbox", ["order_key", "id"], **_only("state IN ('waiting', 'working')"))
    op.create_index("ix_inbox_waiting", "inbox", ["id", "next_at"], **_only("state = 'waiting'"))


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("away_until", sa.Date()),
        sa.Column("away_by_itself", sa.Boolean(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("digest_at", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.key"], name=op.f("fk_people_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )


def _systems() -> None:
    op.create_table(
        "systems",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("involved", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["organisations.key"], name=op.f("fk_systems_customer")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_systems")),
    )


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_addresses_person_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_addresses")),
    )
    op.create_index(op.f("ix_addresses_person_id"), "addresses", ["person_id"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("inbox_id", ROW_ID),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("writer", sa.Text()),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_events_inbox_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_events_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("inbox_id", "ordinal", name=op.f("uq_events_inbox_id_ordinal")),
        sa.UniqueConstraint("ticket_id", "seq", name=op.f("uq_events_ticket_id_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_events_message_id"), "events", ["message_id"])
    op.create_index("ix_events_narrow", "events", ["ticket_id", "seq"], **_only("audience <> 'everyone'"))
    op.create_index("ix_events_writer", "events", ["ticket_id", "writer", "at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID),
        sa.Column("ticket_key", sa.Text(), nullable=False),
        sa.Column("event_seq", sa.Integer()),
        sa.Column("inbox_id", ROW_ID),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.Column("stranger", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("order_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("lease_token", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("last_code", sa.Integer()),
        sa.Column("sent_at", MOMENT),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_outbox_inbox_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_outbox_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "letters",
        sa.Column("outbox_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_letters_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_letters")),
    )
    op.create_index("ix_outbox_answers", "outbox", [sa.text("lower(address)"), "created_at"], **_only("answer"))
    op.create_index("ix_outbox_strangers", "outbox", ["created_at"], **_only("stranger"))
    op.create_index("ix_outbox_challenges", "outbox", ["address", "created_at"], **_only("template = 'challenge'"))
    op.create_index("ix_outbox_held", "outbox", ["id"], **_only("state = 'held'"))
    op.create_index(op.f("ix_outbox_inbox_id"), "outbox", ["inbox_id"])
    op.create_index("ix_outbox_order", "outbox", ["order_key", "id"], **_only("state IN ('waiting', 'working')"))
    op.create_index(op.f("ix_outbox_ticket_id_event_seq"), "outbox", ["ticket_id", "event_seq"])
    op.create_index("ix_outbox_told", "outbox", ["ticket_id", "answer", "address"])
    op.create_index("ix_outbox_waiting", "outbox", ["id", "next_at"], **_only("state = 'waiting'"))


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("event_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outbox_id", ROW_ID),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_digests_outbox_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_digests_ticket_id")),
        sa.PrimaryKeyConstraint("address", "ticket_id", "event_seq", name=op.f("pk_digests")),
    )
    op.create_index(op.f("ix_digests_ticket_id_event_seq"), "digests", ["ticket_id", "event_seq"])
    op.create_index("ix_digests_waiting", "digests", ["address", "cadence", "at"], **_only("outbox_id IS NULL"))
