"""Parsing behind a wall: a child process reads each message under limits of CPU and memory, and may die of it.

The child runs `serve` of this module. Messages and results cross as bytes and JSON, never as pickles.
"""

import contextlib
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import TypeAdapter

from parsers.authentication import Vouching
from parsers.limits import Limits
from parsers.mail import Attachment, ParsedMail

WALL_SECONDS = 60.0
# Not `-m`, and `-P`: the folder that a user happens to work in, of hostile mails for one, must not provide modules.
_PROGRAM = "import sys; sys.path.append(sys.argv[2]); from gateway.reader import serve; serve(int(sys.argv[1]))"
_ROOT = str(Path(__file__).parents[1])
_MAIL = TypeAdapter(ParsedMail)
_SETUP = TypeAdapter(dict[str, int])
_REQUEST = TypeAdapter(tuple[bool, Vouching, bool])
_NAMES = TypeAdapter(tuple[Attachment, ...])


@dataclass(frozen=True, slots=True)
class Containment:
    """What a child may use: CPU seconds for each message, bytes of memory in all."""

    cpu_seconds: int = 10
    memory_bytes: int = 512 * 1024 * 1024
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Crashed:
    """The child died of this message."""

    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """One message to read; `vouching` says whose word about it counts.

    With `shown` its HTML comes back sanitised: for whoever shows it, not for the walk, which it would slow down.
    `unpacked` asks for its attachments instead.
    """

    raw: bytes
    vouching: Vouching = Vouching()
    shown: bool = False
    unpacked: bool = False


class Reader:
    """One child, started when first needed and again after it died. One thread at a time may read."""

    def __init__(self, containment: Containment) -> None:
        self._containment = containment
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._stopped = False

    def read(self, requests: Sequence[Request]) -> list[ParsedMail | Crashed]:
        """Each message read, or the word that the child died of it; neighbours are not harmed."""
        results: list[ParsedMail | Crashed] = []
        while len(results) < len(requests):
            rest = requests[len(results) :]
            results += [Crashed("stopped")] * len(rest) if self._stopped else self._attempt(rest)
        return results

    def attachments(self, raw: bytes) -> tuple[tuple[Attachment, bytes], ...] | Crashed:
        """The attachments of one message with their decoded contents."""
        connection = self._connected()
        feeder = threading.Thread(target=_feed, args=(connection, [Request(raw, unpacked=True)]), name="reader-feed")
        feeder.start()
        try:
            if not connection.poll(WALL_SECONDS):
                self._kill()
                return Crashed(f"reading took more than {WALL_SECONDS:.0f} s")
            names = _NAMES.validate_json(connection.recv_bytes())
            return tuple((name, connection.recv_bytes()) for name in names)
        except (EOFError, OSError):
            return Crashed(self._bury())
        finally:
            if self._child is None:
                connection.close()
            feeder.join()

    def _attempt(self, requests: Sequence[Request]) -> list[ParsedMail | Crashed]:
        """Feed a batch; what is answered is answered, and the first that is not killed the child."""
        connection = self._connected()
        if self._stopped and self._child is not None:
            self._child.kill()
        feeder = threading.Thread(target=_feed, args=(connection, requests), name="reader-feed")
        feeder.start()
        results: list[ParsedMail | Crashed] = []
        try:
            for _ in requests:
                if not connection.poll(WALL_SECONDS):
                    self._kill()
                    results.append(Crashed(f"reading took more than {WALL_SECONDS:.0f} s"))
                    return results
                results.append(_MAIL.validate_json(connection.recv_bytes()))
        except (EOFError, OSError):
            results.append(Crashed(self._bury()))
        finally:
            if self._child is None:
                connection.close()
            feeder.join()
        return results

    def _connected(self) -> Connection:
        if self._child is not None and self._connection is not None:
            return self._connection
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno()), _ROOT],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._connection = Connection(ours.detach())
        setup = {"cpu": self._containment.cpu_seconds, "memory": self._containment.memory_bytes}
        self._connection.send_bytes(_SETUP.dump_json({**setup, **asdict(self._containment.limits)}))
        return self._connection

    def _bury(self) -> str:
        """Reap the dead child and say what it died of."""
        child = self._child
        assert child is not None
        self._child = None
        try:
            code = child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        if code == -signal.SIGPROF:
            return f"reading used more than {self._containment.cpu_seconds} s of CPU"
        return f"the reader died of it ({signal.Signals(-code).name if code < 0 else f'exit {code}'})"

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def stop(self) -> None:
        """From another thread: what is being read comes back as crashed, soon, and nothing is read any more."""
        self._stopped = True
        child = self._child
        if child is not None:
            child.kill()

    def close(self) -> None:
        """End the child."""
        self._kill()
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _feed(connection: Connection, requests: Sequence[Request]) -> None:
    """Runs beside the reading of answers: with both sides only writing, a full pipe would stop both."""
    with contextlib.suppress(OSError, ValueError):
        for request in requests:
            connection.send_bytes(_REQUEST.dump_json((request.shown, request.vouching, request.unpacked)))
            connection.send_bytes(request.raw)


def serve(descriptor: int) -> None:
    """The child: read messages from a socket until the parent is gone.

    The kernel ends us at the CPU limit, inside C code too.
    """
    from parsers.hypertext.sanitise import sanitise
    from parsers.read import attachments, read

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connection = Connection(descriptor)
    setup = _SETUP.validate_json(connection.recv_bytes())
    cpu, memory = setup.pop("cpu"), setup.pop("memory")
    limits = Limits(**setup)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The parent may be gone at any time, and that is all right.
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            shown, vouching, unpacked = _REQUEST.validate_json(connection.recv_bytes())
            raw = connection.recv_bytes()
            signal.setitimer(signal.ITIMER_PROF, cpu)
            if unpacked:
                found = attachments(raw, limits)
                signal.setitimer(signal.ITIMER_PROF, 0)
                connection.send_bytes(_NAMES.dump_json(tuple(name for name, _ in found)))
                for _, data in found:
                    connection.send_bytes(data)
                continue
            mail = read(raw, limits, vouching)
            if shown and mail.html is not None:
                mail = replace(mail, html=sanitise(mail.html, limits))
            signal.setitimer(signal.ITIMER_PROF, 0)
            connection.send_bytes(_MAIL.dump_json(mail))
