"""A relay that fails anywhere, at random: in the end each letter is there, or it is plain that it is not."""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from gateway.lane import Lane
from gateway.store.store import Store
from outbound import breaker
from outbound.courier import Courier
from outbound.relay import Relay as NextHop
from parsers.address import Keys
from tests.rig.outbox import Outbox, eventually, hurry
from tests.rig.relay import Answer, Cut, Drop, Relay

LETTERS = 300
RATE = 0.3
CONNECTIONS = 8
# Nothing that is waited for: a time-out is a drop that takes longer.
FAULTS: dict[str, list[Answer]] = {
    "GREETING": ["421 4.3.2 busy", "554 5.7.1 no", Drop(), "hello?"],
    "EHLO": ["421 4.3.2 busy", "502 5.5.1 what", Drop(), "hm"],
    "MAIL": ["421 4.3.2 bye", "451 4.3.0 later", "550 5.1.8 unknown", Drop(), "2xx ok"],
    "RCPT": ["421 4.3.2 bye", "450 4.2.1 greylisted", "552 5.2.2 full", "550 5.1.1 nobody", Drop(), "354 go"],
    "DATA": ["421 4.3.2 bye", "451 4.3.0 later", "554 5.5.1 no", Drop(), Cut(), "250 ok"],
    "DOT": ["421 4.3.2 bye", "451 4.3.0 later", "554 5.6.0 spam", Drop(), Drop(taken=True), "hm"],
}


class Chance:
    """Whether a verb fails this time, and how; the same in each run as far as threads let it."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def __call__(self, verb: str) -> Answer | None:
        with self._lock:
            fails = self._random.random() < RATE
            return self._random.choice(FAULTS[verb]) if fails and verb in FAULTS else None


@pytest.mark.parametrize(
    ("store_url", "offers"), [("sqlite", ("PIPELINING",)), ("postgresql", ())], indirect=["store_url"]
)
def test_everything_is_delivered_once_or_visibly_not(
    store: Store, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: tuple[str, ...]
) -> None:
    """case 157: 300 letters, every verb fails at a rate of 30 %; doubles only where an answer to the dot was lost."""
    hurry(monkeypatch)
    monkeypatch.setattr(breaker, "LONGEST", 0.02)
    outbox = Outbox(store, keys, [f"p{number}@d{number % 40}.example" for number in range(LETTERS)], tmp_path)
    with Relay(chance=Chance(157), offers=offers) as relay:
        hop = NextHop("127.0.0.1", relay.port, "none", "desk.example", 10.0)
        lane = Lane("default", [Courier(hop) for _ in range(CONNECTIONS)])
        with outbox.sending([lane], speed=20_000):
            eventually(lambda: set(outbox.states()) <= {"sent", "refused", "held"}, outbox.states)
        lost = Counter(relay.unanswered)
        arrived = Counter(one.message_id for one in relay.deliveries)
        bytes_of = {
            one.message_id: {two.data for two in relay.deliveries if two.message_id == one.message_id}
            for one in relay.deliveries
        }
    letters = outbox.letters()
    assert len(letters) == LETTERS
    got = Counter(one.recipient for one in relay.deliveries)
    for address, (state, _, reason) in letters.items():
        assert state != "sent" or got[address] >= 1, f"{address} is sent and never arrived"
        assert state == "sent" or reason, f"{address} is {state}, and nothing says why"
    for message_id, times in arrived.items():
        assert times <= 1 + lost[message_id], f"{message_id}: {times} times, {lost[message_id]} answers lost"
    assert {len(forms) for forms in bytes_of.values()} == {1}
    assert outbox.states()["sent"] > LETTERS // 3
