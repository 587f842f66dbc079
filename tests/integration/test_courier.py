"""The courier against a relay that does what it is told: every answer has one outcome, and nothing is sent twice."""

import socket

import pytest

from outbound.courier import wire
from outbound.letter import Deferred, Letter, Refused, Sent
from outbound.relay import Relay as NextHop
from tests.integration.conftest import PATIENT, Make, letter
from tests.rig.relay import Answer, Cut, Drop, Relay, Wait

PIPELINING = pytest.mark.parametrize("offers", [("PIPELINING", "SIZE 1000000"), ()], ids=["pipelined", "one by one"])
HASTY = 0.2  # seconds; times ten after the dot


def hop(relay: Relay, timeout: float = PATIENT) -> NextHop:
    return NextHop("127.0.0.1", relay.port, "none", "desk.example", timeout)


@PIPELINING
def test_a_letter_arrives_as_it_was_composed(send_to: Make, offers: tuple[str, ...]) -> None:
    with Relay(offers=offers) as relay:
        outcome = send_to(hop(relay)).send(letter())
        (delivery,) = relay.deliveries
    assert outcome == Sent(250, "2.0.0 taken")
    assert (delivery.sender, delivery.recipient) == ("support+abc@desk.example", "ann@acme.example")
    assert delivery.message_id == "<l1@desk.example>"
    assert delivery.data == letter().data


def test_a_null_sender_goes_out_as_one(send_to: Make) -> None:
    with Relay() as relay:
        one = letter()
        assert isinstance(send_to(hop(relay)).send(Letter("", one.recipient, one.message_id, one.data)), Sent)
    assert relay.deliveries[0].sender == ""
    assert relay.commands[1].startswith("MAIL FROM:<> SIZE=")


def test_one_connection_carries_many_letters(send_to: Make) -> None:
    with Relay() as relay:
        courier = send_to(hop(relay))
        outcomes = [courier.send(letter(n)) for n in range(20)]
        courier.close()
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert [delivery.message_id for delivery in relay.deliveries] == [f"<l{n}@desk.example>" for n in range(20)]
    assert relay.connections == 1
    assert relay.verbs == ["EHLO", *["MAIL", "RCPT", "DATA"] * 20, "QUIT"]


def test_a_closed_courier_opens_again(send_to: Make) -> None:
    with Relay() as relay:
        courier = send_to(hop(relay))
        courier.send(letter(1))
        courier.close()
        assert isinstance(courier.send(letter(2)), Sent)
    assert relay.connections == 2


TRICKY = [
    b".\r\n",
    b"a\r\n.\r\nb\r\n",
    b"..\r\n.a\r\n",
    b"no end",
    b"",
    b"bare\nlines\n.\nMAIL FROM:<x@y>\n",
    b"bare\rreturns\r.\r\n",
    b"cr cr lf\r\r\n.\r\r\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\n.\n",
    b"a\0.\r\n",
]


@pytest.mark.parametrize("data", TRICKY)
def test_nothing_in_a_letter_ends_it_early(send_to: Make, data: bytes) -> None:
    """case 132: nor begins a second one."""
    with Relay() as relay:
        courier = send_to(hop(relay))
        assert isinstance(courier.send(letter(1, data=data)), Sent)
        assert isinstance(courier.send(letter(2)), Sent)
    assert len(relay.deliveries) == 2
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n")
    assert relay.deliveries[0].data == lines.replace(b"\n", b"\r\n") + b"\r\n"


@pytest.mark.parametrize("data", TRICKY)
def test_the_wire_has_strict_line_ends_and_one_final_dot(data: bytes) -> None:
    """case 132: whatever the body."""
    content = wire(data)
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert content.endswith(b"\r\n.\r\n") or content == b".\r\n"
    assert b"\r\n.\r\n" not in content[:-3]


