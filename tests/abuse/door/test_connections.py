"""Too many connections and too many messages: the others are served."""

import resource
import socket
from dataclasses import replace

from gateway.smtp.bounds import Manners
from tests.integration.smtp.house import MANNERS, Build, numbered
from tests.integration.store.samples import ANN


def test_connections_of_one_peer(build: Build) -> None:
    """case 56: the third of two; another peer has its own count."""
    house = build(bounds={"connections_per_peer": 2})
    with house.peer(), house.peer():
        third = house.peer()
        assert third.answer() == "421 4.7.0 Too many connections; please try again later"
        assert third.closed()
        third.socket.close()
        with house.peer(source="127.0.0.2") as other:
            assert other.deliver().startswith("250")
    with house.peer() as peer:
        assert peer.deliver().startswith("250"), "those that left count no longer"
    assert len(house.refusals("Too many connections")) == 1


def test_connections_in_all(build: Build) -> None:
    """case 56: the third of two, whosoever they are."""
    house = build(bounds={"connections": 2})
    with house.peer(source="127.0.0.2"), house.peer(source="127.0.0.3"):
        third = house.peer()
        assert third.answer().startswith("421 4.7.0 ")
        third.socket.close()
    assert len(house.refusals("Too many connections")) == 1


def _trusting() -> Manners:
    return replace(MANNERS, trusts=lambda peer: peer == "127.0.0.1")


def test_a_trusted_relay_may_have_many_connections(build: Build) -> None:
    """case 56: it brings the mail of many."""
    house = build(_trusting(), bounds={"connections_per_peer": 1})
    with house.peer(), house.peer() as second:
        assert second.deliver().startswith("250")


def test_messages_of_one_sender(build: Build) -> None:
    """case 56: the third of two in a window, under whatever spelling; it may come again later."""
    house = build(bounds={"messages_per_sender": 2})
    with house.peer() as peer:
        for number in range(2):
            assert peer.deliver(numbered(number)).startswith("250")
        assert peer.say(f"MAIL FROM:<{ANN.upper()}>") == "450 4.7.1 Too many messages; please try again later"
        assert peer.say("MAIL FROM:<bob@acme.example>").startswith("250")
    assert len(house.refusals("Too many messages")) == 1


def test_messages_of_one_peer(build: Build) -> None:
    """case 56: the third of two in a window, whosoever they are from."""
    house = build(bounds={"messages_per_peer": 2})
    with house.peer() as peer:
        for number in range(2):
            assert peer.deliver(numbered(number), sender=f"c{number}@acme.example").startswith("250")
        assert peer.say("MAIL FROM:<>") == "450 4.7.1 Too many messages; please try again later"
    assert house.refusals("Too many messages") == [
        "450 4.7.1 Too many messages; please try again later [peer 127.0.0.1] (from <>)"
    ]
    with house.peer(source="127.0.0.2") as other:
        assert other.deliver(numbered(9)).startswith("250")


def test_a_trusted_relay_is_exempt_from_what_is_counted(build: Build) -> None:
    """case 56: a customer's whole mail may come by it."""
    house = build(_trusting(), bounds={"messages_per_peer": 1, "messages_per_sender": 1})
    with house.peer() as peer:
        for number in range(3):
            assert peer.deliver(numbered(number)).startswith("250")


def test_honest_peers_are_served_beside_many_slow_ones(build: Build) -> None:
    """cases 55 and 56: two hundred who never end their greeting."""
    house = build(bounds={"connections": 300, "connections_per_peer": 300})
    slow = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(200)]
    for one in slow:
        one.sendall(b"EHL")
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
    for one in slow:
        one.close()


def test_there_is_a_file_handle_for_each_connection(build: Build) -> None:
    """case 56: as far as the system gives them."""
    build(bounds={"connections": 400})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == resource.RLIM_INFINITY or soft >= min(400, hard)
