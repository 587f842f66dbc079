"""What may be wrong with a file of ours, said as a sentence with its place and its mend."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `line` counts from 1, None where no line can be named; `key` may be empty."""

    file: str
    line: int | None
    key: str
    problem: str
    mend: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        subject = f"{self.key} {self.problem}" if self.key else self.problem
        return f"{place}: {subject}; {self.mend}"


class ConfigFaults(Exception):  # noqa: N818 - it carries faults, in the plural
    """All faults of the files that were read, in the order in which a reader meets them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class BadValue(ValueError):  # noqa: N818 - said of the value, not of us
    """A value that has the right type and yet cannot be meant: raised by validators, reported as a `Fault`."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that somebody who wrote `word` most likely meant."""
    candidates = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), candidates, n=1, cutoff=0.6)
    return candidates[found[0]] if found else None


def choose(word: str, known: Iterable[str]) -> str:
    """The mend for a word that is not among the known ones: the nearest, or all of them."""
    names = tuple(known)
    near = nearest(word, names)
    if near is not None:
        return f'did you mean "{near}"?'
    return f"choose one of {listed(names)}" if names else "take it out"


def listed(names: Iterable[str]) -> str:
    """Names as a list that can stand in a sentence."""
    return ", ".join(f'"{name}"' for name in names)
