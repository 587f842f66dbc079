"""The UIDs of a folder that were passed, as ranges: a folder that is read from its beginning has one, however large."""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
"""The first and the last UID of a run without gaps."""

MOST_NAMED = 40
"""Ranges that a question leaves out: some 900 bytes (RFC 2683 section 3.2.1.5 asks clients for lines up to 1000)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the ranges: the first UIDs of those that are no more, and those that are new or longer now."""

    gone: frozenset[int]
    new: list[Range]


class Passed:
    """A set of UIDs that only grows, for within one UIDVALIDITY no UID is used twice (RFC 3501 section 2.3.1.1)."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        """The ranges may overlap, in any order."""
        self.ranges = list(_joined(sorted(ranges)))

    def __contains__(self, uid: int) -> bool:
        place = bisect_right(self.ranges, uid, key=lambda one: one[0])
        return place > 0 and uid <= self.ranges[place - 1][1]

    @property
    def highest(self) -> int:
        """The highest UID of all, 0 where there is none."""
        return self.ranges[-1][1] if self.ranges else 0

    def add(self, uids: Iterable[int]) -> Change:
        """Count more UIDs as passed; returns what changed."""
        gone: set[int] = set()
        starts = []
        for first, last in _joined(sorted((uid, uid) for uid in uids if uid not in self)):
            # The neighbours that touch it.
            begin = bisect_left(self.ranges, first - 1, key=lambda one: one[1])
            end = bisect_right(self.ranges, last + 1, key=lambda one: one[0])
            touched = self.ranges[begin:end]
            gone.update(one[0] for one in touched)
            whole = (min([first, *(one[0] for one in touched)]), max([last, *(one[1] for one in touched)]))
            self.ranges[begin:end] = [whole]
            starts.append(whole[0])
        return Change(frozenset(gone), [self._from(start) for start in sorted(set(starts))])

    def _from(self, start: int) -> Range:
        return self.ranges[bisect_right(self.ranges, start, key=lambda one: one[0]) - 1]

    def others(self) -> str:
        """A sequence set (RFC 3501 section 9) that has every UID that was not passed, and is short.

        It has some that were, too, where there are many gaps: only the widest ranges are left out.
        """
        widest = heapq.nlargest(MOST_NAMED, self.ranges, key=lambda one: one[1] - one[0])
        return ",".join(_gaps(sorted(widest)))


def _joined(ranges: Sequence[Range]) -> Iterator[Range]:
    """Ranges in order, without those that touch."""
    current: Range | None = None
    for first, last in ranges:
        if current is None:
            current = (first, last)
        elif first <= current[1] + 1:
            current = (current[0], max(current[1], last))
        else:
            yield current
            current = (first, last)
    if current is not None:
        yield current


def _gaps(ranges: Sequence[Range]) -> Iterator[str]:
    """What lies between them, and all that comes after."""
    start = 1
    for first, last in ranges:
        if first - 1 > start:
            yield f"{start}:{first - 1}"
        elif first > start:
            yield str(start)
        start = last + 1
    yield f"{start}:*"
