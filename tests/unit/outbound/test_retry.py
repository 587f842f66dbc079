"""When a deferred letter is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.retry import given_up, next_try

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (8, 128), (9, 240), (10, 240), (10_000, 240), (0, 1)]
)
def test_the_pause_doubles_from_a_minute_to_four_hours(attempt: int, minutes: int) -> None:
    assert next_try(attempt, 0.0, NOW) - NOW == timedelta(minutes=minutes)


@pytest.mark.parametrize(("jitter", "seconds"), [(-1.0, 48), (1.0, 72), (-9.0, 48), (9.0, 72)])
def test_it_is_spread_by_a_fifth_either_way(jitter: float, seconds: int) -> None:
    """case 31: letters deferred together do not come back together."""
    assert next_try(1, jitter, NOW) - NOW == timedelta(seconds=seconds)


@given(st.integers(), st.floats(-1, 1))
def test_no_letter_comes_back_at_once_or_waits_for_long(attempt: int, jitter: float) -> None:
    pause = next_try(attempt, jitter, NOW) - NOW
    assert timedelta(seconds=48) <= pause <= timedelta(hours=4) * 1.2


def test_a_letter_is_given_up_after_five_days() -> None:
    assert not given_up(NOW, NOW + timedelta(days=5) - timedelta(microseconds=1))
    assert given_up(NOW, NOW + timedelta(days=5))
