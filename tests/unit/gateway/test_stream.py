"""The bytes of a connection, and what comes back from the committer's thread."""

import asyncio
from concurrent.futures import Future

import pytest

from gateway.smtp.crossing import Crossing
from gateway.smtp.stream import LIMIT, Stream


class Wire(asyncio.Transport):
    """Notes whether the peer is heard."""

    heard = True

    def pause_reading(self) -> None:
        self.heard = False

    def resume_reading(self) -> None:
        self.heard = True


def test_a_mark_is_found_however_its_bytes_arrive() -> None:
    async def read() -> list[bytes]:
        stream = Stream(asyncio.get_running_loop())
        first = asyncio.ensure_future(stream.readuntil(b"\r\n.\r\n"))
        for piece in (b"one\r", b"\n", b".\r", b"\ntwo", b"\r\n.\r\n"):
            await asyncio.sleep(0)
            stream.data_received(piece)
        return [await first, await stream.readuntil(b"\r\n.\r\n")]

    assert asyncio.run(read()) == [b"one\r\n.\r\n", b"two\r\n.\r\n"]


def test_the_peer_is_not_heard_while_too_much_waits() -> None:
    async def read() -> list[bool]:
        wire, stream = Wire(), Stream(asyncio.get_running_loop())
        stream.connection_made(wire)
        heard = []
        for _ in range(3):
            stream.data_received(b"x" * LIMIT)
            heard.append(wire.heard)
        with pytest.raises(asyncio.LimitOverrunError) as more:
            await stream.readuntil(b"\n")
        assert len(await stream.read(more.value.consumed)) == 3 * LIMIT
        return [*heard, wire.heard]

    assert asyncio.run(read()) == [True, True, False, True]


def test_the_end_gives_what_there_was() -> None:
    async def read() -> bytes:
        stream = Stream(asyncio.get_running_loop())
        waiting = asyncio.ensure_future(stream.readuntil(b"\n"))
        await asyncio.sleep(0)
        stream.data_received(b"half a line")
        stream.eof_received()
        with pytest.raises(asyncio.IncompleteReadError) as end:
            await waiting
        return end.value.partial

    assert asyncio.run(read()) == b"half a line"


def test_what_is_done_together_wakes_the_loop_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And who no longer waits for it harms nobody."""

    async def cross() -> tuple[list[object], int]:
        loop, crossing, wakes = asyncio.get_running_loop(), Crossing[int](), 0
        wake = loop.call_soon_threadsafe

        def counted(*work: object) -> asyncio.Handle:
            nonlocal wakes
            wakes += 1
            return wake(*work)  # type: ignore[arg-type]  # what the loop itself takes

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        works: list[Future[int]] = [Future() for _ in range(4)]
        waiting = [asyncio.ensure_future(crossing.over(work)) for work in works]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.sleep(0)
        for number, work in enumerate(works[:3]):
            work.set_result(number)
        works[3].set_exception(ValueError("the disk is full"))
        return await asyncio.gather(*waiting, return_exceptions=True), wakes

    (first, second, third, fourth), wakes = asyncio.run(cross())
    assert (first, third, wakes) == (0, 2, 1)
    assert isinstance(second, asyncio.CancelledError)
    assert isinstance(fourth, ValueError)
