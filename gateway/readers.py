"""Several readers at once, one for each core: messages go out in batches and come back in their order."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import LifoQueue

from gateway.mailfiles import BATCH_BYTES, Found, Unread
from gateway.reader import Containment, Crashed, Reader, Request
from parsers.mail import ParsedMail

MOST_BYTES = 4 * BATCH_BYTES
"""What may be read or wait to be shown at one time, beside the batch that is added last."""


@dataclass(frozen=True, slots=True)
class Read:
    """A message by its name, its size in bytes, and what became of it."""

    name: str
    size: int
    result: ParsedMail | Crashed | Unread


@dataclass(frozen=True, slots=True)
class _Pending:
    size: int
    results: "Future[list[Read]]"


class Readers:
    """A crew of readers; their children start with the first batch that finds all others busy."""

    def __init__(self, containment: Containment, count: int | None = None) -> None:
        crew = [Reader(containment) for _ in range(count or len(os.sched_getaffinity(0)))]
        self._crew = crew
        self._idle: LifoQueue[Reader] = LifoQueue()  # who has a child already goes first
        for reader in crew:
            self._idle.put(reader)
        self._threads = ThreadPoolExecutor(len(crew), "readers")

    def read(self, batches: Iterable[Sequence[Found]], *, shown: bool) -> Iterator[Read]:
        """Every message of the batches, in order. Each is taken from its source only when there is room for it."""
        pending: deque[_Pending] = deque()
        for batch in batches:
            size = sum(len(raw) for _, raw in batch if isinstance(raw, bytes))
            pending.append(_Pending(size, self._threads.submit(self._batch, batch, shown)))
            while len(pending) > 2 * len(self._crew) or sum(each.size for each in pending) > MOST_BYTES:
                yield from pending.popleft().results.result()
        for each in pending:
            yield from each.results.result()

    def _batch(self, batch: Sequence[Found], shown: bool) -> list[Read]:
        reader = self._idle.get()
        try:
            results = iter(reader.read([Request(raw, shown=shown) for _, raw in batch if isinstance(raw, bytes)]))
            return [
                Read(name, len(raw), next(results)) if isinstance(raw, bytes) else Read(name, 0, raw)
                for name, raw in batch
            ]
        finally:
            self._idle.put(reader)

    def close(self) -> None:
        """End the children, in the midst of a message too."""
        for reader in self._crew:
            reader.stop()
        self._threads.shutdown(cancel_futures=True)
        for reader in self._crew:
            reader.close()
