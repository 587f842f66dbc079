"""A progress line on a terminal; nothing where nobody watches."""

import time
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 30
OFTEN = 0.05
"""Seconds between two drawings: a terminal is slower than what it tells of."""


@dataclass(slots=True)
class Progress:
    """`total` None means that nobody knows how much there is; it may be set once somebody does."""

    label: str
    stream: TextIO
    total: int | None = None
    watched: bool = field(init=False)
    _drawn: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.watched = self.stream.isatty()

    def at(self, count: int, words: str | None = None) -> None:
        """So much is done; `words` say it where the bare number does not."""
        done = self.total is not None and count >= self.total
        if not self.watched or (time.monotonic() - self._drawn < OFTEN and not done):
            return
        self._drawn = time.monotonic()
        if self.total:
            filled = min(WIDTH, WIDTH * count // self.total)
            bar = "█" * filled + "░" * (WIDTH - filled)
            self.stream.write(f"\r{self.label} {bar} {words or f'{count}/{self.total}'} ")
        else:
            self.stream.write(f"\r{self.label} {words or count} ")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self.watched:
            self.stream.write("\n")
