"""Whether memory stays flat over many messages: `python -m bench.soak [--messages N] [--roles smtp,work]`.

Sends mails of 2 kB from many customers over several sessions to the real daemon with these roles (with `work`, each is
decided and opens a ticket; letters are written and nobody sends them). Samples the resident memory of the daemon and of
its parser children, and prints the median of the first and of the last quarter of the messages.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.load import Message, send_all
from tests.rig.nonsense import figures

CUSTOMERS = 5000
WORDS = "\r\n".join(["The quick brown fox jumps over the lazy dog, and then it does so once more."] * 22)


def main() -> None:
    """Send, sample, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--roles", default="smtp,work")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postern-soak-") as base:
        daemon = Daemon(config.write(Path(base), f"sqlite:///{base}/soak.db", 9))
        daemon.start(roles=arguments.roles)
        try:
            soak(daemon, arguments.messages, arguments.sessions)
        finally:
            daemon.stop()


def soak(daemon: Daemon, messages: int, sessions: int) -> None:
    """Send them all, and print how memory fared."""
    assert daemon.process is not None
    samples = Samples(daemon.process.pid)
    sampler = threading.Thread(target=samples.run)
    start = time.perf_counter()
    sampler.start()
    try:
        refused = send_all(mails(messages), lambda: daemon.port, sessions, samples.count)
    finally:
        samples.over.set()
        sampler.join()
    seconds = time.perf_counter() - start
    print(f"{samples.taken} messages in {seconds:.0f} s ({samples.taken / seconds:.0f}/s), {refused} refused")
    for name, some in (("first", quarter(samples.found, 0)), ("last", quarter(samples.found, 3))):
        daemon_alone, children = (statistics.median(each) / 1024 for each in zip(*some, strict=True))
        print(
            f"  {name:5} quarter: daemon {daemon_alone:6.1f} MB, its children {children:6.1f} MB ({len(some)} samples)"
        )


@dataclass(slots=True)
class Samples:
    """Resident memory in kB of a process and of its children, with each how many messages were taken by then."""

    process: int
    taken: int = 0
    found: list[tuple[int, int, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, _message: Message, _answer: bytes) -> None:
        """One more was taken."""
        with self._lock:
            self.taken += 1

    def run(self) -> None:
        """Look once a second until it is over."""
        while not self.over.wait(1.0):
            self.found.append((self.taken, figures(self.process).memory, sum(map(_memory, _children(self.process)))))


def quarter(found: Sequence[tuple[int, int, int]], number: int) -> list[tuple[int, int]]:
    """The samples of one quarter of the messages, counted from 0."""
    most = found[-1][0]
    return [
        (alone, children) for taken, alone, children in found if most * number / 4 <= taken <= most * (number + 1) / 4
    ]


def mails(count: int) -> Iterator[Message]:
    """The customers take turns, each with a new matter."""
    for number in range(count):
        writer = f"customer{number % CUSTOMERS}@acme.example"
        text = (
            f"From: A Customer <{writer}>\r\nTo: support@desk.example\r\nSubject: Matter {number}\r\n"
            f"Message-ID: <{number}@acme.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n{WORDS}"
        )
        yield Message(f"{number}@acme.example", writer, "support@desk.example", text.encode())


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(word) for task in tasks for word in _text(task).split()]


def _memory(process: int) -> int:
    """Zero where it has ended meanwhile."""
    lines = _text(Path(f"/proc/{process}/status")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    main()
