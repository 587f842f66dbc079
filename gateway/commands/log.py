"""`postern log`: the mail log, filtered, and followed with `-f`."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gateway import config, maillog
from gateway.exits import BAD_CONFIGURATION, DONE, Exit
from gateway.faults import ConfigFaults

POLL_SECONDS = 0.25


def command(arguments: argparse.Namespace) -> int:
    """Print what the filters let through; needs no database."""
    try:
        path = config.load(config.find(arguments.config)).gateway.data_dir / "mail.log"
    except ConfigFaults as broken:
        raise Exit(BAD_CONFIGURATION, *(str(fault) for fault in broken.faults)) from None
    for text in _lines(path, follow=arguments.follow):
        fact = maillog.parse(text)
        if not _wanted(fact, arguments):
            continue
        if arguments.json:
            print(json.dumps({key: fact.get(key) for key in maillog.FIELDS}, ensure_ascii=False))
        else:
            print(text)
        sys.stdout.flush()
    return DONE


def _wanted(fact: dict[str, str], arguments: argparse.Namespace) -> bool:
    wishes = {
        "id": arguments.id,
        "ticket": arguments.ticket,
        "address": arguments.address,
        "message_id": arguments.message,
        "outcome": arguments.outcome,
        "step": arguments.step,
    }
    return all(fact.get(key, "").lower() == wish.lower() for key, wish in wishes.items() if wish)


def _lines(path: Path, *, follow: bool) -> Iterator[str]:
    """Whole lines, oldest first; with `follow` also those to come, across a rotation of the file."""
    while True:
        if path.exists():
            with path.open("rb") as file:
                yield from _read(file, path, follow=follow)
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def _read(file: BinaryIO, path: Path, *, follow: bool) -> Iterator[str]:
    inode = path.stat().st_ino
    pending = b""
    while True:
        chunk = file.readline()
        if chunk.endswith(b"\n"):
            yield (pending + chunk)[:-1].decode("utf-8", "replace")
            pending = b""
            continue
        pending += chunk
        rotated = not path.exists() or path.stat().st_ino != inode
        if not follow or rotated:
            return
        time.sleep(POLL_SECONDS)
