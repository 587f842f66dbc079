"""The circuit breaker: it opens after failures in a row, is probed ever more seldom, closes at the first good word."""

import pytest

from outbound.breaker import LONGEST, OPENS_AFTER, SPREAD, Breaker, pause


def failing(times: int, now: float = 100.0) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.failed(now, 0.0)
    return breaker


def test_one_failure_alone_opens_nothing() -> None:
    assert not failing(1).open
    assert not failing(OPENS_AFTER - 1).open
    assert failing(OPENS_AFTER).open


def test_a_good_word_in_between_begins_the_count_anew() -> None:
    breaker = failing(OPENS_AFTER - 1).worked()
    assert not breaker.failed(100.0, 0.0).open


def test_the_pauses_grow_from_seconds_to_minutes() -> None:
    breaker, now, pauses = failing(OPENS_AFTER), 100.0, list[float]()
    for _ in range(10):
        pauses.append(breaker.probe_at - now)
        now = breaker.probe_at
        breaker = breaker.failed(now, 0.0)
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert breaker.since == 100.0


def test_it_closes_at_once() -> None:
    assert failing(OPENS_AFTER + 5).worked() == Breaker()


@pytest.mark.parametrize("jitter", [-7.0, -1.0, -0.3, 0.0, 1.0, 9.0])
@pytest.mark.parametrize("probes", [0, 3, 7, 50, 10**6])
def test_the_jitter_is_a_fifth_at_most(probes: int, jitter: float) -> None:
    plain = pause(probes, 0.0)
    assert plain <= LONGEST
    assert plain * (1 - SPREAD) <= pause(probes, jitter) <= plain * (1 + SPREAD)
