"""Kill -9 while the tables are brought up to date."""

import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest

from gateway.store.store import Store
from tests.integration.store.samples import NOW, arrival

PROGRAM = """
import sys
from gateway.store.store import Store
store = Store.open(sys.argv[1])
store.migrate()
"""


@pytest.mark.parametrize(
    "point", ["migrate.step:1", "migrate.step:2", "migrate.before-commit:1", "migrate.after-commit:1"]
)
def test_a_migration_that_is_killed_is_whole_or_undone(empty_url: str, point: str) -> None:
    """case 36: the next start goes on as if nothing had been."""
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, empty_url],
        env={**os.environ, "POSTERN_FAILPOINT": f"{point}:kill"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with closing(Store.open(empty_url)) as store:
        store.migrate()
        store.accept([arrival("one")], NOW)
        assert store.inbox.waiting(NOW) == 1
