"""Programs that do not listen: they talk before they are greeted, asked, or invited."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.integration.smtp.house import MAIL, MANNERS, SUPPORT, Build, House
from tests.integration.store.samples import ANN
from tests.rig.peer import PATIENCE

TRUSTING = replace(MANNERS, trusts=lambda peer: peer == "127.0.0.1")
ENVELOPE = f"MAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode()


@contextmanager
def asleep(house: House) -> Iterator[None]:
    """The doors notice what has come only at the end of this."""
    wake = threading.Event()
    house.doors.loop.call_soon_threadsafe(wake.wait, PATIENCE)
    try:
        yield
    finally:
        wake.set()


def test_who_talks_before_the_greeting_is_sent_away(house: House) -> None:
    """case 49: what has come with the connection itself."""
    with asleep(house):
        early = house.peer()
        early.send(b"EHLO acme.example\r\n")
    assert early.answer() == "554 5.5.1 Wait for the greeting"
    assert early.closed()
    early.socket.close()
    assert house.refusals() == ["554 5.5.1 Wait for the greeting [peer 127.0.0.1] (from <>)"]


def test_the_greeting_may_wait_for_those_who_do_not(build: Build) -> None:
    """case 49: the longer, the more of them show themselves."""
    house = build(bounds={"greeting_delay": 0.3})
    early = house.peer()
    early.send(b"EHLO acme.example\r\n")
    assert early.answer() == "554 5.5.1 Wait for the greeting"
    assert early.closed()
    early.socket.close()
    with house.peer() as patient:
        assert patient.deliver().startswith("250")


@pytest.mark.parametrize("ahead", [f"HELO acme.example\r\nMAIL FROM:<{ANN}>\r\n", "EHLO acme.example\r\nNOOP\r\n"])
def test_what_was_not_offered_is_not_for_those_who_do_not_listen(house: House, ahead: str) -> None:
    """case 49: PIPELINING is known to a client from our answer to EHLO."""
    peer = house.peer()
    assert peer.answer().startswith("220")
    peer.send(ahead.encode())
    assert peer.answer() == "554 5.5.1 Wait for each answer; PIPELINING has not been offered"
    assert peer.closed()
    peer.socket.close()
    assert len(house.refusals("PIPELINING has not been offered [peer 127.0.0.1]")) == 1


def test_commands_ahead_after_helo(house: House) -> None:
    """case 49: HELO offers nothing, even where EHLO did before."""
    with house.peer() as peer:
        assert peer.say("HELO acme.example").startswith("250")
        peer.send(b"NOOP\r\nNOOP\r\n")
        assert peer.answer().startswith("554 5.5.1 ")
        assert peer.closed()


def test_commands_may_be_sent_ahead_where_that_was_offered(house: House) -> None:
    """case 49: RFC 2920."""
    with house.peer() as peer:
        peer.send(ENVELOPE)
        assert [peer.answer()[:3] for _ in range(3)] == ["250", "250", "354"]
        peer.send(MAIL + b".\r\nNOOP\r\nQUIT\r\n")
        assert [peer.answer()[:3] for _ in range(3)] == ["250", "250", "221"]


def test_a_trusted_relay_may_be_in_a_hurry(build: Build) -> None:
    """case 49: its mail is wanted whatever its manners are."""
    house = build(TRUSTING)
    with asleep(house):
        early = house.peer()
        early.send(f"HELO acme.example\r\nMAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\n".encode())
    assert [early.answer()[:3] for _ in range(4)] == ["220", "250", "250", "250"]
    early.socket.close()


@pytest.mark.parametrize("trusted", [False, True])
def test_a_message_that_comes_before_it_is_invited_is_not_taken(build: Build, trusted: bool) -> None:
    """case 49: it could be a message within a message, so nobody may do that."""
    house = build(TRUSTING if trusted else MANNERS)
    with house.peer() as peer:
        peer.send(ENVELOPE + MAIL + b".\r\n")
        assert [peer.answer()[:9] for _ in range(2)] == ["250 2.1.0", "250 2.1.5"]
        assert peer.answer() == "554 5.5.1 Wait for 354 before you send the message"
        assert peer.closed()
    assert house.rows() == []
    assert len(house.refusals("Wait for 354")) == 1
