"""The keys of `[limits]` that bound our automatic mail."""

from datetime import timedelta
from typing import Annotated

from pydantic import PlainValidator

from gateway.faults import BadValue
from gateway.fields import Count, Seconds
from gateway.toml_file import Table
from gateway.units import duration
from routing.caps import Caps, Window


def _windows(value: object) -> tuple[Window, ...]:
    """Windows as `{ "10 min" = 10, "3 h" = 50 }`: how many messages within which time."""
    wanted = 'write them as { "10 min" = 10, "3 h" = 50 }'
    if not isinstance(value, dict) or not value:
        raise BadValue("must be a table of times and numbers", wanted)
    found = []
    for span, most in value.items():
        seconds = duration(str(span))
        if not isinstance(most, int) or isinstance(most, bool) or most < 1 or not isinstance(seconds, int):
            raise BadValue(f'cannot have {most} for "{span}"', wanted)
        found.append(Window(timedelta(seconds=seconds), most))
    return tuple(sorted(found, key=lambda window: window.span))


DAY = 86400  # seconds
Storm = Annotated[tuple[Window, ...], PlainValidator(_windows)]


class CapLimits(Table):
    """What ends a storm, how many answers and tickets mail that proves nothing gets within an hour, and when an address
    gets no more letters.
    """

    storm: Storm = Caps().storm
    alike: Count = 10
    answers_per_stranger: Count = 5
    answers_per_domain: Count = 250
    answers_per_person: Count = 100
    answers_to_strangers: Count = 500
    tickets_per_stranger: Count = 20
    failures_per_person: Count = 10
    soft_failures: Count = 5
    soft_window: Seconds = 7 * DAY
    soft_suppression: Seconds = 7 * DAY
    hard_suppression: Seconds = 30 * DAY

    def caps(self) -> Caps:
        """What our automatic mail may do."""
        return Caps(
            storm=self.storm,
            alike=self.alike,
            answers_per_stranger=self.answers_per_stranger,
            answers_per_domain=self.answers_per_domain,
            answers_per_person=self.answers_per_person,
            answers_to_strangers=self.answers_to_strangers,
            tickets_per_stranger=self.tickets_per_stranger,
            failures_per_person=self.failures_per_person,
            soft_failures=self.soft_failures,
            soft_window=timedelta(seconds=self.soft_window),
            soft_suppression=timedelta(seconds=self.soft_suppression),
            hard_suppression=timedelta(seconds=self.hard_suppression),
        )
