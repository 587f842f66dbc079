"""IMAP folders: who fetches each, how far it has come, what it had to leave, and how it fares."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, or_, select, update

from gateway import failpoint
from gateway.store.columns import Instant, storable
from gateway.store.engine import Database
from gateway.store.schema import imap_cursor, imap_left, imap_passed, mailboxes

LEASE = timedelta(minutes=5)
KEPT = 8
"""UIDVALIDITYs of a mailbox that are remembered: a server that names another one each time fills no disk."""
_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440))
_OF = (imap_left.c.mailbox == bindparam("name"), imap_left.c.uidvalidity == bindparam("validity"))
_PASSED = (imap_passed.c.mailbox == bindparam("name"), imap_passed.c.uidvalidity == bindparam("validity"))
_AT_ONCE = 500
_AT = (imap_cursor.c.mailbox == bindparam("name"), imap_cursor.c.uidvalidity == bindparam("validity"))


@dataclass(frozen=True, slots=True)
class Place:
    """UIDs: the highest that was passed, and the first that came after we had begun."""

    last_uid: int
    fresh_uid: int


@dataclass(frozen=True, slots=True)
class Left:
    """A message that could not be had: its UID, how often that was tried, why, and when it is tried again."""

    uid: int
    tries: int
    reason: str
    since: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How a mailbox fares: `failing_since` is set while it cannot be fetched, `heard_at` is the last new mail."""

    name: str
    began_at: datetime
    connected_at: datetime | None
    failing_since: datetime | None
    reason: str | None
    heard_at: datetime | None
    left: int


