"""TLS and logins, tried by those who should not get through."""

import base64
import ssl
import warnings
from dataclasses import replace

import pytest

from gateway.smtp.bounds import Kind, Manners
from tests.integration.smtp.certified import LISTENERS, PASSWORD, Authority, Encrypted
from tests.integration.smtp.house import MANNERS, SUPPORT, Build
from tests.integration.store.samples import ANN


def test_starttls_encrypts_and_forgets_what_was_said(build: Build, manners: Manners, authority: Authority) -> None:
    """case 47: EHLO is needed again, and nothing else is left."""
    with build(manners).peer() as peer:
        assert "STARTTLS" in peer.say("EHLO acme.example")
        assert peer.say(f"MAIL FROM:<{ANN}>").startswith("250")
        assert peer.say("STARTTLS") == "220 2.0.0 Begin TLS"
        peer.encrypt(authority.trust)
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("503"), "what was said in clear is forgotten"
        assert peer.say(f"MAIL FROM:<{ANN}>").startswith("503"), "EHLO is needed again"
        assert "STARTTLS" not in peer.say("EHLO acme.example")
        assert peer.deliver().startswith("250")
        assert peer.say("STARTTLS").startswith("503")


@pytest.mark.parametrize(
    ("newest", "heard"),
    [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)],
)
def test_old_versions_of_tls_are_refused(
    build: Build, manners: Manners, authority: Authority, newest: ssl.TLSVersion, heard: bool
) -> None:
    """case 67: below TLS 1.2 there is no conversation, and nobody else is harmed."""
    house = build(manners, LISTENERS)
    authority.trust.set_ciphers("ALL:@SECLEVEL=0")  # what this machine itself allows is not the matter
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        authority.trust.minimum_version = ssl.TLSVersion.TLSv1
        authority.trust.maximum_version = newest
    peer = house.peer(Kind.SMTPS)
    if heard:
        peer.encrypt(authority.trust)
        assert peer.answer().startswith("220")
    else:
        with pytest.raises(ssl.SSLError, match=r"(?i)version|protocol"):
            peer.encrypt(authority.trust)
    peer.socket.close()
    with house.peer() as other:
        assert other.deliver().startswith("250")


def test_a_new_certificate_drops_nobody(build: Build, manners: Manners, authority: Authority) -> None:
    """case 67: who comes next gets to see it."""
    house = build(manners, LISTENERS)
    assert manners.certificate is not None
    with Encrypted(house, authority) as old:
        authority.trust = ssl.create_default_context()
        authority.issue()
        manners.certificate.reload()
        with Encrypted(house, authority) as new:
            assert new.peer.deliver().startswith("250")
        assert old.peer.deliver().startswith("250")


def test_nobody_logs_in_in_clear(build: Build, manners: Manners) -> None:
    """case 57: it is not even offered."""
    with build(manners).peer() as peer:
        assert "AUTH" not in peer.say("EHLO acme.example")
        assert peer.say("AUTH PLAIN AGFubgBwYXNz").startswith("538 ")


def test_nobody_logs_in_where_there_are_no_logins(build: Build, authority: Authority) -> None:
    """case 57: it is not even known."""
    manners = replace(MANNERS, certificate=authority.issue())
    with Encrypted(build(manners, LISTENERS), authority) as session:
        assert "AUTH" not in session.peer.say("EHLO acme.example")
        assert session.login(PASSWORD).startswith("500 ")


@pytest.mark.parametrize(
    ("argument", "answer"),
    [
        ("PLAIN " + base64.b64encode(f"\0{ANN}\0wrong".encode()).decode(), "535"),
        ("PLAIN " + base64.b64encode(f"\0nobody@acme.example\0{PASSWORD}".encode()).decode(), "535"),
        ("PLAIN " + base64.b64encode(f"bob@acme.example\0{ANN}\0{PASSWORD}".encode()).decode(), "535"),
        ("PLAIN !", "501"),
        ("PLAIN AAA=", "535"),
        ("CRAM-MD5", "504"),
    ],
)
def test_a_login_that_fails(
    build: Build, manners: Manners, authority: Authority, monkeypatch: pytest.MonkeyPatch, argument: str, answer: str
) -> None:
    """case 57: a wrong password counts, takes its time, and stands in no log."""
    monkeypatch.setattr("gateway.smtp.submission.FAILURE_SECONDS", 0.0)
    house = build(manners, LISTENERS)
    with Encrypted(house, authority) as session:
        assert session.peer.say(f"AUTH {argument}").startswith(answer)
        assert session.login(PASSWORD).startswith("235 ")
    assert len([fact for fact in house.logged() if fact["step"] == "auth"]) == 1
    assert PASSWORD not in house.log.read_text()
