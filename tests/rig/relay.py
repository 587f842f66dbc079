"""A scripted relay: the next hop that answers what a test tells it to, and remembers every letter it took.

Script: a verb and the answers it gives, one a time in order; when they are used up, the usual answer. Verbs are
GREETING, EHLO (or LHLO), STARTTLS, HANDSHAKE (of TLS), AUTH, MAIL, RCPT, DATA, DOT (the answer to the final dot), RSET,
NOOP and QUIT. An answer is a reply line (several joined by CRLF), or one of `Drop`, `Cut`, `Wait`, `Flood`, `Trickle`.

As a program, `python -m tests.rig.relay --ledger FILE [--port N]`, it outlives the process under test.
"""

import argparse
import base64
import json
import os
import re
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeAlias


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without an answer. At DOT the letter was taken where `taken`: its 250 is lost."""

    taken: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """At DATA: invite the letter, then close the connection before it has been read."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Hold the answer back until the peer goes away or `Relay.close`: the test of a time-out needs no clock."""


@dataclass(frozen=True, slots=True)
class Flood:
    """Say the same again and again, until the peer goes away."""

    text: str


@dataclass(frozen=True, slots=True)
class Trickle:
    """Say one character after the other, and never come to the end of the line."""


Answer: TypeAlias = str | Drop | Cut | Wait | Flood | Trickle

