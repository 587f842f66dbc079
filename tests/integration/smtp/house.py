"""The doors over real sockets, with a real store behind them."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import maillog
from gateway.fields import Endpoint
from gateway.intake import Intake, Limits
from gateway.maillog import MailLog
from gateway.smtp.bounds import Bounds, Kind, Listener, Manners
from gateway.smtp.doors import Doors
from gateway.smtp.room import Room
from gateway.store import directory
from gateway.store.store import Accepted, Arrival, InboxRow, Store
from parsers.address import Keys
from routing.model import Inlet, UnknownSenders
from tests.integration.store.samples import ANN, DIRECTORY, NOW
from tests.rig.peer import PATIENCE, Peer

SUPPORT = "support@desk.example"
CLOSED = "partners@desk.example"
STRANGER = "stranger@elsewhere.example"
SIZE = 20_000
MAIL = b"From: Ann <ann@acme.example>\r\nSubject: Scanner\r\nMessage-ID: <1@acme.example>\r\n\r\nIt beeps.\r\n"
CONFIDENTIAL = "OperationalError /var/lib/postern/postern.db password"
BOUNDS = Bounds(size=SIZE, recipients=3, drain=1_000_000, command_time=PATIENCE, message_time=60.0)
MANNERS = Manners("desk.example", BOUNDS)


def numbered(number: int) -> bytes:
    """One of many mails."""
    return MAIL.replace(b"<1@", b"<%d@" % number)


class Client(Peer):
    """A peer that writes as Ann to the support address, unless it is told otherwise."""

    def begin(self, *recipients: str, sender: str = ANN) -> None:
        super().begin(*(recipients or (SUPPORT,)), sender=sender)

    def deliver(self, raw: bytes = MAIL, *recipients: str, sender: str = ANN) -> str:
        return super().deliver(raw, *(recipients or (SUPPORT,)), sender=sender)


@dataclass
class House:
    """Doors with all that is behind them."""

    database: str
    store: Store
    intake: Intake
    doors: Doors
    opened: dict[str, str]
    log: Path

    @property
    def port(self) -> int:
        return int(self.opened["smtp"].rpartition(":")[2])

    def peer(self, kind: Kind = Kind.SMTP, *, source: str = "") -> Client:
        place = self.opened[kind.value]
        where = Path(place) if place.startswith("/") else int(place.rpartition(":")[2])
        return Client(where, lmtp=kind is Kind.LMTP, source=source)

    def rows(self) -> list[InboxRow]:
        """All messages that the database holds, as another process sees them."""
        with closing(Store.open(self.database)) as other:
            found = other.inbox.claim(1000, timedelta(minutes=1), NOW)
            other.inbox.release(found)
            return found

    def logged(self) -> list[dict[str, str]]:
        if not self.log.exists():
            return []
        return [maillog.parse(line) for line in self.log.read_text().splitlines()]

    def refusals(self, text: str = "") -> list[str]:
        """What the log says of refusals that have this in their reason."""
        return [
            fact["reason"]
            for fact in self.logged()
            if fact["outcome"] in ("temporary", "rejected") and text in fact.get("reason", "")
        ]


@dataclass(frozen=True)
class Marks:
    """How much room there must be: bytes on the disk, messages in the inbox."""

    free: int = 0
    backlog: int = 1000


class Build:
    """Makes houses of the manners that a test wants, and takes them down at its end."""

    def __init__(self, folder: Path, migrated: Path, keys: Keys, cleanup: ExitStack) -> None:
        self.folder = folder
        self._migrated = migrated
        self._keys = keys
        self._cleanup = cleanup

    def __call__(
        self,
        manners: Manners = MANNERS,
        listeners: Sequence[Listener] = (),
        *,
        bounds: dict[str, float] | None = None,
        room: Marks | None = None,
        banned: frozenset[str] = frozenset(),
        data: Path | None = None,
    ) -> House:
        """`bounds` changes single limits; `room` is the marks of a `Room`."""
        cleanup = self._cleanup
        manners = replace(manners, bounds=replace(manners.bounds, **(bounds or {})))  # type: ignore[arg-type]
        data = data or self.folder
        database = f"sqlite:///{shutil.copy(self._migrated, data)}"
        store = cleanup.enter_context(closing(Store.open(database)))
        directory.apply(store, DIRECTORY)
        log = self.folder / "mail.log"
        written = cleanup.enter_context(closing(MailLog(log)))
        inlets = (Inlet(SUPPORT, "inbound"), Inlet("sales@desk.example", "sales"), _closed())
        limits = Limits(manners.bounds.size, hops=5, banned=banned)
        intake = Intake(store, self._keys, lambda: inlets, limits, written)
        space = Room(store, data, room.free, room.backlog, every=0.0) if room else None
        listeners = listeners or (Listener(Kind.SMTP, Endpoint("127.0.0.1", 0)),)
        doors = Doors(listeners, manners, intake, written, lambda: NOW, space)
        intake.start()
        cleanup.callback(intake.stop)
        opened = doors.start()
        cleanup.callback(doors.stop)
        return House(database, store, intake, doors, opened, log)


def _closed() -> Inlet:
    return Inlet(CLOSED, "partners", UnknownSenders.REFUSE)


class Gate:
    """Holds a commit open until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()
        self._accept = store.accept
        monkeypatch.setattr(store, "accept", self._wait)

    def _wait(self, arrivals: Sequence[Arrival], now: object) -> list[Accepted]:
        self.begun.set()
        assert self.open.wait(PATIENCE)
        return self._accept(arrivals, NOW)


def failing(monkeypatch: pytest.MonkeyPatch, store: Store, error: Exception) -> None:
    def fail(_arrivals: Sequence[Arrival], _now: object) -> list[Accepted]:
        raise error

    monkeypatch.setattr(store, "accept", fail)


@contextmanager
def building(folder: Path, migrated: Path, keys: Keys) -> Iterator[Build]:
    with ExitStack() as cleanup:
        yield Build(folder, migrated, keys, cleanup)
