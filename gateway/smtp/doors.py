"""All listeners on one event loop in one thread."""

import asyncio
import resource
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.fields import Endpoint
from gateway.intake import Intake
from gateway.maillog import MailLog
from gateway.smtp import answers
from gateway.smtp.binding import CannotListen, bind
from gateway.smtp.bounds import Bound, Kind, Listener, Manners
from gateway.smtp.dialogue import Dialogue
from gateway.smtp.reception import Reception
from gateway.smtp.room import Room
from gateway.smtp.session import Session
from gateway.smtp.submission import Desk

STOP_SECONDS = 8.0
LOOK_SECONDS = 1.0
BACKLOG = 512
LOOP = "loop"
"""The name of a trouble of the event loop; it is over with the next connection."""
SPARE_FILES = 256
"""Handles for database, log and parser children, beside one for each connection."""


class Doors:
    """Listens, admits recipients in RCPT, and answers a message only after the intake's commit."""

    def __init__(
        self,
        listeners: Sequence[Listener],
        manners: Manners,
        intake: Intake,
        maillog: MailLog,
        now: Callable[[], datetime],
        room: Room | None = None,
    ) -> None:
        self.manners = manners
        self.reception = Reception(intake, maillog, manners.bounds, room, now)
        self.desk = Desk(manners.logins) if manners.logins else None
        self.sessions: set[Session] = set()
        self.peers: Counter[str] = Counter()
        self.loop: asyncio.AbstractEventLoop = _new_loop(listeners)
        self.loop.set_exception_handler(self._noted)
        self._listeners = listeners
        self._thread: threading.Thread | None = None
        self._servers: list[asyncio.AbstractServer] = []
        self._sockets: list[Path] = []
        self._busy = 0
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> dict[str, str]:
        """Open the sockets and serve; where each kind listens. Raises CannotListen."""
        self._fit(_connections(self.manners.bounds.connections))
        try:
            opened = {one.kind.value: self._opened(one) for one in self._listeners}
        except CannotListen:
            self.loop.run_until_complete(self._close())
            self.loop.close()
            raise
        self._thread = threading.Thread(target=self.loop.run_forever, name="smtp")
        self._thread.start()
        return opened

    def _fit(self, connections: int) -> None:
        """Rather 421 for one too many than no handle for a file when one is needed."""
        bounds = self.manners.bounds
        if connections < bounds.connections:
            said = f"{connections} connections and not {bounds.connections}, for the system gives no more file handles"
            self.reception.log.noted("serve", "limited", said)
            self.manners = replace(self.manners, bounds=replace(bounds, connections=connections))

    def _noted(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What the loop itself cannot do, above all accept(2) without a file handle.

        It tries again by itself, and would say so hundreds of times: the log hears of it once while it lasts.
        """
        error = context.get("exception")
        said = f"{context['message']} [{type(error).__name__}: {error}]"
        self.reception.troubles.bite(LOOP, lambda: self.reception.log.noted("smtp", "temporary", said))

    def _opened(self, listener: Listener) -> str:
        try:
            return self.loop.run_until_complete(self._open(listener))
        except OSError as error:
            raise CannotListen(listener.kind, error) from error

    async def _open(self, listener: Listener) -> str:
        if self._watching is None:
            self._watching = self.loop.create_task(self._watch())

        def session() -> Dialogue:
            self.reception.troubles.end(LOOP)
            return Dialogue(self, listener.kind)

        place = bind(listener.place) if isinstance(listener.place, Endpoint) else listener.place
        if isinstance(place, Bound):
            for one in place.sockets:
                self._servers.append(await self.loop.create_server(session, sock=one, backlog=BACKLOG))
            host, port = place.sockets[0].getsockname()[:2]
            return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._servers.append(await self.loop.create_unix_server(session, str(place), backlog=BACKLOG))
        self._sockets.append(place)
        # Who may enter the folder may deliver, as anybody on this machine may at a loopback port.
        place.chmod(0o666)
        return str(place)

    async def _watch(self) -> None:
        """Look at all clocks, often enough for the shortest of them."""
        bounds = self.manners.bounds
        shortest = min(bounds.command_time, bounds.message_time, bounds.session_time)
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, shortest / 4))
            now = self.loop.time()
            for session in list(self.sessions):
                session.check(now)

    def leave(self, peer: str) -> None:
        """One connection of this peer less."""
        self.peers[peer] -= 1
        if not self.peers[peer]:
            del self.peers[peer]

    async def kept(self, work: Awaitable[str]) -> str:
        """The answer of work that a stop waits for."""
        self._busy += 1
        try:
            return await work
        finally:
            self._busy -= 1

    def stop(self) -> None:
        """Take no new message, finish those that are coming in or in the commit, close."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(STOP_SECONDS + 4)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self._thread = None
        self.loop.close()

    async def _close(self) -> None:
        self.reception.stopping = True
        for server in self._servers:
            server.close()
        for path in self._sockets:
            path.unlink(missing_ok=True)
        end = self.loop.time() + STOP_SECONDS
        while self.sessions and self.loop.time() < end:
            for session in list(self.sessions):
                if session.idle:
                    session.end(answers.STOPPING)
            if not self._busy and self.loop.time() > end - STOP_SECONDS / 2:
                break
            await asyncio.sleep(0.02)
        for session in list(self.sessions):
            session.abort()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.sleep(0.05)


def _new_loop(listeners: Sequence[Listener]) -> asyncio.AbstractEventLoop:
    """uvloop where it is installed (the extra `speed`), else the standard loop.

    uvloop may hear a client before TLS can begin: where it does with the first byte, the standard loop.
    """
    if any(one.kind is Kind.SMTPS for one in listeners):
        return asyncio.new_event_loop()
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def _connections(wanted: int) -> int:
    """How many there can be: one file handle each, beside those that we need ourselves.

    The usual soft limit of 1,024 is a courtesy to programs that use select(2), and is raised as far as may be.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    handles = wanted + SPARE_FILES
    if soft == resource.RLIM_INFINITY or soft >= handles:
        return wanted
    most = handles if hard == resource.RLIM_INFINITY else min(hard, handles)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(1, most - SPARE_FILES)
