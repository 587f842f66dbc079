"""Whether there is room for more: the disk below us and the inbox that waits."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gateway.store.store import Store

LOOK_SECONDS = 1.0
TENTH = 10


@dataclass(slots=True)
class Room:
    """Looks at most once in `every` seconds. Sizes are in bytes.

    Mail is refused for now while less than `free` is left on the disk of `folder` (a tenth of the disk, where that is
    less), or while `backlog` messages or more wait to be decided. `ask` blocks: never call it on an event loop.
    """

    store: Store
    folder: Path
    free: int
    backlog: int
    every: float = LOOK_SECONDS
    clock: Callable[[], float] = time.monotonic
    _looked: float = field(default=float("-inf"), init=False)
    _left: int = field(default=0, init=False)
    _lack: str | None = field(default=None, init=False)

    @property
    def stale(self) -> bool:
        """Whether it is time to `look` again."""
        return self.clock() - self._looked >= self.every

    def look(self) -> None:
        """Measure. Raises what the store raises, or OSError where the folder has vanished."""
        disk = os.statvfs(self.folder)
        mark = min(self.free, disk.f_blocks * disk.f_frsize // TENTH)
        self._left = disk.f_bavail * disk.f_frsize - mark
        waiting = self.store.waiting(self.backlog)
        self._looked = self.clock()
        if self._left < 0:
            self._lack = f"less than {mark} bytes are free in {self.folder}"
        elif waiting >= self.backlog:
            self._lack = f"{self.backlog} messages or more wait to be decided"
        else:
            self._lack = None

    def lack(self, size: int) -> str | None:
        """What is lacking for a message of so many bytes, as it was at the last look; None where nothing is."""
        if self._lack is None and size > self._left:
            return f"{size} bytes do not fit into what is free in {self.folder}"
        return self._lack
