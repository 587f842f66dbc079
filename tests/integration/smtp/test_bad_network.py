"""What a network does to a session between an MTA that tries again and us: nothing is lost, nothing is there twice."""

import smtplib
from collections.abc import Callable

import pytest

from tests.integration.smtp.house import House
from tests.rig.proxy import Faults, Proxy

SUPPORT = "support@desk.example"
ANN = "ann@acme.example"
MAIL = b"From: <ann@acme.example>\r\nSubject: Scanner\r\nMessage-ID: <1@acme.example>\r\n\r\n" + b"It beeps.\r\n" * 1200


def tries(port: int) -> bool:
    """One try of an MTA; whether it heard that its mail was taken."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            client.sendmail(ANN, [SUPPORT], MAIL)
    except (OSError, smtplib.SMTPException):
        return False
    return True


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (Faults(cut_after=9000), Faults()),
        (Faults(half_close_after=9000), Faults()),
        (Faults(cut_after=20), Faults()),
        (Faults(), Faults(cut_after=30)),
    ],
    ids=["cut within the mail", "half-closed within the mail", "cut at once", "cut within our greeting"],
)
def test_a_mail_of_which_a_part_came_is_none_until_it_comes_whole(house: House, up: Faults, down: Faults) -> None:
    with Proxy(house.port, up, down) as proxy:
        assert not tries(proxy.port)
        assert house.rows() == []
        proxy.up = proxy.down = Faults()
        assert tries(proxy.port)
    assert len(house.rows()) == 1


def last_reply() -> Callable[[bytes], bool]:
    """Loses the reply to the final dot: the first one behind the `354`."""
    asked = False

    def lose(piece: bytes) -> bool:
        nonlocal asked
        lost, asked = asked, asked or piece.startswith(b"354")
        return lost

    return lose


def test_a_250_that_is_lost_on_its_way_brings_the_mail_once(house: House) -> None:
    """The sender must try again, for it cannot know (RFC 1047)."""
    with Proxy(house.port, down=Faults(lose=last_reply())) as proxy:
        assert not tries(proxy.port)
        assert len(house.rows()) == 1
        proxy.down = Faults()
        assert tries(proxy.port)
    assert len(house.rows()) == 1


def test_a_mail_that_comes_in_crumbs_is_taken_whole(house: House) -> None:
    with Proxy(house.port, up=Faults(split=7)) as proxy:
        assert tries(proxy.port)
    assert len(house.rows()) == 1
