"""The watch over a process of its own: where the system can begin no other one, it tries until it can."""

import os
import socket
import sys
import threading
from collections.abc import Callable
from errno import EAGAIN, ENOMEM

import pytest

from gateway.apart import FIRST_PAUSE, LONGEST_PAUSE, Apart
from routing.alarm import ALARMING

PATIENCE = 30.0  # seconds: no test waits for it
# Says that it is ready, and ends with the next word that it hears.
PROGRAM = """
import contextlib, socket, sys
link = socket.socket(fileno=int(sys.argv[1]))
with contextlib.suppress(OSError):
    link.recv(1)
    link.sendall(b"y")
    link.recv(1)
"""
ARGUMENTS = ["-c", PROGRAM]


class Watched:
    """A process that is watched, in a system that can begin no other one `refusals` times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refusals: list[int]) -> None:
        self.said: list[tuple[str, str]] = []
        self.pauses: list[float] = []
        self.begun = threading.Event()
        self.refused = threading.Event()
        self._refusals = refusals
        self._spawn: Callable[..., int] = os.posix_spawn
        ours, theirs = socket.socketpair()
        with theirs:
            theirs.set_inheritable(True)
            program = [sys.executable, *ARGUMENTS, str(theirs.fileno())]
            process = self._spawn(sys.executable, program, os.environ)
        monkeypatch.setattr(os, "posix_spawn", self._again)
        self.apart = Apart("couriers", process, ours, ARGUMENTS, waits=self._waits)
        self.apart.begin(lambda outcome, reason: self.said.append((outcome, reason)))

    def _again(self, *arguments: object) -> int:
        if self._refusals:
            number = self._refusals.pop(0)
            self.refused.set()
            raise OSError(number, os.strerror(number))
        found = self._spawn(*arguments)
        self.begun.set()
        return found

    def _waits(self, over: threading.Event, pause: float) -> bool:
        """No time passes, but for a moment in which to be stopped."""
        self.pauses.append(pause)
        return over.wait(0.001)


def test_where_no_process_can_begin_it_is_tried_ever_more_seldom_until_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched = Watched(monkeypatch, [ENOMEM, EAGAIN] * 5)
    watched.apart.wake()  # it ends
    assert watched.begun.wait(PATIENCE)
    watched.apart.stop()
    died, unable, begun = watched.said
    assert died == ("died", "the process of the couriers has died (exit 0); another one begins")
    assert unable == (
        "no-process",
        f"no process of the couriers can begin ({os.strerror(ENOMEM)}): no letter leaves; it is tried again, at last "
        "every 60 seconds",
    )
    assert begun == ("begun", "a process of the couriers has begun again")
    assert [("send", outcome) in ALARMING for outcome, _ in watched.said] == [True, True, False]
    assert watched.pauses[:10] == [2 * FIRST_PAUSE, 4, 8, 16, 32, *[LONGEST_PAUSE] * 5]


def test_meanwhile_it_can_be_stopped_and_told_things(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, [ENOMEM] * 1_000_000)
    watched.apart.wake()
    assert watched.refused.wait(PATIENCE)
    watched.apart.wake()
    watched.apart.stop()
    assert not watched.begun.is_set()
