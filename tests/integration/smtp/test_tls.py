"""TLS from STARTTLS or from the first byte, and what goes wrong with it."""

import ssl
from dataclasses import replace

import pytest

from gateway.smtp.bounds import Kind, Manners
from tests.integration.smtp.certified import LISTENERS, Authority, Encrypted
from tests.integration.smtp.house import Build
from tests.integration.store.samples import ANN


def test_tls_from_the_first_byte(build: Build, manners: Manners, authority: Authority) -> None:
    with Encrypted(build(manners, LISTENERS), authority) as session:
        assert session.peer.deliver().startswith("250")


def test_a_broken_certificate_leaves_the_old_one(manners: Manners) -> None:
    assert manners.certificate is not None
    before = manners.certificate.context
    manners.certificate.chain.write_text("no certificate")
    with pytest.raises(ssl.SSLError):
        manners.certificate.reload()
    assert manners.certificate.context is before


def test_a_peer_that_breaks_the_handshake_harms_nobody(build: Build, manners: Manners, authority: Authority) -> None:
    house = build(manners, LISTENERS)
    rude = house.peer(Kind.SMTPS)
    rude.send(b"EHLO acme.example\r\n")
    rude.socket.settimeout(5)
    while rude.socket.recv(100):
        pass
    rude.socket.close()
    with Encrypted(house, authority) as polite:
        assert polite.peer.deliver().startswith("250")


def test_where_tls_is_required_nothing_is_taken_in_clear(build: Build, manners: Manners, authority: Authority) -> None:
    with build(replace(manners, require_tls=True)).peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}>") == "530 5.7.0 Begin with STARTTLS"
        assert peer.say("STARTTLS").startswith("220")
        peer.encrypt(authority.trust)
        assert peer.say("EHLO acme.example").startswith("250")
        assert peer.deliver().startswith("250")
