"""Who may be written to, and how that is asked."""

from datetime import date

import pytest

from gateway.store.errors import StoreUnavailable
from parsers import address
from parsers.address import Keys
from tests.integration.smtp.house import CLOSED, MAIL, SUPPORT, House
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
    """cases 58 and 59: and it stands in the log."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say(f"RCPT TO:<{recipient}>") == "550 5.1.1 No such mailbox here"
        assert peer.say("DATA").startswith("503")
    assert house.rows() == []
    assert (house.logged()[-1]["step"], house.logged()[-1]["outcome"]) == ("rcpt", "rejected")


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
        "<support@desk.example.elsewhere.example>",
        "<support@elsewhere.desk.example>",
        "<support@xdesk.example>",
        "<support@desk>",
        "<support@example>",
        "<support@desk.example:25>",
        "<support@desk.example;elsewhere.example>",
        "<support@desk.example,ann@elsewhere.example>",
        "<support@desk.example> <ann@elsewhere.example>",
        "<support@[desk.example]>",
        "<support@[IPv6:::1]>",
        "<support@127.0.0.1>",
        "<support@2130706433>",
        "<support@0x7f000001>",
        "<support@localhost>",
        "<@elsewhere.example,@desk.example:ann@elsewhere.example>",
        "<@elsewhere.example:ann%elsewhere.example@desk.example>",
        "<@desk.example:elsewhere.example!ann@desk.example>",
        "<elsewhere.example!support@desk.example>",
        "<support%desk.example@elsewhere.example>",
        "<support%desk.example%elsewhere.example@desk.example>",
        "<ann@elsewhere.example%desk.example>",
        '<"ann%elsewhere.example"@desk.example>',
        '<"support"@elsewhere.example>',
        "<|support@desk.example>",
        "</dev/null@desk.example>",
        "<-support@desk.example>",
        "<$(id)@desk.example>",
        "<support@desk.example",
        "support@desk.example>",
        "support",
        "",
    ],
)
def test_nothing_is_relayed(house: House, path: str) -> None:
    """case 58: forty ways to name somebody else's mailbox."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say(f"RCPT TO:{path}")[:9] in ("550 5.1.1", "553 5.1.3", "555 5.5.4")
        assert peer.say("DATA").startswith("503")


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
    """case 62: an unknown one is 555, a wrong value 501."""
    with house.peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}> {parameters}").startswith(answer)


def test_an_international_address_needs_its_extension(house: House) -> None:
    """case 62: RFC 6531."""
    with house.peer() as peer:
        assert peer.say("MAIL FROM:<jörg@acme.example>").startswith("553 5.6.7")
        assert peer.say("MAIL FROM:<jörg@acme.example> SMTPUTF8").startswith("250")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")


@pytest.mark.parametrize(("method", "recipient"), [("admit", SUPPORT), ("welcomes", CLOSED)])
def test_whoever_cannot_be_looked_up_may_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch, method: str, recipient: str
) -> None:
    """cases 5 and 59: while we are not sure there is no 550."""

    def fail(*_: object) -> bool:
        raise StoreUnavailable("postern.db has vanished")

    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        with monkeypatch.context() as patch:
            patch.setattr(house.intake, method, fail)
            assert peer.say(f"RCPT TO:<{recipient}>") == "451 4.3.0 Something went wrong here; please try again later"
        assert peer.say(f"RCPT TO:<{recipient}>").startswith("250")


def test_the_same_recipient_twice_is_one_row(house: House, keys: Keys) -> None:
    """case 54: also in other letters, and by a signed address in any case."""
    signed = address.reply_address(SUPPORT, address.mint(keys, 7, date(2027, 1, 1)))
    local, _, domain = signed.partition("@")
    with house.peer() as peer:
        assert peer.deliver(MAIL, SUPPORT, SUPPORT, "SUPPORT@desk.example").startswith("250")
        assert len(house.rows()) == 1
        again = MAIL.replace(b"<1@", b"<2@")
        assert peer.deliver(again, signed, signed.upper(), f"{local.upper()}@{domain}").startswith("250")
    assert len(house.rows()) == 2


def test_the_null_sender_is_let_in(house: House) -> None:
    """case 61: it is kept as one who is never answered."""
    with house.peer() as peer:
        assert peer.deliver(MAIL, sender="").startswith("250")
    assert house.rows()[0].envelope.sender == ""
