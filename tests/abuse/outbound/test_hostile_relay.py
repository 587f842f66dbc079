"""A relay that does at each step what no relay should: one outcome each, and the next letter goes as if nothing was."""

import ssl
import time
from collections.abc import Mapping
from typing import Literal, TypeAlias

import pytest
import trustme

from outbound.letter import Cause, Deferred, Outcome, Refused, Sent
from outbound.relay import Relay as NextHop
from tests.integration.conftest import Make, letter, send_to
from tests.rig.relay import Answer, Cut, Drop, Flood, Relay, Trickle, Wait

__all__ = ["send_to"]

HASTY = 0.15  # seconds for an answer; times ten after the final dot

Behaviour: TypeAlias = Answer
BEHAVIOURS: Mapping[str, Behaviour] = {
    "1xx": "100 1.0.0 wait",
    "2xx": "250 2.0.0 ok",
    "3xx": "354 3.0.0 go on",
    "4xx": "451 4.3.0 later",
    "421": "421 4.3.2 closing",
    "5xx": "550 5.7.1 never",
    "503": "503 5.5.1 sequence",
    "530": "530 5.7.0 log in first",
    "552": "552 5.2.2 too much",
    "6xx": "666 6.6.6 what",
    "several lines": "550-5.7.1 see\r\n550-5.7.1 the page\r\n550 5.7.1 about it",
    "several codes": "250-2.0.0 ok\r\n550 5.7.1 or not",
    "junk": "hello?",
    "binary": "\x80\xff\x00\x1b[31m",
    "nothing but a line end": "",
    "a line without end": Flood("2"),
    "lines without end": Flood("250-and more\r\n"),
    "one character after the other": Trickle(),
    "silence": Wait(),
    "drop": Drop(),
}

SENT, REFUSED = Sent, Refused
RELAY, DIALOGUE, LETTER = Cause.RELAY, Cause.DIALOGUE, Cause.LETTER
Meaning: TypeAlias = type[Sent] | type[Refused] | Cause

# What each behaviour means, by step: the first line is for all that is not named.
TABLE: Mapping[str, Mapping[str, Meaning]] = {
    "GREETING": {"": RELAY},
    "EHLO": {"": RELAY, "2xx": SENT},
    "MAIL": {"": DIALOGUE, "2xx": SENT, "552": LETTER},
    "RCPT": {
        "": DIALOGUE,
        "2xx": SENT,
        "4xx": LETTER,
        "5xx": REFUSED,
        "several lines": REFUSED,
        "503": LETTER,
        "530": LETTER,
        "552": LETTER,
    },
    "DATA": {
        "": DIALOGUE,
        "3xx": SENT,
        "4xx": LETTER,
        "5xx": REFUSED,
        "several lines": REFUSED,
        "503": LETTER,
        "530": LETTER,
        "552": LETTER,
    },
    "DOT": {"": LETTER, "2xx": SENT, "5xx": REFUSED, "several lines": REFUSED},
    "STARTTLS": {"": RELAY},
    "HANDSHAKE": {"": RELAY},
    "AUTH": {"": RELAY},
}
CLEAR = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT")
UNKNOWN = {
    "1xx",
    "3xx",
    "6xx",
    "several codes",
    "junk",
    "binary",
    "nothing but a line end",
    "a line without end",
    "lines without end",
    "one character after the other",
    "silence",
    "drop",
}


def meaning(outcome: Outcome) -> Meaning:
    return outcome.cause if isinstance(outcome, Deferred) else type(outcome)


def wanted(step: str, behaviour: str) -> Meaning:
    return TABLE[step].get(behaviour, TABLE[step][""])


