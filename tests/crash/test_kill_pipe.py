"""Kill -9 of `deliver` at every named step while the daemon decides; the MTA tries again: nothing lost, none twice.

With POSTERN_CRASH_MESSAGES=200 as many messages die at each point, on both databases.
"""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from gateway.exits import TRY_LATER
from gateway.relay_settings import CONNECTIONS
from gateway.store.store import Store
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.ledger import Ledger, faults
from tests.rig.relay import Relay
from tests.rig.supervisor import drain

MESSAGES = int(os.environ.get("POSTERN_CRASH_MESSAGES", "2"))
WHOLE = "POSTERN_CRASH_MESSAGES" in os.environ
AT_ONCE = 4
ROOT = Path(__file__).parents[2]
WITHIN = "within the message"
POINTS = (
    WITHIN,
    "deliver.before-open",
    "accept.before-commit",
    "accept.after-commit",
    "deliver.before-exit",
)


def mail(number: int) -> tuple[str, bytes]:
    """A Message-ID and the mail that bears it."""
    message_id = f"<piped-{number}@acme.example>"
    text = (
        f"From: <customer{number}@acme.example>\nTo: support@desk.example\nSubject: Matter {number}\n"
        f"Message-ID: {message_id}\n\nThis is matter {number}.\n"
    )
    return message_id, text.encode()


def deliver(path: Path, raw: bytes, point: str | None) -> int:
    """One try of an MTA; returns the exit status, negative for a signal."""
    environment = {k: v for k, v in os.environ.items() if k != "POSTERN_FAILPOINT"}
    if point not in (None, WITHIN):
        environment["POSTERN_FAILPOINT"] = f"{point}:1:kill"
    command = [sys.executable, "-m", "gateway.cli", "-c", str(path), "deliver", "--recipient", "support@desk.example"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        if point == WITHIN:
            process.stdin.write(raw[: len(raw) // 2])
            process.stdin.flush()
            process.kill()
        process.communicate(None if point == WITHIN else raw)
        return process.returncode


def insist(path: Path, number: int, ledger: Ledger) -> list[int]:
    """What an MTA does with a message whose delivery dies at each point in turn: it tries again until it has a 0.

    Returns how the tries ended.
    """
    message_id, raw = mail(number)
    ended = [deliver(path, raw, point) for point in POINTS]
    while 0 not in ended:
        ended.append(deliver(path, raw, None))
    ledger.write({"id": message_id})
    return ended


@pytest.mark.long
@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"] if WHOLE else ["sqlite"], indirect=True)
def test_killed_there_the_mta_tries_again(store_url: str, tmp_path: Path) -> None:
    """cases 1 and 2: over the pipe, where the exit status is the answer."""
    with closing(Store.open(store_url)) as store, Relay(ledger=tmp_path / "delivered") as relay:
        store.migrate()
        ledger = Ledger(tmp_path / "acknowledged")
        path = config.write(tmp_path, store_url, relay.port)
        daemon = Daemon(path)
        daemon.start()
        try:
            with ThreadPoolExecutor(AT_ONCE) as mta:
                ends = list(mta.map(lambda number: insist(path, number, ledger), range(MESSAGES)))
            drain(store)
        finally:
            status = daemon.stop()
        for ended in ends:
            assert ended[: len(POINTS)] == [-signal.SIGKILL] * len(POINTS)
            assert set(ended[len(POINTS) :]) <= {0, TRY_LATER}
        found = faults(store, [entry["id"] for entry in ledger.entries()], relay.deliveries, in_hand=CONNECTIONS)
        ledger.close()
    assert len(ends) == MESSAGES
    assert found == []
    assert status == 0


def test_every_failpoint_of_the_pipe_is_tried() -> None:
    """case 1: a point that no test dies at proves nothing."""
    named = set(re.findall(r'failpoint\.reached\("([\w.-]+)"\)', (ROOT / "gateway/commands/deliver.py").read_text()))
    assert named == {point for point in POINTS if point.startswith("deliver.")}
