"""A real Postfix delivers to the real daemon: by SMTP, by LMTP and through the pipe."""

import contextlib
import os
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rig import config
from tests.rig.command import postern
from tests.rig.daemon import Daemon
from tests.rig.postfix import Postfix, missing

SUPPORT = "support@desk.example"
ANN = "ann@acme.example"
PATIENCE = 30.0
HELD = "relay_domains = desk.example"

pytestmark = [
    pytest.mark.peer("postfix"),
    pytest.mark.skipif(
        missing() is not None and not os.environ.get("POSTERN_REQUIRE_PEERS"), reason=missing() or "Postfix is here"
    ),
]


def mail(number: int, to: str = SUPPORT) -> str:
    return (
        f"From: Ann <{ANN}>\nTo: {to}\nSubject: Scanner {number}\nMessage-ID: <{number}@acme.example>\n\n"
        f"It beeps.\n.\n..\n{number}\n"
    )


def eventually(happens: Callable[[], bool], what: Callable[[], str]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The configuration of a desk with an LMTP door and letters that stay."""
    path = config.write(tmp_path, f"sqlite:///{tmp_path}/postern.db", 9)
    path.write_text(
        path.read_text().partition("[relay]")[0] + '[relay]\nkind = "keep"\n\n[lmtp]\nlisten = "lmtp.sock"\n'
    )
    return path


@pytest.fixture
def daemon(desk: Path) -> Iterator[Daemon]:
    running = Daemon(desk)
    running.start()
    yield running
    assert running.stop() == 0


def inbox(desk: Path) -> list[dict[str, object]]:
    return postern(desk, "inbox", "--json").objects


def send(postfix: Postfix, *mails: str, to: str = SUPPORT) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port) as client:
        for text in mails:
            client.sendmail(ANN, [to], text)


def delivered(desk: Path, postfix: Postfix, count: int) -> None:
    """Wait until so many messages are decided, and Postfix has nothing left."""
    eventually(
        lambda: len(inbox(desk)) == count and postfix.queued() == 0,
        lambda: f"{len(inbox(desk))} of {count} came, {postfix.queued()} are queued\n{postfix.log()[-2000:]}",
    )


def test_by_smtp(desk: Path, daemon: Daemon) -> None:
    transport = f"transport_maps = static:smtp:[127.0.0.1]:{daemon.port}"
    with Postfix([HELD, transport]) as postfix:
        send(postfix, *map(mail, range(10)))
        delivered(desk, postfix, 10)
    eventually(lambda: len(postern(desk, "tickets", "--json").objects) == 10, lambda: str(inbox(desk)))


def test_by_lmtp(desk: Path, daemon: Daemon) -> None:
    """A socket that Postfix's own user must reach, too."""
    with Postfix([HELD]) as postfix:
        reached = postfix.folder / "lmtp.sock"
        daemon.stop()
        desk.write_text(desk.read_text().replace('"lmtp.sock"', f'"{reached}"'))
        daemon.start()
        assert daemon.doors["lmtp"] == str(reached)
        postfix.set(f"transport_maps = static:lmtp:unix:{reached}")
        send(postfix, *map(mail, range(10)))
        delivered(desk, postfix, 10)


def test_what_is_refused_in_the_session_is_for_postfix_to_return(desk: Path, daemon: Daemon) -> None:
    """case 135: nothing is bounced by us; the one who took the mail tells its sender."""
    transport = f"transport_maps = static:smtp:[127.0.0.1]:{daemon.port}"
    with Postfix([HELD, transport, "soft_bounce = yes"]) as postfix:
        send(postfix, mail(1), to="nobody@desk.example")
        eventually(lambda: "550 5.1.1" in postfix.log(), postfix.log)
    assert inbox(desk) == []


PIPE = (
    "postern unix - n n - 2 pipe",
    "  user=nobody argv={script} ${{sender}} ${{recipient}}",
)
SCRIPT = """\
#!/bin/sh
# Postfix runs it as a user who may not reach the interpreter of the tests: the test takes over from here.
cd {folder} && cat > message && printf '%s\\n%s\\n' "$1" "$2" > request && read code < answer && exit "$code"
"""


def test_through_the_pipe(desk: Path) -> None:
    # Only our mail goes down the pipe: what Postfix returns to its sender must not come back by it.
    ours = "transport_maps = inline:{desk.example=postern:}"
    with Postfix([HELD, ours, "default_transport = discard:", "postern_destination_concurrency_limit = 1"]) as postfix:
        folder = postfix.folder / "pipe"
        folder.mkdir()
        folder.chmod(0o777)
        for name in ("request", "answer"):
            os.mkfifo(folder / name)
            (folder / name).chmod(0o666)
        script = postfix.folder / "deliver"
        script.write_text(SCRIPT.format(folder=folder))
        script.chmod(0o755)
        postfix.serve(line.format(script=script) for line in PIPE)
        codes: list[int] = []
        thread = threading.Thread(target=_deliver, args=(desk, folder, 3, codes))
        thread.start()
        send(postfix, mail(1), mail(2))
        delivered(desk, postfix, 2)
        send(postfix, mail(3), to="nobody@desk.example")
        thread.join(PATIENCE)
        assert codes == [0, 0, 67]
        eventually(lambda: "status=bounced" in postfix.log() and postfix.queued() == 0, postfix.log)
    eventually(lambda: _running(script) == [], lambda: f"still there: {_running(script)}")


def _running(script: Path) -> list[str]:
    """The processes that run a script."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = place.read_bytes().split(b"\0")
            found += [place.parent.name] if str(script).encode() in words else []
    return found


def _deliver(desk: Path, folder: Path, times: int, codes: list[int]) -> None:
    for _ in range(times):
        sender, recipient = (folder / "request").read_text().splitlines()
        command = [sys.executable, "-m", "gateway.cli", "-c", str(desk), "deliver"]
        with (folder / "message").open("rb") as message:
            done = subprocess.run([*command, "--sender", sender, "--recipient", recipient], stdin=message, check=False)
        codes.append(done.returncode)
        (folder / "answer").write_text(f"{done.returncode}\n")
