"""A TCP proxy between a client and a server of this machine that does to the bytes what bad networks do."""

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Faults:
    """What happens to one direction of each connection.

    `cut_after` bytes the connection is reset, `stall_after` bytes nothing more is passed on, `half_close_after` bytes
    the other side sees the end although the connection stays; `split` passes on so many bytes at a time and waits
    `pause` seconds between; `lose` is asked with each piece and drops it, closing the connection, where it says so.
    """

    cut_after: int | None = None
    stall_after: int | None = None
    half_close_after: int | None = None
    split: int | None = None
    pause: float = 0.0
    lose: Callable[[bytes], bool] = lambda _: False


NONE = Faults()


class Proxy:
    """Listens on `port` and passes on to a server; `up` is from client to server, `down` what comes back."""

    def __init__(self, server: int, up: Faults = NONE, down: Faults = NONE) -> None:
        self.up = up
        self.down = down
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._over = False
        self._start(self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cut all connections and listen no longer."""
        with self._lock:
            self._over = True
            sockets = [self._listener, *self._sockets]
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server), 10)
            except OSError:
                return
            with self._lock:
                if self._over:
                    client.close()
                    server.close()
                    return
                self._sockets += [client, server]
            self._start(self._pass_on, client, server, self.up)
            self._start(self._pass_on, server, client, self.down)

    def _pass_on(self, source: socket.socket, target: socket.socket, faults: Faults) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                for piece in _pieces(data, passed, faults):
                    if faults.lose(piece):
                        raise ConnectionAbortedError
                    target.sendall(piece)
                    passed += len(piece)
                    time.sleep(faults.pause)
                    if passed == faults.cut_after:
                        _reset(source)
                        _reset(target)
                        return
                    if passed == faults.half_close_after:
                        target.shutdown(socket.SHUT_WR)
                        return
                    if passed == faults.stall_after:
                        return
            target.shutdown(socket.SHUT_WR)
            return
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _pieces(data: bytes, passed: int, faults: Faults) -> list[bytes]:
    """The data in the pieces that are passed on one by one; a fault happens just behind a piece."""
    borders = {at - passed for at in (faults.cut_after, faults.stall_after, faults.half_close_after) if at is not None}
    step = faults.split or len(data)
    borders |= set(range(step, len(data), step))
    places = [0, *sorted(at for at in borders if 0 < at < len(data)), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]


def _reset(one: socket.socket) -> None:
    """Close with a reset instead of an end."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RD)
        one.close()
