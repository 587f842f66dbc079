"""Kill -9 at every named step of the walk, under load, and start again: nothing lost, nothing done twice."""

import re
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
from tests.rig.supervisor import Supervisor, drain

MESSAGES = 30
SESSIONS = 4
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


@pytest.mark.parametrize("point", POINTS)
def test_killed_there_nothing_is_lost_and_nothing_done_twice(point: str, store_url: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "acknowledged")
    with Relay(ledger=tmp_path / "delivered") as relay:
        path = config.write(tmp_path, store_url, relay.port)
        supervisor = Supervisor(Daemon(path), f"{point}:{POINTS[point]}:kill")
        try:
            refused = send_all(messages(), supervisor.port, SESSIONS, lambda m, _: ledger.write({"id": m.message_id}))
            store = Store.open(store_url)
            drain(store)
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


def test_every_failpoint_of_the_walk_is_tried() -> None:
    """A point that no test dies at proves nothing."""
    named = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        named |= set(re.findall(r'failpoint\.reached\("([\w.-]+)"\)', path.read_text()))
    named |= {"claim.inbox.after-commit", "claim.outbox.after-commit"}  # named by the queue in common code
    # Those of the IMAP door have a test of their own.
    assert {name for name in named if not name.startswith("imap.")} == set(POINTS)
