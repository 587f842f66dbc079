"""Named points at every state transition, where a test can make the process die, fail or wait.

`POSTERN_FAILPOINT=name:n:kill|raise|sleep` acts at the n-th time that `name` is reached. For tests only: without the
variable a point costs one comparison.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass, field

SLEEP_SECONDS = 3.0


class Failure(Exception):  # noqa: N818 - the word of the tests
    """Raised on a test's word."""


@dataclass(slots=True)
class _Point:
    name: str
    count: int
    action: str
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hit(self) -> bool:
        with self.lock:
            self.count -= 1
            return self.count == 0


def _configured() -> _Point | None:
    text = os.environ.get("POSTERN_FAILPOINT")
    if not text:
        return None
    name, count, action = text.split(":")
    if action not in ("kill", "raise", "sleep"):
        raise ValueError(f"POSTERN_FAILPOINT: the action {action!r} is none of kill, raise, sleep.")
    return _Point(name, int(count), action)


_POINT = _configured()


def armed() -> bool:
    """Whether a test has named a point."""
    return _POINT is not None


def reached(name: str) -> None:
    """Say that the work has come to the point `name`. Raises `Failure` where a test asked for it."""
    if _POINT is None or _POINT.name != name or not _POINT.hit():
        return
    if _POINT.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif _POINT.action == "raise":
        raise Failure(f"failpoint {name}")
    else:
        time.sleep(SLEEP_SECONDS)
