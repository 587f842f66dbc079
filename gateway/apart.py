"""A part of the daemon in a process of its own: the couriers, so that both cores of a small machine have work.

It is forked before anything is opened and before the first thread begins. Each process holds one end of a socket pair:
single bytes say what to do, and its end says that the other one is gone. Neither goes on without the other.
"""

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from gateway.exits import FAILED, Exit

BEGIN, READY, WAKE, RELOAD, STOP = b"b", b"y", b"w", b"r", b"s"
STOP_SECONDS = 30.0

Say = Callable[[], None]
"""Tells the other process that all is open, or read again."""
Hear = Callable[[], bytes]
"""The next word of the other process: WAKE, RELOAD or STOP. Where that process is gone, this one ends at once."""


class Apart:
    """The other process, as this one sees it."""

    def __init__(self, name: str, process: int, link: socket.socket) -> None:
        self._name = name
        self._process = process
        self._link = link
        self._stopping = False
        self._heard = threading.Event()
        self._watch = threading.Thread(target=self._run, name=f"watch-{name}", daemon=True)

    def begin(self) -> None:
        """Let it open what it needs, and wait until it has. Raises Exit, of which it has told the cause itself."""
        self._link.sendall(BEGIN)
        if self._link.recv(1) != READY:
            raise Exit(max(FAILED, self._reaped()))
        self._watch.start()

    def wake(self) -> None:
        """There is something to do."""
        self._say(WAKE)

    def reload(self) -> None:
        """Files were changed; returns once it has read them, too."""
        self._heard.clear()
        self._say(RELOAD)
        self._heard.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Finish the work in hand and end."""
        self._stopping = True
        if self._watch.ident is None:  # it has not begun
            self._link.close()
            with contextlib.suppress(ChildProcessError):
                self._reaped()
            return
        self._say(STOP)
        self._watch.join(STOP_SECONDS)
        if self._watch.is_alive():
            os.kill(self._process, signal.SIGKILL)
            self._watch.join()

    def _reaped(self) -> int:
        """Its exit code, negative for a signal, once it has ended. Raises ChildProcessError the second time."""
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _say(self, word: bytes) -> None:
        # It may have many such words to read, or be gone, which the watch will notice.
        with contextlib.suppress(OSError):
            self._link.send(word, socket.MSG_DONTWAIT)

    def _run(self) -> None:
        while self._link.recv(1):
            self._heard.set()
        code = self._reaped()
        if not self._stopping:
            _end_likewise(self._name, code)


def _end_likewise(name: str, code: int) -> NoReturn:
    """End as the other process did: all that matters is on disk, and whoever supervises us starts both again."""
    how = signal.Signals(-code).name if code < 0 else f"exit {code}"
    sys.stderr.write(f"The process of the {name} has died ({how}); Postern ends with it, and must be started again.\n")
    sys.stderr.flush()
    if code == -signal.SIGKILL:
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(code if code > 0 else FAILED)


def fork(name: str, work: Callable[[Say, Hear], int]) -> Apart:
    """Begin a process that does `work` once it is told to, and ends with what that returns."""
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process:
        theirs.close()
        return Apart(name, process, ours)
    ours.close()
    os._exit(_worked(work, theirs))


def _worked(work: Callable[[Say, Hear], int], link: socket.socket) -> int:
    def hear() -> bytes:
        word = link.recv(1)
        if not word:
            os._exit(FAILED)
        return word

    code = FAILED
    try:
        if hear() == BEGIN:
            code = work(lambda: link.sendall(READY), hear)
    except Exit as told:
        sys.stderr.writelines(f"{line}\n" for line in told.lines)
        code = told.code
    except Exception as error:  # noqa: BLE001 - nobody is above us to tell it
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    sys.stderr.flush()
    return code
