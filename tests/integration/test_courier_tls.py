"""The courier and TLS: what was asked to be secret leaves in secret or not at all (cases 48, 149)."""

import ssl
from collections.abc import Mapping, Sequence
from typing import Literal

import pytest
import trustme

from outbound.letter import Deferred, Sent
from outbound.relay import Relay as NextHop
from tests.integration.conftest import PATIENT, Make, letter
from tests.rig.relay import Answer, Drop, Relay


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def certificate(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def secure(relay: Relay, username: str | None = None, password: str | None = "secret") -> NextHop:
    tls: Literal["starttls", "implicit"] = "starttls" if relay.implicit is None else "implicit"
    return NextHop("127.0.0.1", relay.port, tls, "desk.example", PATIENT, username, password)


def test_starttls_carries_letters(send_to: Make, authority: trustme.CA) -> None:
    with Relay(starttls=certificate(authority)) as relay:
        courier = send_to(secure(relay), trust(authority))
        assert isinstance(courier.send(letter(1)), Sent)
        assert isinstance(courier.send(letter(2)), Sent)
    assert relay.verbs[:3] == ["EHLO", "STARTTLS", "EHLO"]
    assert relay.connections == 1


def test_implicit_tls_carries_letters(send_to: Make, authority: trustme.CA) -> None:
    with Relay(implicit=certificate(authority)) as relay:
        assert isinstance(send_to(secure(relay), trust(authority)).send(letter()), Sent)
    assert len(relay.deliveries) == 1


def test_a_user_logs_in_under_tls(send_to: Make, authority: trustme.CA) -> None:
    with Relay(starttls=certificate(authority)) as relay:
        assert isinstance(send_to(secure(relay, "desk"), trust(authority)).send(letter()), Sent)
    assert relay.verbs[:5] == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL"]
    assert relay.commands[3] == "AUTH PLAIN AGRlc2sAc2VjcmV0"


SPOILED: Mapping[str, tuple[dict[str, Sequence[Answer]], bool]] = {
    "not offered": ({}, False),
    "refused": ({"STARTTLS": ["454 4.7.0 not now"]}, True),
    "refused for good": ({"STARTTLS": ["502 5.5.1 what is that"]}, True),
    "dropped": ({"STARTTLS": [Drop()]}, True),
}


@pytest.mark.parametrize(("answers", "offered"), SPOILED.values(), ids=SPOILED)
def test_without_the_wanted_tls_nothing_leaves(
    send_to: Make, authority: trustme.CA, answers: dict[str, Sequence[Answer]], offered: bool
) -> None:
    """cases 48 and 149, P43 (CPython, CVE-2016-0772): not the password either."""
    with Relay(answers, starttls=certificate(authority) if offered else None) as relay:
        outcome = send_to(secure(relay, "desk"), trust(authority)).send(letter())
    assert isinstance(outcome, Deferred)
    assert "cannot be used" in outcome.text
    assert set(relay.verbs) <= {"EHLO", "STARTTLS"}


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("fault", ["stranger", "wrong name"])
def test_a_certificate_that_nobody_trusts_stops_everything(
    send_to: Make, authority: trustme.CA, implicit: bool, fault: str
) -> None:
    """cases 48 and 149: of a stranger, or for another name."""
    other = certificate(trustme.CA()) if fault == "stranger" else certificate(authority, "other.example")
    with Relay(implicit=other) if implicit else Relay(starttls=other) as relay:
        outcome = send_to(secure(relay, "desk"), trust(authority)).send(letter())
    assert isinstance(outcome, Deferred)
    assert "certificate" in outcome.text
    assert set(relay.verbs) <= {"EHLO", "STARTTLS"}


def test_system_authorities_count_by_default(send_to: Make, authority: trustme.CA) -> None:
    with Relay(starttls=certificate(authority)) as relay:
        outcome = send_to(secure(relay)).send(letter())
    assert isinstance(outcome, Deferred)
    assert "certificate" in outcome.text


@pytest.mark.parametrize("answer", ["535 5.7.8 wrong", "454 4.7.0 later", "500 5.5.2 what"])
def test_a_failed_login_defers_every_letter(send_to: Make, authority: trustme.CA, answer: str) -> None:
    with Relay({"AUTH": [answer] * 4}, starttls=certificate(authority)) as relay:
        outcome = send_to(secure(relay, "desk"), trust(authority)).send(letter())
    assert isinstance(outcome, Deferred)
    assert "MAIL" not in relay.verbs


def test_a_password_that_cannot_be_sent_defers_every_letter(send_to: Make, authority: trustme.CA) -> None:
    with Relay(starttls=certificate(authority)) as relay:
        outcome = send_to(secure(relay, "desk", "paßwort"), trust(authority)).send(letter())
    assert isinstance(outcome, Deferred)
    assert "paßwort" not in outcome.text


def test_a_password_never_travels_in_clear_text() -> None:
    with pytest.raises(ValueError, match="clear text"):
        NextHop("127.0.0.1", 25, "none", "desk.example", username="desk", password="secret")


def test_a_password_does_not_show() -> None:
    assert "secret" not in repr(
        NextHop("127.0.0.1", 25, "starttls", "desk.example", username="desk", password="secret")
    )
