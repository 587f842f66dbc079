"""A kernel that refuses what a running process asks of it (strace's fault injection)."""

import shutil
import signal
import subprocess
from typing import Self

PACKAGE = "strace"


def missing() -> str | None:
    """Why nothing can be injected here, None where it can."""
    if shutil.which("strace") is None:
        return f"needs strace (Debian package {PACKAGE})"
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"needs to trace processes: {tried.stderr.strip()[:100]}"


class Refusing:
    """Within `with` each of the `calls` of a process fails with `error`, as in "EROFS"; then all is as before."""

    def __init__(self, pid: int, error: str, *calls: str) -> None:
        names = ",".join(calls)
        self._command = ["strace", "-f", "-o", "/dev/null", "-p", str(pid), "-e", f"trace={names}"]
        self._command += ["-e", f"inject={names}:error={error}"]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        said = self._process.stderr.readline()
        if "attached" not in said:
            self.__exit__()
            raise RuntimeError(f"nothing can be injected: {said}")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=20)
