"""Kill -9 at every named step of the walk, under load, and start again: nothing lost, nothing done twice."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.app import COURIERS
from gateway.store.store import Store
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.ledger import Ledger, faults
from tests.rig.load import Message, send_all
from tests.rig.relay import Relay

MESSAGES = 30
SESSIONS = 4
PATIENCE_SECONDS = 60
ROOT = Path(__file__).parents[2]

# Name, and at which time it is reached the process dies: late enough that work is under way everywhere.
POINTS = {
    "smtp.before-examine": 12,
    "intake.commit": 5,
    "accept.before-commit": 5,
    "accept.after-commit": 5,
    "smtp.before-answer": 12,
    "claim.inbox.after-commit": 2,
    "walk.before-read": 3,
    "walk.after-read": 3,
    "decide.decided": 10,
    "decide.before-commit": 3,
    "decide.after-commit": 3,
    "claim.outbox.after-commit": 4,
    "send.before-keep": 4,
    "send.after-keep": 4,
    "send.before-relay": 20,
    "send.after-relay": 20,
    "send.before-commit": 10,
    "send.after-commit": 10,
}


def messages() -> Iterator[Message]:
    """New matters of many customers, two mails of each: the second must stay behind the first."""
    for number in range(MESSAGES):
        writer = f"customer{number // 2}@acme.example"
        message_id = f"<load-{number}@acme.example>"
        text = (
            f"From: Customer {number // 2} <{writer}>\r\nTo: support@desk.example\r\nSubject: Matter {number}\r\n"
            f"Message-ID: {message_id}\r\n\r\nThis is matter {number}.\r\n"
        )
        yield Message(message_id, writer, "support@desk.example", text.encode())


class Supervisor:
    """Starts the daemon again when it has died, as an init system does."""

    def __init__(self, daemon: Daemon, failpoint: str) -> None:
        self._daemon = daemon
        self._ready = threading.Event()
        self.deaths = 0
        self._over = threading.Event()
        daemon.start(failpoint)
        self._ready.set()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.is_set():
            if self._daemon.alive():
                self._over.wait(0.01)
                continue
            self._ready.clear()
            self.deaths += 1
            self._daemon.bury()
            self._daemon.start()
            self._ready.set()

    def port(self) -> int:
        """The port of the daemon that runs, once one does."""
        assert self._ready.wait(PATIENCE_SECONDS)
        return self._daemon.port

    def stop(self) -> int:
        """Watch no longer, and ask the daemon to finish."""
        self._over.set()
        self._thread.join()
        return self._daemon.stop()


@pytest.mark.parametrize("point", POINTS)
def test_killed_there_nothing_is_lost_and_nothing_done_twice(point: str, store_url: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "acknowledged")
    with Relay(ledger=tmp_path / "delivered") as relay:
        path = config.write(tmp_path, store_url, relay.port)
        supervisor = Supervisor(Daemon(path), f"{point}:{POINTS[point]}:kill")
        try:
            refused = send_all(messages(), supervisor.port, SESSIONS, lambda m, _: ledger.write({"id": m.message_id}))
            store = Store.open(store_url)
            _drain(store)
        finally:
            status = supervisor.stop()
        acknowledged = [entry["id"] for entry in ledger.entries()]
        found = faults(store, acknowledged, relay.deliveries, in_hand=COURIERS)
        store.close()
        ledger.close()
    assert supervisor.deaths == 1, f"the daemon never came to {point}, or died of something else"
    assert refused == 0
    assert len(acknowledged) == MESSAGES
    assert found == []
    assert status == 0, "after SIGTERM the daemon must end by itself"


def _drain(store: Store) -> None:
    """Wait until both queues are empty."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with store.read() as reading:
            if not reading.inbox(("waiting", "working"), limit=1) and not reading.queue(
                ("waiting", "working"), limit=1
            ):
                return
        time.sleep(0.05)
    raise AssertionError("the queues did not become empty")


def test_every_failpoint_of_the_walk_is_tried() -> None:
    """A point that no test dies at proves nothing."""
    named = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        named |= set(re.findall(r'failpoint\.reached\("([\w.-]+)"\)', path.read_text()))
    named |= {"claim.inbox.after-commit", "claim.outbox.after-commit"}  # named by the queue in common code
    assert named == set(POINTS)
