"""imaplib with reads of our own: whatever a server sends or leaves out costs bounded time and memory.

imaplib reads a literal of any size, restarts its time-out with each byte that comes, and keeps what was sent before
STARTTLS for after it. Here each command has so many bytes and so many seconds for its whole answer.
"""

import imaplib
import select
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

BLOCK = 64 * 1024
LINE = 8 * 1024 * 1024
"""Bytes of the longest line: the UIDs of a million messages."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, for the next bytes of an answer, and for all of it."""

    connect: float = 30.0
    read: float = 60.0
    answer: float = 300.0


class BoundedStream(imaplib.IMAP4):
    """One connection. With `tls` it is encrypted from the first byte.

    Raises OSError (TimeoutError is one) and imaplib's own errors.
    """

    def __init__(self, host: str, port: int, patience: Patience, tls: ssl.SSLContext | None) -> None:
        self._patience = patience
        self._tls = tls
        self._received = bytearray()
        self._room = 0
        self._end = self._seconds = 0.0
        self.allow(BLOCK)
        super().__init__(host, port, timeout=patience.connect)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        try:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            # imaplib writes a command in crumbs; each would wait for the acknowledgement of the one before.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def allow(self, size: int, seconds: float | None = None) -> None:
        """A new command begins: forget what was told before, take `size` bytes in `seconds` as its whole answer."""
        self._room = size
        self._seconds = self._patience.answer if seconds is None else seconds
        self._end = time.monotonic() + self._seconds
        if hasattr(self, "untagged_responses"):
            self.untagged_responses.clear()

    def read(self, size: int) -> bytes:
        """A literal, whose size the server has announced."""
        if size > self._room:
            raise self.abort(f"the server announces {size} bytes where {self._room} are left to it")
        while len(self._received) < size:
            self._more()
        return self._taken(size)

    def readline(self) -> bytes:
        """A line with its end."""
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > min(LINE, self._room):
                raise self.abort("the server sends a line that does not end")
            self._more()
        return self._taken(end + 1)

    def _taken(self, size: int) -> bytes:
        self._room -= size
        if self._room < 0:
            raise self.abort("the server sends more than was asked for")
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def _more(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"the server has not answered within {self._seconds:.0f} s")
        self.sock.settimeout(min(left, self._patience.read))
        try:
            data = self.sock.recv(BLOCK)
        except TimeoutError:
            raise TimeoutError(f"the server has been silent for {min(left, self._patience.read):.0f} s") from None
        if not data:
            raise self.abort("the server has closed the connection")
        self._received += data

    @property
    def pending(self) -> bool:
        """Whether bytes are here that the socket itself no longer shows."""
        return bool(self._received) or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0)

    def secure(self, tls: ssl.SSLContext) -> None:
        """STARTTLS (RFC 3501 section 6.2.1); what came in clear text is forgotten, and more of it is an attack."""
        status, data = self._simple_command("STARTTLS")
        if status != "OK":
            raise self.error(f"STARTTLS is refused: {_text(data)}")
        if self._received:
            raise self.abort("more came in clear text behind the answer to STARTTLS; somebody may be in the middle")
        self.allow(BLOCK)
        self.sock = tls.wrap_socket(self.sock, server_hostname=self.host)
        self._get_capabilities()

    def start_idle(self) -> bytes:
        """RFC 2177: begin to wait; returns the tag that will end it. What is told meanwhile may come first."""
        tag: bytes = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands[tag] is not None:
                raise self.abort("the server refuses IDLE, which it offers")
        return tag

    def news(self) -> bool:
        """Read one answer while waiting; whether it tells of messages."""
        line: bytes | None = self._get_response()
        if line is None or not line.startswith(b"* ") or line[2:5].upper() == b"BYE":
            raise self.abort("the server has ended IDLE by itself")
        return line.upper().endswith((b" EXISTS", b" RECENT"))

    def end_idle(self, tag: bytes) -> None:
        """Wait no longer."""
        self.send(b"DONE\r\n")
        status, data = self._get_tagged_response(tag)
        if status != "OK":
            raise self.abort(f"the server refuses to end IDLE: {_text(data)}")

    def wait(self, seconds: float, bell: int) -> bool:
        """Whether something can be read within `seconds`; not so where the descriptor `bell` can be read first."""
        if self._received or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        poller = select.poll()
        for each in (self.sock.fileno(), bell):
            poller.register(each, select.POLLIN)
        ready = [descriptor for descriptor, _ in poller.poll(seconds * 1000)]
        return bool(ready) and bell not in ready

    def cut(self) -> None:
        """End the connection from another thread: who reads from it gets an error at once."""
        with suppress(OSError):
            # Below TLS, whose own farewell is not safe there.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _text(data: Sequence[object]) -> str:
    return " ".join(one.decode("utf-8", "replace") for one in data if isinstance(one, bytes))
