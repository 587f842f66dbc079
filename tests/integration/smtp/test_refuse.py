"""What the SMTP door refuses in the session, each recipient for itself."""

import pytest

from tests.integration.smtp.house import CLOSED, MAIL, SUPPORT, Build, House
from tests.integration.store.samples import ANN


def test_a_refused_recipient_does_not_harm_the_others(house: House) -> None:
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say("RCPT TO:<nobody@desk.example>").startswith("550")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        assert peer.answer().startswith("250")


def test_an_address_may_refuse_unknown_senders(house: House) -> None:
    with house.peer() as peer:
        peer.say("MAIL FROM:<stranger@elsewhere.example>")
        assert peer.say(f"RCPT TO:<{CLOSED}>").startswith("550 5.7.1")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        for known in (ANN, "colleague@acme.example", ""):
            peer.say("RSET")
            peer.say(f"MAIL FROM:<{known}>")
            assert peer.say(f"RCPT TO:<{CLOSED}>").startswith("250")


@pytest.mark.parametrize("sender", ["spam@other.example", "SPAM@other.example", "x@evil.example", "x@mx.evil.example"])
def test_a_banned_sender_is_refused_for_each_recipient(build: Build, sender: str) -> None:
    house = build(banned=frozenset({"spam@other.example", "evil.example"}))
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{sender}>")
        assert peer.say(f"RCPT TO:<{SUPPORT}>") == "550 5.7.1 Mail from this sender is not taken here"
        peer.say("RSET")
        assert peer.deliver(sender="ham@other.example").startswith("250")
