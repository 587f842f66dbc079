"""A load of mail over real SMTP and LMTP sessions."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

PAUSE_SECONDS = 0.05
"""How long a sender waits that was told to try again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to send: its envelope and its bytes, CRLF throughout and already dot-stuffed."""

    message_id: str
    sender: str
    recipient: str
    data: bytes


class Session:
    """One SMTP connection that sends without pipelining, as the plainest client does."""

    greeting = b"EHLO load.example"
    copies = 1
    """How often a message names its recipient, and so how many answers decide it."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection((host, port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        try:
            self.answer()
            self.say(self.greeting)
        except OSError:
            self.close()
            raise

    def answer(self) -> bytes:
        """The last line of one reply. Raises ConnectionError where the other side is gone."""
        while True:
            while b"\n" not in self._buffer:
                chunk = self._socket.recv(65536)
                if not chunk:
                    raise ConnectionError("the server closed the connection")
                self._buffer += chunk
            line, _, self._buffer = self._buffer.partition(b"\n")
            if line[3:4] != b"-":
                return line.rstrip(b"\r")

    def say(self, command: bytes) -> bytes:
        """One command and its answer."""
        self._socket.sendall(command + b"\r\n")
        return self.answer()

    def send(self, message: Message) -> bytes:
        """One transaction; returns the first answer that decided it."""
        return next(iter([*self.transact(message, self.copies)]))

    def transact(self, message: Message, copies: int) -> Iterator[bytes]:
        """One transaction; each answer that decides a copy, as soon as it is heard."""
        recipients = [f"RCPT TO:<{message.recipient}>"] * copies
        for command in (f"MAIL FROM:<{message.sender}>", *recipients, "DATA"):
            said = self.say(command.encode())
            if said[:1] not in b"23":
                self.say(b"RSET")
                yield from [said] * copies
                return
        self._socket.sendall(message.data + b"\r\n.\r\n")
        for _ in range(copies if self.copies > 1 else 1):
            yield self.answer()

    def close(self) -> None:
        """Leave."""
        with contextlib.suppress(OSError):
            self._socket.close()


class LmtpSession(Session):
    """An LMTP connection. Each message is for two recipients that are one, as of aliases: two answers, one mail."""

    greeting = b"LHLO load.example"
    copies = 2


@dataclass(slots=True)
class Load:
    """Messages sent over several sessions at once, each again after a lost connection or a 4xx until it has a 250.

    `port` is asked anew for each connection; `acknowledged` is told of each 250, and raises OSError where the sender
    should hear nothing more; `refused` counts permanent refusals. Sent again is only what had no answer yet.
    """

    messages: Iterator[Message]
    port: Callable[[], int]
    acknowledged: Callable[[Message, bytes], None]
    session: type[Session] = Session
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, sessions: int) -> None:
        """Send everything."""
        threads = [threading.Thread(target=self._work, name=f"load-{n}") for n in range(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _next(self) -> Message | None:
        with self.lock:
            return next(self.messages, None)

    def _work(self) -> None:
        session: Session | None = None
        while (message := self._next()) is not None:
            session = self._deliver(message, session)
        if session:
            session.close()

    def _deliver(self, message: Message, session: Session | None) -> Session | None:
        owed = self.session.copies
        while owed:
            try:
                session = session or self.session(self.port())
                for said in session.transact(message, owed):
                    owed -= said[:1] in b"25"
                    if said.startswith(b"250"):
                        self.acknowledged(message, said)
                    elif said.startswith(b"5"):
                        with self.lock:
                            self.refused += 1
                    else:
                        time.sleep(PAUSE_SECONDS)
            except OSError:
                if session:
                    session.close()
                session = None
        return session


def send_all(
    messages: Iterable[Message],
    port: Callable[[], int],
    sessions: int,
    acknowledged: Callable[[Message, bytes], None],
    session: type[Session] = Session,
) -> int:
    """Send everything as `Load` does; returns how many answers were permanent refusals."""
    load = Load(iter(messages), port, acknowledged, session)
    load.run(sessions)
    return load.refused
