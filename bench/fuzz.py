"""The fuzzer: mails that strategies make up and mails that a mutator damages, each read in a child that may die of it.

`python -m bench.fuzz [--inputs N] [--seed N] [--jobs N] [--mails FOLDER]… [--found FOLDER]`

What breaks a rule of `bench.checks`, takes more than 2 s of CPU or kills its child is written to the folder as .eml,
with the reason beside it. Ends with 1 where anything was found. The same seed makes the same mails.
"""

import argparse
import hashlib
import multiprocessing
import resource
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random

from bench.checks import MEMORY, faults, memory
from bench.mutation import mutant
from gateway.commands.parse import desk_verbs
from gateway.mailfiles import looks_like_mail
from gateway.progress import Progress
from parsers.verbs import Verbs
from tests.rig.mails import MESSAGE

CPU_SECONDS = 2
WALL_SECONDS = 60
"""A child that says nothing for so long hangs, whatever the clock of its CPU says."""

CHUNK = 500
LARGEST = 200_000
MOST_KEPT = 10
_FORK = multiprocessing.get_context("fork")
Examine = Callable[[bytes], list[str]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some inputs of one sort and one seed."""

    sort: str
    seed: int
    count: int


def chunks(inputs: int, seed: int) -> Iterable[Chunk]:
    """The whole work: one chunk in eight is made up, the others are mutants."""
    for number, start in enumerate(range(0, inputs, CHUNK)):
        sort = "made up" if number % 8 == 7 else "mutants"
        yield Chunk(sort, seed * 1_000_000 + number, min(CHUNK, inputs - start))


def corpus(folders: Iterable[Path]) -> list[bytes]:
    """The mails below some folders, without the largest."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [raw for path in files if path.stat().st_size <= LARGEST and looks_like_mail(raw := path.read_bytes())]


def made_up(chunk: Chunk, use: Callable[[bytes], None]) -> None:
    """Hand over as many mails as a chunk has, drawn from the strategies."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    @seed(chunk.seed)
    @settings(
        max_examples=chunk.count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(MESSAGE)
    def draw(raw: bytes) -> None:
        use(raw)

    draw()


def run(chunk: Chunk, mails: Sequence[bytes], use: Callable[[bytes], None]) -> None:
    """Hand over each input of a chunk."""
    if chunk.sort == "made up":
        made_up(chunk, use)
        return
    chance = Random(chunk.seed)
    for _ in range(chunk.count):
        use(mutant(mails, chance))


class Job:
    """One child at a time, which works off chunks; what kills it costs one input."""

    def __init__(self, mails: Sequence[bytes], verbs: Verbs, keep: Callable[[bytes, str], None]) -> None:
        self._mails = mails
        self._verbs = verbs
        self._keep = keep
        self._input: bytes | None = None
        self.connection: Connection | None = None
        self.chunk: Chunk | None = None
        self.done = 0
        self.heard = 0.0

    def start(self, chunk: Chunk) -> None:
        """Begin a chunk in a fresh child: its memory is then its own."""
        self.chunk, self.done, self.heard, self._input = chunk, 0, time.monotonic(), None
        self.connection, theirs = _FORK.Pipe(duplex=False)
        self._child = _FORK.Process(target=_child, args=(chunk, self._mails, self._verbs, theirs), daemon=True)
        self._child.start()
        theirs.close()

    def hear(self) -> bool:
        """Take one word of the child; False where it is through or dead."""
        assert self.connection is not None
        self.heard = time.monotonic()
        try:
            if self._input is None:
                self._input = self.connection.recv_bytes()
                return True
            found = self.connection.recv()
        except EOFError:
            return False
        assert isinstance(found, list)
        for fault in found:
            self._keep(self._input, str(fault))
        self._input = None
        self.done += 1
        return True

    def end(self) -> Chunk | None:
        """Bury the child; returns what is left of its chunk, under another seed, where it died of an input."""
        assert self.chunk is not None
        assert self.connection is not None
        chunk, lost = self.chunk, self._input
        self._child.kill() if lost is not None and self._hangs() else None
        self._child.join()
        self.connection.close()
        self.connection = self.chunk = None
        if lost is None:
            return None
        self._keep(lost, _died(self._child.exitcode))
        self.done += 1
        left = chunk.count - self.done
        return replace(chunk, seed=chunk.seed + 500_000, count=left) if left > 0 else None

    def _hangs(self) -> bool:
        return self._child.is_alive() and time.monotonic() - self.heard > WALL_SECONDS

    @property
    def silent(self) -> bool:
        """Whether the child has said nothing for too long."""
        return self.chunk is not None and time.monotonic() - self.heard > WALL_SECONDS


def _died(code: int | None) -> str:
    if code == -signal.SIGPROF:
        return f"took more than {CPU_SECONDS} s of CPU"
    return f"the child died of it ({signal.Signals(-code).name if code and code < 0 else f'exit {code}'})"


def _child(chunk: Chunk, mails: Sequence[bytes], verbs: Verbs, connection: Connection) -> None:
    """Say each input before it is tried, and afterwards what it broke: so the parent knows what we died of."""
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def use(raw: bytes) -> None:
        connection.send_bytes(raw)
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        found = [*faults(raw, verbs), *memory()]
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send(found)

    run(chunk, mails, use)


def fuzz(
    inputs: int,
    seed: int,
    jobs: int,
    mails: Sequence[bytes],
    keep: Callable[[bytes, str], None],
    at: Callable[[int], None] = lambda _: None,
) -> int:
    """Try so many inputs; `keep` gets each that breaks a rule, with the reason. Returns how many were tried."""
    verbs, waiting, tried = desk_verbs(), deque(chunks(inputs, seed)), 0
    crew = [Job(mails, verbs, keep) for _ in range(jobs)]
    while waiting or any(job.chunk for job in crew):
        for job in crew:
            if job.chunk is None and waiting:
                job.start(waiting.popleft())
        busy = {job.connection: job for job in crew if job.connection is not None}
        ready = {busy[each] for each in wait(list(busy), 1.0) if isinstance(each, Connection)}
        for job in busy.values():
            if (job in ready and not job.hear()) or job.silent:
                left = job.end()
                tried += job.done
                waiting.extendleft([left] if left else [])
        at(tried + sum(job.done for job in crew if job.chunk))
    return tried


@dataclass(slots=True)
class Finds:
    """What was found, in a folder: each input as .eml, the reason beside it as .txt; the same reason a few times."""

    folder: Path
    reasons: Counter[str]

    def keep(self, raw: bytes, reason: str) -> None:
        """Write one down, unless its reason is well known by now."""
        last = reason.strip().splitlines()[-1][:120]
        short = "slow" if last.startswith("slow: ") else last
        self.reasons[short] += 1
        if self.reasons[short] > MOST_KEPT:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(raw).hexdigest()[:12]
        (self.folder / f"{name}.eml").write_bytes(raw)
        (self.folder / f"{name}.txt").write_text(reason + "\n", encoding="utf-8", errors="replace")


def main() -> int:
    """Fuzz, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--mails", type=Path, action="append", metavar="FOLDER", help="default: the golden mails")
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), metavar="FOLDER")
    arguments = parser.parse_args()
    mails = corpus(arguments.mails or [Path(__file__).parents[1] / "tests" / "golden" / "mails"])
    if not mails:
        parser.error("there is no mail in these folders")
    finds = Finds(arguments.found, Counter())
    progress = Progress("fuzzing", sys.stderr, arguments.inputs)
    start = time.monotonic()
    tried = fuzz(arguments.inputs, arguments.seed, arguments.jobs, mails, finds.keep, progress.at)
    progress.end()
    seconds = time.monotonic() - start
    print(f"{tried} inputs from {len(mails)} mails in {seconds:.0f} s, {tried / seconds:.0f}/s; seed {arguments.seed}")
    for reason, count in finds.reasons.most_common():
        print(f"  {count:6} × {reason}")
    print(f"found: {finds.reasons.total()}{f', see {finds.folder}' if finds.reasons else ''}")
    return 1 if finds.reasons else 0


if __name__ == "__main__":
    sys.exit(main())
