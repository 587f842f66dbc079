"""What is said to the door, and what it tells of itself."""

import pytest

from tests.integration.smtp.house import SIZE, SUPPORT, Build, House


def test_errors_of_a_session(build: Build) -> None:
    """case 57: the fourth error of three ends the session."""
    house = build(bounds={"errors": 3})
    with house.peer() as peer:
        assert [peer.say("JUMP")[:3] for _ in range(3)] == ["500"] * 3
        assert peer.say("JUMP") == "421 4.7.0 Too many errors"
        assert peer.closed()
    assert len(house.refusals("Too many errors")) == 1


@pytest.mark.parametrize(
    "command", ["HELP", "HELP MAIL", "VRFY ann@acme.example", "EXPN agents", "NOOP", "AUTH PLAIN x"]
)
def test_questions_are_answered_without_secrets(house: House, command: str) -> None:
    """case 60: no version, no name, no path."""
    with house.peer() as peer:
        answer = peer.say(command)
    for secret in ("aiosmtpd", "Python", "1.4", str(house.log.parent), "postern.db", "acme.example"):
        assert secret not in answer


def test_who_exists_cannot_be_asked(house: House) -> None:
    """case 60: VRFY and EXPN say the same of everybody."""
    with house.peer() as peer:
        assert peer.say(f"VRFY {SUPPORT}") == peer.say("VRFY nobody@desk.example")
        assert peer.say(f"EXPN {SUPPORT}") == peer.say("EXPN nobody@desk.example")


def test_what_is_announced(house: House) -> None:
    """case 62: and nothing that is not there."""
    with house.peer() as peer:
        offers = peer.say("EHLO acme.example").splitlines()
    assert f"250-SIZE {SIZE}" in offers
    assert "250-8BITMIME" in offers
    assert "250-PIPELINING" in offers
    assert "250-SMTPUTF8" in offers
    assert not any("AUTH" in offer or "STARTTLS" in offer for offer in offers)


@pytest.mark.parametrize(
    "noise", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", b"POST / HTTP/1.1\r\n", b"\0\0\r\n"]
)
def test_noise_is_answered_and_harms_nobody(house: House, noise: bytes) -> None:
    """cases 46 and 50: at the first bad command it is over."""
    with house.peer() as peer:
        peer.send(noise)
        assert peer.answer().startswith("5")
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