def hop(relay: Relay, timeout: float = HASTY, **more: object) -> NextHop:
    return NextHop("127.0.0.1", relay.port, "none", "desk.example", timeout, clock=time.monotonic, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("offers", [("PIPELINING", "SIZE 1000000"), ()], ids=["pipelined", "one by one"])
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("step", CLEAR)
def test_a_step_and_a_behaviour_mean_one_outcome(
    send_to: Make, step: str, behaviour: str, offers: tuple[str, ...]
) -> None:
    """cases 28, 30, 153: exactly as the table at the top of `outbound/courier.py` says."""
    with Relay({step: [BEHAVIOURS[behaviour]]}, offers=offers) as relay:
        courier = send_to(hop(relay))
        outcome = courier.send(letter(1))
        assert meaning(outcome) == wanted(step, behaviour), outcome
        if step == "DOT" and behaviour in UNKNOWN:
            assert outcome.code == 0
            assert outcome.text.startswith("unknown: ")
        assert outcome.text.isprintable()
        assert len(outcome.text) <= 700
        assert courier.send(letter(2)) == Sent(250, "2.0.0 taken")
    assert [one.message_id for one in relay.deliveries].count("<l2@desk.example>") == 1
    if behaviour != "several codes":  # nobody can say whether such a relay has the letter
        assert [one.message_id for one in relay.deliveries].count("<l1@desk.example>") == isinstance(outcome, Sent)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def contexts(authority: trustme.CA) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of the relay, and of whoever trusts it."""
    shown, trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(shown)
    authority.configure_trust(trust)
    return shown, trust


def secure(relay: Relay) -> NextHop:
    tls: Literal["starttls", "implicit"] = "starttls" if relay.implicit is None else "implicit"
    return NextHop(
        "127.0.0.1",
        relay.port,
        tls,
        "desk.example",
        1.0,
        "desk",
        "secret",
        clock=time.monotonic,
    )


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("step", ["STARTTLS", "HANDSHAKE", "AUTH"])
def test_what_fails_on_the_way_to_tls_and_login_is_about_the_relay(
    send_to: Make, authority: trustme.CA, step: str, behaviour: str
) -> None:
    """case 149: nothing of the letter leaves, nor the password in clear text; later all is well again."""
    shown, trust = contexts(authority)
    with Relay({step: [BEHAVIOURS[behaviour]]}, starttls=shown) as relay:
        courier = send_to(secure(relay), trust)
        outcome = courier.send(letter(1))
        assert meaning(outcome) == wanted(step, behaviour), outcome
        assert "secret" not in outcome.text
        if step != "AUTH":
            assert set(relay.verbs) <= {"EHLO", "STARTTLS"}
        assert courier.send(letter(2)) == Sent(250, "2.0.0 taken")


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_tls_that_is_cut_within_the_letter(send_to: Make, authority: trustme.CA, implicit: bool) -> None:
    """case 30: a letter half sent is not there."""
    shown, trust = contexts(authority)
    big = letter(1, data=b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 4_000_000)
    with Relay({"DATA": [Cut()]}, implicit=shown if implicit else None, starttls=None if implicit else shown) as relay:
        courier = send_to(secure(relay), trust)
        outcome = courier.send(big)
        assert meaning(outcome) == LETTER
        assert outcome.code == 0
        assert isinstance(courier.send(letter(2)), Sent)
    assert [one.message_id for one in relay.deliveries] == ["<l2@desk.example>"]


@pytest.mark.parametrize("verb", ["RCPT", "DOT"])
def test_tls_that_is_cut_in_the_dialogue(send_to: Make, authority: trustme.CA, verb: str) -> None:
    """case 30: as without TLS."""
    shown, trust = contexts(authority)
    with Relay({verb: [Drop()]}, starttls=shown) as relay:
        courier = send_to(secure(relay), trust)
        assert meaning(courier.send(letter(1))) == wanted(verb, "drop")
        assert isinstance(courier.send(letter(2)), Sent)


def test_what_comes_in_clear_text_behind_starttls_is_not_believed(send_to: Make, authority: trustme.CA) -> None:
    """case 149: an answer slipped in before the handshake would count as one of the encrypted dialogue."""
    shown, trust = contexts(authority)
    with Relay({"STARTTLS": ["220 go\r\n250-relay.example\r\n250 AUTH PLAIN"]}, starttls=shown) as relay:
        outcome = send_to(secure(relay), trust).send(letter())
    assert meaning(outcome) == RELAY
    assert "in clear text behind its answer to STARTTLS" in outcome.text
    assert "AUTH" not in relay.verbs


def test_what_was_offered_in_clear_text_is_forgotten_under_tls(send_to: Make, authority: trustme.CA) -> None:
    """case 149: RFC 3207 section 4.2."""
    shown, trust = contexts(authority)
    answers = {"EHLO": ["250-relay.example\r\n250-SIZE 10\r\n250 STARTTLS", "250-relay.example\r\n250 AUTH PLAIN"]}
    with Relay(answers, starttls=shown) as relay:
        assert isinstance(send_to(secure(relay), trust).send(letter()), Sent)


@pytest.mark.parametrize("said", ["SIZE 100", "SIZE=100", "size 100"])
def test_a_letter_larger_than_the_relay_takes_is_not_sent(send_to: Make, said: str) -> None:
    """case 154: refused with a sentence, and nothing of it is said to the relay."""
    with Relay(offers=(said,)) as relay:
        courier = send_to(hop(relay))
        outcome = courier.send(letter(data=b"x" * 101))
        assert isinstance(outcome, Refused)
        assert outcome.code == 0
        assert "has 103 bytes, and the relay takes at most 100 (SIZE)" in outcome.text
        assert "MAIL" not in relay.verbs
        assert isinstance(courier.send(letter(2, data=b"x" * 90)), Sent)


@pytest.mark.parametrize("said", ["SIZE", "SIZE 0", "SIZE none", "SIZE -5", "SIZE 99999999999999999999"])
def test_a_size_that_says_nothing_stops_nothing(send_to: Make, said: str) -> None:
    """case 154: RFC 1870 section 4, and what is no number."""
    with Relay(offers=(said,)) as relay:
        assert isinstance(send_to(hop(relay)).send(letter(data=b"x" * 5000)), Sent)


def test_a_relay_that_takes_less_than_it_said(send_to: Make) -> None:
    """case 154: its word at MAIL or after the dot is about this letter, and no other relay is to blame."""
    for verb in ("MAIL", "DOT"):
        with Relay({verb: ["552 5.3.4 too big after all"]}, offers=("SIZE 1000000",)) as relay:
            outcome = send_to(hop(relay)).send(letter())
            assert outcome == Deferred(552, "5.3.4 too big after all", LETTER)


def test_a_relay_that_lies_about_pipelining(send_to: Make) -> None:
    """case 30: it announces it and throws away what came ahead: time runs out, and nothing is lost or doubled."""
    with Forgetful(offers=("PIPELINING",)) as relay:
        courier = send_to(hop(relay))
        assert meaning(courier.send(letter(1))) == DIALOGUE
    assert relay.deliveries == []


class Forgetful(Relay):
    """Answers MAIL, and forgets all that was sent with it."""

    def reply_for(self, verb: str, _recipients: object, answer: Answer) -> Answer:
        return Wait() if verb == "RCPT" else answer
