"""Whatever clock somebody lives by: quiet hours end, and each edition comes once."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.hours import LONGEST, Hours, Span, edition, span, wakes
from routing.wishes import Wish

ZONES = st.sampled_from(
    ["", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
)
# A year with changes of all these clocks, and that in which Samoa had no 30 December.
MOMENTS = st.one_of(
    st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(0, 5 * 24 * 60).map(lambda minutes: datetime(2011, 12, 28, tzinfo=UTC) + timedelta(minutes=minutes)),
)
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
DAYS = st.one_of(st.just(frozenset(range(7))), st.frozensets(st.integers(0, 6), min_size=1))
SPANS = st.builds(Span, CLOCKS, CLOCKS, DAYS)
HOURS = st.builds(Hours, ZONES, st.one_of(st.none(), CLOCKS), st.lists(SPANS, max_size=3).map(tuple))
CADENCES = st.sampled_from([Wish.HOURLY, Wish.DAILY])
STEPS = st.timedeltas(timedelta(), timedelta(days=3))


@given(HOURS, MOMENTS)
def test_quiet_hours_end_later_and_then_are_over(hours: Hours, now: datetime) -> None:
    end = wakes(hours, now)
    if end is not None:
        assert now < end <= now + LONGEST
        assert end == now + LONGEST or wakes(hours, end) is None


@given(HOURS, MOMENTS, st.floats(0, 1, exclude_max=True))
def test_what_comes_later_in_the_same_quiet_hours_waits_as_long(hours: Hours, now: datetime, part: float) -> None:
    """So letters of one ticket that were held in one night leave together, and in order."""
    end = wakes(hours, now)
    if end is not None and end < now + LONGEST:
        assert wakes(hours, now + (end - now) * part) == end


@given(SPANS)
def test_a_span_reads_back_as_it_was_written(one: Span) -> None:
    assert span(str(one)) == one


@given(CADENCES, HOURS, MOMENTS)
def test_an_edition_lies_behind_us_and_not_far(cadence: Wish, hours: Hours, now: datetime) -> None:
    due = edition(cadence, hours, now)
    longest = timedelta(hours=2) if cadence is Wish.HOURLY else timedelta(days=2, hours=1)
    assert now - longest < due <= now


@given(CADENCES, HOURS, MOMENTS, STEPS)
def test_editions_never_go_back_and_stay_until_the_next(
    cadence: Wish, hours: Hours, now: datetime, step: timedelta
) -> None:
    due = edition(cadence, hours, now)
    assert edition(cadence, hours, now + step) >= due
    assert edition(cadence, hours, due) == due
