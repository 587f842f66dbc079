"""The LMTP door (RFC 2033): one answer a recipient, over a loopback port or a Unix socket."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.fields import Endpoint
from gateway.smtp.bounds import Kind, Listener
from parsers.mail import Door
from tests.integration.smtp.house import MAIL, MANNERS, SUPPORT, Build, House
from tests.integration.store.samples import ANN

SALES = "sales@desk.example"


@pytest.fixture(params=["port", "socket"])
def house(build: Build, tmp_path: Path, request: pytest.FixtureRequest) -> House:
    place = Endpoint("127.0.0.1", 0) if request.param == "port" else tmp_path / "lmtp.sock"
    return build(MANNERS, (Listener(Kind.LMTP, place),))


def test_each_recipient_gets_an_answer(house: House) -> None:
    """case 63: those that were let in, in their order, a recipient named twice two times."""
    with house.peer(Kind.LMTP) as peer:
        assert peer.say(f"MAIL FROM:<{ANN}>").startswith("250")
        said = [peer.say(f"RCPT TO:<{to}>")[:3] for to in (SUPPORT, "nobody@desk.example", SALES, SUPPORT)]
        assert said == ["250", "550", "250", "250"]
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        answers = [peer.answer() for _ in range(3)]
        assert all(answer.startswith("250 2.0.0 Accepted") for answer in answers)
        assert peer.silent()
        assert peer.say("NOOP").startswith("250")
    rows = house.rows()
    assert sorted(row.envelope.recipient for row in rows) == [SALES, SUPPORT]
    assert {row.envelope.door for row in rows} == {Door.LMTP}


def test_lmtp_where_tls_is_required(build: Build, tmp_path: Path) -> None:
    """case 64: it works, for nothing leaves this machine; `[lmtp] listen` takes no other place."""
    house = build(replace(MANNERS, require_tls=True), (Listener(Kind.LMTP, tmp_path / "lmtp.sock"),))
    with house.peer(Kind.LMTP) as peer:
        assert peer.deliver().startswith("250")
