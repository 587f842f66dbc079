"""The bytes of one connection, with flow control both ways."""

import asyncio
from typing import cast

LIMIT = 256 * 1024
"""How much may wait to be read; the peer is not heard while twice as much does."""


class Stream(asyncio.Protocol):
    """What has come and was not read yet, and the way out: for one coroutine, which is cancelled with the connection.

    It reads as asyncio.StreamReader does and raises what that raises. It costs a connection a fraction of asyncio's
    three objects, and it lets go of what was not read yet, as STARTTLS wants it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._ended = False
        self._deaf = False
        self._full = False
        self._waiting: asyncio.Future[None] | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        self.transport = cast("asyncio.Transport", transport)  # which uvloop's does not call itself

    def connection_lost(self, error: Exception | None) -> None:
        """The peer is gone."""
        self.transport = None

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self.put_back(data)
        if len(self._buffer) > 2 * LIMIT and self.transport is not None and not self._deaf:
            self._deaf = True
            self.transport.pause_reading()

    def eof_received(self) -> bool:
        """The peer has said its last word, and yet gets the answers to what it has said."""
        self._ended = True
        self._wake()
        return True

    def pause_writing(self) -> None:
        """The peer does not read what we send."""
        self._full = True

    def resume_writing(self) -> None:
        """The peer has read enough of it."""
        self._full = False
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _wait(self) -> None:
        self._waiting = self.loop.create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    # Reading.

    @property
    def unread(self) -> bool:
        """Whether the peer has sent something that was not read yet."""
        return bool(self._buffer)

    def take_unread(self) -> bytes:
        """What was not read yet, to be read no more."""
        taken = bytes(self._buffer)
        self._buffer.clear()
        return taken

    def put_back(self, data: bytes) -> None:
        """As if the peer had sent that now."""
        self._buffer += data
        self._wake()

    async def readuntil(self, mark: bytes = b"\n") -> bytes:
        """Up to the mark, with it. Raises IncompleteReadError or, with `consumed` bytes to read, LimitOverrunError."""
        start = 0
        while (found := self._buffer.find(mark, start)) < 0:
            start = max(0, len(self._buffer) + 1 - len(mark))
            if start > LIMIT:
                raise asyncio.LimitOverrunError("The mark is not among the first bytes.", start)
            if self._ended:
                raise asyncio.IncompleteReadError(self._taken(len(self._buffer)), None)
            await self._wait()
        return self._taken(found + len(mark))

    async def readexactly(self, n: int) -> bytes:
        """So many bytes. Raises IncompleteReadError."""
        while len(self._buffer) < n:
            if self._ended:
                raise asyncio.IncompleteReadError(self._taken(len(self._buffer)), n)
            await self._wait()
        return self._taken(n)

    async def read(self, n: int = LIMIT) -> bytes:
        """Up to so many bytes, none at the end."""
        while not self._buffer and not self._ended:
            await self._wait()
        return self._taken(min(n, len(self._buffer)))

    def _taken(self, size: int) -> bytes:
        with memoryview(self._buffer) as view, view[:size] as first:
            taken = bytes(first)
        del self._buffer[:size]
        if self._deaf and len(self._buffer) <= LIMIT and self.transport is not None:
            self._deaf = False
            self.transport.resume_reading()
        return taken

    # Writing.

    def write(self, data: bytes) -> None:
        """Send, in order."""
        if self.transport is not None:
            self.transport.write(data)

    async def drain(self) -> None:
        """Wait while the peer does not read what we send."""
        if self.transport is None or self.transport.is_closing():
            await asyncio.sleep(0)  # the end of the connection must be noticed even while there is more to read
        while self._full:
            await self._wait()

    def close(self) -> None:
        """Close once all is sent."""
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Close at once, although the peer has not read what was sent."""
        if self.transport is not None:
            self.transport.abort()
