"""Libraries that may hang run in a child: each case has a time limit, and a child that passes it is killed."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from bench.answers import Answer, Failed
from bench.corpora import Case

# Started by fork: the cases are there already, and so is what the parent has imported.
_FORK = multiprocessing.get_context("fork")
Ask: TypeAlias = Callable[[Case, Path], Answer]


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer and the seconds that it took."""

    answer: Answer | Failed
    seconds: float


def answers(ask: Ask, cases: Sequence[Case], folder: Path, limit: float) -> list[Timed]:
    """Each case answered, or the reason why not: it raised, or it took more than `limit` seconds, or its child died."""
    found: list[Timed] = []
    while len(found) < len(cases):
        ours, theirs = _FORK.Pipe(duplex=False)
        child = _FORK.Process(target=_answer_all, args=(ask, cases[len(found) :], folder, theirs), daemon=True)
        child.start()
        theirs.close()
        found += _collect(ours, len(cases) - len(found), limit)
        child.kill()
        child.join()
        ours.close()
    return found


def _collect(connection: Connection, count: int, limit: float) -> list[Timed]:
    """What a child answers until it is through, dies or passes the limit."""
    found: list[Timed] = []
    while len(found) < count:
        if not connection.poll(limit):
            return [*found, Timed(Failed(f"took more than {limit:.0f} s", hung=True), limit)]
        try:
            timed = connection.recv()
        except EOFError:
            return [*found, Timed(Failed("the process died of it"), 0.0)]
        assert isinstance(timed, Timed)
        found.append(timed)
    return found


def _answer_all(ask: Ask, cases: Sequence[Case], folder: Path, connection: Connection) -> None:
    for case in cases:
        start = time.perf_counter()
        answer: Answer | Failed
        try:
            answer = ask(case, folder)
        except Exception as error:  # noqa: BLE001 - what a library raises is its result
            answer = Failed(f"{type(error).__name__}: {error}"[:300])
        connection.send(Timed(answer, time.perf_counter() - start))
