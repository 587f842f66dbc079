"""The LMTP door (RFC 2033): one answer a recipient, over a loopback port or a Unix socket."""

from pathlib import Path

import pytest

from gateway.fields import Endpoint
from gateway.smtp.bounds import Kind, Listener
from parsers.mail import Door
from tests.integration.smtp.house import CONFIDENTIAL, MAIL, MANNERS, SIZE, SUPPORT, Build, House, failing
from tests.integration.store.samples import ANN

SALES = "sales@desk.example"


@pytest.fixture(params=["port", "socket"])
def house(build: Build, tmp_path: Path, request: pytest.FixtureRequest) -> House:
    place = Endpoint("127.0.0.1", 0) if request.param == "port" else tmp_path / "lmtp.sock"
    return build(MANNERS, (Listener(Kind.LMTP, place),))


def test_each_recipient_gets_an_answer(house: House) -> None:
    """Case 63: those that were let in, in their order, a recipient named twice two times."""
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


def test_on_each_path_there_are_as_many_answers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 63: too large, bare newlines, looping, a fault of ours; and the session stays in step."""
    with house.peer(Kind.LMTP) as peer:
        for raw, code in (
            (b"x" * (SIZE + 1) + b"\r\n", "552"),
            (b"It\nbeeps\r\n", "550"),
            (b"Received: by a\r\n" * 6 + MAIL, "554"),
        ):
            assert peer.deliver(raw, SUPPORT, SALES).startswith(code)
            assert peer.answer().startswith(code)
        failing(monkeypatch, house.store, RuntimeError(CONFIDENTIAL))
        assert [peer.deliver(MAIL, SUPPORT, SALES), peer.answer()] == [
            "451 4.3.0 Something went wrong here; please try again later"
        ] * 2
        assert peer.say("NOOP").startswith("250")


def test_it_speaks_lmtp_and_nothing_else(house: House) -> None:
    with house.peer(Kind.LMTP) as peer:
        assert peer.say("EHLO acme.example").startswith("500")
        assert peer.say("HELO acme.example").startswith("500")
        offers = peer.say("LHLO acme.example")
    assert "PIPELINING" in offers
    assert "ENHANCEDSTATUSCODES" in offers


def test_smtp_knows_no_lhlo(build: Build) -> None:
    with build().peer() as peer:
        assert peer.say("LHLO acme.example").startswith("500")


def test_the_socket_goes_with_the_door(build: Build, tmp_path: Path) -> None:
    place = tmp_path / "lmtp.sock"
    house = build(MANNERS, (Listener(Kind.LMTP, place),))
    assert house.opened == {"lmtp": str(place)}
    house.doors.stop()
    assert not place.exists()
