"""A progress line on a terminal; nothing where nobody watches."""

from dataclasses import dataclass
from typing import TextIO

WIDTH = 30


@dataclass(slots=True)
class Progress:
    """`total` None means that nobody knows how much there is."""

    label: str
    stream: TextIO
    total: int | None = None

    def at(self, count: int) -> None:
        """So much is done."""
        if not self.stream.isatty():
            return
        if self.total:
            filled = WIDTH * count // self.total
            bar = "█" * filled + "░" * (WIDTH - filled)
            self.stream.write(f"\r{self.label} {bar} {count}/{self.total} ")
        else:
            self.stream.write(f"\r{self.label} {count} ")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self.stream.isatty():
            self.stream.write("\n")
