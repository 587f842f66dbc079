"""Relays that are down, slow or in the way: the letters of others go on, and none is lost, doubled or tried in vain."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from gateway.lane import Lane, Limits
from gateway.store.store import Store
from outbound.courier import Courier
from outbound.relay import Relay as NextHop
from outbound.routes import Route, Routes
from parsers.address import Keys
from routing.delivery import Fate
from tests.rig.outbox import Outbox, eventually, hurry
from tests.rig.relay import Answer, Drop, Relay, Wait

Fill: TypeAlias = Callable[[Sequence[str]], Outbox]
TWO = Routes((Route(("partner",), recipients=frozenset({"@partner.example"})),), ("default", "spare"))


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture
def fill(store: Store, keys: Keys, tmp_path: Path) -> Fill:
    return lambda recipients: Outbox(store, keys, recipients, tmp_path)


@pytest.fixture
def relays() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def lane(name: str, port: int, connections: int = 4, limits: Limits | None = None, timeout: float = 10.0) -> Lane:
    hop = NextHop("127.0.0.1", port, "none", "desk.example", timeout)
    return Lane(name, [Courier(hop) for _ in range(connections)], limits)


def nobody() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def people(count: int, domain: str = "acme.example") -> list[str]:
    return [f"p{number}@{domain}" for number in range(count)]


def test_letters_take_the_relay_of_their_route(fill: Fill, relays: ExitStack) -> None:
    """case 152: each relay has letters of its own, and one that is not there harms none of the others."""
    outbox = fill([*people(5), *people(5, "partner.example")])
    first, partner = relays.enter_context(Relay()), relays.enter_context(Relay())
    with outbox.sending([lane("default", first.port), lane("partner", partner.port), lane("spare", nobody())], TWO):
        eventually(lambda: outbox.states() == {"sent": 10}, outbox.letters)
    assert sorted(one.recipient for one in first.deliveries) == people(5)
    assert sorted(one.recipient for one in partner.deliveries) == people(5, "partner.example")


def test_while_a_relay_is_down_its_letters_wait_and_lose_no_try(fill: Fill, relays: ExitStack) -> None:
    """case 31: it is knocked at by one probe, said once when it begins and once when it is over."""
    outbox, port = fill([*people(40), *people(5, "partner.example")]), nobody()
    partner = relays.enter_context(Relay())
    lanes = [lane("default", port), lane("partner", partner.port), lane("spare", nobody())]
    routes = Routes(TWO.routes)
    with outbox.sending(lanes, routes, speed=20):
        eventually(lambda: outbox.states()["sent"] == 5, outbox.letters)
        eventually(lambda: len(outbox.said("relay")) == 1, outbox.letters)
        waiting = {state for state, _, _ in outbox.letters().values()}
        assert waiting == {"sent", "waiting"} or "working" in waiting
        back = relays.enter_context(Relay(port=port))
        eventually(lambda: outbox.states() == {"sent": 45}, outbox.letters)
    opened, closed = outbox.said("relay")
    assert f'outcome=unusable reason="default: The relay 127.0.0.1:{port} cannot be used: ' in opened
    assert 'outcome=usable reason="default: letters go again after ' in closed
    assert {attempts for _, attempts, _ in outbox.letters().values()} == {1}
    assert len(back.deliveries) == 40


def test_what_is_told_of_a_letter_that_waits_for_its_relay_is_no_try(fill: Fill, relays: ExitStack) -> None:
    """case 31: after four hours its ticket says that it waits, and why; nothing of it was tried."""
    outbox, port = fill(people(3)), nobody()
    with outbox.sending([lane("default", port)], Routes(), later=timedelta(hours=5)):
        eventually(lambda: len(outbox.aftermath.mishaps) >= 3, outbox.letters)
        back = relays.enter_context(Relay(port=port))
        eventually(lambda: outbox.states() == {"sent": 3}, outbox.letters)
    assert {(one.fate, one.about_recipient) for one in outbox.aftermath.mishaps} == {(Fate.LATE, False)}
    assert all("cannot be used" in one.said for one in outbox.aftermath.mishaps)
    assert {attempts for _, attempts, _ in outbox.letters().values()} == {1}
    assert len(back.deliveries) == 3


@pytest.mark.parametrize(
    "answers",
    [
        {"GREETING": ["421 4.3.2 closing"] * 99},
        {"GREETING": ["554 5.7.1 not you"] * 99},
        {"GREETING": [Drop()] * 99},
        {"EHLO": ["550 5.7.1 go away"] * 99},
        {"MAIL": ["550 5.1.8 your domain is unknown"] * 99},
        {"MAIL": ["451 4.3.0 later"] * 99},
        {"MAIL": ["421 4.3.2 later"] * 99},
    ],
    ids=lambda answers: " ".join(f"{verb} {said[0]}" for verb, said in answers.items()),
)
def test_another_relay_takes_over(fill: Fill, relays: ExitStack, answers: dict[str, Sequence[Answer]]) -> None:
    """case 31: where the first cannot be used, or would not have our letters."""
    outbox = fill(people(10))
    first, spare = relays.enter_context(Relay(answers)), relays.enter_context(Relay())
    with outbox.sending([lane("default", first.port), lane("partner", nobody()), lane("spare", spare.port)], TWO):
        eventually(lambda: outbox.states() == {"sent": 10}, outbox.letters)
    assert first.deliveries == []
    assert sorted(one.recipient for one in spare.deliveries) == people(10)
    assert {attempts for _, attempts, _ in outbox.letters().values()} == {1}


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"RCPT": ["550 5.1.1 nobody"]}, "refused"),
        ({"DOT": ["554 5.6.0 content"]}, "refused"),
        ({"RCPT": ["450 4.2.1 greylisted"]}, "waiting"),
        ({"DOT": ["451 4.3.0 later"]}, "waiting"),
        ({"DOT": [Drop(taken=True)]}, "waiting"),
        ({"DOT": ["hm?"]}, "waiting"),
    ],
)
def test_what_is_said_of_a_letter_is_believed(
    fill: Fill, relays: ExitStack, answers: dict[str, Sequence[Answer]], state: str
) -> None:
    """case 153: no other relay is asked after a letter's own refusal, nor once its final dot may have left."""
    outbox = fill(people(1))
    first, spare = relays.enter_context(Relay(answers)), relays.enter_context(Relay())
    with outbox.sending([lane("default", first.port), lane("partner", nobody()), lane("spare", spare.port)], TWO):
        eventually(lambda: len(outbox.said("send")) == 1, outbox.letters)
    ((found, attempts, _),) = outbox.letters().values()
    assert (found, attempts) == (state, 1)
    assert spare.connections == 0


