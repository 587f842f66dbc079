"""What the SMTP door takes, and what becomes of it."""

from datetime import date

import pytest

from parsers import address
from parsers.address import Keys
from tests.integration.smtp.house import MAIL, SUPPORT, Gate, House
from tests.integration.store.samples import ANN
from tests.rig.peer import PATIENCE


def test_a_message_is_on_the_disk_when_it_is_answered(house: House) -> None:
    with house.peer() as peer:
        answer = peer.deliver()
        (row,) = house.rows()
        assert answer == f"250 2.0.0 Accepted as in-{row.id}"
        assert row.raw == MAIL
        assert (row.envelope.sender, row.envelope.recipient, row.envelope.peer) == (ANN, SUPPORT, "127.0.0.1")
        assert not row.envelope.trusted
        assert peer.say("QUIT").startswith("221")


def test_nothing_is_answered_before_the_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant I1."""
    gate = Gate(monkeypatch, house.store)
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b".\r\n")
        assert gate.begun.wait(PATIENCE)
        assert peer.silent()
        gate.open.set()
        assert peer.answer().startswith("250")
    assert len(house.rows()) == 1


def test_several_messages_come_over_one_connection(house: House) -> None:
    with house.peer() as peer:
        for number in range(3):
            assert peer.deliver(MAIL.replace(b"<1@", b"<%d@" % number)).startswith("250")
    assert len(house.rows()) == 3


def test_a_signed_address_is_let_in_and_kept_as_it_came(house: House, keys: Keys) -> None:
    signed = address.reply_address(SUPPORT, address.mint(keys, 7, date(2027, 1, 1)))
    with house.peer() as peer:
        assert peer.deliver(MAIL, signed).startswith("250")
    assert house.rows()[0].envelope.recipient == signed
    assert signed not in house.log.read_text()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"..\r\n", b".\r\n"),
        (b"a\r\n..b\r\n...\r\n", b"a\r\n.b\r\n..\r\n"),
        (b".b\r\n", b"b\r\n"),
        (b"", b""),
        (b"\xff\x00\xfe\r\n", b"\xff\x00\xfe\r\n"),
        (b"x" * 15_000 + b"\r\n", b"x" * 15_000 + b"\r\n"),
    ],
    ids=["one dot", "dots", "a lost dot", "nothing", "any bytes", "a long line"],
)
def test_a_message_is_kept_byte_by_byte_without_its_stuffed_dots(house: House, sent: bytes, kept: bytes) -> None:
    """RFC 5321 section 4.5.2."""
    with house.peer() as peer:
        assert peer.deliver(sent).startswith("250")
    assert house.rows()[0].raw == kept
