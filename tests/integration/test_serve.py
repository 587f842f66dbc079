"""The real daemon as a process: what its operator and its neighbours see of it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

import pytest

from gateway import secret
from gateway.store.store import Store
from parsers import address
from tests.rig import config
from tests.rig.command import postern
from tests.rig.daemon import Daemon
from tests.rig.ledger import faults
from tests.rig.load import Message as Mail
from tests.rig.load import Session, send_all
from tests.rig.relay import Relay

SUPPORT = "support@desk.example"
ANN = "ann@acme.example"
AGENTS = ["dana@desk.example", "emil@desk.example"]
PATIENCE = 30.0  # seconds: no test waits for it
Start = Callable[[Path], Daemon]


@pytest.fixture
def start() -> Iterator[Start]:
    """Daemons that are ended at the end."""
    started: list[Daemon] = []

    def one(path: Path) -> Daemon:
        started.append(Daemon(path))
        started[-1].start()
        return started[-1]

    yield one
    for daemon in started:
        daemon.kill()


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def site(tmp_path: Path, relay: Relay) -> Path:
    """The sample desk on SQLite with a relay; returns its config.toml."""
    return config.write(tmp_path / "site", f"sqlite:///{tmp_path}/site/postern.db", relay.port)


def mail(number: int = 1, writer: str = ANN, to: str = SUPPORT, text: str = "It beeps.", headers: str = "") -> Mail:
    message_id = f"<{number}@{writer.rpartition('@')[2]}>"
    raw = (
        f"From: <{writer}>\r\nTo: <{to}>\r\nSubject: Scanner {number}\r\nMessage-ID: {message_id}\r\n"
        f"{headers}\r\n{text}\r\n"
    )
    return Mail(message_id, writer, to, raw.encode())


def send(daemon: Daemon, *mails: Mail) -> list[bytes]:
    session = Session(daemon.port)
    try:
        return [session.send(one) for one in mails]
    finally:
        session.close()


def recipient_answer(daemon: Daemon, sender: str, recipient: str = SUPPORT) -> bytes:
    session = Session(daemon.port)
    try:
        session.say(f"MAIL FROM:<{sender}>".encode())
        return session.say(f"RCPT TO:<{recipient}>".encode())
    finally:
        session.close()


def eventually(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come to be"
        time.sleep(0.05)


def said(daemon: Daemon) -> str:
    """The next line on standard error."""
    assert daemon.process is not None
    assert daemon.process.stderr is not None
    return daemon.process.stderr.readline().rstrip("\n")


def hang_up(daemon: Daemon) -> None:
    assert daemon.process is not None
    daemon.process.send_signal(signal.SIGHUP)


def add_line(path: Path, header: str, line: str) -> None:
    """Put a line below a header, which is added where it is missing."""
    text, found = re.subn(rf"(?m)^{re.escape(header)}.*$", rf"\g<0>\n{line}", path.read_text(), count=1)
    path.write_text(text if found else f"{text}\n{header}\n{line}\n")


def letters(relay: Relay, count: int) -> dict[str, Message]:
    """The letters by their recipient."""
    return {d.recipient: message_from_bytes(d.data) for d in relay.wait_for(count, PATIENCE)}


def serve(path: Path) -> subprocess.CompletedProcess[str]:
    """A `serve` that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", "-c", str(path), "serve"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_mail_comes_in_and_letters_go_out(store_url: str, tmp_path: Path, relay: Relay, start: Start) -> None:
    daemon = start(config.write(tmp_path / "site", store_url, relay.port))
    assert send(daemon, mail())[0].startswith(b"250 2.0.0 Accepted as in-")
    first = letters(relay, 3)
    assert sorted(first) == [ANN, *AGENTS]
    acknowledgement = first[ANN]
    assert acknowledgement["In-Reply-To"] == "<1@acme.example>"
    root = acknowledgement["References"].split()[0]
    assert all(letter["References"].split()[0] == root for letter in first.values())
    assert len({letter["Message-ID"] for letter in first.values()}) == 3
    reply_to = parseaddr(acknowledgement["Reply-To"])[1]
    assert re.fullmatch(r"support\+[a-z2-7]{31}@desk\.example", reply_to)
    # Ann answers: her words reach the agents in the same thread.
    answer = mail(2, to=reply_to, text="It smokes.", headers=f"In-Reply-To: {acknowledgement['Message-ID']}\r\n")
    assert send(daemon, answer)[0].startswith(b"250")
    second = [message_from_bytes(delivery.data) for delivery in relay.wait_for(5, PATIENCE)[3:]]
    assert sorted(str(letter["To"]).rpartition("<")[2].rstrip(">") for letter in second) == AGENTS
    assert all(letter["References"].split()[0] == root for letter in second)
    assert all(str(letter["Subject"]) == "[CT-1] Scanner 1" for letter in second)
    assert daemon.stop() == 0