# What the relay says, and what it means: the table of outbound.courier.
ANSWERS: list[tuple[str, str, type[Sent] | type[Deferred] | type[Refused]]] = [
    ("GREETING", "421 4.3.2 later", Deferred),
    ("GREETING", "554 5.7.1 no service for you", Deferred),
    ("EHLO", "421 4.3.2 later", Deferred),
    ("EHLO", "550 5.7.1 go away", Deferred),
    ("MAIL", "250 2.1.0 ok", Sent),
    ("MAIL", "421 4.3.2 later", Deferred),
    ("MAIL", "451 4.3.0 later", Deferred),
    ("MAIL", "550 5.1.8 your domain is unknown", Deferred),
    ("MAIL", "552 5.3.4 too big", Deferred),
    ("RCPT", "250 2.1.5 ok", Sent),
    ("RCPT", "251 2.1.5 will forward", Sent),
    ("RCPT", "252 2.1.5 cannot verify", Sent),
    ("RCPT", "421 4.3.2 later", Deferred),
    ("RCPT", "450 4.2.1 greylisted", Deferred),
    ("RCPT", "452 4.5.3 too many", Deferred),
    ("RCPT", "503 5.5.1 sequence", Deferred),
    ("RCPT", "530 5.7.0 authentication required", Deferred),
    ("RCPT", "550 5.1.1 nobody", Refused),
    ("RCPT", "551 5.1.6 moved", Refused),
    ("RCPT", "552 5.2.2 mailbox full", Deferred),
    ("RCPT", "553 5.1.3 bad address", Refused),
    ("RCPT", "554 5.7.1 relay access denied", Refused),
    ("DATA", "421 4.3.2 later", Deferred),
    ("DATA", "451 4.3.0 later", Deferred),
    ("DATA", "503 5.5.1 sequence", Deferred),
    ("DATA", "554 5.5.1 no", Refused),
    ("DATA", "250 2.0.0 not what was asked", Deferred),
    ("DOT", "250 2.0.0 taken", Sent),
    ("DOT", "251 2.0.0 taken", Sent),
    ("DOT", "421 4.3.2 later", Deferred),
    ("DOT", "451 4.3.0 later", Deferred),
    ("DOT", "452 4.3.1 disk full", Deferred),
    ("DOT", "530 5.7.0 authentication required", Deferred),
    ("DOT", "550 5.7.1 looks like spam", Refused),
    ("DOT", "552 5.3.4 too big", Deferred),
    ("DOT", "554 5.6.0 content rejected", Refused),
]


@PIPELINING
@pytest.mark.parametrize(("verb", "answer", "outcome"), ANSWERS, ids=[f"{verb} {said}" for verb, said, _ in ANSWERS])
def test_an_answer_means_one_outcome(
    send_to: Make, offers: tuple[str, ...], verb: str, answer: str, outcome: type[Sent] | type[Deferred] | type[Refused]
) -> None:
    """cases 29, 30 and 153: by its code and the command that it answers; a refusal is not tried again."""
    with Relay({verb: [answer]}, offers=offers) as relay:
        got = send_to(hop(relay)).send(letter())
    assert type(got) is outcome
    if outcome is not Sent:
        assert got.code == int(answer[:3])
        assert answer[4:] in got.text
    assert len(relay.deliveries) == (outcome is Sent)


@PIPELINING
@pytest.mark.parametrize(("verb", "answer"), [(verb, said) for verb, said, _ in ANSWERS])
def test_the_next_letter_is_not_harmed(send_to: Make, offers: tuple[str, ...], verb: str, answer: str) -> None:
    """case 153: one letter's refusal is its own."""
    with Relay({verb: [answer]}, offers=offers) as relay:
        courier = send_to(hop(relay))
        courier.send(letter(1))
        assert courier.send(letter(2)) == Sent(250, "2.0.0 taken")
    assert relay.deliveries[-1].message_id == "<l2@desk.example>"


@PIPELINING
@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize("answer", ["hello?", "999 what", "", "250", "25x ok", "\x80\xff", "100 1.0.0 wait"])
def test_junk_never_refuses_a_letter(send_to: Make, offers: tuple[str, ...], verb: str, answer: str) -> None:
    """case 30: what is no answer defers."""
    with Relay({verb: [answer]}, offers=offers) as relay:
        courier = send_to(hop(relay, HASTY))
        assert isinstance(courier.send(letter(1)), Sent | Deferred)
        assert isinstance(courier.send(letter(2)), Sent)


@PIPELINING
@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", [Drop(), Wait(), Cut()], ids=["drop", "silence", "cut"])
def test_a_connection_that_fails_before_the_letter_defers_it(
    send_to: Make, offers: tuple[str, ...], verb: str, fault: Answer
) -> None:
    """case 30: wherever it fails."""
    with Relay({verb: [fault]}, offers=offers) as relay:
        outcome = send_to(hop(relay, HASTY)).send(letter())
        assert isinstance(outcome, Deferred)
        assert relay.connections == 1
    assert relay.deliveries == []


def test_a_connection_that_breaks_within_the_letter_defers_it(send_to: Make) -> None:
    big = b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 8_000_000
    with Relay({"DATA": [Cut()]}) as relay:
        outcome = send_to(hop(relay)).send(letter(data=big))
    assert outcome == Deferred(0, "The connection broke within the letter: the relay cannot have taken it.")


