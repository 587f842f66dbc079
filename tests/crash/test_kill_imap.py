"""Kill -9 between IMAP's fetch, our commit, flag, move and cursor: no mail is lost, none is decided twice."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.relay_settings import CONNECTIONS
from gateway.store.store import Store
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.imap import PASSWORD, USERNAME, ImapServer
from tests.rig.ledger import Ledger, faults
from tests.rig.relay import Relay
from tests.rig.supervisor import Supervisor, drain

# More than share one commit; by the environment up to as many as a folder may have.
MESSAGES = max(70, int(os.environ.get("POSTERN_CRASH_MESSAGES", "70")))
ROOT = Path(__file__).parents[2]

# Name, and at which time it is reached the process dies.
POINTS = {
    "imap.before-fetch": 61,
    "imap.after-fetch": 55,
    "intake.commit": 2,
    "accept.before-commit": 1,
    "accept.after-commit": 1,
    "imap.before-flag": 1,
    "imap.after-flag": 2,
    "imap.before-cursor": 1,
    "imap.after-cursor": 1,
    "decide.before-commit": 2,
    "decide.after-commit": 2,
}


def messages() -> Iterator[tuple[str, bytes]]:
    """Message-IDs, and mails of many customers, two of each."""
    for number in range(MESSAGES):
        writer = f"customer{number // 2}@acme.example"
        message_id = f"<fetched-{number}@acme.example>"
        text = (
            f"From: Customer {number // 2} <{writer}>\r\nTo: support@desk.example\r\nSubject: Matter {number}\r\n"
            f"Message-ID: {message_id}\r\n\r\nThis is matter {number}.\r\n"
        )
        yield message_id, text.encode()


def mailbox(path: Path, port: int, after: str) -> Path:
    """The configuration with the folder of a server on this machine."""
    (path.parent / "mailbox-password").touch(mode=0o600)
    (path.parent / "mailbox-password").write_text(f"{PASSWORD}\n")
    with path.open("a") as file:
        file.write(
            f'\n[[mailbox]]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nusername = "{USERNAME}"\n'
            f'password_file = "mailbox-password"\nstart = "all"\nafter = "{after}"\n'
        )
    return path


@pytest.mark.parametrize("point", POINTS)
def test_case_15_killed_there_nothing_is_lost_and_nothing_decided_twice(
    point: str, store_url: str, tmp_path: Path
) -> None:
    """case 15: what was fetched and not noted is fetched again, and recognised."""
    after = "move:Done" if store_url.startswith("sqlite") else "seen"  # the database does not know of folders
    ledger = Ledger(tmp_path / "acknowledged")
    with Relay(ledger=tmp_path / "delivered") as relay, ImapServer() as server:
        for message_id, raw in messages():
            server.deliver(raw)
            ledger.write({"id": message_id})
        path = mailbox(config.write(tmp_path, store_url, relay.port), server.port, after)
        supervisor = Supervisor(Daemon(path), f"{point}:{POINTS[point]}:kill")
        try:
            store = Store.open(store_url)
            supervisor.until(lambda: _tidied(server, after))
            drain(store)
        finally:
            status = supervisor.stop()
        found = faults(store, [entry["id"] for entry in ledger.entries()], relay.deliveries, in_hand=CONNECTIONS)
        store.close()
        ledger.close()
    assert supervisor.deaths == 1, f"the daemon never came to {point}, or died of something else"
    assert found == []
    assert status == 0, "after SIGTERM the daemon must end by itself"


def _tidied(server: ImapServer, after: str) -> bool:
    """Whether each message is where it belongs once it is ours; a copy more is no harm."""
    if after == "seen":
        return all(r"\Seen" in message.flags for message in server.inbox.messages)
    done = server.has.folders.get("Done")
    return not server.inbox.messages and done is not None and len(done.messages) >= MESSAGES


def test_every_failpoint_of_the_door_is_tried() -> None:
    named = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        named |= set(re.findall(r'failpoint\.reached\("(imap\.[\w.-]+)"\)', path.read_text()))
    assert named == {point for point in POINTS if point.startswith("imap.")}
