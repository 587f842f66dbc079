"""What the SMTP door refuses in the session, each recipient for itself."""

import pytest

from tests.integration.smtp.house import CLOSED, MAIL, SIZE, SUPPORT, Build, House
from tests.integration.store.samples import ANN


@pytest.mark.parametrize(
    "recipient",
    [
        "nobody@desk.example",
        "ann@acme.example",
        "support%acme.example@desk.example",
        f"support+{'a' * 31}@desk.example",
    ],
    ids=["unknown", "elsewhere", "relay", "forged token"],
)
def test_what_is_not_ours_is_refused_with_one_text(house: House, recipient: str) -> None:
    """Cases 58, 59 and 84."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say(f"RCPT TO:<{recipient}>") == "550 5.1.1 No such mailbox here"
        assert peer.say("DATA").startswith("503")
    assert house.rows() == []
    assert (house.logged()[-1]["step"], house.logged()[-1]["outcome"]) == ("rcpt", "rejected")


def test_a_refused_recipient_does_not_harm_the_others(house: House) -> None:
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say("RCPT TO:<nobody@desk.example>").startswith("550")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        assert peer.answer().startswith("250")


def test_recipients_over_the_limit_may_come_again(house: House) -> None:
    """Case 53: the excess only, and not for good."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        answers = [peer.say(f"RCPT TO:<{SUPPORT}>")[:9] for _ in range(5)]
        assert answers == ["250 2.1.5"] * 3 + ["452 4.5.3"] * 2
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        assert peer.answer().startswith("250")


def test_an_announced_size_over_the_limit_is_refused_before_anything_is_sent(house: House) -> None:
    with house.peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE={SIZE + 1}").startswith("552")
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE={SIZE}").startswith("250")


def test_a_message_over_the_limit_is_refused_once_and_the_session_goes_on(house: House) -> None:
    """Case 52: the announced size was a lie."""
    with house.peer() as peer:
        for size in (SIZE + 1, SIZE * 50):
            assert peer.deliver(b"x" * (size - 2) + b"\r\n").startswith("552 5.3.4")
        assert peer.deliver(b"x" * (SIZE - 2) + b"\r\n").startswith("250")
    assert [len(row.raw) for row in house.rows()] == [SIZE]


def test_a_message_that_loops_is_refused(house: House) -> None:
    """Case 68."""
    with house.peer() as peer:
        assert peer.deliver(b"Received: by a\r\n" * 6 + MAIL).startswith("554 5.4.6")
        assert peer.deliver(b"Received: by a\r\n" * 5 + MAIL).startswith("250")


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


@pytest.mark.parametrize(
    "path",
    [
        "<ann@elsewhere.example>",
        "<ann%elsewhere.example@desk.example>",
        "<elsewhere.example!ann@desk.example>",
        "<@desk.example:ann@elsewhere.example>",
        '<"ann@elsewhere.example"@desk.example>',
        '<"support@desk.example"@elsewhere.example>',
        "<support@[127.0.0.1]>",
        "<support@desk.example.>",
        "<support@>",
        "<support>",
        "<@desk.example>",
        "<support@desk.example@elsewhere.example>",
        "<support@desk..example>",
        "<>",
    ],
)
def test_nothing_is_relayed(house: House, path: str) -> None:
    """Case 58."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say(f"RCPT TO:{path}")[:9] in ("550 5.1.1", "553 5.1.3")


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ("BODY=8BITMIME SIZE=10", "250"),
        ("SMTPUTF8 BODY=8BITMIME", "250"),
        ("BODY=BINARYMIME", "501"),
        ("SIZE=x", "501"),
        ("SIZE=1 SIZE=2", "501"),
        ("RET=FULL", "555"),
        ("AUTH=<>", "555"),
    ],
)
def test_parameters_are_those_that_are_announced(house: House, parameters: str, answer: str) -> None:
    """Case 62."""
    with house.peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}> {parameters}").startswith(answer)


def test_an_international_address_needs_its_extension(house: House) -> None:
    """Case 62, RFC 6531."""
    with house.peer() as peer:
        assert peer.say("MAIL FROM:<jörg@acme.example>").startswith("553 5.6.7")
        assert peer.say("MAIL FROM:<jörg@acme.example> SMTPUTF8").startswith("250")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
