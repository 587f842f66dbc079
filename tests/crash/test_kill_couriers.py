"""Kill -9 of the couriers at every step of the way out, and start again: every letter arrives, and none is lost.

The steps are those that are named in the code, and those of the dialogue, where the relay makes them die. With
POSTERN_CRASH_LETTERS=500 as many letters are under way, at each step and on both databases; otherwise the named steps
are for `test_kill`, but for the one after which a letter is doubled.
"""

import os
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway import secret
from gateway.instant import now
from gateway.relay_settings import CONNECTIONS
from gateway.store.schema import outbox
from gateway.store.store import Store
from tests.integration.store.samples import open_ticket
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.ledger import faults
from tests.rig.relay import Answer, Drop, Relay
from tests.rig.supervisor import Supervisor, drain

LETTERS = int(os.environ.get("POSTERN_CRASH_LETTERS", "60"))
WHOLE = "POSTERN_CRASH_LETTERS" in os.environ
# Name, and at which time it is reached the process dies: late enough that work is under way everywhere.
POINTS = {
    "claim.outbox.before-commit": 2,
    "claim.outbox.after-commit": 2,
    "send.before-keep": 2,
    "send.after-keep": 2,
    "send.before-relay": LETTERS // 3,
    "send.after-relay": LETTERS // 3,
    "send.before-commit": 4,
    "send.after-commit": 4,
}
# Each at the third of the letters, but for what happens once a connection.
STEPS = {"GREETING": 3, "EHLO": 3} | dict.fromkeys(("MAIL", "RCPT", "DATA", "DOT"), LETTERS // 3)


class Sender(Daemon):
    """The couriers alone."""

    def start(self, failpoint: str | None = None, *, roles: str | None = "send") -> int:
        return super().start(failpoint, roles=roles)


class Deadly(Relay):
    """A relay that lets its client die when a verb has come for the n-th time; it has the letter where that is DOT."""

    def __init__(self, ledger: Path, verb: str = "", times: int = 0) -> None:
        super().__init__(ledger=ledger)
        self.supervisor: Supervisor | None = None
        self._verb = verb
        self._left = times
        self._counting = threading.Lock()

    def reply_for(self, verb: str, _recipients: Sequence[str], answer: Answer) -> Answer:
        if verb != self._verb:
            return answer
        with self._counting:
            self._left -= 1
            dies = self._left == 0
        if not dies:
            return answer
        assert self.supervisor is not None
        self.supervisor.kill()
        return Drop(taken=True)


def fill(folder: Path, store: Store, recipients: Sequence[str]) -> None:
    """Letters that wait, written just now."""
    open_ticket(store, secret.obtain(folder / "var" / "secret"), tell=tuple(recipients))
    with store.database.write() as connection:
        connection.execute(update(outbox).values(created_at=now()))


def survives(folder: Path, store_url: str, point: str) -> None:
    """Send everything while the couriers die once; then the books must balance."""
    verb = point if point in STEPS else ""
    with Deadly(folder / "delivered", verb, STEPS.get(verb, 0)) as relay, closing(Store.open(store_url)) as store:
        path = config.write(folder, store_url, relay.port)
        store.migrate()
        fill(folder, store, [f"p{number}@d{number % 7}.example" for number in range(LETTERS)])
        supervisor = Supervisor(Sender(path), f"{point}:{POINTS[point]}:kill" if point in POINTS else None)
        relay.supervisor = supervisor
        try:
            drain(store)
            supervisor.until(lambda: supervisor.deaths == 1)
        finally:
            status = supervisor.stop()
        found = faults(store, [], relay.deliveries, in_hand=CONNECTIONS)
        assert supervisor.deaths == 1, f"the couriers never came to {point}, or died of something else"
        assert found == []
        assert len({one.message_id for one in relay.deliveries}) == LETTERS
        doubled = len(relay.deliveries) - LETTERS
        print(f"{point}: {LETTERS} letters, {doubled} doubled")
        assert doubled <= CONNECTIONS
    assert status == 0


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"] if WHOLE else ["sqlite"], indirect=True)
@pytest.mark.parametrize("point", [*(POINTS if WHOLE else ("send.after-relay",)), *STEPS])
def test_killed_there_every_letter_arrives(point: str, store_url: str, tmp_path: Path) -> None:
    """cases 27 and 28: at each step; what arrives twice was in hand, and has the same bytes and Message-ID."""
    survives(tmp_path, store_url, point)
