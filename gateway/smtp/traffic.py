"""What is counted across sessions: bytes in flight, and messages of one peer or sender in a window."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

KEYS = 100_000
"""How many peers or senders a window remembers; beyond them the longest silent ones are forgotten."""


@dataclass(slots=True)
class Budget:
    """A number of bytes that all sessions share."""

    room: int
    used: int = 0

    def take(self, size: int) -> bool:
        """Whether so many bytes are left; they are taken then."""
        if self.used + size > self.room:
            return False
        self.used += size
        return True

    def give_back(self, size: int) -> None:
        """Let others have them."""
        self.used -= size


@dataclass(slots=True)
class Window:
    """How often each key came within `seconds`: two halves, of which the older one fades out as time passes.

    Needs two numbers a key, and lets nobody have twice the limit at the border between two windows.
    """

    limit: int
    seconds: float
    _begun: float = 0.0
    _current: Counter[Hashable] = field(default_factory=Counter)
    _before: Counter[Hashable] = field(default_factory=Counter)

    def full(self, key: Hashable, now: float) -> bool:
        """Whether the key has had all that it may have; `now` is of a monotonic clock, in seconds."""
        self._turn(now)
        faded = 1.0 - (now - self._begun) / self.seconds
        return self._current[key] + self._before[key] * faded >= self.limit

    def count(self, key: Hashable, now: float) -> None:
        """It came once more."""
        self._turn(now)
        if len(self._current) >= KEYS and key not in self._current:
            del self._current[next(iter(self._current))]
        self._current[key] += 1

    def _turn(self, now: float) -> None:
        passed = now - self._begun
        if passed >= self.seconds:
            self._before = self._current if passed < 2 * self.seconds else Counter()
            self._current = Counter()
            self._begun = now - passed % self.seconds
