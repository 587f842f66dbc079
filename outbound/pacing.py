"""How fast letters may go: so many a minute, evenly. Pure; times are seconds of a clock that never goes back."""

from dataclasses import dataclass, replace

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Letters at least `interval` seconds apart; `next_at` is when the next may go."""

    interval: float = 0.0
    next_at: float = 0.0

    @classmethod
    def of(cls, per_minute: int | None) -> "Pace":
        """The pace of so many a minute, None for any."""
        return cls(MINUTE / per_minute if per_minute else 0.0)

    def wait(self, now: float) -> float:
        """The seconds until the next may go."""
        return max(0.0, self.next_at - now)

    def went(self, now: float) -> "Pace":
        """One goes now, or is promised the next place: those that were not used do not pile up."""
        return replace(self, next_at=max(self.next_at, now) + self.interval)