class Cursors:
    """The durable state of the mailboxes. UIDs count within one UIDVALIDITY, which every method is told."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = database.insert_new(mailboxes, "name")

    def lease(self, name: str, owner: str, now: datetime) -> bool:
        """Take or renew the right to fetch a mailbox, for `LEASE`; False where another process has it."""
        free = or_(mailboxes.c.lease_owner.is_(None), mailboxes.c.lease_owner == owner, mailboxes.c.lease_until < now)
        with self._database.write() as connection:
            connection.execute(self._insert, {"name": name, "began_at": now})
            mine = (
                update(mailboxes)
                .where(mailboxes.c.name == name, free)
                .values(lease_owner=owner, lease_until=now + LEASE)
                .returning(mailboxes.c.name)
            )
            return connection.execute(mine).first() is not None

    def release(self, name: str, owner: str) -> None:
        """Let the next process fetch at once."""
        mine = and_(mailboxes.c.name == name, mailboxes.c.lease_owner == owner)
        with self._database.write() as connection:
            connection.execute(update(mailboxes).where(mine).values(lease_owner=None, lease_until=None))

    def began(self, name: str) -> datetime | None:
        """When the mailbox was first fetched."""
        with self._database.read() as connection:
            query = select(mailboxes.c.began_at).where(mailboxes.c.name == name)
            found: datetime | None = connection.execute(query).scalar_one_or_none()
        return found

    def place(self, name: str, validity: int) -> Place | None:
        """How far it has come, None where this UIDVALIDITY is new."""
        with self._database.read() as connection:
            row = connection.execute(select(imap_cursor).where(*_AT), {"name": name, "validity": validity}).first()
        return None if row is None else Place(row.last_uid, row.fresh_uid)

    def known(self, name: str) -> bool:
        """Whether the mailbox was ever read, under whatever UIDVALIDITY."""
        with self._database.read() as connection:
            query = select(imap_cursor.c.last_uid).where(imap_cursor.c.mailbox == name).limit(1)
            return connection.execute(query).first() is not None

    def passed(self, name: str, validity: int) -> list[tuple[int, int]]:
        """The UIDs that were passed, as first and last of each run."""
        query = (
            select(imap_passed.c.first_uid, imap_passed.c.last_uid).where(*_PASSED).order_by(imap_passed.c.first_uid)
        )
        with self._database.read() as connection:
            rows = connection.execute(query, {"name": name, "validity": validity}).all()
        return [(row.first_uid, row.last_uid) for row in rows]

    def begin(self, name: str, validity: int, place: Place, passed: Iterable[tuple[int, int]], now: datetime) -> None:
        """Begin at a place, or begin anew there; `passed` are runs of UIDs that are none of our concern."""
        row = {"mailbox": name, "uidvalidity": validity, "last_uid": 0, "fresh_uid": 0, "moved_at": now}
        values = {"last_uid": place.last_uid, "fresh_uid": place.fresh_uid, "moved_at": now}
        with self._database.write() as connection:
            connection.execute(self._database.insert_new(imap_cursor, "mailbox", "uidvalidity"), row)
            connection.execute(update(imap_cursor).where(*_AT).values(values), {"name": name, "validity": validity})
            connection.execute(delete(imap_passed).where(*_PASSED), {"name": name, "validity": validity})
            _keep_runs(connection, name, validity, passed)
            _forget_old(connection, name)

    def advance(
        self,
        name: str,
        validity: int,
        place: Place,
        gone: Collection[int],
        new: Iterable[tuple[int, int]],
        now: datetime,
    ) -> None:
        """More UIDs are passed: taken, or noted as left. Runs that begin with one of `gone` give way to `new` ones."""
        failpoint.reached("imap.before-cursor")
        values = {"last_uid": place.last_uid, "moved_at": now}
        named = {"name": name, "validity": validity}
        runs = list(new)
        replaced = [*gone, *(first for first, _ in runs)]
        with self._database.write() as connection:
            connection.execute(update(imap_cursor).where(*_AT).values(values), named)
            for start in range(0, len(replaced), _AT_ONCE):
                chosen = imap_passed.c.first_uid.in_(replaced[start : start + _AT_ONCE])
                connection.execute(delete(imap_passed).where(*_PASSED, chosen), named)
            _keep_runs(connection, name, validity, runs)
        failpoint.reached("imap.after-cursor")

    def left(self, name: str, validity: int) -> list[Left]:
        """The messages that were left, in the order of their UIDs."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(imap_left).where(*_OF).order_by(imap_left.c.uid), {"name": name, "validity": validity}
            ).all()
        return [Left(row.uid, row.tries, row.reason, row.since, row.next_at) for row in rows]

    def leave(self, name: str, validity: int, uid: int, reason: str, now: datetime) -> int:
        """Note a message that could not be had; it is tried again later and later. Returns how often it was tried."""
        where = and_(*_OF, imap_left.c.uid == uid)
        named = {"name": name, "validity": validity}
        with self._database.write() as connection:
            before = connection.execute(select(imap_left.c.tries).where(where), named).scalar_one_or_none() or 0
            connection.execute(
                self._database.insert_new(imap_left, "mailbox", "uidvalidity", "uid"),
                {
                    "mailbox": name,
                    "uidvalidity": validity,
                    "uid": uid,
                    "tries": 0,
                    "reason": "",
                    "since": now,
                    "next_at": now,
                },
            )
            later = now + _AGAIN[min(before, len(_AGAIN) - 1)]
            values = {"tries": before + 1, "reason": storable(reason), "next_at": later}
            connection.execute(update(imap_left).where(where).values(values), named)
        return before + 1

    def settled(self, name: str, validity: int, uids: Collection[int]) -> None:
        """These messages were taken after all, or are no longer there."""
        if not uids:
            return
        with self._database.write() as connection:
            chosen = imap_left.c.uid.in_(list(uids))
            connection.execute(delete(imap_left).where(*_OF, chosen), {"name": name, "validity": validity})

    def connected(self, name: str, now: datetime) -> None:
        """The mailbox was reached and opened."""
        self._note(name, connected_at=now, failing_since=None, reason=None)

    def failed(self, name: str, reason: str, now: datetime) -> datetime:
        """It could not be reached or read; returns since when that is so."""
        with self._database.write() as connection:
            since = func.coalesce(mailboxes.c.failing_since, literal(now, Instant))
            row = connection.execute(
                update(mailboxes)
                .where(mailboxes.c.name == name)
                .values(failing_since=since, reason=storable(reason))
                .returning(mailboxes.c.failing_since)
            ).first()
        found: datetime = now if row is None else row.failing_since
        return found

    def heard(self, name: str, now: datetime) -> None:
        """New mail came."""
        self._note(name, heard_at=now)

    def _note(self, name: str, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(update(mailboxes).where(mailboxes.c.name == name).values(values))

    def state(self, name: str) -> MailboxState | None:
        """How one mailbox fares, None where it was never fetched."""
        return next((state for state in self.states() if state.name == name), None)

    def states(self) -> Sequence[MailboxState]:
        """How all mailboxes fare that were ever fetched, by name."""
        number = select(imap_left.c.mailbox, func.count().label("number")).group_by(imap_left.c.mailbox).subquery()
        query = (
            select(mailboxes, func.coalesce(number.c.number, 0).label("number"))
            .join(number, number.c.mailbox == mailboxes.c.name, isouter=True)
            .order_by(mailboxes.c.name)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            MailboxState(r.name, r.began_at, r.connected_at, r.failing_since, r.reason, r.heard_at, r.number)
            for r in rows
        ]


def _keep_runs(connection: Connection, name: str, validity: int, runs: Iterable[tuple[int, int]]) -> None:
    rows = [{"mailbox": name, "uidvalidity": validity, "first_uid": first, "last_uid": last} for first, last in runs]
    if rows:
        connection.execute(insert(imap_passed), rows)


def _forget_old(connection: Connection, name: str) -> None:
    """All but the last UIDVALIDITYs under which the mailbox was read."""
    query = select(imap_cursor.c.uidvalidity).where(imap_cursor.c.mailbox == name)
    old = connection.execute(query.order_by(imap_cursor.c.moved_at.desc()).offset(KEPT)).scalars().all()
    for table in (imap_passed, imap_left, imap_cursor) if old else ():
        connection.execute(delete(table).where(table.c.mailbox == name, table.c.uidvalidity.in_(old)))
