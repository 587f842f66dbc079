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
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a new one begins, twice as long each time that it is of no use

Tell = Callable[[str, str], None]
"""Hears that one has died, that no other one can begin, or has again: a word and a sentence, for the log."""
Say = Callable[[], None]
"""Tells the other process that all is open, or read again."""
Hear = Callable[[], bytes]
"""The next word of the other process: WAKE, RELOAD or STOP. Where that process is gone, this one ends at once."""
Work = Callable[[Say, Hear], int]
"""What the part does until it is told to stop; returns its exit code."""


class Apart:
    """The other process, as this one sees it. `again` is the program of those after the first, without the number of
    the socket that it gets as its last argument. `waits` passes the time before another one begins, and tells whether
    that is no longer wanted.
    """

    def __init__(
        self,
        name: str,
        process: int,
        link: socket.socket,
        again: Sequence[str],
        waits: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        self._name = name
        self._process = process
        self._link = link
        self._again = again
        self._waits = waits
        self._over = threading.Event()
        self._heard = threading.Event()
        self._watch: threading.Thread | None = None

    def begin(self, tell: Tell) -> None:
        """Let it open what it needs, and wait until it has. Raises Exit, of which it has told the cause itself.

        From then on `tell` hears what becomes of it.
        """
        if not self._begun():
            raise Exit(max(FAILED, self._reaped()))
        self._watch = threading.Thread(target=self._run, args=(tell,), name=f"watch-{self._name}", daemon=True)
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
        if self._watch is None:  # it has not begun
            self._link.close()
            with contextlib.suppress(ChildProcessError):
                self._reaped()
            return
        self._say(STOP)
        self._watch.join(STOP_SECONDS)
        if self._watch.is_alive():
            os.kill(self._process, signal.SIGKILL)
            self._watch.join()
        self._link.close()

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

    def _run(self, tell: Tell) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            pause = FIRST_PAUSE if self._watched() else min(2 * pause, LONGEST_PAUSE)
            code = self._reaped()
            if self._over.is_set():
                return
            how = signal.Signals(-code).name if code < 0 else f"exit {code}"
            if failpoint.armed():
                _end_likewise(self._name, how, code)
            tell("died", f"the process of the {self._name} has died ({how}); another one begins")
            pause = self._followed(pause, tell)

    def _watched(self) -> bool:
        """Hear it until it ends; whether it has said anything but that it began."""
        said = False
        with contextlib.suppress(OSError):
            while self._link.recv(1):
                said = True
                self._heard.set()
        return said

    def _followed(self, pause: float, tell: Tell) -> float:
        """Another one after a pause, in the place of that which has died; the pause that it took at last.

        Where the system can begin none now (no memory, no processes, no file handles), it may later.
        """
        self._link.close()
        unable = False
        while not self._waits(self._over, pause):
            try:
                self._follow()
            except OSError as error:
                if not unable:
                    tell(
                        "no-process",
                        f"no process of the {self._name} can begin ({error.strerror}): no letter leaves; it is tried "
                        f"again, at last every {LONGEST_PAUSE:.0f} seconds",
                    )
                unable, pause = True, min(2 * pause, LONGEST_PAUSE)
                continue
            if unable:
                tell("begun", f"a process of the {self._name} has begun again")
            break
        return pause

    def _follow(self) -> None:
        """Another one. Raises OSError where the system can begin none."""
        ours, theirs = socket.socketpair()
        with contextlib.ExitStack() as undone, theirs:
            undone.callback(ours.close)
            theirs.set_inheritable(True)
            program = [sys.executable, *self._again, str(theirs.fileno())]
            self._process, self._link = os.posix_spawn(sys.executable, program, os.environ), ours
            undone.pop_all()
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
