"""`postern init`: a configuration, a directory and a secret to begin with."""

import argparse
import shlex
import sys
from importlib.resources import files
from pathlib import Path
from typing import TextIO

from gateway import secret
from gateway.commands.printing import printable
from gateway.exits import DONE, FAILED, USAGE, Exit
from gateway.faults import choose
from gateway.settings import DEFAULT_DESK, shipped_desks

LISTEN = "127.0.0.1:2525"


def command(arguments: argparse.Namespace) -> int:
    """Write the files; exit 1 where the folder cannot be written, 64 where no such desk ships."""
    desk = arguments.desk or DEFAULT_DESK
    if desk not in (known := shipped_desks()):
        raise Exit(USAGE, f'init: there is no shipped desk "{printable(desk)}"; {choose(desk, known)}')
    return run(Path(arguments.folder), sys.stdout, desk)


def run(folder: Path, stdout: TextIO, desk: str = DEFAULT_DESK) -> int:
    """Write what is missing in a folder, say what was written and what comes next. Raises Exit."""
    try:
        for path, new in write(folder, desk=desk):
            print(f"wrote {path}" if new else f"kept {path}, which was there", file=stdout)
    except OSError as error:
        mend = "name a folder that you may write in"
        raise Exit(FAILED, f"init: {error.filename or folder}: {error.strerror}; {mend}.") from None
    config = shlex.quote(str(folder / "config.toml"))
    print(
        "\nNext: put your address and your relay into config.toml, your people into directory.toml, then\n"
        f"  postern -c {config} check\n"
        f"  postern -c {config} serve",
        file=stdout,
    )
    return DONE


def write(folder: Path, listen: str = LISTEN, desk: str = DEFAULT_DESK) -> tuple[tuple[Path, bool], ...]:
    """Write config.toml, directory.toml and a secret where they are missing, listening at `listen` (host:port).

    `desk` is one of those that ship; its people are invented.

    Returns each path, and whether it was written now. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = _sample("config.toml").replace(f'"{LISTEN}"', f'"{listen}"')
    if desk != DEFAULT_DESK:
        config = config.replace("[gateway]\n", f'[gateway]\nworkflow = "{desk}"\n')
    key = folder / "var" / "secret"
    return (
        (folder / "config.toml", _new(folder / "config.toml", config)),
        (folder / "directory.toml", _new(folder / "directory.toml", _sample(f"{desk}.toml"))),
        (key, _new_secret(key)),
    )


def _sample(name: str) -> str:
    return (files("gateway") / "sample" / name).read_text(encoding="utf-8")


def _new(path: Path, text: str) -> bool:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _new_secret(path: Path) -> bool:
    try:
        secret.create(path)
    except FileExistsError:
        return False
    return True
