"""Group commit: whatever is submitted while one commit runs shares the next one."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Gathers items for `commit`, which makes a group of them durable and answers each in order, or raises for all.

    Where a group fails, each item is committed alone, so that one bad item fails nobody else; once one alone fails by
    an error `of_all`, that nothing in the item has caused, the others fail with it and wait no longer. `weight` and
    `room` bound a group (in bytes, or in pieces where each weighs one). Nobody waits for company, unless `expected`
    says that a group of so many is about to be: then its first item waits up to `patience` (seconds) for the others.
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        weight: Callable[[Item], int] = lambda _: 1,
        room: int = 64,
        pieces: int = 64,
        expected: Callable[[], int] = lambda: 0,
        patience: float = 0.0,
        of_all: Callable[[Exception], bool] = lambda _: False,
    ) -> None:
        self._commit = commit
        self._weight = weight
        self._room = room
        self._pieces = pieces
        self._expected = expected
        self._patience = patience
        self._of_all = of_all
        self._queue: SimpleQueue[tuple[Item, Future[Result]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what was submitted, then end."""
        self._queue.put(None)
        self._thread.join()

    def submit(self, item: Item) -> "Future[Result]":
        """The item's answer, once its group is durable. The commit goes on even if nobody waits for it."""
        future: Future[Result] = Future()
        # A caller that goes away must not be able to cancel what is already on its way to the disk.
        future.set_running_or_notify_cancel()
        self._queue.put((item, future))
        return future

    def _run(self) -> None:
        last = False
        while not last:
            first = self._queue.get()
            if first is None:
                return
            group, last = self._gather(first)
            self._settle(group)

    def _gather(self, first: "tuple[Item, Future[Result]]") -> "tuple[list[tuple[Item, Future[Result]]], bool]":
        group, weight = [first], self._weight(first[0])
        end = time.monotonic() + self._patience
        while len(group) < self._pieces and weight < self._room:
            try:
                following = self._following(end if len(group) < self._expected() else 0.0)
            except Empty:
                return group, False
            if following is None:
                return group, True
            group.append(following)
            weight += self._weight(following[0])
        return group, False

    def _following(self, end: float) -> "tuple[Item, Future[Result]] | None":
        """The next in the queue, awaited until `end` of the monotonic clock. Raises Empty."""
        left = end - time.monotonic()
        return self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()

    def _settle(self, group: "Sequence[tuple[Item, Future[Result]]]") -> None:
        try:
            answers = self._commit([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - whatever failed, each item gets its own answer
            if len(group) == 1:
                group[0][1].set_exception(error)
            else:
                self._settle_alone(group)
            return
        for (_, future), answer in zip(group, answers, strict=True):
            future.set_result(answer)

    def _settle_alone(self, group: "Sequence[tuple[Item, Future[Result]]]") -> None:
        failed: BaseException | None = None
        for one in group:
            if failed is None:
                self._settle([one])
                failed = one[1].exception()
                failed = failed if isinstance(failed, Exception) and self._of_all(failed) else None
            else:
                one[1].set_exception(failed)
