"""What the door tells of itself."""

import pytest

from tests.integration.smtp.house import SIZE, SUPPORT, House


@pytest.mark.parametrize(
    "command", ["HELP", "HELP MAIL", "VRFY ann@acme.example", "EXPN agents", "NOOP", "AUTH PLAIN x"]
)
def test_questions_are_answered_without_secrets(house: House, command: str) -> None:
    """Case 60."""
    with house.peer() as peer:
        answer = peer.say(command)
    for secret in ("aiosmtpd", "Python", "1.4", str(house.log.parent), "postern.db", "acme.example"):
        assert secret not in answer


def test_who_exists_cannot_be_asked(house: House) -> None:
    with house.peer() as peer:
        assert peer.say(f"VRFY {SUPPORT}") == peer.say("VRFY nobody@desk.example")
        assert peer.say(f"EXPN {SUPPORT}") == peer.say("EXPN nobody@desk.example")


def test_what_is_announced(house: House) -> None:
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
    """Cases 46 and 50."""
    with house.peer() as peer:
        peer.send(noise)
        assert peer.answer().startswith("5")
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
