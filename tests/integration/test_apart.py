"""The couriers work in a process of their own: it ends with the daemon, and where it dies another one begins."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import config
from tests.rig.command import postern
from tests.rig.daemon import Daemon
from tests.rig.load import Message, Session
from tests.rig.relay import Relay

PATIENCE = 30.0  # seconds: no test waits for it


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def daemon(store_url: str, tmp_path: Path, relay: Relay) -> Iterator[Daemon]:
    daemon = Daemon(config.write(tmp_path / "site", store_url, relay.port))
    yield daemon
    daemon.kill()


def couriers(daemon: Daemon) -> int:
    """The process of the couriers: the child that is no parser."""
    assert daemon.process is not None
    tasks = Path(f"/proc/{daemon.process.pid}/task").glob("*/children")
    children = [int(word) for task in tasks for word in task.read_text().split()]
    (found,) = [child for child in children if b"gateway.reader" not in Path(f"/proc/{child}/cmdline").read_bytes()]
    return found


def gone(process: int) -> bool:
    """Whether a process that need not be ours has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def write(daemon: Daemon, name: str) -> None:
    """Ann writes to the desk, in a mail of this name."""
    text = f"From: ann@acme.example\r\nTo: support@desk.example\r\nSubject: {name}\r\nMessage-ID: <{name}@acme.example>"
    session = Session(daemon.port)
    answer = session.send(
        Message(
            f"<{name}@acme.example>", "ann@acme.example", "support@desk.example", f"{text}\r\n\r\nIt beeps.".encode()
        )
    )
    session.close()
    assert answer.startswith(b"250")


def eventually_sent(daemon: Daemon, count: int) -> None:
    """Wait until the log tells of so many letters: what was in hand when its courier died goes out once more."""
    end = time.monotonic() + PATIENCE
    while len(postern(daemon.config, "log", "--outcome", "sent", "--json").objects) < count:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_mail_that_comes_in_wakes_the_couriers(daemon: Daemon, relay: Relay) -> None:
    daemon.start()
    assert not gone(couriers(daemon))
    write(daemon, "one")
    relay.wait_for(3, PATIENCE)


def test_where_their_process_dies_another_one_begins_and_nothing_is_lost(daemon: Daemon, relay: Relay) -> None:
    daemon.start()
    for name, letters in (("two", 3), ("three", 6)):
        first = couriers(daemon)
        os.kill(first, signal.SIGKILL)
        write(daemon, name)
        relay.wait_for(letters, PATIENCE)
        assert couriers(daemon) != first
        eventually_sent(daemon, letters)
    died = [
        one for one in postern(daemon.config, "log", "--outcome", "died", "--json").objects if one["step"] == "send"
    ]
    assert [one["reason"] for one in died] == ["the process of the couriers has died (SIGKILL); another one begins"] * 2
    assert daemon.stop() == 0
    assert len({one.message_id for one in relay.deliveries}) == len(relay.deliveries) == 6


def test_where_a_test_kills_them_at_a_point_the_daemon_dies_as_if_it_were_one(daemon: Daemon) -> None:
    daemon.start("send.before-relay:1:kill")
    write(daemon, "two")
    assert daemon.wait(PATIENCE) == -signal.SIGKILL
    assert daemon.process is not None
    assert daemon.process.stderr is not None
    assert "The process of the couriers has died (SIGKILL)" in daemon.process.stderr.read()
    daemon.bury()


def test_with_the_daemon_they_end_too(daemon: Daemon) -> None:
    daemon.start()
    process = couriers(daemon)
    daemon.kill()
    end = time.monotonic() + PATIENCE
    while not gone(process):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_with_named_roles_there_is_one_process(daemon: Daemon, relay: Relay) -> None:
    daemon.start(roles="smtp,work,send,clock")
    with pytest.raises(ValueError, match="not enough values"):
        couriers(daemon)
    write(daemon, "three")
    relay.wait_for(3, PATIENCE)


def test_what_they_cannot_open_ends_the_start(daemon: Daemon) -> None:
    (daemon.config.parent / "var").mkdir(exist_ok=True)
    (daemon.config.parent / "var" / "send.lock").mkdir()
    serve = [sys.executable, "-m", "gateway.cli", "-c", str(daemon.config), "serve"]
    ended = subprocess.run(serve, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 1
    assert "send.lock" in ended.stderr
    assert "ready" not in ended.stderr
