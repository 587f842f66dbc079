"""The real daemon as a process of its own: started, killed, started again."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

READY = re.compile(r"ready((?: [a-z]+=\S+)*)$")


class Daemon:
    """`postern serve` over a configuration, started by way of other programs where some are named."""

    def __init__(self, config: Path, way: Sequence[str] = ()) -> None:
        self.config = config
        self._way = way
        self.process: subprocess.Popen[str] | None = None
        self.doors: dict[str, str] = {}

    def start(self, failpoint: str | None = None, *, roles: str | None = None) -> int:
        """Start and wait until all doors are open; returns the SMTP port. `failpoint` is for this start only."""
        environment = {k: v for k, v in os.environ.items() if k != "POSTERN_FAILPOINT"}
        if failpoint:
            environment["POSTERN_FAILPOINT"] = failpoint
        parts = ["--roles", roles] if roles else []
        self.process = subprocess.Popen(
            [*self._way, sys.executable, "-m", "gateway.cli", "-c", str(self.config), "serve", *parts],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            found = READY.match(line)
            if found:
                self.doors = dict(word.split("=", 1) for word in found.group(1).split())
                return self.port
        raise RuntimeError(f"the daemon did not start: {''.join(said)}")

    @property
    def port(self) -> int:
        """The port of the SMTP door, 0 where none is open."""
        return self._port("smtp")

    @property
    def lmtp(self) -> int:
        """The port of the LMTP door, 0 where none is open on one."""
        return self._port("lmtp")

    def _port(self, door: str) -> int:
        port = self.doors.get(door, "").rpartition(":")[2]
        return int(port) if port.isdecimal() else 0

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process is not None and self.process.poll() is None

    def wait(self, seconds: float) -> int:
        """Wait for its end; returns the exit status, negative for a signal."""
        assert self.process is not None
        return self.process.wait(seconds)

    def bury(self) -> None:
        """Let go of a process that has died."""
        if self.process is not None and self.process.stderr is not None:
            self.process.stderr.close()
        self.process = None

    def kill(self) -> None:
        """End it as the power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to finish; returns its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        status = self.process.wait(30)
        self.bury()
        return status
