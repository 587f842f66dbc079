"""The store: one door to all that is durable. Safe for many threads; several processes may share a database."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal_column, select

from gateway import failpoint
from gateway.store import actions, digests, due, failures, raw
from gateway.store import directory as people
from gateway.store.actions import InboxAction, OutboxAction
from gateway.store.cursors import Cursors, MailboxState
from gateway.store.digests import Waiting
from gateway.store.engine import Database
from gateway.store.failures import SuppressedLine
from gateway.store.inbox import Inbox
from gateway.store.migrate import migrate, revision
from gateway.store.outbox import Fate, Outbox
from gateway.store.reading import Entry, InboxLine, QueueLine, Reading, TicketView
from gateway.store.rows import Accepted, Arrival, InboxRow, OutboxRow
from gateway.store.schema import REVISION, events, inbox, outbox
from gateway.store.transaction import Transaction
from parsers.address import Keys
from routing.delivery import Mishap
from routing.directory import Directory
from routing.events import Event, decode
from routing.model import Decision, Desk
from routing.rules import Workflow
from routing.suppression import Suppression

__all__ = [
    "Accepted",
    "Arrival",
    "Entry",
    "InboxAction",
    "InboxLine",
    "InboxRow",
    "OutboxAction",
    "OutboxRow",
    "QueueLine",
    "Reading",
    "Store",
    "SuppressedLine",
    "TicketView",
    "Transaction",
]

_TICKETS = select(outbox.c.id, outbox.c.ticket_key).where(
    outbox.c.id.in_(bindparam("letters", expanding=True)), outbox.c.ticket_id.is_not(None)
)
_WAITING = select(func.count()).select_from(
    select(literal_column("1")).where(inbox.c.state == literal_column("'waiting'")).limit(bindparam("most")).subquery()
)
_STATES = select(inbox.c.id, inbox.c.state)
_OF_LETTER = (
    select(events.c.data, inbox.c.raw_sha256)
    .join(outbox, outbox.c.ticket_id == events.c.ticket_id)
    .join(inbox, inbox.c.id == events.c.inbox_id, isouter=True)
    .where(outbox.c.id == bindparam("letter"))
)
_ORIGINALS = _OF_LETTER.where(events.c.seq.in_(bindparam("numbers", expanding=True))).order_by(events.c.seq)
# Within a text these quotation marks would be escaped.
_ATTACHED = (
    _OF_LETTER.where(events.c.seq < outbox.c.event_seq, ~events.c.data.contains('"attachments":[]', autoescape=True))
    .order_by(events.c.seq.desc())
    .limit(bindparam("most"))
)
IDS_AT_ONCE = 500


class Store:
    """One database. Every method raises StoreUnavailable where it does not answer, Conflict where it is contended."""

    def __init__(self, database: Database, worker: str) -> None:
        self.database = database
        self.inbox = Inbox(database, worker)
        self.outbox = Outbox(database, worker)
        self.cursors = Cursors(database)
        self._snapshot: tuple[int, Directory] | None = None

    @classmethod
    def open(cls, url: str, worker: str = "") -> "Store":
        """The database of a URL. Raises StoreUnavailable where it cannot be reached or would not be durable.

        `worker` is a name (letters and digits) that a process has for itself alone and bears again after a restart.
        """
        database = Database(url)
        try:
            with database.read():
                pass
        except BaseException:
            database.close()
            raise
        return cls(database, worker)

    def migrate(self) -> None:
        """Bring the tables up to date. Raises SchemaTooNew where a later release was here."""
        migrate(self.database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def accept(self, arrivals: Sequence[Arrival], now: datetime) -> list[Accepted]:
        """Make arrivals durable, all or none; the answers are in their order."""
        return self.inbox.accept(arrivals, now)

    def keep_letters(self, letters: Sequence[tuple[int, str, bytes]]) -> None:
        """Keep the bytes of composed letters, given with row and lease."""
        self.outbox.keep_letters(letters)

    def settle(self, outcomes: Sequence[Fate], now: datetime, untried: Collection[int] = ()) -> int:
        """Write what became of letters: row, SMTP code, text, new state, and when it is due again where it waits.

        For the rows `untried` the claim was no attempt. Returns of how many: a letter whose lease was lost stays as it
        is.
        """
        return self.outbox.settle(outcomes, now, untried)

    def befell(
        self, fate: Fate, mishap: Mishap, desk: Desk, keys: Keys, now: datetime, *, untried: bool = False
    ) -> Decision | None:
        """Write what became of a letter that did not arrive, and all that comes of it, at once; None: no lease.

        With `untried` the claim was no attempt.
        """
        with self.database.write() as connection:
            transaction = Transaction(connection, self.database, self._current)
            decision = transaction.befell(fate, mishap, desk, keys, now, untried=untried)
            transaction.close()
            failpoint.reached("send.before-commit")
        failpoint.reached("send.after-commit")
        return decision

    def withhold(self, row: OutboxRow, found: Suppression, desk: Desk, keys: Keys, now: datetime) -> Decision | None:
        """Hold a letter to a suppressed address, and all that comes of it, at once; None: its lease was lost."""
        with self.database.write() as connection:
            transaction = Transaction(connection, self.database, self._current)
            decision = transaction.withhold(row, found, desk, keys, now)
            transaction.close()
        return decision

    def suppressions(self, now: datetime) -> list[SuppressedLine]:
        """The addresses to which nothing is sent now."""
        with self.database.read() as connection:
            return failures.every(connection, now)

    def lift(self, address: str, now: datetime, *, release: bool) -> tuple[bool, int]:
        """Let letters go to an address again: whether anything stood in their way, and how many were released."""
        with self.database.write() as connection:
            lifted = failures.lift(connection, address)
            return lifted, failures.release(connection, address, now) if release else 0

    def tickets_of_letters(self, letters: Collection[int]) -> dict[int, str]:
        """The ticket key of each letter that has one."""
        with self.database.read() as connection:
            return {row.id: row.ticket_key for row in connection.execute(_TICKETS, {"letters": list(letters)})}

    def inbox_states(self, ids: Collection[int]) -> dict[int, str]:
        """The state of each of the messages that exist."""
        wanted, found = sorted(ids), dict[int, str]()
        with self.database.read() as connection:
            for start in range(0, len(wanted), IDS_AT_ONCE):
                some = inbox.c.id.in_(wanted[start : start + IDS_AT_ONCE])
                found |= {row.id: row.state for row in connection.execute(_STATES.where(some))}
        return found

    def mailbox_states(self) -> Sequence[MailboxState]:
        """How each mailbox fares that was ever fetched; none where the tables are not up to date, and stay so."""
        with self.database.read() as connection:
            current = revision(connection) == REVISION
        return self.cursors.states() if current else ()

    def waiting(self, most: int) -> int:
        """How many messages wait to be decided, counted up to `most`."""
        with self.database.read() as connection:
            return connection.execute(_WAITING, {"most": most}).scalar_one()

    def due(self, workflow: Workflow, now: datetime, limit: int) -> list[str]:
        """The keys of tickets for which a timer may be due, at most `limit` for each timer and state."""
        with self.database.read() as connection:
            return due.keys(connection, workflow, now, limit)

    def digest_readers(self) -> list[Waiting]:
        """For whom news waits for a digest, those that have waited longest first."""
        with self.database.read() as connection:
            return digests.waiting(connection)

    def originals(self, letter: int, numbers: Collection[int]) -> list[tuple[Event, str | None]]:
        """The events of these numbers on the ticket of a letter, each with the sha256 (hex) of its words' mail."""
        with self.database.read() as connection:
            rows = connection.execute(_ORIGINALS, {"letter": letter, "numbers": sorted(numbers)})
            return raw.origins(connection, [(decode(row.data), row.raw_sha256) for row in rows])

    def attached_before(self, letter: int, most: int) -> list[tuple[Event, str | None]]:
        """As `originals`, those with attachments before the event that a letter tells of: the newest."""
        with self.database.read() as connection:
            rows = connection.execute(_ATTACHED, {"letter": letter, "most": most})
            return raw.origins(connection, [(decode(row.data), row.raw_sha256) for row in rows])

    def knows(self, address: str) -> bool:
        """Whether a mail from this address would come from somebody known: registered, met, or a colleague."""
        with self.read() as reading:
            return reading.directory().person(address) is not None or reading.acquaintance(address) is not None

    def directory(self) -> Directory:
        """The registered active persons and what they belong to, as of now."""
        with self.database.read() as connection:
            return self._current(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction to decide in. Whatever is raised inside undoes all of it.

        Raises Conflict where another transaction was in the way: it may be tried again at once.
        """
        with self.database.write() as connection:
            transaction = Transaction(connection, self.database, self._current)
            yield transaction
            transaction.close()
            failpoint.reached("decide.before-commit")
        failpoint.reached("decide.after-commit")

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A look at one moment of everything."""
        with self.database.read() as connection:
            yield Reading(connection, self._current)

    def inbox_action(self, row_id: int, action: InboxAction, now: datetime) -> None:
        """What a human does to a message. Raises NoSuchRow or ActionRefused."""
        with self.database.write() as connection:
            actions.on_inbox(connection, row_id, action, now)

    def outbox_action(self, row_id: int, action: OutboxAction, now: datetime) -> None:
        """What a human does to a letter. Raises NoSuchRow or ActionRefused."""
        with self.database.write() as connection:
            actions.on_outbox(connection, row_id, action, now)

    def _current(self, connection: Connection) -> Directory:
        """The directory of this moment; it is read again only after a change."""
        generation = people.generation(connection)
        known = self._snapshot
        if known is None or known[0] != generation:
            known = self._snapshot = (generation, people.snapshot(connection))
        return known[1]
