"""How much our automatic mail may do: what ends a storm, and what keeps us from being anybody's mail bomb."""

from dataclasses import dataclass
from datetime import timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` messages within `span`."""

    span: timedelta
    most: int


@dataclass(frozen=True, slots=True)
class Caps:
    """All of it comes from `[limits]`.

    `storm` are the windows for what one writer writes about one ticket, `alike` how often the same words may come
    there. The others count within an hour: answers to mail that proves nothing, to one stranger, to all of one domain
    and to all together, answers to one person otherwise, the tickets that one stranger opens, and letters to one person
    about others that did not arrive.

    `soft_failures` letters that fail within `soft_window` suppress an address for `soft_suppression`; one that the
    other side does not know is suppressed at once, for `hard_suppression`.
    """

    storm: tuple[Window, ...] = (
        Window(timedelta(minutes=10), 10),
        Window(timedelta(minutes=30), 15),
        Window(timedelta(minutes=60), 25),
        Window(timedelta(minutes=180), 50),
        Window(timedelta(minutes=600), 100),
    )
    alike: int = 10
    answers_per_stranger: int = 5
    answers_per_domain: int = 250
    answers_per_person: int = 100
    answers_to_strangers: int = 500
    tickets_per_stranger: int = 20
    failures_per_person: int = 10
    soft_failures: int = 5
    soft_window: timedelta = timedelta(days=7)
    soft_suppression: timedelta = timedelta(days=7)
    hard_suppression: timedelta = timedelta(days=30)

    @property
    def memory(self) -> timedelta:
        """How far back it matters what was written."""
        return max((window.span for window in self.storm), default=HOUR)

    @property
    def least(self) -> int:
        """With fewer messages than this there is no storm."""
        return min((self.alike, *(window.most + 1 for window in self.storm)))
