"""One `serve` a data folder: an OS lock, which the kernel frees however the process ends."""

import fcntl
import os
from pathlib import Path

from gateway.exits import TRY_LATER, Exit


class Lock:
    """Held from construction until `release`. Raises `Exit` where another process holds it, or `waits` for that."""

    def __init__(self, path: Path, *, waits: bool = False) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise Exit(
                TRY_LATER,
                f"{path}: another `postern serve` runs on this data folder; stop it first, or use another data_dir.",
            ) from None

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._file)
