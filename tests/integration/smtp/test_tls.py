"""TLS and logins: STARTTLS, TLS from the first byte, another certificate, and who may log in."""

import base64
import ssl
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme

from gateway.fields import Endpoint
from gateway.smtp.bounds import Kind, Listener, Manners
from gateway.smtp.certificate import Certificate
from gateway.smtp.logins import Logins, LoginsBroken, hashed
from tests.integration.smtp.house import MANNERS, SUPPORT, Build, House
from tests.integration.store.samples import ANN

PASSWORD = "correct horse"
LISTENERS = tuple(Listener(kind, Endpoint("127.0.0.1", 0)) for kind in (Kind.SMTP, Kind.SMTPS))


@dataclass
class Authority:
    """Who signs our certificates, and the files that they go to."""

    folder: Path
    trust: ssl.SSLContext

    def issue(self) -> Certificate:
        """A new certificate in the files of the old one."""
        authority = trustme.CA()
        authority.configure_trust(self.trust)
        pair = authority.issue_cert("localhost")
        chain, key = self.folder / "cert.pem", self.folder / "key.pem"
        pair.private_key_pem.write_to_path(key)
        chain.write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
        return Certificate(chain, key)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, ssl.create_default_context())


@pytest.fixture
def manners(authority: Authority, tmp_path: Path) -> Manners:
    path = tmp_path / "logins"
    path.write_text(f"# who may log in\n\n{ANN} {hashed(PASSWORD)}\n")
    path.chmod(0o600)
    return replace(MANNERS, certificate=authority.issue(), logins=Logins(path))


def test_starttls_encrypts_and_forgets_what_was_said(build: Build, manners: Manners, authority: Authority) -> None:
    """Case 47."""
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


@pytest.mark.parametrize("injected", ["NOOP\r\n", f"EHLO x\r\nMAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\n"])
def test_what_stands_behind_starttls_is_thrown_away(
    build: Build, manners: Manners, authority: Authority, injected: str
) -> None:
    """Case 47, P36, P38: CVE-2024-34083, CVE-2011-0411."""
    house = build(manners)
    with house.peer() as peer:
        peer.send(f"STARTTLS\r\n{injected}".encode())
        assert peer.answer().startswith("220 ")
        peer.encrypt(authority.trust)
        said = peer.say("RCPT TO:<x@desk.example>")
        assert said.startswith("503"), "anything else would be an answer to what came in clear"
        assert peer.say("EHLO acme.example").startswith("250")
        assert peer.deliver().startswith("250")
    assert len(house.refusals("Nothing may stand behind STARTTLS")) == 1


def test_tls_from_the_first_byte(build: Build, manners: Manners, authority: Authority) -> None:
    with Encrypted(build(manners, LISTENERS), authority) as session:
        assert session.peer.deliver().startswith("250")


class Encrypted:
    """A connection to the door that begins with TLS."""

    def __init__(self, house: House, authority: Authority) -> None:
        self.peer = house.peer(Kind.SMTPS)
        self.peer.encrypt(authority.trust)

    def __enter__(self) -> "Encrypted":
        self.peer.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.peer.socket.close()

    def login(self, password: str, login: str = ANN) -> str:
        return self.peer.say("AUTH PLAIN " + base64.b64encode(f"\0{login}\0{password}".encode()).decode())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_old_versions_of_tls_are_refused(authority: Authority, version: ssl.TLSVersion) -> None:
    """Case 67."""
    assert authority.issue().context.minimum_version <= version
    assert authority.issue().context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_new_certificate_drops_nobody(build: Build, manners: Manners, authority: Authority) -> None:
    """Case 67."""
    house = build(manners, LISTENERS)
    assert manners.certificate is not None
    with Encrypted(house, authority) as old:
        authority.trust = ssl.create_default_context()
        authority.issue()
        manners.certificate.reload()
        with Encrypted(house, authority) as new:
            assert new.peer.deliver().startswith("250")
        assert old.peer.deliver().startswith("250")


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


# Logins.


def test_nobody_logs_in_in_clear(build: Build, manners: Manners) -> None:
    """Case 57."""
    with build(manners).peer() as peer:
        assert "AUTH" not in peer.say("EHLO acme.example")
        assert peer.say("AUTH PLAIN AGFubgBwYXNz").startswith("538 ")


def test_nobody_logs_in_where_there_are_no_logins(build: Build, authority: Authority) -> None:
    """Case 57."""
    manners = replace(MANNERS, certificate=authority.issue())
    with Encrypted(build(manners, LISTENERS), authority) as session:
        assert "AUTH" not in session.peer.say("EHLO acme.example")
        assert session.login(PASSWORD).startswith("500 ")


def test_a_login_proves_its_address(build: Build, manners: Manners, authority: Authority) -> None:
    house = build(manners, LISTENERS)
    with Encrypted(house, authority) as session:
        assert "250 AUTH PLAIN LOGIN" in session.peer.say("EHLO acme.example")
        assert session.login(PASSWORD, ANN.upper()).startswith("235 ")
        assert session.login(PASSWORD).startswith("503 "), "once"
        assert session.peer.say("EHLO acme.example").startswith("250")
        assert session.peer.deliver().startswith("250")


def test_login_by_steps(build: Build, manners: Manners, authority: Authority) -> None:
    with Encrypted(build(manners, LISTENERS), authority) as session:
        say = session.peer.say
        assert say("AUTH LOGIN") == "334 " + base64.b64encode(b"Username:").decode()
        assert say(base64.b64encode(ANN.encode()).decode()).startswith("334 ")
        assert say(base64.b64encode(PASSWORD.encode()).decode()).startswith("235 ")


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
    """Case 57."""
    monkeypatch.setattr("gateway.smtp.submission.FAILURE_SECONDS", 0.0)
    house = build(manners, LISTENERS)
    with Encrypted(house, authority) as session:
        assert session.peer.say(f"AUTH {argument}").startswith(answer)
        assert session.login(PASSWORD).startswith("235 ")
    assert len([fact for fact in house.logged() if fact["step"] == "auth"]) == 1
    assert PASSWORD not in house.log.read_text()


def test_the_file_of_logins_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "logins"
    for text in ("ann", f"ann {hashed('x')}", f"{ANN} {PASSWORD}", f"{ANN} scrypt:99999999999:8:1:AAAA:AAAA"):
        path.write_text(f"# comment\n{text}\n")
        path.chmod(0o600)
        with pytest.raises(LoginsBroken, match=":2: "):
            Logins(path)
    path.write_text("")
    path.chmod(0o644)
    with pytest.raises(LoginsBroken, match="every user"):
        Logins(path)
