"""Letters from the outbox to a local sink: composing alone, with and without signatures, and the sending of them all.

`python -m bench.send [--letters N] [--only sqlite|postgresql]` fills an outbox with letters of a real desk (comments of
customers, told to two agents), then composes them in one process and in two, bare and signed with an RSA key of 2,048
bits, and lets the real daemon with the role `send` alone carry them to a sink, on PostgreSQL also in two processes,
then by a relay for each reader. Prints letters a second, and the resident memory of the daemon in the first and last
quarter of the letters.
"""

import argparse
import contextlib
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy import String, delete, func, insert, literal, select, update

from bench.soak import Samples, quarter
from bench.walk import database, drain, load, openings, replies, sink, taken
from gateway import secret
from gateway.app import office
from gateway.instant import now
from gateway.store.schema import letters as kept
from gateway.store.schema import outbox
from gateway.store.store import Store
from outbound.signing import Signatory, SigningKey, private_key
from tests.rig import config
from tests.rig.daemon import Daemon

LEASE = timedelta(hours=1)
COMMENT = "comment"
_READERS = select(outbox.c.address).where(outbox.c.template == COMMENT).distinct()
REAL = 1000
"""Mails that are really walked; further letters are theirs once more."""
COMPOSED = 2000


def fill(path: Path, url: str, letters: int) -> None:
    """An outbox in which so many letters wait."""
    daemon, store = Daemon(path), Store.open(url)
    port = daemon.start()
    keys = secret.read(path.parent / "var" / "secret")
    try:
        load(list(openings()), port, 4)
        drain(store)
        daemon.stop()
        port = daemon.start(roles="smtp,work")
        load(replies(store, keys, min(REAL, letters // 2), "real"), port, 10)
        while True:
            with store.read() as reading:
                if not reading.inbox(("waiting", "working"), limit=1):
                    break
            time.sleep(0.1)
        daemon.stop()
        multiply(store, letters)
    finally:
        daemon.kill()
        store.close()


def multiply(store: Store, letters: int) -> None:
    """Write what waits again and again, until so many wait."""
    with store.database.write() as connection:
        original = outbox.c.state == "waiting"
        real, last = connection.execute(select(func.count(), func.max(outbox.c.id)).where(original)).one()
        columns = [column for column in outbox.c if column is not outbox.c.id]
        for number in range(real, letters, real):
            mark = literal(f"{number}.", String)
            again = {
                outbox.c.key: outbox.c.key + mark,
                outbox.c.order_key: outbox.c.order_key + mark,
                outbox.c.message_id: literal("<", String) + mark + func.substr(outbox.c.message_id, 2),
            }
            source = select(*(again.get(column, column) for column in columns)).where(original, outbox.c.id <= last)
            wanted = source.order_by(outbox.c.id).limit(min(real, letters - number))
            connection.execute(insert(outbox).from_select([column.name for column in columns], wanted))


def again(url: str) -> None:
    """All letters wait once more, uncomposed."""
    store = Store.open(url)
    with store.database.write() as connection:
        connection.execute(delete(kept))
        waits = {"state": "waiting", "attempts": 0, "sent_at": None}
        connection.execute(update(outbox).where(outbox.c.template == COMMENT).values(waits))
    store.close()


def branch(path: Path, url: str) -> int:
    """Write a relay for each reader beside the one that is there; returns how many readers there are."""
    port = path.read_text().rpartition("port = ")[2].split()[0]
    store = Store.open(url)
    with store.database.read() as connection:
        readers = sorted(connection.execute(_READERS).scalars())
    store.close()
    with path.open("a") as file:
        for number, reader in enumerate(readers):
            file.write(f'\n[relays.r{number}]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n')
            file.write(f'\n[[route]]\nrecipients = ["{reader}"]\nrelays = ["r{number}"]\n')
    return len(readers)


def copy(path: Path, number: int) -> Path:
    """The same configuration in a folder of its own, as each process needs it."""
    folder = path.parent.with_name(f"{path.parent.name}{number}")
    shutil.copytree(path.parent, folder)
    return folder / path.name


def compose(path: Path, letters: int, pem: bytes | None) -> float:
    """Compose so many letters of the outbox and keep none; returns letters a second."""
    desk = office(path)
    try:
        composer = desk.composer()
        if pem is not None:
            key = SigningKey("desk.example", "bench", private_key(pem))
            object.__setattr__(composer, "signatory", Signatory((key,)))
        rows = desk.store.outbox.claim(letters, LEASE, now())
        composer.compose(rows[0])
        start = time.perf_counter()
        for row in rows:
            composer.compose(row)
        seconds = time.perf_counter() - start
        desk.store.outbox.release(rows)
    finally:
        desk.close()
    return len(rows) / seconds


def composing(path: Path, letters: int) -> None:
    """Composing alone, in one and two processes, without and with signatures."""
    pem = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True).stdout
    for name, key in (("bare", None), ("signed, RSA 2048", pem)):
        one = compose(path, letters, key)
        with ProcessPoolExecutor(2) as pool:
            two = sum(pool.map(compose, [path] * 2, [letters // 2] * 2, [key] * 2))
        print(f"  composed {one:6.0f}/s in one process, {two:6.0f}/s in two   ({name})", flush=True)


def send(path: Path, letters: int, processes: int, process: "subprocess.Popen[str]", relays: int = 1) -> None:
    """Let the daemon carry all that waits."""
    before = taken(process)
    daemons = [Daemon(path), *(Daemon(copy(path, number)) for number in range(1, processes))]
    start = time.perf_counter()
    for daemon in daemons:
        daemon.start(roles="send")
    assert daemons[0].process is not None
    samples = Samples(daemons[0].process.pid)
    sampler = threading.Thread(target=samples.run)
    sampler.start()
    try:
        first: tuple[float, int] | None = None
        while (gone := taken(process) - before) < letters:
            if gone and first is None:
                first = (time.perf_counter(), gone)
            samples.taken = gone
            time.sleep(0.02)
        assert first is not None
        rate = (letters - first[1]) / (time.perf_counter() - first[0])
        by = f"{processes} of the role send, relays: {relays}"
        print(f"  sent {rate:6.0f}/s by {by}; {time.perf_counter() - start:.1f} s with the start", flush=True)
    finally:
        samples.over.set()
        sampler.join()
        for daemon in daemons:
            daemon.stop()
    first_, last = (quarter(samples.found, number) for number in (0, 3)) if samples.found else ([], [])
    if first_ and last:
        print(f"  memory {first_[-1][0] / 1024:.1f} MB in the first quarter, {last[-1][0] / 1024:.1f} MB in the last")


@contextlib.contextmanager
def outboxes(name: str, letters: int) -> "Iterator[tuple[Path, str, subprocess.Popen[str]]]":
    """A configuration over a full outbox, and the sink that it sends to."""
    with (
        tempfile.TemporaryDirectory(prefix="postern-send-") as base,
        sink() as process,
        database(name, Path(base)) as db,
    ):
        assert process.stdout is not None
        path = config.write(Path(base) / name / "send", db[0], int(process.stdout.readline()))
        fill(path, db[0], letters)
        yield path, db[0], process


def main() -> None:
    """Run the benches that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    for name in ("sqlite", "postgresql"):
        if arguments.only not in (None, name):
            continue
        print(f"{name}: {arguments.letters} letters", flush=True)
        with outboxes(name, arguments.letters) as (path, url, process):
            composing(path, min(COMPOSED, arguments.letters // 4))
            for processes in (1,) if name == "sqlite" else (1, 2):
                send(path, arguments.letters, processes, process)
                again(url)
            send(path, arguments.letters, 1, process, branch(path, url))


if __name__ == "__main__":
    main()