@pytest.mark.parametrize("fault", [Drop(), Drop(taken=True), Wait()], ids=["lost", "taken", "silence"])
def test_after_the_final_dot_nobody_knows(send_to: Make, fault: Answer) -> None:
    """case 28: unknown, and tried again later under the same Message-ID."""
    with Relay({"DOT": [fault]}) as relay:
        outcome = send_to(hop(relay, HASTY)).send(letter())
        assert isinstance(outcome, Deferred)
        assert outcome.code == 0
        assert outcome.text.startswith("unknown: ")
        # Not sent again by itself, although the connection was lost: that is for the next try.
        assert relay.connections == 1
    assert len(relay.deliveries) == (fault == Drop(taken=True))


def test_nobody_listens(send_to: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = send_to(NextHop("127.0.0.1", port, "none", "desk.example")).send(letter())
    assert isinstance(outcome, Deferred)
    assert outcome.code == 0
    assert f"127.0.0.1:{port}" in outcome.text


@PIPELINING
def test_a_kept_connection_that_went_away_is_opened_again(send_to: Make, offers: tuple[str, ...]) -> None:
    with Relay(offers=offers) as relay:
        courier = send_to(hop(relay))
        assert isinstance(courier.send(letter(1)), Sent)
        relay.cut()
        assert isinstance(courier.send(letter(2)), Sent)
        assert relay.connections == 2
    assert [delivery.message_id for delivery in relay.deliveries] == ["<l1@desk.example>", "<l2@desk.example>"]


def test_a_kept_connection_that_said_good_bye_is_opened_again(send_to: Make) -> None:
    with Relay({"MAIL": ["250 2.1.0 ok", "421 4.4.2 idle too long"]}) as relay:
        courier = send_to(hop(relay))
        courier.send(letter(1))
        assert isinstance(courier.send(letter(2)), Sent)
    assert relay.connections == 2


def test_it_is_opened_again_only_once(send_to: Make) -> None:
    with Relay({"MAIL": ["250 2.1.0 ok", Drop(), Drop(), Drop()]}) as relay:
        courier = send_to(hop(relay))
        courier.send(letter(1))
        assert isinstance(courier.send(letter(2)), Deferred)
        assert relay.connections == 2


def test_a_refused_recipient_costs_no_connection(send_to: Make) -> None:
    with Relay(recipients={"gone@acme.example": "550 5.1.1 nobody"}) as relay:
        courier = send_to(hop(relay))
        outcomes = [
            courier.send(letter(n, name)) for n, name in enumerate(["gone@acme.example", "ann@acme.example"] * 3)
        ]
    assert [type(outcome) for outcome in outcomes] == [Refused, Sent] * 3
    assert relay.connections == 1


def test_a_refusal_is_believed_even_where_the_relay_hangs_up_after_it(send_to: Make) -> None:
    with Relay({"RCPT": ["550 5.1.1 nobody"], "DATA": [Drop()]}) as relay:
        courier = send_to(hop(relay))
        assert courier.send(letter(1)) == Refused(550, "5.1.1 nobody", of_recipient=True)
        assert isinstance(courier.send(letter(2)), Sent)


def test_a_relay_that_invites_a_letter_for_nobody_gets_none(send_to: Make) -> None:  # RFC 2920 section 3.1
    with Relay({"RCPT": ["550 5.1.1 nobody"], "DATA": ["354 go on"]}) as relay:
        courier = send_to(hop(relay))
        assert isinstance(courier.send(letter(1)), Refused)
        assert isinstance(courier.send(letter(2)), Sent)
    assert [delivery.message_id for delivery in relay.deliveries] == ["<l2@desk.example>"]


@pytest.mark.parametrize(
    "address",
    ["a@b>\r\nRCPT TO:<x@y", "a@b\r\nDATA", "a@b>", "<a@b", "ü@acme.example", "a\0@b", "", "a@b\n", " a@b", "a@b "],
)
def test_an_address_cannot_carry_a_command(send_to: Make, address: str) -> None:
    """case 134: nothing of it is said to the relay."""
    with Relay() as relay:
        courier = send_to(hop(relay))
        assert isinstance(courier.send(letter(recipient=address)), Refused)
        if address:
            one = letter()
            assert isinstance(courier.send(Letter(address, one.recipient, one.message_id, one.data)), Refused)
    assert relay.commands == []


def test_long_and_unprintable_answers_are_kept_readable(send_to: Make) -> None:
    said = "550-5.7.1 see\r\n550-\x1b[31m the log\x07\r\n550 5.7.1 " + "x" * 2000
    with Relay({"DOT": [said]}) as relay:
        outcome = send_to(hop(relay)).send(letter())
    assert isinstance(outcome, Refused)
    assert outcome.text.startswith("5.7.1 see ")
    assert outcome.text.isprintable()
    assert len(outcome.text) <= 500
