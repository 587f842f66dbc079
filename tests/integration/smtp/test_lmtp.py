"""The LMTP door beside the SMTP door: what it speaks, and where it is."""

from pathlib import Path

from gateway.smtp.bounds import Kind, Listener
from tests.integration.smtp.house import MANNERS, Build


def test_it_speaks_lmtp_and_nothing_else(build: Build, tmp_path: Path) -> None:
    house = build(MANNERS, (Listener(Kind.LMTP, tmp_path / "lmtp.sock"),))
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
