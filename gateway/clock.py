"""The table of ticks. A tick claims what is due and acts: safe to run twice, and in many processes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do every so many seconds."""

    name: str
    seconds: int
    act: Callable[[], None]


class Clock:
    """Runs the ticks in a thread until stopped; no state lives in it."""

    def __init__(self, ticks: tuple[Tick, ...]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for tick in ticks:
            self._scheduler.add_job(tick.act, "interval", seconds=tick.seconds, id=tick.name)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the tick in hand finish, then end."""
        self._scheduler.shutdown(wait=True)
