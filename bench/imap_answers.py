"""Sessions with an IMAP server that answers nonsense: `python -m bench.imap_answers [--sessions N] [--seed S]`.

The thread of a mailbox connects to it again and again without its pauses. At the end the server is honest: the thread
must still be there and take its mail, and hold as many file handles and threads and as little memory as before. Exit 1
where it does not. The database lies in memory where there is such a folder, for it is not what is measured.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

from gateway.imap.stream import Patience
from gateway.store.store import Store
from tests.rig.imap_nonsense import Nonsense
from tests.rig.mailroom import Mailroom, mail
from tests.rig.nonsense import Figures, figures

WARM = 500
MEMORY_KB = 40_000
HANDLES = 8
SHARED_MEMORY = "/dev/shm"
HASTY = Patience(2.0, 0.05, 0.2)


def fuzz(store: Store, folder: Path, sessions: int, seed: int) -> tuple[Figures, Figures, int]:
    """Figures after the first sessions and after the last, and how many threads more there were then.

    Raises AssertionError where the thread does not take the last mail.
    """
    found: list[tuple[Figures, int]] = []
    warm = min(WARM, sessions // 2)

    def measure(number: int) -> None:
        if number in (warm, sessions) or number % 5000 == 0:
            now = (figures(os.getpid()), threading.active_count())
            print(f"{number} sessions, {now[0]}, {now[1]} threads", flush=True)
            found.extend([now] if number in (warm, sessions) else [])

    last = mail(99, "The last.")
    with Nonsense(random.Random(seed), sessions, last) as server, Mailroom(store, folder, server.port) as room:
        server.at = measure
        room.patience = HASTY
        with room.thread(silence=0.002, beat=0.002):
            server.finish()
            room.until(lambda: last in room.mails())
    (before, threads), (after, more) = found
    return before, after, more - threads


def main() -> None:
    """Fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    memory = SHARED_MEMORY if Path(SHARED_MEMORY).is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="postern-answers-", dir=memory) as base,
        closing(Store.open(f"sqlite:///{base}/fuzz.db")) as store,
    ):
        store.migrate()
        before, after, threads = fuzz(store, Path(base), arguments.sessions, arguments.seed)
    print(f"before {before}, after {after}, {threads} threads more")
    leaks = after.handles > before.handles + HANDLES or after.memory > before.memory + MEMORY_KB or threads > 0
    sys.exit(1 if leaks else 0)


if __name__ == "__main__":
    main()