def test_a_relay_that_ends_sessions_is_not_down(fill: Fill, relays: ExitStack) -> None:
    """case 30: good-bye after some letters: the next connection takes the rest."""
    outbox = fill(people(30))
    answers = (["250 2.1.0 ok"] * 5 + ["421 4.7.0 enough for one session"]) * 20
    first = relays.enter_context(Relay({"MAIL": answers}))
    with outbox.sending([lane("default", first.port, connections=1)], Routes()):
        eventually(lambda: outbox.states() == {"sent": 30}, outbox.letters)
    assert first.connections == 6
    assert outbox.said("relay") == []
    assert {attempts for _, attempts, _ in outbox.letters().values()} == {1}


def test_a_relay_with_fewer_connections_than_couriers_is_not_down(fill: Fill, relays: ExitStack) -> None:
    """case 30: 421 to some of them: the others' letters go, and those in hand lose no try."""
    outbox = fill(people(60))
    first = relays.enter_context(Relay({"GREETING": ["220 hello", "421 4.7.0 too many connections"]}))
    with outbox.sending([lane("default", first.port, connections=2)], Routes(), speed=20):
        eventually(lambda: outbox.states() == {"sent": 60}, outbox.letters)
    assert {attempts for _, attempts, _ in outbox.letters().values()} == {1}
    assert outbox.said("relay") == []


@pytest.mark.parametrize("verb", ["RCPT", "DOT"])
def test_a_domain_that_hangs_holds_up_its_own_letters_only(fill: Fill, relays: ExitStack, verb: str) -> None:
    """cases 152 and 156: at RCPT or after the final dot, where it is waited for ten minutes."""
    slow, swift = people(40, "slow.example"), people(20, "swift.example")
    outbox = fill([*slow, *swift])
    # One session a letter: each that comes for the slow domain first hangs for good.
    first = relays.enter_context(Hanging("slow.example", verb))
    with outbox.sending([lane("default", first.port, connections=3)], Routes()):
        eventually(lambda: outbox.states()["sent"] == 20, outbox.letters)
        assert {one.recipient for one in first.deliveries} == set(swift)
        assert not any(state == "sent" for address, (state, _, _) in outbox.letters().items() if address in slow)
        first.close()


class Hanging(Relay):
    """A relay that never answers a verb for the letters to one domain."""

    def __init__(self, domain: str, verb: str) -> None:
        super().__init__(offers=())
        self._domain = domain
        self._verb = verb

    def reply_for(self, verb: str, recipients: Sequence[str], answer: Answer) -> Answer:
        hangs = verb == self._verb and any(one.endswith(f"@{self._domain}") for one in recipients)
        return Wait() if hangs else answer


def test_a_relay_that_hangs_holds_up_its_own_letters_only(fill: Fill, relays: ExitStack) -> None:
    """cases 152 and 156: all its couriers are in the middle of a letter, and its lane is full."""
    outbox = fill([*people(150), *people(10, "partner.example")])
    first = relays.enter_context(Relay({"DOT": [Wait()] * 99}))
    partner = relays.enter_context(Relay())
    lanes = [lane("default", first.port), lane("partner", partner.port), lane("spare", nobody())]
    with outbox.sending(lanes, Routes(TWO.routes)):
        eventually(lambda: len(partner.deliveries) == 10, outbox.letters)
        first.close()
    assert first.deliveries == []


def test_a_relay_has_its_rate(fill: Fill, relays: ExitStack) -> None:
    """case 152: what may go only slowly goes in the end."""
    outbox = fill(people(8))
    first = relays.enter_context(Relay())
    with outbox.sending([lane("default", first.port, limits=Limits(per_minute=1200))], Routes()):
        eventually(lambda: outbox.states() == {"sent": 8}, outbox.letters)
    assert len(first.deliveries) == 8


def test_given_up_after_five_days_though_the_relay_was_never_there(fill: Fill) -> None:
    """case 31: a letter that only waited is held in the end, with the reason; nobody waits for ever."""
    outbox = fill(people(1))
    with outbox.sending([lane("default", nobody(), connections=1)], Routes(), speed=500_000):
        eventually(lambda: outbox.said("send") != [], outbox.letters)
    assert "outcome=held" in outbox.said("send")[0]
    ((_, attempts, reason),) = outbox.letters().values()
    assert attempts <= 1
    assert "cannot be used" in reason
