"""The interpreter of the tests for other users: it may lie in a home folder that they cannot enter."""

import stat
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def way(scratch: Path) -> list[str]:
    """What to put before a command, so that the folders above interpreter and project let every user through.

    In a mount namespace of its own, which ends with the command: nothing changes for anybody else. Needs root where
    there is such a folder; `scratch` is an existing one.
    """
    shut: dict[Path, set[str]] = defaultdict(set)
    for path in {Path(sys.executable).resolve(), Path(sys.prefix), Path(sys.base_prefix), ROOT}:
        for folder, child in _shut(path):
            shut[folder].add(child)
    if not shut:
        return []
    script = "set -e\n"
    for number, (folder, children) in enumerate(sorted(shut.items())):
        hidden = scratch / f"hidden-{number}"
        script += f"mkdir -p '{hidden}'\nmount --bind '{folder}' '{hidden}'\n"
        script += f"mount -t tmpfs -o mode=755 postern-test '{folder}'\n"
        for child in sorted(children):
            script += f"mkdir '{folder}/{child}'\nmount --bind '{hidden}/{child}' '{folder}/{child}'\n"
    return ["unshare", "--mount", "sh", "-c", f'{script}exec "$@"', "sh"]


def _shut(path: Path) -> Iterator[tuple[Path, str]]:
    """The uppermost folder above a path that not every user may enter, with the name that leads on."""
    parts = path.parts
    for depth in range(1, len(parts)):
        folder = Path(*parts[:depth])
        if not folder.stat().st_mode & stat.S_IXOTH:
            yield folder, parts[depth]
            return
