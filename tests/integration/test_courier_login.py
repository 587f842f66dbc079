"""The courier at relays of their own sort: LMTP, tokens instead of a password, certificates that are known."""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import trustme

from outbound.letter import Cause, Deferred, Sent
from outbound.relay import NoToken, TokenSource
from outbound.relay import Relay as NextHop
from tests.integration.conftest import PATIENT, Make, letter
from tests.rig.relay import Answer, Relay


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def certificate(authority: trustme.CA, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, str]:
    """What a relay shows, and its fingerprint."""
    context, made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), authority.issue_cert(name)
    made.configure_cert(context)
    shown = ssl.PEM_cert_to_DER_cert(made.cert_chain_pems[0].bytes().decode())
    return context, hashlib.sha256(shown).hexdigest()


def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


# LMTP (RFC 2033)


def test_lmtp_over_a_unix_socket(send_to: Make, tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    with Relay(path=path) as relay:
        courier = send_to(NextHop("", 24, "none", "desk.example", PATIENT, lmtp=True, socket=path))
        assert [type(courier.send(letter(n))) for n in range(3)] == [Sent] * 3
        courier.close()
    assert relay.commands[0] == "LHLO desk.example"
    assert relay.verbs == ["LHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]


def test_lmtp_over_a_port(send_to: Make) -> None:
    with Relay({"DOT": ["450 4.2.2 over quota"]}) as relay:
        courier = send_to(NextHop("127.0.0.1", relay.port, "none", "desk.example", PATIENT, lmtp=True))
        assert courier.send(letter(1)) == Deferred(450, "4.2.2 over quota")
        assert isinstance(courier.send(letter(2)), Sent)


def test_a_socket_that_is_not_there(send_to: Make, tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    outcome = send_to(NextHop("", 24, "none", "desk.example", PATIENT, lmtp=True, socket=path)).send(letter())
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.RELAY
    assert f"The relay {path} cannot be used: " in outcome.text


# Tokens


class Source:
    """Tokens one after the other; the next once one was refused."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)

    def __call__(self, refused: bool) -> str:
        if refused:
            self._tokens.pop(0)
        if not self._tokens:
            raise NoToken("https://login.example/token refuses a token: invalid_grant")
        return self._tokens[0]


def by_token(relay: Relay, source: TokenSource) -> NextHop:
    return NextHop("127.0.0.1", relay.port, "starttls", "desk.example", PATIENT, "desk@example", token=source)


def said(relay: Relay) -> list[str]:
    """The logins, readable."""
    words = [command.split() for command in relay.commands if command.startswith("AUTH ")]
    return [f"{way} {base64.b64decode(text).decode()}" for _, way, text in words]


@pytest.mark.parametrize(
    ("logins", "login"),
    [
        ("XOAUTH2 PLAIN", "XOAUTH2 user=desk@example\x01auth=Bearer t-1\x01\x01"),
        (
            "PLAIN XOAUTH2 OAUTHBEARER",
            "OAUTHBEARER n,a=desk@example,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer t-1\x01\x01",
        ),
    ],
)
def test_a_token_logs_in(send_to: Make, authority: trustme.CA, logins: str, login: str) -> None:
    with Relay(starttls=certificate(authority)[0]) as relay:
        relay.logins = logins
        assert isinstance(send_to(by_token(relay, Source("t-1")), trust(authority)).send(letter()), Sent)
        assert said(relay) == [login.format(port=relay.port)]


@pytest.mark.parametrize(
    "answers",
    [
        ["535 5.7.8 expired"],
        ["334 eyJzdGF0dXMiOiI0MDEifQ=="],
    ],
    ids=["at once", "after its reason"],
)
def test_a_refused_token_is_not_shown_again(send_to: Make, authority: trustme.CA, answers: Sequence[Answer]) -> None:
    """The letter waits for the relay, and the next try has a new token."""
    with Refusing({"AUTH": answers}, starttls=certificate(authority)[0]) as relay:
        relay.logins = "XOAUTH2"
        courier = send_to(by_token(relay, Source("old", "new")), trust(authority))
        outcome = courier.send(letter(1))
        assert isinstance(outcome, Deferred)
        assert outcome.cause is Cause.RELAY
        assert "old" not in outcome.text
        assert isinstance(courier.send(letter(2)), Sent)
    assert [login.split("Bearer ")[1].strip("\x01") for login in said(relay)] == ["old", "new"]


class Refusing(Relay):
    """Says 535 to the empty line after a challenge."""

    def reply_for(self, verb: str, _recipients: object, answer: Answer) -> Answer:
        return "535 5.7.8 expired" if verb == "" else answer


def test_without_a_token_nothing_is_said(send_to: Make, authority: trustme.CA) -> None:
    with Relay(starttls=certificate(authority)[0]) as relay:
        relay.logins = "XOAUTH2"
        outcome = send_to(by_token(relay, Source()), trust(authority)).send(letter())
    assert isinstance(outcome, Deferred)
    assert "invalid_grant" in outcome.text
    assert "AUTH" not in relay.verbs


def test_a_relay_without_a_login_by_token(send_to: Make, authority: trustme.CA) -> None:
    with Relay(starttls=certificate(authority)[0]) as relay:
        outcome = send_to(by_token(relay, Source("t-1")), trust(authority)).send(letter())
    assert "offers no login by token" in outcome.text
    assert "AUTH" not in relay.verbs


# Other logins


class Asking(Relay):
    """Answers what a client says after AUTH, by what is said: the rig hears each such line as a verb."""

    def __init__(self, dialogue: Mapping[str, str], logins: str, context: ssl.SSLContext) -> None:
        super().__init__(starttls=context)
        self.logins = logins
        self._dialogue = {base64.b64encode(text.encode()).decode().upper(): said for text, said in dialogue.items()}

    def reply_for(self, verb: str, _recipients: object, answer: Answer) -> Answer:
        if verb == "AUTH":
            return f"334 {base64.b64encode(b'<1.2@relay.example>').decode()}"
        return self._dialogue.get(verb, answer)


@pytest.mark.parametrize(
    ("logins", "dialogue"),
    [
        ("LOGIN CRAM-MD5", {"desk": "334 UGFzc3dvcmQ6", "secret": "235 2.7.0 ok"}),
        ("CRAM-MD5", {"desk " + hmac.digest(b"secret", b"<1.2@relay.example>", "md5").hex(): "235 2.7.0 ok"}),
    ],
    ids=["LOGIN", "CRAM-MD5"],
)
def test_logins_of_relays_that_know_no_better(
    send_to: Make, authority: trustme.CA, logins: str, dialogue: Mapping[str, str]
) -> None:
    with Asking(dialogue, logins, certificate(authority)[0]) as relay:
        for password, outcome in (("wrong", Deferred), ("secret", Sent)):
            hop = NextHop("127.0.0.1", relay.port, "starttls", "desk.example", PATIENT, "desk", password)
            assert isinstance(send_to(hop, trust(authority)).send(letter()), outcome)


# Certificates that are known


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_a_known_certificate_is_believed_whoever_issued_it(
    send_to: Make, authority: trustme.CA, implicit: bool
) -> None:
    shown, fingerprint = certificate(authority, "some.other.name.example")
    with Relay(implicit=shown) if implicit else Relay(starttls=shown) as relay:
        tls = "implicit" if implicit else "starttls"
        pins = frozenset({"00" * 32, fingerprint})
        hop = NextHop("127.0.0.1", relay.port, tls, "desk.example", PATIENT, fingerprints=pins)  # type: ignore[arg-type]
        assert isinstance(send_to(hop).send(letter()), Sent)


def test_another_certificate_than_the_known_one_is_not(send_to: Make, authority: trustme.CA) -> None:
    """case 149: also where an authority of this system would vouch for it."""
    shown, fingerprint = certificate(authority)
    with Relay(starttls=shown) as relay:
        hop = NextHop(
            "127.0.0.1",
            relay.port,
            "starttls",
            "desk.example",
            PATIENT,
            "desk",
            "x",
            fingerprints=frozenset({"0" * 64}),
        )
        outcome = send_to(hop).send(letter())
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.RELAY
    assert fingerprint in outcome.text
    assert set(relay.verbs) <= {"EHLO", "STARTTLS"}


def test_an_authority_of_ones_own(send_to: Make, authority: trustme.CA, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    for issuer, outcome in ((authority, Sent), (trustme.CA(), Deferred)):
        with Relay(starttls=certificate(issuer)[0]) as relay:
            hop = NextHop("127.0.0.1", relay.port, "starttls", "desk.example", PATIENT, authorities=path)
            assert isinstance(send_to(hop).send(letter()), outcome)


def test_tls_older_than_1_2_is_none(send_to: Make, authority: trustme.CA) -> None:
    """case 149: RFC 8996."""
    hop = NextHop("127.0.0.1", 25, "starttls", "desk.example")
    context = hop.trust()
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
