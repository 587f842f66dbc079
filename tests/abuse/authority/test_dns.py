"""The DNS fails while a signature is checked: nothing is proven, nothing is lost, nobody waits for long."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.records import Records, SystemResolver
from tests.rig.dns import NameServer, name_server
from tests.rig.signing import signer
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, Desk

OURS = signer("desk.example")
GOOD = {f"{selector}._domainkey.desk.example": OURS.record for selector in ("x", "good")}
BOUND = 2.0
TROUBLES = ("silent", "servfail", "refused", "nxdomain", "junk", "circle", "long", "huge", "cut", "none")


@pytest.fixture
def server() -> Iterator[NameServer]:
    """A name server that knows the key of the desk's own domain."""
    with name_server(GOOD) as running:
        yield running


@pytest.fixture
def checking(stage: Stage, server: NameServer) -> Iterator[Desk]:
    """A desk that checks signatures itself, with that name server."""
    desk = stage(more="[trust]\ncheck_dkim = true")
    desk.write(ANN, "All images are missing.", subject="Images")
    records = Records(SystemResolver(server.address, BOUND), BOUND)
    desk.rules, desk.trusted = replace(desk.rules, records=records), False
    yield desk
    records.close()


def closing(desk: Desk, selector: str) -> tuple[bytes, str]:
    """Dana's signed `close`, under a key of that name."""
    to = desk.last(DANA).reply_to
    raw = f"From: {DANA}\r\nTo: {to}\r\nSubject: Re: Images\r\nMessage-ID: <{selector}@desk.example>\r\n\r\nclose\r\n"
    return replace(OURS, selector=selector).sign(raw.encode()), to


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_key_that_cannot_be_had_proves_nothing_and_loses_nothing(checking: Desk, trouble: str) -> None:
    """case 99: silence, SERVFAIL, circles, endless chains, 60 kB of TXT: decided in time, without power."""
    raw, to = closing(checking, trouble)
    began = time.monotonic()
    checking.arrives(raw, DANA, to)
    assert time.monotonic() - began < BOUND + 8  # the machine may be slow; without a bound it would be for ever
    assert checking.status() != "closed"
    assert [line.state for line in checking.inbox()] == ["done", "done"]


def test_trouble_with_one_signature_does_not_spoil_the_others(checking: Desk, server: NameServer) -> None:
    """case 99: a mail bears three signatures whose keys are never had, and below them a good one."""
    raw, to = closing(checking, "good")
    head = b"".join(
        f"DKIM-Signature: v=1; a=rsa-sha256; d=x{n}.example; s=silent; h=from; bh=AA==; b=AA==\r\n".encode()
        for n in range(3)
    )
    checking.arrives(head + raw, DANA, to)
    assert checking.status() == "closed"
    assert "good._domainkey.desk.example." in server.asked


def test_a_flood_of_signatures_asks_for_few_keys(checking: Desk, server: NameServer) -> None:
    """case 99: a thousand signatures cost no more look-ups than five."""
    raw, to = closing(checking, "good")
    head = b"".join(
        f"DKIM-Signature: v=1; a=rsa-sha256; d=x{n}.example; s=none; h=from; bh=AA==; b=AA==\r\n".encode()
        for n in range(900)
    )
    checking.arrives(head + raw, DANA, to)
    assert len(set(server.asked)) <= 5
    assert checking.status() != "closed"
