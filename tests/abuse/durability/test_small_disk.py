"""A disk that fills up under load, and one that turns read-only: refused for now, and back by itself."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gateway.relay_settings import CONNECTIONS
from gateway.store.store import Store
from tests.integration.smtp.house import Build, numbered
from tests.integration.smtp.test_store_troubles import small_disk
from tests.rig import config
from tests.rig.command import postern
from tests.rig.daemon import Daemon
from tests.rig.ledger import Ledger, faults
from tests.rig.load import Message, send_all
from tests.rig.relay import Relay
from tests.rig.supervisor import drain

__all__ = ["small_disk"]

MESSAGES = 40


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def messages() -> Iterator[Message]:
    for number in range(MESSAGES):
        writer, message_id = f"customer{number}@acme.example", f"<load-{number}@acme.example>"
        text = (
            f"From: <{writer}>\r\nSubject: Matter {number}\r\nMessage-ID: {message_id}\r\n\r\n"
            + "It is a long story.\r\n" * 15_000
        )
        yield Message(message_id, writer, "support@desk.example", text.encode())


def test_a_disk_that_runs_full_under_load(small_disk: Path, tmp_path: Path) -> None:
    """case 6: what was answered with 250 is there, the rest comes once there is room, without a restart of ours."""
    url = f"sqlite:///{small_disk}/postern.db"
    ledger = Ledger(tmp_path / "acknowledged")
    with Relay(ledger=tmp_path / "delivered") as relay:
        path = config.write(tmp_path, url, relay.port)
        daemon = Daemon(path)
        daemon.start()
        write = ledger.write
        load = threading.Thread(
            target=send_all, args=(messages(), lambda: daemon.port, 4, lambda m, _: write({"id": m.message_id}))
        )
        load.start()
        while not _refused(path):
            time.sleep(0.05)
        assert len(ledger.entries()) < MESSAGES
        remount(small_disk, "size=200m")
        load.join()
        with closing(Store.open(url)) as store:
            drain(store)
            assert daemon.stop() == 0
            acknowledged = [entry["id"] for entry in ledger.entries()]
            assert len(acknowledged) == MESSAGES
            assert faults(store, acknowledged, relay.deliveries, in_hand=CONNECTIONS) == []
    ledger.close()


def _refused(path: Path) -> bool:
    facts = postern(path, "log", "--json").objects
    return any(str(fact["reason"]).startswith("452 4.3.1") for fact in facts if fact["outcome"] == "temporary")


def test_a_disk_that_turns_read_only(build: Build, small_disk: Path) -> None:
    """case 7: 451 while it lasts, one line in the log, and mail again once it can be written."""
    house = build(data=small_disk)
    with house.peer() as peer:
        assert peer.deliver(numbered(1)).startswith("250")
        # Whoever has the file open for writing keeps the file system from being changed: a disk does it by itself.
        house.store.close()
        remount(small_disk, "ro")
        for _ in range(3):
            assert peer.deliver(numbered(2)).startswith("451 4.3.0 ")
        remount(small_disk, "rw")
        assert peer.deliver(numbered(2)).startswith("250")
    assert sorted(row.raw for row in house.rows()) == [numbered(1), numbered(2)]
    assert len(house.refusals("451 4.3.0")) == 1
