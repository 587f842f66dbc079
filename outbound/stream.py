"""The bytes between the courier and a relay: bounded reading of replies (RFC 5321 section 4.2), and TLS."""

import hashlib
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Self

from outbound.letter import Deferred, Refused
from outbound.relay import Clock, Relay

SHOWN = 500  # characters of an answer that are kept
LINE = 8192  # bytes; RFC 5321 section 4.5.3.1.5 allows 512, and many a relay writes more
ANSWER = 65536  # bytes of all lines of one answer
_CHUNK = 16384

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_REPLY = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)
_ABOUT_US = frozenset({503, 530, 552})
JUNK = -1
"""The code of what is no answer that RFC 5321 knows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the relay. Code 0: the connection was lost; JUNK: nobody knows what it answers."""

    code: int
    text: str
    lines: tuple[str, ...] = ()

    @property
    def last(self) -> bool:
        """True where the dialogue cannot go on."""
        return self.code // 100 not in (2, 3, 4, 5) or self.code == 421

    def outcome(self, *, of_recipient: bool = False) -> Deferred | Refused:
        """What an unwelcome answer means once the relay has accepted us (the table of the courier)."""
        if self.code // 100 == 5 and self.code not in _ABOUT_US:
            return Refused(self.code, self.text, of_recipient)
        return Deferred(max(self.code, 0), self.text)


class Stream:
    """One connection. For one thread."""

    def __init__(self, peer: socket.socket, clock: Clock) -> None:
        self._peer = peer
        self._clock = clock
        self._buffer = b""

    @classmethod
    def open(cls, relay: Relay) -> Self:
        """Connect. Raises OSError."""
        if relay.socket is None:
            peer = socket.create_connection((relay.host, relay.port), relay.timeout)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return cls(peer, relay.clock)
        peer = socket.socket(socket.AF_UNIX)
        try:
            peer.settimeout(relay.timeout)
            peer.connect(str(relay.socket))
        except OSError:
            peer.close()
            raise
        return cls(peer, relay.clock)

    def encrypt(self, context: ssl.SSLContext, relay: Relay) -> None:
        """TLS from here on. Raises OSError where it fails, or the certificate is not the one that is known."""
        if self._buffer:
            # Whatever came in clear text behind the answer to STARTTLS may be anybody's (RFC 3207 section 6).
            raise OSError("it sent something in clear text behind its answer to STARTTLS")
        self._peer.settimeout(relay.timeout)
        encrypted = context.wrap_socket(self._peer, server_hostname=relay.host or None)
        self._peer = encrypted
        shown = hashlib.sha256(encrypted.getpeercert(binary_form=True) or b"").hexdigest()
        if relay.fingerprints and shown not in relay.fingerprints:
            raise OSError(f"its certificate has another fingerprint: {shown}")

    def send(self, data: bytes, seconds: float) -> None:
        """Send all of it within so many seconds. Raises OSError."""
        self._peer.settimeout(seconds)
        self._peer.sendall(data)

    def reply(self, seconds: float) -> Reply:
        """The next answer, whole within so many seconds. Never raises."""
        end, lines, size = self._clock() + seconds, list[bytes](), 0
        codes = set[bytes]()
        while True:
            try:
                line = self._line(end)
            except OSError as fault:
                return Reply(0, str(fault) or type(fault).__name__)
            size += len(line)
            found = _REPLY.fullmatch(line.rstrip(b"\r\n"))
            if found is None or size > ANSWER or not line.endswith(b"\n"):
                return Reply(JUNK, readable(b" ".join((*lines, line))))
            lines.append(found[3] or b"")
            codes.add(found[1])
            if found[2] != b"-":
                text = readable(b" ".join(lines))
                if len(codes) > 1:
                    return Reply(JUNK, f"several codes at once: {text}")
                return Reply(int(found[1]), text, tuple(map(readable, lines)))

    def close(self) -> None:
        """Let go of it; there is no good-bye."""
        self._peer.close()

    def _line(self, end: float) -> bytes:
        """The next line with its end, cut where it is longer than any. Raises OSError."""
        while b"\n" not in self._buffer and len(self._buffer) < LINE:
            left = end - self._clock()
            if left <= 0:
                raise TimeoutError("no answer in time")
            self._peer.settimeout(left)
            try:
                chunk = self._peer.recv(_CHUNK)
            except TimeoutError:
                raise TimeoutError("no answer in time") from None
            if not chunk:
                raise ConnectionResetError("the connection was closed")
            self._buffer += chunk
        cut = min(self._buffer.find(b"\n") + 1 or LINE, LINE)
        line, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return line


def readable(answer: bytes | str) -> str:
    """An answer as one printable line of moderate length."""
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return _UNPRINTABLE.sub(" ", text)[:SHOWN].strip()