def test_the_ready_line_tells_the_port(site: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "-c", str(site), "serve"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        found = re.fullmatch(r"ready smtp=127\.0\.0\.1:([1-9][0-9]*)\n", process.stderr.readline())
        assert found
        socket.create_connection(("127.0.0.1", int(found[1]))).close()
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""


def test_the_service_manager_is_told(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start) -> None:
    """sd_notify(3)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        daemon = start(site)
        assert manager.recv(100) == b"READY=1"
        hang_up(daemon)
        assert [manager.recv(100) for _ in range(2)] == [b"RELOADING=1", b"READY=1"]
        assert daemon.stop() == 0
        assert manager.recv(100) == b"STOPPING=1"


def test_under_load_it_stops_when_asked_and_goes_on_when_started(site: Path, relay: Relay, start: Start) -> None:
    """case 35: nothing is lost, and no letter goes twice."""
    mails = [mail(number, f"customer{number}@acme.example") for number in range(40)]
    acknowledged: list[str] = []
    daemon = start(site)
    running = threading.Event()
    running.set()

    def port() -> int:
        assert running.wait(PATIENCE)
        return daemon.port

    load = threading.Thread(target=send_all, args=(mails, port, 4, lambda m, _: acknowledged.append(m.message_id)))
    load.start()
    relay.wait_for(5, PATIENCE)
    running.clear()
    assert daemon.stop() == 0
    daemon.start()
    running.set()
    load.join()
    assert len(acknowledged) == len(mails)
    store = Store.open(f"sqlite:///{site.parent}/postern.db")
    try:
        eventually(lambda: _idle(store), "an empty queue")
        assert daemon.stop() == 0
        assert faults(store, acknowledged, relay.deliveries, in_hand=0) == []
    finally:
        store.close()


def test_what_its_operator_must_know_is_written_before_it_ends(site: Path, start: Start) -> None:
    add_line(site, "[gateway]", 'unknown_senders = "hold"\nalarms = ["postmaster@ops.example"]')
    daemon = start(site)
    assert send(daemon, mail(1, "stranger@elsewhere.example"))[0].startswith(b"250")
    store = Store.open(f"sqlite:///{site.parent}/postern.db")
    try:
        eventually(lambda: store.inbox_states([1]) == {1: "held"}, "a held message")
        assert daemon.stop() == 0
        with store.read() as reading:
            (letter,) = reading.queue(("waiting", "working", "sent"))
        assert (letter.to, letter.template) == ("postmaster@ops.example", "alarm")
    finally:
        store.close()


def _idle(store: Store) -> bool:
    busy = ("waiting", "working")
    with store.read() as reading:
        return not reading.inbox(busy, limit=1) and not reading.queue(busy, limit=1)


# SIGHUP.

NEWCOMER = """
[[person]]
name = "Nora"
addresses = ["nora@elsewhere.example"]
organisation = "acme"
"""


def test_a_hang_up_reads_the_directory_again_and_a_broken_one_leaves_the_old(site: Path, start: Start) -> None:
    add_line(site, "[[address]]", 'unknown_senders = "refuse"')
    directory = site.parent / "directory.toml"
    daemon = start(site)
    assert recipient_answer(daemon, "nora@elsewhere.example").startswith(b"550 5.7.1")
    good = directory.read_text() + NEWCOMER
    directory.write_text(good)
    hang_up(daemon)
    assert "nora@elsewhere.example" in said(daemon)
    assert recipient_answer(daemon, "nora@elsewhere.example").startswith(b"250")

    directory.write_text(
        good.replace('name = "Nora"', 'name = "Nora"\nrole = "boss"').replace("[[system]]", "[[sytem]]")
    )
    hang_up(daemon)
    faults = [said(daemon), said(daemon), said(daemon)]
    assert all(re.match(rf"{re.escape(str(directory))}(:\d+)?: ", fault) for fault in faults[:2]), faults
    assert all(any(word in fault for fault in faults) for word in ("boss", "sytem"))
    assert faults[2] == "the rules in force stay as they were"
    assert recipient_answer(daemon, "nora@elsewhere.example").startswith(b"250")

    directory.write_text(good.replace(NEWCOMER, ""))
    hang_up(daemon)
    eventually(lambda: recipient_answer(daemon, "nora@elsewhere.example").startswith(b"550"), "the end of the newcomer")
    assert daemon.stop() == 0


def test_a_hang_up_takes_a_new_key_and_keeps_the_old_ones(site: Path, start: Start) -> None:
    path, day = site.parent / "var" / "secret", date.today()  # noqa: DTZ011 - a year is left of each
    daemon = start(site)
    old = secret.read(path)
    new = secret.rotate(path)

    def answer(keys: address.Keys) -> bytes:
        token = address.mint(keys, 1, day + timedelta(days=300))
        return recipient_answer(daemon, ANN, address.reply_address(SUPPORT, token))

    assert answer(old).startswith(b"250")
    assert answer(new).startswith(b"550")
    hang_up(daemon)
    assert "nothing changed" in said(daemon)
    assert answer(new).startswith(b"250")
    assert answer(old).startswith(b"250")
    assert daemon.stop() == 0


def test_a_hang_up_reads_the_workflow_again(site: Path, tmp_path: Path, relay: Relay, start: Start) -> None:
    shipped = Path(__file__).parents[2] / "workflows" / "several-parties.toml"
    desk = site.parent / "desk.toml"
    desk.write_text(shipped.read_text())
    add_line(site, "[gateway]", 'workflow = "desk.toml"')
    daemon = start(site)
    desk.write_text("states = 3\n")
    hang_up(daemon)
    assert str(desk) in said(daemon)
    while said(daemon) != "the rules in force stay as they were":
        pass
    assert send(daemon, mail())[0].startswith(b"250")
    assert len(letters(relay, 3)) == 3
    desk.write_text(shipped.read_text())
    hang_up(daemon)
    assert said(daemon) == "nothing changed in the directory"


def test_a_hang_up_says_what_needs_a_restart(site: Path, relay: Relay, start: Start) -> None:
    """Letters go on by the relay of the start."""
    daemon, before = start(site), site.read_text()
    add_line(site, "[relay]", "connections = 3")
    site.write_text(site.read_text() + '\n[[route]]\nrecipients = ["@acme.example"]\nrelays = ["default"]\n')
    hang_up(daemon)
    sentence = f"{site}: [relay] and [[route]] changed; that counts once `postern serve` is started again"
    assert said(daemon) == sentence
    logged = postern(site, "log", "--outcome", "restart-needed", "--json").objects
    assert [one["reason"] for one in logged] == [sentence]
    assert send(daemon, mail())[0].startswith(b"250")
    assert len(letters(relay, 3)) == 3
    site.write_text(before + "\n[relay]\n")
    hang_up(daemon)
    assert said(daemon).endswith("; the configuration in force stays until a restart")
    site.write_text(before)
    hang_up(daemon)
    assert said(daemon) == "nothing changed in the directory"
    assert daemon.stop() == 0


# What keeps it from starting.


def test_a_second_one_on_the_same_data_folder_may_try_later(site: Path, start: Start) -> None:
    """case 42: told, with exit status 75, and the first goes on."""
    daemon = start(site)
    second = serve(site)
    assert second.returncode == 75
    assert "another `postern serve` runs on this data folder" in second.stderr
    assert second.stderr.count("\n") == 1
    assert send(daemon, mail())[0].startswith(b"250")


def test_a_taken_port_is_told(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site.write_text(site.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        ended = serve(site)
    assert ended.returncode == 69
    assert ended.stderr.startswith("[smtp] listen: ")
    assert ended.stderr.count("\n") == 1


def test_a_broken_configuration_is_told_whole_before_anything_is_opened(site: Path) -> None:
    add_line(site, "[smtp]", "hostnam = 1")
    add_line(site, "[limits]", "hops = 0")
    directory = site.parent / "directory.toml"
    directory.write_text(directory.read_text().replace('kind = "operator"', 'kind = "boss"'))
    ended = serve(site)
    assert ended.returncode == 78
    assert [key for key in ("hostnam", "hops", "boss") if key not in ended.stderr] == []
    assert str(directory) in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "ready" not in ended.stderr
    assert not (site.parent / "postern.db").exists()


def test_a_missing_configuration_is_told(tmp_path: Path) -> None:
    ended = serve(tmp_path / "config.toml")
    assert ended.returncode == 78
    assert ended.stderr.startswith(f"{tmp_path}/config.toml: there is no such configuration; ")


# What the relay does.


def test_letters_wait_for_a_relay_that_is_down(site: Path, relay: Relay, start: Start) -> None:
    port = relay.port
    relay.close()
    daemon = start(site)
    assert send(daemon, mail())[0].startswith(b"250")

    def queue() -> list[dict[str, object]]:
        return postern(site, "queue", "--json").objects

    eventually(lambda: [bool(x["reason"]) for x in queue()] == [True] * 3, "a try of each letter")
    waiting = queue()
    assert {x["state"] for x in waiting} == {"waiting"}
    assert {x["attempts"] for x in waiting} == {0}  # nothing was tried: the relay is the one that fails
    assert all("cannot be used" in str(x["reason"]) for x in waiting)
    with Relay(port=port) as back:
        postern(site, "queue", "retry", *(f"out-{x['id']}" for x in waiting))
        assert sorted(letters(back, 3)) == [ANN, *AGENTS]
        eventually(lambda: queue() == [], "an empty queue")
        assert daemon.stop() == 0


def test_one_refused_recipient_does_not_stop_the_others(tmp_path: Path, start: Start) -> None:
    """case 29: each recipient has a letter of its own, and so an end of its own."""
    with Relay(recipients={"dana@desk.example": "550 5.1.1 There is no Dana"}) as relay:
        site = config.write(tmp_path / "site", f"sqlite:///{tmp_path}/site/postern.db", relay.port)
        daemon = start(site)
        assert send(daemon, mail())[0].startswith(b"250")
        assert sorted(letters(relay, 2)) == [ANN, "emil@desk.example"]
        eventually(lambda: _states(site) == ["refused"], "a refusal")
        (refused,) = postern(site, "queue", "--json").objects
        assert (refused["to"], refused["state"]) == ("dana@desk.example", "refused")
        assert "There is no Dana" in str(refused["reason"])
        assert daemon.stop() == 0


def _states(site: Path) -> list[object]:
    return [x["state"] for x in postern(site, "queue", "--json").objects]


# A message that kills its reader.


def poison() -> Mail:
    """More parts than a second is enough for, where the limits on parts are lifted: ours takes some seven."""
    parts = "--b\r\n\r\nx\r\n" * 400_000
    boundary = "Content-Type: multipart/mixed; boundary=b\r\n"
    return mail(1, text=f"--b\r\n\r\nI am many.\r\n{parts}--b--", headers=boundary)


def test_a_message_that_kills_its_reader_is_held_and_the_next_flows(site: Path, relay: Relay, start: Start) -> None:
    """case 20."""
    generous = '[limits]\nmime_parts = 1_000_000\nattachments = 1_000_000\nparser_cpu = "1 s"\n'
    usual = site.read_text()
    site.write_text(usual + generous)
    daemon = start(site)
    others = [mail(number, f"customer{number}@acme.example") for number in (2, 3)]
    assert all(answer.startswith(b"250") for answer in send(daemon, poison(), *others))
    assert {"customer2@acme.example", "customer3@acme.example"} <= set(letters(relay, 6))

    def inbox() -> list[dict[str, object]]:
        return postern(site, "inbox", "--json").objects

    eventually(lambda: inbox()[0]["state"] == "held", "the end of the tries")
    held, *done = inbox()
    assert held["reason"] == "reading used more than 1 s of CPU"
    assert held["from"] == ANN
    assert [x["state"] for x in done] == ["done", "done"]
    tries = [f["outcome"] for f in postern(site, "log", "--json", "--id", f"in-{held['id']}").objects]
    assert tries == ["accepted", "retry", "retry", "held"]
    assert daemon.stop() == 0

    site.write_text(usual)
    assert postern(site, "inbox", "replay", f"in-{held['id']}").code == 0
    daemon.start()
    relay.wait_for(8, PATIENCE)  # the agents are told of it
    eventually(lambda: inbox()[0]["state"] == "done", "the end of the message")
    assert daemon.stop() == 0


# A disk that fails.


@pytest.mark.skipif(
    shutil.which("strace") is None and not os.environ.get("POSTERN_REQUIRE_PEERS"),
    reason="needs strace (Debian package strace)",
)
def test_a_flush_that_fails_ends_the_process_without_a_250(site: Path, start: Start) -> None:
    """case 8: what a second flush says after a first one failed is not to be trusted."""
    daemon = start(site)
    assert send(daemon, mail(1))[0].startswith(b"250")
    eventually(lambda: len(postern(site, "tickets", "--json").objects) == 1, "the first ticket")
    eventually(lambda: postern(site, "queue", "--json").objects == [], "an empty queue")
    assert daemon.stop() == 0

    # From here on every flush of every thread fails.
    command = [sys.executable, "-m", "gateway.cli", "-c", str(site), "serve"]
    inject = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fdatasync,fsync"]
    with subprocess.Popen(
        [*inject, "-e", "inject=fdatasync,fsync:error=EIO", *command], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        daemon.doors = {"smtp": process.stderr.readline().strip().partition("smtp=")[2]}
        with pytest.raises(ConnectionError):
            send(daemon, mail(2))
        assert process.wait(PATIENCE) == 1
        assert "The disk did not take what was written" in process.stderr.read()

    daemon.start()
    assert send(daemon, mail(2))[0].startswith(b"250")
    eventually(lambda: len(postern(site, "tickets", "--json").objects) == 2, "the second ticket")
    assert daemon.stop() == 0
    assert [f["outcome"] for f in _logged(site) if f["step"] == "serve"][-3:] == ["died", "started", "stopped"]


def _logged(site: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in postern(site, "log", "--json").out.splitlines()]
