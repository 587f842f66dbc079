"""Clocks of people: when digests go out and when nobody is to be disturbed, on the wall clock of a time zone.

All sums are done in UTC, between moments that a wall clock shows: where it is put forward or back, a span is an hour
shorter or longer, and an edition still comes once (PEP 495: what is shown twice counts the first time).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from routing.wishes import Wish

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
MORNING = time(6)
"""When a daily digest goes out to whoever says no other hour."""
LONGEST = timedelta(days=3)
"""How long quiet hours hold a letter at most, whatever their spans add up to: a long weekend."""
_CLOCK = re.compile(r"(\d{1,2})(?::?(\d\d))?")
_SPAN = re.compile(r"(\d{1,2}(?::?\d\d)?) ?[-–] ?(\d{1,2}(?::?\d\d)?)(?:[ ,]+(\S.*))?")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From one time of the day to another, past midnight where that is not later; on `days` (Monday is 0) it begins."""

    begin: time
    end: time
    days: frozenset[int] = EVERY_DAY

    def __str__(self) -> str:
        """As it is written: 22:00-07:00, or 22:00-07:00 mon tue."""
        days = "" if self.days == EVERY_DAY else "".join(f" {DAYS[day]}" for day in sorted(self.days))
        return f"{self.begin:%H:%M}-{self.end:%H:%M}{days}"


@dataclass(frozen=True, slots=True)
class Hours:
    """By which clock somebody lives: `zone` is a name of the IANA database, empty for that of the desk.

    `digest` is when a daily digest goes out, None where nothing is said; in the spans `quiet` letters wait.
    """

    zone: str = ""
    digest: time | None = None
    quiet: tuple[Span, ...] = ()


@lru_cache(256)
def zone(name: str) -> tzinfo:
    """The time zone of a name; UTC for none, and for one that this machine does not know."""
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def is_zone(name: str) -> bool:
    """Whether this machine knows a time zone of that name."""
    return name == "UTC" or zone(name) is not UTC


def clock(text: str) -> time | None:
    """A time of the day as people write it: 7, 07:00, 0700; None where it is none."""
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def span(text: str) -> Span | None:
    """A span as people write it: 22:00-07:00, 18-8 mon-fri, 0:00-24:00 sat sun; None where it is none."""
    found = _SPAN.fullmatch(" ".join(text.lower().split()))
    if found is None:
        return None
    begin, end = clock(found[1]), time() if found[2] in ("24", "24:00", "2400") else clock(found[2])
    days = _days(found[3]) if found[3] else EVERY_DAY
    return None if begin is None or end is None or not days else Span(begin, end, days)


def _days(text: str) -> frozenset[int]:
    """The days that a text names, one by one or as mon-fri; none where a word is no day."""
    found: set[int] = set()
    for word in re.split(r"[ ,]+", text):
        ends = [
            next((n for n, day in enumerate(DAYS) if len(end) >= 3 and end[:3] == day), -1) for end in word.split("-")
        ]
        if len(ends) > 2 or -1 in ends:
            return frozenset()
        first, last = ends[0], ends[-1]
        found |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    return frozenset(found)


def wakes(hours: Hours, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that a moment lies in, None where it lies in none; at most `LONGEST` later."""
    if not hours.quiet:
        return None
    moment = now
    while moment < now + LONGEST and (end := _end(hours, moment)) is not None:
        moment = end
    return None if moment == now else min(moment, now + LONGEST)


def _end(hours: Hours, moment: datetime) -> datetime | None:
    """When the last of the spans ends that a moment lies in."""
    place = zone(hours.zone)
    today = moment.astimezone(place).date()
    ends = [
        end
        for each in hours.quiet
        for day in (today - _DAY, today)
        if day.weekday() in each.days
        for begin, end in [_bounds(each, day, place)]
        if begin <= moment < end
    ]
    return max(ends, default=None)


def _bounds(each: Span, day: date, place: tzinfo) -> tuple[datetime, datetime]:
    """When a span that begins on a day begins and ends, in UTC."""
    last = day if each.end > each.begin else day + _DAY
    begin, end = datetime.combine(day, each.begin, place), datetime.combine(last, each.end, place)
    return begin.astimezone(UTC), end.astimezone(UTC)


def edition(cadence: Wish, hours: Hours, now: datetime) -> datetime:
    """The last moment (UTC) at which digests were due by somebody's clock: what happened before it is in them."""
    local = now.astimezone(zone(hours.zone))
    if cadence is Wish.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    at = hours.digest or MORNING
    days = (local.date() + _DAY - _DAY * back for back in range(4))
    dues = (datetime.combine(day, at, local.tzinfo).astimezone(UTC) for day in days)
    return next(due for due in dues if due <= now)
