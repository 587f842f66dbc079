"""Clocks of people: quiet hours and editions on the wall clock of a time zone."""

from datetime import UTC, datetime, time, timedelta

import pytest

from routing.hours import LONGEST, Hours, Span, clock, edition, is_zone, span, wakes
from routing.wishes import Wish

BERLIN = "Europe/Berlin"
NIGHT = Hours(BERLIN, quiet=(Span(time(22), time(7)),))


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", time(7)),
        ("07:30", time(7, 30)),
        ("0730", time(7, 30)),
        ("24:00", None),
        ("7:61", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_time_of_the_day(text: str, found: time | None) -> None:
    assert clock(text) == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("22:00-07:00", "22:00-07:00"),
        ("22 - 7", "22:00-07:00"),
        ("18:00–08:30 Mon-Fri", "18:00-08:30 mon tue wed thu fri"),
        ("0:00-24:00 saturday, sun", "00:00-00:00 sat sun"),
        ("20-6 fri-mon", "20:00-06:00 mon fri sat sun"),
    ],
)
def test_a_span_is_written_in_many_ways(text: str, shown: str) -> None:
    found = span(text)
    assert str(found) == shown
    assert span(str(found)) == found


@pytest.mark.parametrize("text", ["", "22:00", "22:00-", "25:00-07:00", "22:00-07:00 someday", "22-7 mon-", "mon-fri"])
def test_what_is_no_span(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-02 20:59", None),
        ("2026-03-02 21:00", "2026-03-03 06:00"),
        ("2026-03-02 23:30", "2026-03-03 06:00"),
        ("2026-03-03 05:59", "2026-03-03 06:00"),
        ("2026-03-03 06:00", None),
    ],
)
def test_a_night_goes_past_midnight(now: str, end: str | None) -> None:
    assert wakes(NIGHT, at(now)) == (None if end is None else at(end))


def test_a_night_in_which_clocks_are_put_forward_is_an_hour_shorter() -> None:
    assert wakes(NIGHT, at("2026-03-28 22:00")) == at("2026-03-29 05:00")


def test_a_night_in_which_clocks_are_put_back_is_an_hour_longer() -> None:
    assert wakes(NIGHT, at("2026-10-24 22:00")) == at("2026-10-25 06:00")
    assert wakes(NIGHT, at("2026-10-25 05:59")) == at("2026-10-25 06:00")


def test_an_end_that_the_clock_skips_comes_when_it_goes_on() -> None:
    early = Hours(BERLIN, quiet=(Span(time(22), time(2, 30)),))
    assert wakes(early, at("2026-03-28 23:00")) == at("2026-03-29 01:30")


def test_an_end_that_the_clock_shows_twice_counts_the_first_time() -> None:
    early = Hours(BERLIN, quiet=(Span(time(22), time(2, 30)),))
    assert wakes(early, at("2026-10-24 23:00")) == at("2026-10-25 00:30")
    assert wakes(early, at("2026-10-25 01:15")) is None


def test_spans_that_meet_are_one() -> None:
    evening, weekend = span("18:00-08:00"), span("00:00-24:00 sat sun")
    assert evening
    assert weekend
    hours = Hours(quiet=(evening, weekend))
    assert wakes(hours, at("2026-03-06 18:00")) == at("2026-03-09 08:00")
    assert wakes(hours, at("2026-03-06 17:59")) is None


def test_days_are_those_on_which_a_span_begins() -> None:
    hours = Hours(quiet=(Span(time(22), time(7), frozenset({4})),))
    assert wakes(hours, at("2026-03-07 06:00")) == at("2026-03-07 07:00")
    assert wakes(hours, at("2026-03-07 22:30")) is None


def test_no_spans_hold_a_letter_for_ever() -> None:
    now = at("2026-03-02 12:00")
    assert wakes(Hours(quiet=(Span(time(), time()),)), now) == now + LONGEST


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [
        (Hours(), "2026-03-02 06:00", "2026-03-02 06:00"),
        (Hours(), "2026-03-02 05:59", "2026-03-01 06:00"),
        (Hours(BERLIN), "2026-03-02 05:00", "2026-03-02 05:00"),
        (Hours(BERLIN, time(7, 30)), "2026-07-02 05:29", "2026-07-01 05:30"),
        (Hours("America/New_York", time(20)), "2026-03-02 00:59", "2026-03-01 01:00"),
        (Hours("Pacific/Kiritimati", time(23)), "2026-03-02 09:30", "2026-03-02 09:00"),
        (Hours(BERLIN, time(2, 30)), "2026-03-29 01:29", "2026-03-28 01:30"),
        (Hours(BERLIN, time(2, 30)), "2026-03-29 01:30", "2026-03-29 01:30"),
        (Hours(BERLIN, time(2, 30)), "2026-10-25 02:00", "2026-10-25 00:30"),
    ],
)
def test_a_daily_digest_is_due_at_its_readers_hour(hours: Hours, now: str, due: str) -> None:
    assert edition(Wish.DAILY, hours, at(now)) == at(due)


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("", "2026-03-02 05:59", "2026-03-02 05:00"),
        (BERLIN, "2026-10-25 00:59", "2026-10-25 00:00"),
        (BERLIN, "2026-10-25 01:10", "2026-10-25 01:00"),
        ("Asia/Kolkata", "2026-03-02 05:40", "2026-03-02 05:30"),
        ("Asia/Kathmandu", "2026-03-02 05:40", "2026-03-02 05:15"),
    ],
)
def test_an_hourly_digest_is_due_when_its_readers_clock_strikes(zone: str, now: str, due: str) -> None:
    assert edition(Wish.HOURLY, Hours(zone), at(now)) == at(due)


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert not is_zone("Europe/Atlantis")
    assert not is_zone("../../etc/passwd")
    assert is_zone("UTC")
    assert is_zone(BERLIN)
    assert edition(Wish.DAILY, Hours("Europe/Atlantis"), at("2026-03-02 07:00")) == at("2026-03-02 06:00")
    assert edition(Wish.DAILY, Hours(BERLIN), at("2026-03-02 07:00")) - at("2026-03-02 05:00") == timedelta()
