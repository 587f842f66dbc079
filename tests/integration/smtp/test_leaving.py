"""Peers that go away, our own going away, and a commit that takes its time."""

import socket
import struct
import threading

import pytest

from tests.integration.smtp.house import MAIL, Build, Gate, House
from tests.rig.peer import PATIENCE


@pytest.mark.parametrize("abrupt", [False, True], ids=["half-closed", "reset"])
def test_a_peer_that_leaves_after_the_dot_does_not_stop_the_commit(
    house: House, monkeypatch: pytest.MonkeyPatch, abrupt: bool
) -> None:
    """case 3, P51 (aiosmtpd #110): committed whole, and the 250 that nobody heard does not bring the mail twice."""
    gate = Gate(monkeypatch, house.store)
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b".\r\n")
        assert gate.begun.wait(PATIENCE)
        if abrupt:
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.socket.close()
            gate.open.set()
        else:
            peer.socket.shutdown(socket.SHUT_WR)
            assert peer.silent()
            gate.open.set()
            assert peer.answer().startswith("250"), "who has said all still hears our answer"
            assert peer.closed()
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
    assert len(house.rows()) == 1


def test_a_peer_that_leaves_before_the_dot_leaves_nothing(house: House) -> None:
    """case 1: nothing is half stored."""
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b"\r\n.\r")
        peer.socket.shutdown(socket.SHUT_WR)
        assert peer.line() == ""
    assert house.rows() == []


def test_stopping_finishes_the_commit_in_hand(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 35: the message in hand is answered, then 421."""
    gate = Gate(monkeypatch, house.store)
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b".\r\n")
        assert gate.begun.wait(PATIENCE)
        stopping = threading.Thread(target=house.doors.stop)
        stopping.start()
        gate.open.set()
        assert peer.answer().startswith("250")
        assert peer.answer() == "421 4.3.2 Shutting down"
        assert peer.closed()
        stopping.join()
    assert len(house.rows()) == 1
    with pytest.raises(ConnectionRefusedError):
        house.peer()


def test_a_commit_is_no_slow_peer(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 4: no clock runs while the message is in our hands."""
    house = build(bounds={"command_time": 0.2, "message_time": 0.2, "session_time": 0.2})
    waited = threading.Event()
    accept = house.store.accept

    def slow(*arguments: object) -> object:
        waited.wait(0.8)
        return accept(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(house.store, "accept", slow)
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
