"""From the committer's thread back to the event loop."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Crossing(Generic[Result]):
    """Awaits futures of other threads: those done together wake the loop once, where asyncio wakes it for each.

    Whoever awaits may be cancelled; the future goes on.
    """

    def __init__(self) -> None:
        self._landed: deque[tuple[asyncio.Future[Result], Future[Result]]] = deque()

    async def over(self, work: "Future[Result]") -> Result:
        """The result of work. Raises what it raises."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Result] = loop.create_future()

        def land(done: "Future[Result]") -> None:
            self._landed.append((waiting, done))
            if len(self._landed) == 1 and not loop.is_closed():
                loop.call_soon_threadsafe(self._unload)

        work.add_done_callback(land)
        return await waiting

    def _unload(self) -> None:
        """On the loop. What lands meanwhile is taken along, or finds nobody before it and wakes the loop again."""
        while self._landed:
            waiting, done = self._landed.popleft()
            if waiting.done():
                continue
            if error := done.exception():
                waiting.set_exception(error)
            else:
                waiting.set_result(done.result())
