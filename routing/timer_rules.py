"""What a desk does by itself: timers that run while a ticket stays in a state, and what a rating brings about."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TimerRule:
    """Something that happens once a ticket has been in a state of `source` for the time `after`, wall clock.

    Once per entering of the state; several timers of a state run in the order of their times. With `move` the desk
    itself makes that move (and closes as `resolution`), with `priority` it sets that; `notify` are the groups that get
    the letter `template`.
    """

    name: str
    source: tuple[str, ...]
    after: timedelta
    notify: tuple[str, ...]
    template: str
    move: str | None = None
    resolution: str | None = None
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class RatingRule:
    """How a requester rates: in the states of `source`; the ticket then goes to `target`, where there is one.

    Where it is not `enabled`, a ticket that comes into a state of `source` goes on to `target` by itself.
    """

    enabled: bool
    source: tuple[str, ...]
    target: str | None
    notify: tuple[str, ...] = ()
    template: str = "rated"
