"""A part of the daemon in a process of its own: the couriers, so that both cores of a small machine have work.

The first is forked before anything is opened and before the first thread begins; one that dies is followed by a new
one, a fresh program, as a process with threads must not be forked. Each end of a socket pair is held by one process:
single bytes say what to do, and its end says that the other one is gone.
"""

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from typing import NoReturn

from gateway import failpoint
from gateway.exits import FAILED, Exit

BEGIN, READY, WAKE, RELOAD, STOP = b"b", b"y", b"w", b"r", b"s"
STOP_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a new one begins, twice as long each time

Say = Callable[[], None]
"""Tells the other process that all is open, or read again."""
Hear = Callable[[], bytes]
"""The next word of the other process: WAKE, RELOAD or STOP. Where that process is gone, this one ends at once."""
Work = Callable[[Say, Hear], int]
"""What the part does until it is told to stop; returns its exit code."""


def _unsaid(_how: str) -> None:
    """Where nobody listens."""


class Apart:
    """The other process, as this one sees it. `again` is the program of those after the first, without the number of
    the socket that it gets as its last argument. `died` is told when one has died, and how.
    """

    def __init__(self, name: str, process: int, link: socket.socket, again: Sequence[str]) -> None:
        self._name = name
        self._process = process
        self._link = link
        self._again = again
        self._over = threading.Event()
        self._heard = threading.Event()
        self._watch = threading.Thread(target=self._run, name=f"watch-{name}", daemon=True)
        self.died: Callable[[str], None] = _unsaid

    def begin(self) -> None:
        """Let it open what it needs, and wait until it has. Raises Exit, of which it has told the cause itself."""
        if not self._begun():
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
        self._over.set()
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

    def _begun(self) -> bool:
        with contextlib.suppress(OSError):
            self._link.sendall(BEGIN)
            return self._link.recv(1) == READY
        return False

    def _reaped(self) -> int:
        """Its exit code, negative for a signal, once it has ended. Raises ChildProcessError the second time."""
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _say(self, word: bytes) -> None:
        # It may have many such words to read, or be gone, which the watch will notice.
        with contextlib.suppress(OSError):
            self._link.send(word, socket.MSG_DONTWAIT)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            pause = FIRST_PAUSE if self._watched() else min(2 * pause, LONGEST_PAUSE)
            code = self._reaped()
            if self._over.is_set():
                return
            how = signal.Signals(-code).name if code < 0 else f"exit {code}"
            if failpoint.armed():
                _end_likewise(self._name, how, code)
            self.died(f"the process of the {self._name} has died ({how}); another one begins")
            if not self._over.wait(pause):
                self._follow()

    def _watched(self) -> bool:
        """Hear it until it ends; whether it has said anything but that it began."""
        said = False
        with contextlib.suppress(OSError):
            while self._link.recv(1):
                said = True
                self._heard.set()
        return said

    def _follow(self) -> None:
        """Another one, in the place of that which has died."""
        self._link.close()
        ours, theirs = socket.socketpair()
        with theirs:
            theirs.set_inheritable(True)
            program = [sys.executable, *self._again, str(theirs.fileno())]
            self._process, self._link = os.posix_spawn(sys.executable, program, os.environ), ours
        if self._over.is_set():
            self._link.close()
        else:
            self._say(BEGIN)


def _end_likewise(name: str, how: str, code: int) -> NoReturn:
    """Where a test makes the part die, the whole daemon does, as if it were one process."""
    sys.stderr.write(f"The process of the {name} has died ({how}), and Postern with it.\n")
    sys.stderr.flush()
    if code == -signal.SIGKILL:
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(code if code > 0 else FAILED)


def fork(name: str, work: Work, again: Sequence[str]) -> Apart:
    """Begin a process that does `work` once it is told to."""
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process:
        theirs.close()
        return Apart(name, process, ours, again)
    ours.close()
    os._exit(worked(work, theirs))


def worked(work: Work, link: socket.socket) -> int:
    """The other process: do the work once it is told to; the exit code."""

    def hear() -> bytes:
        word = link.recv(1)
        if not word:
            os._exit(FAILED)
        return word

    def say() -> None:
        try:
            link.sendall(READY)
        except OSError:
            os._exit(FAILED)

    code = FAILED
    try:
        if hear() == BEGIN:
            code = work(say, hear)
    except Exit as told:
        sys.stderr.writelines(f"{line}\n" for line in told.lines)
        code = told.code
    except Exception as error:  # noqa: BLE001 - nobody is above us to tell it
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    sys.stderr.flush()
    return code
