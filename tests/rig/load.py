"""A load of mail over real SMTP sessions."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to send: its envelope and its bytes, CRLF throughout and already dot-stuffed."""

    message_id: str
    sender: str
    recipient: str
    data: bytes


class Session:
    """One SMTP connection that sends without pipelining, as the plainest client does."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        try:
            self.answer()
            self.say(b"EHLO load.example")
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
        """One transaction; returns the answer that decided it."""
        for command in (f"MAIL FROM:<{message.sender}>", f"RCPT TO:<{message.recipient}>", "DATA"):
            said = self.say(command.encode())
            if said[:1] not in b"23":
                self.say(b"RSET")
                return said
        self._socket.sendall(message.data + b"\r\n.\r\n")
        return self.answer()

    def close(self) -> None:
        """Leave."""
        with contextlib.suppress(OSError):
            self._socket.close()


def send_all(
    messages: Iterable[Message], port: Callable[[], int], sessions: int, acknowledged: Callable[[Message, bytes], None]
) -> int:
    """Send everything over so many sessions at once, again after each lost connection or 4xx, until all have a 250.

    Returns how many answers were permanent refusals. `port` is asked anew for each connection.
    """
    source, lock, refused = iter(messages), threading.Lock(), [0]

    def following() -> Iterator[Message]:
        while True:
            with lock:
                message = next(source, None)
            if message is None:
                return
            yield message

    def work() -> None:
        session: Session | None = None
        for message in following():
            while True:
                try:
                    session = session or Session(port())
                    said = session.send(message)
                except OSError:
                    if session:
                        session.close()
                    session = None
                    continue
                if said.startswith(b"250"):
                    acknowledged(message, said)
                    break
                if said.startswith(b"5"):
                    refused[0] += 1
                    break
        if session:
            session.close()

    threads = [threading.Thread(target=work, name=f"load-{n}") for n in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused[0]
