"""Connections by way of a proxy: whom it speaks for, and who may speak so."""

import socket
import ssl
import struct
from dataclasses import replace

import pytest

from gateway.smtp.bounds import Kind, Manners
from tests.integration.smtp.certified import LISTENERS, Authority
from tests.integration.smtp.house import MANNERS, Build, House

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
CLIENT = "203.0.113.7"
V1 = f"PROXY TCP4 {CLIENT} 198.51.100.1 56324 25\r\n".encode()
ADDRESSES = socket.inet_aton(CLIENT) + socket.inet_aton("198.51.100.1") + struct.pack("!HH", 56324, 25)
V2 = SIGNATURE + b"\x21\x11" + struct.pack("!H", len(ADDRESSES)) + ADDRESSES
LOCAL = SIGNATURE + b"\x20\x00\0\0"


@pytest.fixture
def house(build: Build) -> House:
    return build(replace(MANNERS, proxies=lambda peer: peer == "127.0.0.1", trusts=lambda peer: peer == CLIENT))


@pytest.mark.parametrize("header", [V1, V2], ids=["version 1", "version 2"])
def test_a_proxy_speaks_for_its_client(house: House, header: bytes) -> None:
    """case 65: from a listed peer it is believed."""
    peer = house.peer()
    peer.send(header)
    with peer:
        assert peer.deliver().startswith("250")
    (row,) = house.rows()
    assert (row.envelope.peer, row.envelope.trusted) == (CLIENT, True)


def test_a_proxy_may_speak_for_itself(house: House) -> None:
    """case 65: its health check."""
    peer = house.peer()
    peer.send(LOCAL)
    with peer:
        assert peer.deliver().startswith("250")
    assert house.rows()[0].envelope.peer == "127.0.0.1"


@pytest.mark.parametrize(
    "junk",
    [
        b"EHLO acme.example\r\n",
        b"PROXY TCP4 1.2.3.4\r\n",
        b"PROXY TCP4 x y 1 2\r\n",
        b"PROXY " + b"x" * 100_000 + b"\r\n",
        SIGNATURE + b"\x91\x11\0\x0c" + ADDRESSES,
        SIGNATURE + b"\x21\x11\0\x01x",
        b"PROX",
    ],
)
def test_a_proxy_without_its_header_is_not_heard(house: House, junk: bytes) -> None:
    """case 65: closed silently, and noted."""
    peer = house.peer()
    peer.send(junk)
    peer.socket.shutdown(socket.SHUT_WR)
    assert peer.closed()
    peer.socket.close()
    assert any("PROXY header" in fact.get("reason", "") for fact in house.logged())


def test_nobody_else_may_say_who_it_is(build: Build) -> None:
    """case 65: the header is no command."""
    house = build(replace(MANNERS, trusts=lambda peer: peer == CLIENT))
    with house.peer() as peer:
        assert peer.say(V1.decode().rstrip()).startswith("500")
        assert peer.deliver().startswith("250")
    assert house.rows()[0].envelope.peer == "127.0.0.1"


def test_tls_may_begin_in_one_piece_with_the_header(build: Build, manners: Manners, authority: Authority) -> None:
    """case 65: nothing of it is lost."""
    house = build(replace(manners, proxies=lambda peer: peer == "127.0.0.1"), LISTENERS)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = authority.trust.wrap_bio(incoming, outgoing, server_hostname="localhost")
    peer = house.peer(Kind.SMTPS)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    peer.send(V1 + outgoing.read())
    incoming.write(peer.socket.recv(65536))
    greeting = b""
    while not greeting.startswith(b"220 "):
        try:
            greeting = client.read(100)
        except ssl.SSLWantReadError:
            peer.send(outgoing.read())
            incoming.write(peer.socket.recv(65536))
    peer.socket.close()
