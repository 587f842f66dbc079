"""Kill -9 at every named step of the walk, under load, and start again: nothing lost, nothing done twice.

With POSTERN_CRASH_MESSAGES=200 each point is tried over each door, on both databases, with as many messages.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.relay_settings import CONNECTIONS
from gateway.store.store import Store
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.ledger import Ledger, faults
from tests.rig.load import LmtpSession, Message, Session, send_all
from tests.rig.relay import Relay
from tests.rig.supervisor import Supervisor, drain

MESSAGES = int(os.environ.get("POSTERN_CRASH_MESSAGES", "20"))
WHOLE = "POSTERN_CRASH_MESSAGES" in os.environ
SESSIONS = 4
BIG = 1_200_000
ROOT = Path(__file__).parents[2]

# Name, and at which time it is reached the process dies: late enough that work is under way everywhere.
POINTS = {
    "smtp.in-message": 2,
    "smtp.before-examine": 12,
    "intake.commit": 5,
    "accept.before-commit": 5,
    "accept.after-commit": 5,
    "smtp.before-answer": 12,
    "claim.inbox.before-commit": 2,
    "claim.inbox.after-commit": 2,
    "walk.before-read": 3,
    "walk.after-read": 3,
    "decide.decided": 10,
    "decide.before-commit": 3,
    "decide.after-commit": 3,
    "claim.outbox.before-commit": 4,
    "claim.outbox.after-commit": 4,
    "send.before-keep": 4,
    "send.after-keep": 4,
    "send.before-relay": 20,
    "send.after-relay": 20,
    "send.before-commit": 10,
    "send.after-commit": 10,
}

DOOR = (
    "smtp.in-message",
    "smtp.before-examine",
    "intake.commit",
    "accept.before-commit",
    "accept.after-commit",
    "smtp.before-answer",
)
BETWEEN = "between the answers"


def messages() -> Iterator[Message]:
    """New matters of many customers, two mails of each: the second must stay behind the first. Some are large."""
    for number in range(MESSAGES):
        writer = f"customer{number // 2}@acme.example"
        message_id = f"<load-{number}@acme.example>"
        text = (
            f"From: Customer {number // 2} <{writer}>\r\nTo: support@desk.example\r\nSubject: Matter {number}\r\n"
            f"Message-ID: {message_id}\r\n\r\nThis is matter {number}.\r\n"
        )
        if number % 7 == 5:
            text += "It is a long story.\r\n" * (BIG // 21)
        yield Message(message_id, writer, "support@desk.example", text.encode())


class Heard:
    """Writes each 250 into the ledger; at the `fatal`-th one (from 1) the daemon dies, and nothing more is heard."""

    def __init__(self, ledger: Ledger, fatal: int | None = None) -> None:
        self.supervisor: Supervisor | None = None
        self._ledger = ledger
        self._fatal = fatal
        self._lock = threading.Lock()
        self._count = 0

    def __call__(self, message: Message, _answer: bytes) -> None:
        self._ledger.write({"id": message.message_id})
        with self._lock:
            self._count += 1
            dies = self._count == self._fatal
        if dies:
            assert self.supervisor is not None
            self.supervisor.kill()
            raise ConnectionResetError


def survives(folder: Path, store_url: str, session: type[Session], point: str) -> None:
    """Send everything while the daemon dies once; then the books must balance."""
    with closing(Store.open(store_url)) as store:
        store.migrate()  # what loads it is loaded here, and not once more in each daemon
    ledger = Ledger(folder / "acknowledged")
    heard = Heard(ledger, fatal=15 if point == BETWEEN else None)
    with Relay(ledger=folder / "delivered") as relay:
        path = config.write(folder, store_url, relay.port)
        with path.open("a") as file:
            file.write('\n[lmtp]\nlisten = "127.0.0.1:0"\n')
        supervisor = Supervisor(Daemon(path), f"{point}:{POINTS[point]}:kill" if point in POINTS else None)
        heard.supervisor = supervisor
        port = supervisor.lmtp if session is LmtpSession else supervisor.port
        try:
            refused = send_all(messages(), port, SESSIONS, heard, session)
            store = Store.open(store_url)
            drain(store)
        finally:
            status = supervisor.stop()
        acknowledged = [entry["id"] for entry in ledger.entries()]
        found = faults(store, acknowledged, relay.deliveries, in_hand=CONNECTIONS)
        store.close()
        ledger.close()
    assert supervisor.deaths == 1, f"the daemon never came to {point}, or died of something else"
    assert refused == 0
    assert len(acknowledged) == MESSAGES * session.copies
    assert len(set(acknowledged)) == MESSAGES
    assert found == []
    assert status == 0, "after SIGTERM the daemon must end by itself"


@pytest.mark.parametrize("point", POINTS)
def test_killed_there_nothing_is_lost_and_nothing_done_twice(point: str, store_url: str, tmp_path: Path) -> None:
    """cases 1, 2 and 27: killed before the commit, before the 250, before a letter that is gone is noted."""
    survives(tmp_path, store_url, Session, point)


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"] if WHOLE else ["sqlite"], indirect=True)
@pytest.mark.parametrize("point", [*(POINTS if WHOLE else DOOR), BETWEEN])
def test_killed_there_over_lmtp(point: str, store_url: str, tmp_path: Path) -> None:
    """cases 1, 2 and 24: whoever has heard one of two answers sends again for the other recipient only."""
    survives(tmp_path, store_url, LmtpSession, point)


def test_every_failpoint_of_the_walk_is_tried() -> None:
    """case 1: a point that no test dies at proves nothing."""
    named = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        named |= set(re.findall(r'failpoint\.reached\("([\w.-]+)"\)', path.read_text()))
    # Named by the queue in common code.
    named |= {f"claim.{queue}.{when}-commit" for queue in ("inbox", "outbox") for when in ("before", "after")}
    # Those of the other doors and of the migrations have tests of their own.
    own = ("imap.", "deliver.", "migrate.")
    assert {name for name in named if not name.startswith(own)} == set(POINTS)
