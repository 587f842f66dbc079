"""A mail client that sends the bytes it is told to, and nothing else."""

import select
import socket
import ssl
from pathlib import Path
from typing import Self

PATIENCE = 10.0  # seconds: no test waits for it


class Peer:
    """One connection to a port of this machine, or to a Unix socket. `lmtp` greets with LHLO."""

    def __init__(self, place: int | Path, *, lmtp: bool = False, source: str = "") -> None:
        if isinstance(place, Path):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            self.socket.connect(str(place))
        else:
            origin = (source, 0) if source else None
            self.socket = socket.create_connection(("127.0.0.1", place), PATIENCE, origin)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.hello = "LHLO" if lmtp else "EHLO"
        self._buffer = b""

    def __enter__(self) -> Self:
        assert self.answer().startswith("220 desk.example ")
        assert self.say(f"{self.hello} acme.example").startswith("250")
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def line(self) -> str:
        """One line of an answer, empty where the server has closed the connection."""
        while b"\n" not in self._buffer:
            try:
                chunk = self.socket.recv(65536)
            except ConnectionResetError:
                return ""
            if not chunk:
                return ""
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r").decode()

    def answer(self) -> str:
        """All lines of one answer."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return "\n".join(lines)

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self.socket.sendall(data)

    def say(self, command: str) -> str:
        """A command; returns its answer."""
        self.send(command.encode() + b"\r\n")
        return self.answer()

    def begin(self, *recipients: str, sender: str) -> None:
        """Everything up to the invitation to send the message."""
        assert self.say(f"MAIL FROM:<{sender}>").startswith("250")
        for recipient in recipients:
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.say("DATA").startswith("354")

    def deliver(self, raw: bytes, *recipients: str, sender: str) -> str:
        """One message, already dot-stuffed; returns what was said to it."""
        self.begin(*recipients, sender=sender)
        self.send(raw + b".\r\n")
        return self.answer()

    def silent(self) -> bool:
        """Whether nothing has been said to us."""
        return not self._buffer and not select.select([self.socket], [], [], 0.05)[0]

    def closed(self) -> bool:
        """Whether the server has closed the connection, and said nothing more."""
        return self.line() == ""

    def encrypt(self, trust: ssl.SSLContext) -> None:
        """Begin TLS on this connection, the server's name being `localhost`."""
        self.socket = trust.wrap_socket(self.socket, server_hostname="localhost")
