"""One thread a mailbox: it connects, takes what is new, waits for more, and comes back whatever happens."""

import os
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from gateway.imap import pause
from gateway.imap.session import USUAL, Credential, Server, Session, connect
from gateway.imap.stream import Patience
from gateway.imap.visit import Desk, Manner, Visit
from gateway.instant import written
from gateway.problems import LoginRefused, Problem
from gateway.store.errors import StoreUnavailable

STOP_SECONDS = 10.0
WARNING = timedelta(days=30)


class Secret(Credential, Protocol):
    """A way to log in that may end."""

    secret_ends_at: datetime | None

    def forget(self) -> None:
        """The server did not take it."""

    def renewed(self) -> bool:
        """Whether there is a new one that should be used from now on; it is asked for where it is time."""


class Password:
    """A name and a password: it never ends by itself."""

    secret_ends_at: datetime | None = None

    def __init__(self, username: str, password: str) -> None:
        self.username = username
        self._password = password

    def secret(self) -> tuple[bool, str]:
        """The password, which is no token."""
        return False, self._password

    def forget(self) -> None:
        """There is no other."""

    def renewed(self) -> bool:
        """There never is."""
        return False


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds: `silence` is how long IDLE is trusted to tell of everything (RFC 2177 asks for less than 29 minutes),
    `beat` how often lease, heartbeat and token are looked after; `heartbeat` how long no mail is usual, if ever.

    `pauses` is how long to wait after so many failures; its second number, from -1 to 1, spreads that.
    """

    idle: bool = True
    silence: float = 300.0
    beat: float = 60.0
    heartbeat: float | None = None
    patience: Patience = USUAL
    pauses: Callable[[int, float], float] = pause.seconds


class MailboxThread:
    """Fetches one mailbox until stopped. `poke` says that it is time to look again."""

    def __init__(
        self,
        server: Server,
        secret: Secret,
        manner: Manner,
        desk: Desk,
        rhythm: Rhythm,
        owner: str,
        jitter: Callable[[], float],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`owner` is a name that this process has for itself alone, `jitter` gives numbers from -1 to 1."""
        self._server = server
        self._secret = secret
        self._manner = manner
        self._desk = desk
        self._rhythm = rhythm
        self._owner = owner
        self._jitter = jitter
        self._trust = trust
        self._stopping = threading.Event()
        self._poked = threading.Event()
        self._bell, self._clapper = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._session: Session | None = None
        self._attempts = 0
        self._idles = self._quiet = self._well = False
        self._warned: date | None = None
        self._leased_at = datetime.min.replace(tzinfo=UTC)
        self._thread = threading.Thread(target=self._run, name=f"imap {manner.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def poke(self) -> None:
        """Look again now."""
        self._poked.set()
        try:
            os.write(self._clapper, b"!")
        except OSError:
            return  # it rings already, or is gone

    def tick(self) -> None:
        """The clock's word that it is time to look; while the server itself would tell, there is no need."""
        if not self._idles:
            self.poke()

    def stop(self) -> None:
        """Finish the messages in hand, leave, end. A server that keeps us waiting is left without a word."""
        self._stopping.set()
        self.poke()
        self._thread.join(STOP_SECONDS)
        session = self._session
        if session is not None and self._thread.is_alive():
            session.cut()
        self._thread.join(STOP_SECONDS)
        if not self._thread.is_alive():
            os.close(self._bell)
            os.close(self._clapper)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._rest(self._turn())
        try:
            self._desk.cursors.release(self._manner.name, self._owner)
        except StoreUnavailable:
            return  # the lease ends by itself

    def _turn(self) -> float:
        """One connection from beginning to end; returns how many seconds to wait before the next."""
        try:
            if not self._leased():
                return self._rhythm.beat
            self._connected()
        except LoginRefused as refused:
            self._secret.forget()
            self._attempts = max(self._attempts + 1, pause.AFTER_REFUSAL)
            self._failed(refused)
        except Problem as problem:
            self._attempts += 1
            self._failed(problem)
        except StoreUnavailable as absent:
            self._attempts = min(self._attempts + 1, pause.OWN_FAULT)
            self._failed(absent)
        except Exception as error:  # noqa: BLE001 - our own fault in one mailbox must not end its thread
            self._attempts = max(self._attempts + 1, pause.AFTER_REFUSAL)
            self._failed(error)
        else:
            return 0.0
        return self._rhythm.pauses(self._attempts, self._jitter())

    def _connected(self) -> None:
        name, desk = self._manner.name, self._desk
        session = connect(self._server, self._secret, self._trust, self._rhythm.patience)
        self._session = session
        self._well = False
        with session:
            desk.maillog.mailbox(name, "connected", f"UIDVALIDITY {session.validity}, {session.exists} messages")
            visit = Visit(session, self._manner, desk, self._going)
            # With a new token we leave and come back, before the server ends the session in our midst.
            while self._looked(visit) and not self._secret.renewed():
                self._wait(session)
        self._session = None

    def _going(self) -> bool:
        """Whether to go on with the work in hand: not when we are to stop, nor when another process has the mailbox."""
        if self._stopping.is_set():
            return False
        fresh = self._desk.now() - self._leased_at < timedelta(seconds=self._rhythm.beat)
        return fresh or self._leased()

    def _leased(self) -> bool:
        now = self._desk.now()
        if not self._desk.cursors.lease(self._manner.name, self._owner, now):
            return False
        self._leased_at = now
        return True

    def _looked(self, visit: Visit) -> bool:
        """Take what is new; False where we are to leave."""
        if not self._going():
            return False
        if visit.look():
            self._quiet = False
        if not self._well:
            self._desk.cursors.connected(self._manner.name, self._desk.now())
        self._well, self._attempts = True, 0
        return self._going()

    def _wait(self, session: Session) -> None:
        """Until there may be new mail: IDLE where the server has it, else until the clock pokes."""
        self._idles = self._rhythm.idle and "IDLE" in session.offers
        left = self._rhythm.silence
        while left > 0 and not self._poked.is_set() and self._tended():
            beat = min(left, self._rhythm.beat)
            if session.idle(beat, self._bell) if self._idles else self._poked.wait(beat):
                break
            left -= beat
        self._unring()
        if not self._stopping.is_set():
            session.noop()

    def _tended(self) -> bool:
        """Speak up where mail or time runs out; whether to go on."""
        now = self._desk.now()
        self._watch_heart(now)
        self._watch_secret(now)
        return self._going()

    def _watch_heart(self, now: datetime) -> None:
        if self._rhythm.heartbeat is None or self._quiet:
            return
        state = self._desk.cursors.state(self._manner.name)
        if state is None:
            return
        last = max(filter(None, (state.heard_at, state.began_at)))
        if now - last > timedelta(seconds=self._rhythm.heartbeat):
            self._quiet = True
            self._desk.maillog.mailbox(self._manner.name, "quiet", f"no mail since {written(last)}, though usual")

    def _watch_secret(self, now: datetime) -> None:
        """Say it each day from a month before the end."""
        ends_at = self._secret.secret_ends_at
        if ends_at is None or ends_at - now > WARNING or self._warned == now.date():
            return
        self._warned = now.date()
        self._desk.maillog.mailbox(self._manner.name, "token-expires", f"{written(ends_at)}: renew its secret in time")

    def _rest(self, seconds: float) -> None:
        """Between two connections; a poke of the clock does not make a server well."""
        self._unring()
        self._stopping.wait(seconds)

    def _unring(self) -> None:
        self._poked.clear()
        try:
            os.read(self._bell, 4096)
        except BlockingIOError:
            return

    def _failed(self, error: Exception) -> None:
        name, now = self._manner.name, self._desk.now()
        self._session, self._idles = None, False
        said = str(error) if isinstance(error, Problem | StoreUnavailable) else f"{type(error).__name__}: {error}"
        try:
            since = self._desk.cursors.failed(name, said, now)
        except Exception:  # noqa: BLE001 - whatever is wrong with the database must not end the thread
            since = now
        refused = isinstance(error, LoginRefused)
        self._desk.maillog.mailbox(name, "login-refused" if refused else "failing", f"since {written(since)}: {said}")