_SHAKEN = "TLS begins"
USUAL = {
    "GREETING": "220 relay.example ESMTP",
    "STARTTLS": "220 2.0.0 go ahead",
    "AUTH": "235 2.7.0 accepted",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 end with a dot",
    "DOT": "250 2.0.0 taken",
    "RSET": "250 2.0.0 ok",
    "NOOP": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One letter as the relay took it: `data` is what stood between DATA and the dot, dots unstuffed."""

    sender: str
    recipient: str
    message_id: str
    data: bytes
    connection: int

    def json(self) -> str:
        """One line of a ledger."""
        return json.dumps(asdict(self) | {"data": base64.b64encode(self.data).decode()})


def read_ledger(ledger: Path) -> list[Delivery]:
    """What relays wrote into a ledger, in order. A last line that a kill left unfinished was never answered."""
    if not ledger.exists():
        return []
    whole = [line for line in ledger.read_text().splitlines(keepends=True) if line.endswith("\n")]
    found = (json.loads(line) for line in whole)
    return [Delivery(**entry | {"data": base64.b64decode(entry["data"])}) for entry in found]


class Relay:
    """An SMTP server on 127.0.0.1, in threads. Use it as a context, or `start` and `close` it."""

    def __init__(
        self,
        answers: Mapping[str, Sequence[Answer]] | None = None,
        *,
        recipients: Mapping[str, str] | None = None,
        offers: Sequence[str] = ("PIPELINING", "SIZE 26214400", "8BITMIME"),
        starttls: ssl.SSLContext | None = None,
        implicit: ssl.SSLContext | None = None,
        ledger: Path | None = None,
        port: int = 0,
        chance: Callable[[str], Answer | None] | None = None,
        path: Path | None = None,
    ) -> None:
        """`recipients` maps an address to the answer its RCPT always gets, `ledger` is a file each letter is added to.

        `starttls` offers STARTTLS with that certificate, `implicit` speaks TLS from the first byte; AUTH is offered
        under TLS only. `port` 0 lets the system choose; with a `path` it is a Unix socket instead. `chance` is asked at
        each verb for another answer than the usual one.
        """
        self._script = {verb: list(said) for verb, said in (answers or {}).items()}
        self._recipients = dict(recipients or {})
        self._offers = tuple(offers)
        self.logins = "PLAIN LOGIN"
        self.starttls = starttls
        self.implicit = implicit
        self._ledger = ledger
        self._chance = chance
        if path is None:
            self._listener = socket.create_server(("127.0.0.1", port))
        else:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(path))
            self._listener.listen()
        self._lock = threading.Lock()
        self._arrival = threading.Condition(self._lock)
        self.closing = threading.Event()
        self._sessions: dict[_Session, threading.Thread] = {}
        self._threads: list[threading.Thread] = []
        self.deliveries: list[Delivery] = []
        self.unanswered: list[str] = []
        self.commands: list[str] = []
        self.connections = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def verbs(self) -> list[str]:
        """The verbs of all commands heard, in order."""
        return [command.split(" ", 1)[0].split(":", 1)[0].upper() for command in self.commands]

    def start(self) -> Self:
        """Open the door."""
        thread = threading.Thread(target=self._accept, name="relay", daemon=True)
        self._threads.append(thread)
        thread.start()
        return self

    def close(self) -> None:
        """Cut every connection and wait for all threads."""
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Close all connections that are open, as a relay does with idle ones, and wait until they are."""
        with self._lock:
            sessions = list(self._sessions.items())
        for session, thread in sessions:
            session.cut()
            thread.join()

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Delivery]:
        """The deliveries, once there are `count`; raises AssertionError where that does not come to be in time."""
        with self._arrival:
            found = self._arrival.wait_for(lambda: len(self.deliveries) >= count, seconds)
            assert found, [(one.recipient, one.message_id) for one in self.deliveries]
            return list(self.deliveries)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, verb: str, usual: str) -> Answer:
        """What the script has for a verb now, else the usual."""
        with self._lock:
            said = self._script.get(verb)
            if said:
                return said.pop(0)
            return (self._chance(verb) if self._chance else None) or usual

    def reply_for(self, _verb: str, _recipients: Sequence[str], answer: Answer) -> Answer:
        """What is said where these recipients are meant: for relays that treat some in a way of their own."""
        return answer

    def fixed(self, recipient: str) -> str:
        """The answer that RCPT usually gets for a recipient."""
        return self._recipients.get(recipient, USUAL["RCPT"])

    def offers(self, *, encrypted: bool) -> str:
        """The answer to EHLO."""
        names = [*self._offers]
        if self.starttls is not None and not encrypted:
            names.append("STARTTLS")
        if encrypted:
            names.append(f"AUTH {self.logins}")
        lines = ["relay.example", *names]
        return "\r\n".join(f"250{'-' if n < len(lines) else ' '}{line}" for n, line in enumerate(lines, 1))

    def heard(self, command: str) -> None:
        """Note a command."""
        with self._lock:
            self.commands.append(command)

    def take(self, delivery: Delivery) -> None:
        """Remember a letter; durable in the ledger before anybody is answered."""
        with self._arrival:
            if self._ledger is not None:
                with self._ledger.open("a") as file:
                    file.write(delivery.json() + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            self.deliveries.append(delivery)
            self._arrival.notify_all()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            if peer.family != socket.AF_UNIX:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                session = _Session(self, peer, self.connections)
                thread = threading.Thread(target=self._serve, args=(session,), name="relay-session", daemon=True)
                self._sessions[session] = thread
                self._threads.append(thread)
                thread.start()

    def _serve(self, session: "_Session") -> None:
        try:
            session.run()
        finally:
            with self._lock:
                self._sessions.pop(session)


class _End(Exception):  # noqa: N818 - the ordinary end of a session
    """The session is over."""


class _Session:
    """One connection."""

    def __init__(self, relay: Relay, peer: socket.socket, number: int) -> None:
        self._relay = relay
        self._peer = peer
        self._number = number
        self._encrypted = False
        self._sender = ""
        self._recipients: list[str] = []
        self._lines: BinaryIO | None = None

    def run(self) -> None:
        """Talk until one side ends it."""
        try:
            if self._relay.implicit is not None:
                self._shake_hands(self._relay.implicit)
            self._say("GREETING")
            while True:
                self._obey(self._command())
        except (OSError, _End):
            pass
        finally:
            if self._lines is not None:
                self._lines.close()
            self._peer.close()

    def cut(self) -> None:
        """End it from another thread; below TLS, whose own farewell is not safe there."""
        with suppress(OSError):
            socket.socket.shutdown(self._peer, socket.SHUT_RDWR)

    def _obey(self, command: str) -> None:
        match command.split(" ", 1)[0].split(":", 1)[0].upper():
            case "EHLO" | "LHLO":
                self._say("EHLO", self._relay.offers(encrypted=self._encrypted))
            case "STARTTLS":
                if self._say("STARTTLS").startswith("2") and self._relay.starttls is not None:
                    self._shake_hands(self._relay.starttls)
            case "MAIL":
                self._sender, self._recipients = _path(command), []
                self._say("MAIL")
            case "RCPT":
                if self._say("RCPT", self._relay.fixed(_path(command)), (_path(command),)).startswith("2"):
                    self._recipients.append(_path(command))
            case "DATA" if not self._recipients:
                self._say("DATA", "503 5.5.1 nobody to send it to")
            case "DATA":
                if self._say("DATA").startswith("3"):
                    self._letter()
            case "RSET":
                self._recipients = []
                self._say("RSET")
            case verb:
                self._say(verb)
                if verb == "QUIT":
                    raise _End

    def _letter(self) -> None:
        data = self._data()
        answer = self._relay.reply_for("DOT", self._recipients, self._relay.answer("DOT", USUAL["DOT"]))
        if answer == Drop(taken=True) or (isinstance(answer, str) and answer.startswith("2")):
            for recipient in self._recipients:
                self._relay.take(Delivery(self._sender, recipient, _message_id(data), data, self._number))
        if answer == Drop(taken=True):
            self._relay.unanswered.append(_message_id(data))
        self._recipients = []
        self._give(answer)

    def _data(self) -> bytes:
        """The lines up to the dot, dots unstuffed (RFC 5321 section 4.5.2)."""
        lines = []
        while (line := self._line()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _command(self) -> str:
        command = self._line().decode("latin-1").rstrip("\r\n")
        self._relay.heard(command)
        return command

    def _line(self) -> bytes:
        if self._lines is None:
            self._lines = self._peer.makefile("rb")
        line = self._lines.readline()
        if not line.endswith(b"\n"):
            raise _End
        return line

    def _say(self, verb: str, usual: str | None = None, recipients: Sequence[str] = ()) -> str:
        """Answer a verb as the script has it; returns the answer."""
        answer = self._relay.answer(verb, usual or USUAL.get(verb, "500 5.5.2 not understood"))
        return self._give(self._relay.reply_for(verb, recipients, answer))

    def _give(self, answer: Answer) -> str:
        match answer:
            case Wait():
                while self._peer.recv(65536):
                    pass
                raise _End
            case Cut():
                self._peer.sendall(b"354 go on\r\n")
                raise _End
            case Drop():
                raise _End
            case Flood(text):
                while True:
                    self._peer.sendall(text.encode("latin-1") * 100)
            case Trickle():
                while not self._relay.closing.wait(0.02):
                    self._peer.sendall(b"2")
                raise _End
            case str():
                self._peer.sendall(answer.encode("latin-1") + b"\r\n")
        if answer.startswith("421"):
            raise _End
        return answer

    def _shake_hands(self, context: ssl.SSLContext) -> None:
        answer = self._relay.answer("HANDSHAKE", _SHAKEN)
        if answer != _SHAKEN:
            self._give(answer)
            raise _End
        self._encrypt(context)

    def _encrypt(self, context: ssl.SSLContext) -> None:
        if self._lines is not None:
            self._lines.close()
            self._lines = None
        self._peer = context.wrap_socket(self._peer, server_side=True)
        self._encrypted = True


def _path(command: str) -> str:
    """What stands between the brackets of MAIL or RCPT."""
    return command.partition("<")[2].rpartition(">")[0]


def _message_id(data: bytes) -> str:
    found = re.search(rb"(?im)^message-id:\s*(<[^>]*>)", data.partition(b"\r\n\r\n")[0])
    return found.group(1).decode("latin-1") if found else ""


def main() -> None:
    """Serve until SIGTERM; the first line on stdout is the port."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.relay", description="A relay that keeps what it gets.")
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    with Relay(ledger=arguments.ledger, port=arguments.port) as relay:
        print(relay.port, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
