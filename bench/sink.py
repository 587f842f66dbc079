"""A local SMTP sink in a process of its own: takes everything, keeps nothing, counts.

`python -m bench.sink` prints its port, then at each line on standard input the number of letters taken so far.
"""

import asyncio
import sys


class Sink(asyncio.Protocol):
    """As little SMTP as a courier needs."""

    taken = 0

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each whole command, or swallow a message up to its final dot."""
        self._buffer += data
        answers = b""
        while True:
            mark = b"\r\n.\r\n" if self._data else b"\r\n"
            head, found, rest = self._buffer.partition(mark)
            if not found:
                break
            self._buffer = rest
            answers += self._answer(head)
        if answers and self._transport is not None:
            self._transport.write(answers)

    def _answer(self, line: bytes) -> bytes:
        if self._data:
            self._data = False
            Sink.taken += 1
            return b"250 taken\r\n"
        match line[:4].upper():
            case b"EHLO":
                return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            case b"DATA":
                self._data = True
                return b"354 go on\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
            case _:
                return b"250 ok\r\n"


async def _main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(Sink.taken, flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
