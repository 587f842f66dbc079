"""The IMAP door over a scripted server: a store, an intake, and visits to the folder or the thread itself."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select

from gateway import maillog
from gateway.imap.mailbox import MailboxThread, Password, Rhythm, Secret
from gateway.imap.session import Server, Session, connect
from gateway.imap.stream import Patience
from gateway.imap.visit import Desk, Manner, Visit
from gateway.intake import Intake, Limits
from gateway.mailbox_settings import After
from gateway.maillog import MailLog
from gateway.store.schema import imap_left, inbox, raw_mail
from gateway.store.store import Store
from parsers.address import Keys
from routing.model import CcRule, Inlet, UnknownSenders
from tests.rig.imap import PASSWORD, USERNAME

SUPPORT, SALES = "support@desk.example", "sales@desk.example"
NAME = "desk@desk.example@127.0.0.1/INBOX"
START = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MAX_SIZE = 4 * 1024 * 1024
PATIENT = 30.0  # seconds: no test waits for it
HASTY = Patience(5.0, 0.3, 2.0)
TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the servers here speak in clear text
KEYS = Keys(1, {1: bytes(range(32))})


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def go(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Mailroom:
    """Use it as a context. Everything that it reads is in `store`, what it says in `log`."""

    def __init__(self, store: Store, folder: Path, port: int, **manner: object) -> None:
        self.store = store
        self.now = Time()
        self.path = folder / "mail.log"
        self.maillog = MailLog(self.path)
        self.server = Server("127.0.0.1", port, "none", "INBOX")
        self.secret: Secret = Password(USERNAME, PASSWORD)
        usual = Manner(NAME, "all", After("keep"), None, SUPPORT, MAX_SIZE, False, "127.0.0.1")
        self.manner = replace(usual, **manner)  # type: ignore[arg-type]  # what a test names has the right type
        inlets = [Inlet(a, q, UnknownSenders.ACCEPT, CcRule.KNOWN) for a, q in ((SUPPORT, "inbound"), (SALES, "sales"))]
        self.intake = Intake(store, KEYS, lambda: inlets, Limits(MAX_SIZE, 50), self.maillog)
        self.desk = Desk(store.cursors, self.intake, self.maillog, self.now)
        self.patience = HASTY
        self.rests: list[int] = []
        self.rest = 0.0

    def __enter__(self) -> Self:
        self.intake.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.intake.stop()
        self.maillog.close()

    @contextmanager
    def visit(self) -> Iterator[tuple[Session, Visit]]:
        """One connection."""
        self.store.cursors.lease(self.manner.name, "test", self.now())
        with connect(self.server, self.secret, None, self.patience) as session:
            yield session, Visit(session, self.manner, self.desk, lambda: True)

    def look(self) -> int:
        """Connect, take what is new, leave; returns how many were new."""
        with self.visit() as (_, visit):
            return visit.look()

    @contextmanager
    def thread(self, owner: str = "one", **rhythm: object) -> Iterator[MailboxThread]:
        """The thread of the mailbox, while it runs."""
        usual = Rhythm(beat=0.05, patience=self.patience, pauses=self.pause)
        pace = replace(usual, **rhythm)  # type: ignore[arg-type]
        before = threading.active_count()
        mailbox = MailboxThread(self.server, self.secret, self.manner, self.desk, pace, owner, lambda: -1.0, TRUST)
        mailbox.start()
        try:
            yield mailbox
        finally:
            mailbox.stop()
            assert threading.active_count() <= before + 1

    def pause(self, attempt: int, _spread: float) -> float:
        """Note after how many failures the thread rests; it does so until it is stopped, or as long as `rest` says."""
        self.rests.append(attempt)
        return self.rest

    def mails(self) -> list[bytes]:
        """The messages in the inbox, in the order in which they came."""
        query = select(raw_mail.c.data).join(inbox, inbox.c.raw_sha256 == raw_mail.c.sha256).order_by(inbox.c.id)
        with self.store.database.read() as connection:
            return list(connection.execute(query).scalars())

    def rows(self, *columns: str) -> list[tuple[object, ...]]:
        """Columns of the inbox."""
        with self.store.database.read() as connection:
            query = select(*(inbox.c[name] for name in columns)).order_by(inbox.c.id)
            return [tuple(row) for row in connection.execute(query)]

    def left(self) -> dict[int, str]:
        """UIDs and reasons of what was left."""
        with self.store.database.read() as connection:
            rows = connection.execute(select(imap_left.c.uid, imap_left.c.reason).order_by(imap_left.c.uid))
            return {row.uid: row.reason for row in rows}

    def log(self, outcome: str | None = None) -> list[dict[str, str]]:
        """The facts of the door."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        facts = [fact for line in lines if (fact := maillog.parse(line))["step"] == "imap"]
        return [fact for fact in facts if outcome is None or fact["outcome"] == outcome]

    def until(self, true: Callable[[], object]) -> None:
        """Wait until something is so; raises AssertionError where it does not come to be."""
        end = time.monotonic() + PATIENT
        while not true():
            assert time.monotonic() < end, json.dumps(self.log()[-5:])
            time.sleep(0.01)


def mail(number: int = 1, body: str = "It beeps.", headers: str = f"To: {SUPPORT}\r\n") -> bytes:
    """An ordinary mail."""
    return (
        f"From: Ann <ann@acme.example>\r\n{headers}Subject: Matter {number}\r\nMessage-ID: <m{number}@acme.example>\r\n"
        f"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()
