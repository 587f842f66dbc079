"""A machine that gives less than is needed, under the real daemon: 4xx, one line in the log, and back by itself."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway import maillog
from tests.integration.smtp.house import SUPPORT, Client, numbered
from tests.integration.store.samples import ANN
from tests.rig import config, kernel
from tests.rig.daemon import Daemon
from tests.rig.kernel import Refusing

PATIENCE = 30.0
traced = pytest.mark.skipif(
    kernel.missing() is not None and not os.environ.get("POSTERN_REQUIRE_PEERS"), reason=kernel.missing() or "strace"
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return config.write(tmp_path / "site", f"sqlite:///{tmp_path}/site/postern.db", 9)


@pytest.fixture
def start(site: Path) -> Iterator[Callable[..., Daemon]]:
    """Starts the doors of the site, by way of other programs if need be; they end well."""
    started: list[Daemon] = []

    def begin(*way: str) -> Daemon:
        started.append(Daemon(site, way))
        started[-1].start(roles="smtp")
        return started[-1]

    try:
        yield begin
    finally:
        ends = [daemon.stop() for daemon in started]
    assert ends == [0] * len(ends)


def pid(daemon: Daemon) -> int:
    assert daemon.process is not None
    return daemon.process.pid


def attempt(peer: Client, number: int) -> str:
    """One message from MAIL on, as an MTA sends it: the answer that ends it, whichever command gets that."""
    for command in (f"MAIL FROM:<{ANN}>", f"RCPT TO:<{SUPPORT}>", "DATA"):
        answer = peer.say(command)
        if answer[0] not in "23":
            peer.say("RSET")
            return answer
    peer.send(numbered(number) + b".\r\n")
    return peer.answer()


def logged(site: Path, outcome: str) -> list[str]:
    facts = map(maillog.parse, (site.parent / "var" / "mail.log").read_text().splitlines())
    return [fact.get("reason", "") for fact in facts if fact["outcome"] == outcome]


@traced
def test_a_file_system_that_turns_read_only(site: Path, start: Callable[..., Daemon]) -> None:
    """case 7: temporary for each mail, and whoever was told 250 has been kept."""
    daemon = start()
    with Client(daemon.port) as peer:
        assert peer.deliver(numbered(1)).startswith("250")
        with Refusing(pid(daemon), "EROFS", "pwrite64"):
            for number in range(2, 5):
                assert attempt(peer, number) == "451 4.3.0 Something went wrong here; please try again later"
        assert daemon.alive()
        for number in range(2, 5):
            assert peer.deliver(numbered(number)).startswith("250")
    assert len(logged(site, "temporary")) == 1
    assert logged(site, "recovered") == ["store: it is over; refused 3 times"]
    assert len(logged(site, "accepted")) == 4


def starved(site: Path) -> list[str]:
    """What the log says of connections for which there was no handle."""
    return [said for said in logged(site, "temporary") if "accept" in said and "Too many open files" in said]


@traced
def test_no_more_file_handles(site: Path, start: Callable[..., Daemon]) -> None:
    """case 39: whoever is inside is served or may come again; whoever waits outside is served afterwards."""
    daemon = start()
    with Client(daemon.port) as inside:
        with Refusing(pid(daemon), "EMFILE", "accept4", "openat", "socket"):
            answers = [attempt(inside, number)[:3] for number in range(3)]
            assert set(answers) <= {"250", "451"}
            outside = Client(daemon.port)
            end = time.monotonic() + PATIENCE
            while not starved(site):
                assert time.monotonic() < end
                assert outside.silent()
        with outside:
            assert outside.deliver(numbered(9)).startswith("250")
        assert inside.deliver(numbered(10)).startswith("250")
    assert len(starved(site)) == 1
    assert len([said for said in logged(site, "recovered") if said.startswith("loop: it is over; refused ")]) == 1


def test_fewer_file_handles_than_connections(site: Path, start: Callable[..., Daemon]) -> None:
    """case 39: 421 for one too many, long before a file cannot be opened."""
    daemon = start("prlimit", "--nofile=260:260")
    (limited,) = logged(site, "limited")
    assert limited == "4 connections and not 200, for the system gives no more file handles"
    inside = [Client(daemon.port) for _ in range(4)]
    assert all(one.answer().startswith("220") for one in inside)
    fifth = Client(daemon.port)
    assert fifth.answer() == "421 4.7.0 Too many connections; please try again later"
    fifth.socket.close()
    assert inside[0].say("EHLO acme.example").startswith("250")
    assert inside[0].deliver(numbered(1)).startswith("250")
    for one in inside:
        one.socket.close()
    end = time.monotonic() + PATIENCE
    while True:
        later = Client(daemon.port)
        said = later.answer()
        later.socket.close()
        if said.startswith("220"):
            break
        assert time.monotonic() < end
