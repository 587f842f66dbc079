"""The letters in hand for one relay: which may go next, and whether there is room for more. Time is a number here."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway import lane as lanes
from gateway.lane import PROBE, Item, Lane, Limits
from gateway.store.rows import OutboxRow
from outbound.breaker import OPENS_AFTER
from outbound.letter import Letter, Outcome, Sent
from routing.notice import Notice

NOTICE = Notice("", "", "en", "moved", "customer", "support@desk.example", "CT-1", "")
ROW = OutboxRow(1, "CT-1", "", NOTICE, None, "", None, 1, datetime(2026, 1, 1, tzinfo=UTC), "lease", "")


class Idle:
    """A carrier that nobody asks."""

    def send(self, _: Letter) -> Outcome:
        return Sent(250, "")

    def probe(self) -> None:
        pass

    def close(self) -> None:
        pass


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(lanes, "PATIENCE", 0.0)
    return Clock()


def lane(clock: Clock, connections: int = 4, limits: Limits | None = None) -> Lane:
    return Lane("default", [Idle() for _ in range(connections)], limits, clock)


def item(number: int, domain: str = "acme.example", size: int = 10) -> Item:
    letter = Letter("support@desk.example", f"ann@{domain}", f"<{number}@desk.example>", b"x" * size)
    return Item(replace(ROW, id=number), letter, (), 0.0)


def taken(lane: Lane) -> list[int]:
    """What may go now."""
    found = []
    while (work := lane.take(wait=False)) is not None:
        assert isinstance(work, Item)
        found.append(work.row.id)
    return found


def test_letters_go_in_order_and_once(clock: Clock) -> None:
    one = lane(clock)
    assert all(one.offer(item(number, f"{number}.example")) for number in range(5))
    assert taken(one) == [0, 1, 2, 3, 4]


def test_a_domain_never_has_all_couriers(clock: Clock) -> None:
    """case 152: one that hangs leaves a way to the others."""
    one, slow = lane(clock, connections=4), [item(number, "slow.example") for number in range(6)]
    assert all(map(one.offer, [*slow, item(7, "swift.example")]))
    assert taken(one) == [0, 1, 2, 7]
    one.put_back(slow[0])
    assert taken(one) == [3]


def test_the_share_of_a_domain_is_set(clock: Clock) -> None:
    """case 152: by `domain_connections`."""
    one = lane(clock, 4, Limits(domain_connections=1))
    assert all(one.offer(item(number, "acme.example")) for number in range(3))
    assert taken(one) == [0]


def test_a_single_connection_serves_every_domain(clock: Clock) -> None:
    one = lane(clock, 1)
    assert one.offer(item(1))
    assert taken(one) == [1]


def test_a_domain_that_hangs_does_not_fill_the_lane(clock: Clock) -> None:
    """case 152: there is room for the letters of others."""
    one = lane(clock)
    took = [one.offer(item(number, "slow.example")) for number in range(lanes.ROOM)]
    assert took.count(True) == lanes.ROOM_OF_DOMAIN
    assert one.offer(item(99, "swift.example"))
    assert taken(one)[-1] == 99


def test_what_is_stuck_is_waited_for_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 152: letters for a domain that hangs, among those for others, do not slow these down."""
    one, waits = lane(clock), list[float]()

    def wait_for(_ready: object, seconds: float) -> bool:
        waits.append(seconds)
        return False

    monkeypatch.setattr(one._freed, "wait_for", wait_for)
    for number in range(lanes.ROOM_OF_DOMAIN):
        assert one.offer(item(number, "slow.example"))
    for number in range(10):
        assert not one.offer(item(100 + number, "slow.example"))
        assert one.offer(item(200 + number, "swift.example"))
    assert len(waits) == 1
    slow = one.take(wait=False)
    assert isinstance(slow, Item)
    assert one.offer(item(300, "slow.example")), "it moves again"
    assert not one.offer(item(301, "slow.example"))
    assert len(waits) == 2


def test_a_full_lane_is_waited_for_as_long_as_whoever_offers_can(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    one, waits = lane(clock), list[float]()

    def wait_for(_ready: object, seconds: float) -> bool:
        waits.append(seconds)
        return False

    monkeypatch.setattr(one._freed, "wait_for", wait_for)
    for number in range(lanes.ROOM):
        assert one.offer(item(number, f"{number}.example"))
    for number in range(3):
        assert not one.offer(item(100 + number), 5.0)
        assert not one.offer(item(100 + number), 0.0)
    assert waits == [5.0] * 3


def test_large_letters_are_bounded_by_their_bytes(clock: Clock) -> None:
    one = lane(clock)
    assert one.offer(item(1, "a.example", lanes.ROOM_IN_BYTES * 2))
    assert not one.offer(item(2, "b.example"))
    assert taken(one) == [1]
    assert one.offer(item(2, "b.example"))


def test_a_relay_has_its_pace(clock: Clock) -> None:
    one = lane(clock, 4, Limits(per_minute=60))
    assert all(one.offer(item(number, f"{number}.example")) for number in range(3))
    assert taken(one) == [0]
    clock.now += 0.9
    assert taken(one) == []
    clock.now += 0.1
    assert taken(one) == [1]


def test_a_domain_has_its_pace_and_others_pass_it(clock: Clock) -> None:
    """case 152: who may have one letter a minute holds nobody up."""
    one = lane(clock, 4, Limits(domain_per_minute=1))
    for number, domain in enumerate(["slow.example", "slow.example", "swift.example"]):
        assert one.offer(item(number, domain))
    assert taken(one) == [0, 2]
    clock.now += 60
    assert taken(one) == [1]


def test_a_relay_that_is_down_is_left_alone_and_probed_once(clock: Clock) -> None:
    one = lane(clock)
    assert one.offer(item(1))
    said = [one.failed(0.0, "refused") for _ in range(OPENS_AFTER + 2)]
    assert [pause is not None for pause in said] == [False] * (OPENS_AFTER - 1) + [True, False, False]
    assert not one.open
    assert not one.offer(item(2))
    assert [left.row.id for left in one.emptied()] == [1]
    assert one.take(wait=False) is None
    clock.now += 400
    assert one.take(wait=False) == PROBE
    assert one.take(wait=False) is None, "one probes for all"
    one.failed(0.0, "refused")
    assert one.take(wait=False) is None
    clock.now += 400
    assert one.take(wait=False) == PROBE
    assert one.worked() == 800.0
    assert one.worked() is None
    assert one.offer(item(3))
    assert taken(one) == [3]


def test_letters_come_back_one_after_the_other(clock: Clock) -> None:
    """Not all at once, and not before the relay is knocked at."""
    one = lane(clock)
    pauses = [one.returning() for _ in range(400)]
    assert pauses == sorted(pauses)
    assert 1.0 <= pauses[0] < 1.1
    assert 2.9 < pauses[-1] < 3.2
    for _ in range(OPENS_AFTER):
        one.failed(0.0, "refused")
    assert one.returning() >= pauses[-1]
