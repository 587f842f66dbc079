"""Troubles that last: the log hears when one begins and when it is over, and not each time it bites."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from gateway.maillog import MailLog


@dataclass(slots=True)
class Troubles:
    """The troubles that we are in, by name, with how often each has bitten."""

    log: MailLog
    _bites: Counter[Hashable] = field(default_factory=Counter)

    def bite(self, name: Hashable, say: Callable[[], object]) -> None:
        """It bites; `say` writes it into the log, the first time only."""
        self._bites[name] += 1
        if self._bites[name] == 1:
            say()

    def end(self, name: Hashable) -> None:
        """It is over, if it was there at all."""
        if self._bites and (times := self._bites.pop(name, 0)):
            self.log.noted("smtp", "recovered", f"{name}: it is over; refused {times} times")
