"""A real Postfix in a folder and on ports of its own; the one of the machine, if there is one, is not touched."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

PACKAGE = "postfix"
PATIENCE = 20.0
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mx.desk.example
mydestination =
local_transport = error:nobody lives here
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtp_host_lookup = native
default_process_limit = 200
in_flow_delay = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_retry_time = 1s
initial_destination_concurrency = 20
smtpd_client_connection_count_limit = 0
"""
MASTER = """\
{port} inet n - n - 200 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def missing() -> str | None:
    """Why no Postfix can be started here, None where one can."""
    if _program("postfix") is None:
        return f"needs Postfix (Debian package {PACKAGE})"
    return None if os.geteuid() == 0 else "needs root, as Postfix does"


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Postfix:
    """Runs from `with` to its end. `settings` are lines of main.cf, `services` of master.cf, which go last."""

    def __init__(self, settings: Iterable[str] = (), services: Iterable[str] = ()) -> None:
        # Postfix's own user must get there, and pytest's folders are for one user only.
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self.folder.chmod(0o755)
        self.port = _free_port()
        self._config = self.folder / "etc"
        for name in ("etc", "queue", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        (self._config / "main.cf").write_text(MAIN.format(folder=self.folder) + "".join(f"{s}\n" for s in settings))
        (self._config / "master.cf").write_text(
            MASTER.format(port=f"127.0.0.1:{self.port}") + "\n".join(services) + "\n"
        )

    def __enter__(self) -> Self:
        try:
            self._run("start")
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._run("stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *words: str, check: bool = True) -> None:
        program = _program("postfix")
        assert program is not None
        done = subprocess.run(
            [program, "-c", str(self._config), *words], capture_output=True, text=True, check=False, timeout=60
        )
        if check and done.returncode:
            raise RuntimeError(f"postfix {words[0]}: {done.stderr}{self.log()}")

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                    if probe.recv(3) == b"220":
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"Postfix does not greet: {self.log()}")

    def set(self, line: str) -> None:
        """One more line of main.cf, in force at once."""
        with (self._config / "main.cf").open("a") as file:
            file.write(f"{line}\n")
        self._run("reload")

    def serve(self, lines: Iterable[str]) -> None:
        """More lines of master.cf, in force at once."""
        with (self._config / "master.cf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)
        self._run("reload")

    def log(self) -> str:
        """What it has written to its log."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def empty(self) -> None:
        """Throw all its messages away."""
        program = _program("postsuper")
        assert program is not None
        subprocess.run([program, "-c", str(self._config), "-d", "ALL"], check=True, capture_output=True)

    def queued(self) -> int:
        """How many messages it has."""
        queues = ("maildrop", "incoming", "active", "deferred", "hold")
        return sum(1 for name in queues for found in (self.folder / "queue" / name).rglob("*") if found.is_file())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
