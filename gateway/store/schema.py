"""The tables. `migrations/` builds them; a test holds both equal."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.columns import Instant, Pairs, Strings
from gateway.store.engine import RowId, partial_index, row_id

REVISION = "0003"
"""The newest migration: what the tables below are."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _work() -> "tuple[Column[object], ...]":
    """What both queues have: the state of the row, and who works on it until when."""
    return (
        Column("order_key", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("strikes", Integer, nullable=False),
        Column("next_at", Instant, nullable=False),
        Column("lease_token", Text),
        Column("lease_until", Instant),
        Column("reason", Text),
    )


def _work_indexes(table: str) -> tuple[Index, ...]:
    return (
        partial_index(f"ix_{table}_order", "order_key", "id", where="state IN ('waiting', 'working')"),
        partial_index(f"ix_{table}_waiting", "id", "next_at", where="state = 'waiting'"),
        partial_index(f"ix_{table}_held", "id", where="state = 'held'"),
    )


raw_mail = Table(
    "raw_mail",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    row_id(),
    Column("dedupe_key", Text, nullable=False, unique=True),
    Column("raw_sha256", Text, ForeignKey("raw_mail.sha256"), nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("peer", Text),
    Column("trusted", Boolean, nullable=False),
    Column("submitter", Text),
    Column("quiet", Boolean, nullable=False),
    Column("queue", Text),
    Column("message_id", Text),
    Column("from_address", Text),
    Column("received_at", Instant, nullable=False),
    *_work(),
    Column("ticket_key", Text),
    Column("outcome", Text),
    *_work_indexes("inbox"),
    sqlite_autoincrement=True,
)

tickets = Table(
    "tickets",
    metadata,
    row_id(),
    Column("key", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("queue", Text, nullable=False, index=True),
    Column("requester", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False, index=True),
    Column("organisation", Text),
    Column("system", Text),
    Column("holder", Text, nullable=False),
    Column("substatus", Text),
    Column("resolution", Text),
    Column("priority", Text, nullable=False),
    Column("category", Text),
    Column("visibility", Text, nullable=False),
    Column("assignees", Strings, nullable=False),
    Column("offered", Strings, nullable=False),
    Column("watchers", Strings, nullable=False),
    Column("merged_into", Text),
    Column("merged", Strings, nullable=False),
    Column("rating", Integer),
    Column("origin", Text),
    Column("version", Integer, nullable=False),
    Column("since", Instant),
    Column("tiers", Strings, nullable=False),
    Column("also_in", Strings, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("timer", Text),
    Column("timer_at", Instant),
    Index(None, "organisation", "updated_at"),
    Index(None, "system", "updated_at"),
    # What a timer looks for: the state, the timer that ran last, and since when.
    Index(None, "status", "timer", "since"),
    Column("missing", Strings, nullable=False),
    Column("answers", Strings, nullable=False),
    Column("numbers", Strings, nullable=False),
    sqlite_autoincrement=True,
)

# Who has which ticket, with its status beside: how many open ones somebody has is counted in the index alone.
assignments = Table(
    "assignments",
    metadata,
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Index(None, "address", "status"),
)

# Who takes part in a ticket by name: addresses of persons, keys of organisations that had it.
participants = Table(
    "participants",
    metadata,
    Column("who", Text, primary_key=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
)

# What partners call a ticket, to find it by: without signs, in capitals.
foreign_numbers = Table(
    "foreign_numbers",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
)

events = Table(
    "events",
    metadata,
    row_id(),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("inbox_id", RowId, ForeignKey("inbox.id")),
    Column("ordinal", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("message_id", Text, index=True),
    Column("subject", Text, nullable=False),
    # Whose writing it counts as where somebody writes too often, and what its words are known again by.
    Column("writer", Text),
    Column("likeness", Text, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("ticket_id", "seq"),
    UniqueConstraint("inbox_id", "ordinal"),
    # Words that not everybody reads: most tickets have none.
    partial_index("ix_events_narrow", "ticket_id", "seq", where="audience <> 'everyone'"),
    Index("ix_events_writer", "ticket_id", "writer", "at"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    Column("key", Text, nullable=False, unique=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id")),
    Column("ticket_key", Text, nullable=False),
    Column("event_seq", Integer),
    Column("inbox_id", RowId, ForeignKey("inbox.id"), index=True),
    Column("address", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("answer", Boolean, nullable=False),
    Column("stranger", Boolean, nullable=False),
    Column("notice", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    *_work(),
    Column("last_code", Integer),
    Column("sent_at", Instant),
    # When its ticket was told that it still waits.
    Column("warned_at", Instant),
    # Whether it is `withheld` because its address is suppressed, or goes out all the same as a human `waived` that.
    Column("suppression", Text),
    Index(None, "ticket_id", "event_seq"),
    # Who was told of a ticket, without reading its letters.
    Index("ix_outbox_told", "ticket_id", "answer", "address"),
    # Who was asked to confirm something lately: few letters are of that sort.
    partial_index("ix_outbox_challenges", "address", "created_at", where="template = 'challenge'"),
    # Who was told lately that a letter did not arrive.
    partial_index("ix_outbox_undelivered", "created_at", "address", where="template = 'undelivered'"),
    # What an address, in whatever case, and strangers at all were answered lately.
    partial_index("ix_outbox_answers", "lower(address)", "created_at", where="answer"),
    partial_index("ix_outbox_strangers", "created_at", where="stranger"),
    *_work_indexes("outbox"),
    sqlite_autoincrement=True,
)

# Apart from the outbox: its rows are written several times, and SQLite writes a row anew as a whole.
letters = Table(
    "letters",
    metadata,
    Column("outbox_id", RowId, ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

# What was heard of a letter from the relay or by report: how often, and whether it counts against its address.
failures = Table(
    "failures",
    metadata,
    Column("outbox_id", RowId, ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("counts", Boolean, nullable=False),
    partial_index("ix_failures_counted", "address", "at", where="counts"),
)

# To whom nothing is sent for the time being, and why.
suppressions = Table(
    "suppressions",
    metadata,
    Column("address", Text, primary_key=True),
    Column("hard", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("outbox_id", RowId, ForeignKey("outbox.id")),
)

# Who reads of what in a digest; with the letter in which it stands, once there is one.
digests = Table(
    "digests",
    metadata,
    Column("address", Text, primary_key=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("event_seq", Integer, primary_key=True, autoincrement=False),
    Column("cadence", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outbox_id", RowId, ForeignKey("outbox.id")),
    Index(None, "ticket_id", "event_seq"),
    partial_index("ix_digests_waiting", "address", "cadence", "at", where="outbox_id IS NULL"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("domains", Strings, nullable=False),
    Column("reference", Text),
    Column("active", Boolean, nullable=False),
)

people = Table(
    "people",
    metadata,
    row_id(),
    Column("name", Text, nullable=False),
    Column("organisation", Text, ForeignKey("organisations.key")),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("skills", Strings, nullable=False),
    Column("wishes", Pairs, nullable=False),
    Column("away_until", Date),
    Column("away_by_itself", Boolean, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("digest_at", Text, nullable=False),
    Column("quiet", Text, nullable=False),
    # What somebody chose by mail: it comes before what the directory says.
    Column("chosen", Pairs, nullable=False),
    Column("registered", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("written", Text, nullable=False),
    Column("person_id", RowId, ForeignKey("people.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("organisation", Text, ForeignKey("organisations.key"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("members", Strings, nullable=False),
    Column("queues", Strings, nullable=False),
    Column("active", Boolean, nullable=False),
)

systems = Table(
    "systems",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("customer", Text, ForeignKey("organisations.key"), nullable=False),
    Column("involved", Pairs, nullable=False),
    Column("active", Boolean, nullable=False),
)

# What is known of each IMAP folder that is fetched, and who fetches it until when.
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("began_at", Instant, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    Column("connected_at", Instant),
    Column("failing_since", Instant),
    Column("reason", Text),
    Column("heard_at", Instant),
)

# UIDs count within one UIDVALIDITY only (RFC 3501 section 2.3.1.1): a folder that was made anew has a row of its own.
imap_cursor = Table(
    "imap_cursor",
    metadata,
    Column("mailbox", Text, ForeignKey("mailboxes.name"), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("last_uid", BigInteger, nullable=False),
    # Messages below were there before us: how old they may be is for the configuration to say.
    Column("fresh_uid", BigInteger, nullable=False),
    Column("moved_at", Instant, nullable=False),
)

# Which UIDs were passed, as runs without gaps: in a gap, a message may still appear.
imap_passed = Table(
    "imap_passed",
    metadata,
    Column("mailbox", Text, ForeignKey("mailboxes.name"), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("first_uid", BigInteger, primary_key=True, autoincrement=False),
    Column("last_uid", BigInteger, nullable=False),
)

# Messages that the cursor has passed without having them: each is tried again when its time comes.
imap_left = Table(
    "imap_left",
    metadata,
    Column("mailbox", Text, ForeignKey("mailboxes.name"), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
)
