"""IMAP answers that are half right and half rubbish, made from a source of chance."""

import contextlib
import random
import re
import socket
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

GREETINGS = (b"* PREAUTH hello\r\n", b"* BYE no\r\n", b"220 ESMTP\r\n", b"+ \r\n", b"", b"\xff\0\r\n", b"* OK\r\n")
PIECES = (
    b"* BYE\r\n",
    b"* BAD what\r\n",
    b"* 4294967296 EXISTS\r\n",
    b"* -1 EXISTS\r\n",
    b"* 1 EXPUNGE\r\n",
    b"* SEARCH 0 -1 18446744073709551616 x\r\n",
    b"* SEARCH " + b"7 " * 5000 + b"\r\n",
    b"* OK [UIDVALIDITY x] [UIDNEXT\r\n",
    b"* OK [UIDVALIDITY 99999999999999999999999]\r\n",
    b"* LIST () {3}\r\nabc\r\n",
    b"* 1 FETCH (UID 1 BODY[] {999999999}\r\n",
    b"* 1 FETCH (UID 1 BODY[]<0> {4}\r\nab",
    b'* 1 FETCH (UID 1 RFC822.SIZE 9999999999999999999999 INTERNALDATE "31-Feb-0000 99:99:99 +9999")\r\n',
    b"* 1 FETCH (UID 1 FLAGS (" + b"(" * 3000 + b"\r\n",
    b"* 1 FETCH NIL\r\n",
    b"* CAPABILITY\r\n",
    b"+ \r\n",
    b"+ !!!\r\n",
    b"{5}\r\n",
    b"x" * 70_000,
    b"\0\xff\r\n",
    b"\r",
    b"\n",
    b'* "\r\n',
    b"XX99 OK of another\r\n",
)


class Nonsense:
    """A server that talks to one client at a time. Use it as a context.

    After `sessions` connections it is honest, and has the mail `last` in its folder.
    """

    def __init__(self, chance: random.Random, sessions: int, last: bytes) -> None:
        self._chance = chance
        self._left = sessions
        self._last = last
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, name="nonsense")
        self._closing = threading.Event()
        self.sessions = 0
        self.at: Callable[[int], None] = lambda _number: None
        self._told = threading.Condition()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def finish(self) -> None:
        """Wait until it is honest. Raises AssertionError where nobody connects for a minute."""
        with self._told:
            while self.sessions < self._left:
                assert self._told.wait(60), f"nobody has connected since session {self.sessions}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(OSError):
                peer, _ = self._listener.accept()
                with peer:
                    peer.settimeout(10)
                    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._talk(peer)
                with self._told:
                    self.sessions += 1
                    self._told.notify_all()
                self.at(self.sessions)

    def _talk(self, peer: socket.socket) -> None:
        honest = self.sessions >= self._left
        chance, folder = self._chance, _Folder(self._chance, self._last if honest else None)
        greeting = b"* OK ready\r\n"
        peer.sendall(greeting if honest or chance.random() < 0.95 else chance.choice(GREETINGS))
        commands = 10_000 if honest else chance.randrange(1, 25)
        # Some sessions go wrong at the first answer, others late.
        wrong = 0.0 if honest else chance.choice((0.02, 0.1, 0.5))
        for number, line in enumerate(_lines(peer)):
            answer = folder.answer(line)
            if chance.random() < wrong:
                answer = damaged(answer, chance)
            peer.sendall(answer)
            if number >= commands or b" LOGOUT" in line.upper():
                return


def _lines(peer: socket.socket) -> Iterator[bytes]:
    rest = b""
    while chunk := peer.recv(65536):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def damaged(answer: bytes, chance: random.Random) -> bytes:
    """What a good server says, spoilt somehow."""
    start, end = sorted(chance.randrange(len(answer) + 1) for _ in range(2))
    match chance.randrange(7):
        case 0:
            return answer[:start] + answer[end:]
        case 1:
            return answer[:end] + answer[start:]
        case 2:
            return answer[:start] + chance.randbytes(chance.randrange(1, 40)) + answer[start:]
        case 3:
            return re.sub(rb"\d+", lambda _: str(chance.choice((0, -1, 1 << 31, 1 << 32, 1 << 70))).encode(), answer)
        case 4:
            return answer.replace(b" OK ", chance.choice((b" NO ", b" BAD ", b" BYE ", b" ")))
        case 5:
            return answer[:start] + chance.choice(PIECES) + answer[start:]
        case _:
            return chance.choice(PIECES) + answer


class _Folder:
    """What a good server says: a few messages under a UIDVALIDITY of their own."""

    def __init__(self, chance: random.Random, last: bytes | None) -> None:
        self._chance = chance
        self._last = last
        self._validity = chance.choice((1, 2, 0, chance.randrange(1, 1 << 32)))
        self._mails = 1 if last else chance.randrange(4)
        self._due = b""
        if last:
            self._validity = 77

    def answer(self, line: bytes) -> bytes:
        """To one line of the client, which may be what an earlier one asked for."""
        line = line.rstrip(b"\r")
        if self._due:
            tag, self._due = self._due, b""
            return tag + b" OK done\r\n"
        tag, _, command = line.partition(b" ")
        verb, _, rest = command.upper().removeprefix(b"UID ").partition(b" ")
        return self._untagged(verb, rest) + (b"" if self._asks(verb, tag) else tag + b" OK done\r\n")

    def _asks(self, verb: bytes, tag: bytes) -> bool:
        if verb in (b"AUTHENTICATE", b"IDLE"):
            self._due = tag
        return bool(self._due)

    def _untagged(self, verb: bytes, rest: bytes) -> bytes:
        match verb:
            case b"CAPABILITY":
                return b"* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS AUTH=PLAIN\r\n"
            case b"SELECT":
                facts = (self._mails, self._validity, self._mails + 1)
                return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT %d] x\r\n" % facts
            case b"SEARCH":
                return b"* SEARCH" + b"".join(b" %d" % uid for uid in range(1, self._mails + 1)) + b"\r\n"
            case b"FETCH":
                return b"".join(self._shown(uid, rest) for uid in range(1, self._mails + 1) if b"%d" % uid in rest)
            case b"AUTHENTICATE":
                return b"+ \r\n"
            case b"IDLE":
                return b"+ idling\r\n" + self._chance.choice((b"", b"* 3 EXISTS\r\n"))
            case _:
                return b""

    def _shown(self, uid: int, rest: bytes) -> bytes:
        mail = self._last or b"Message-ID: <%d@x.example>\r\n\r\nHello\r\n" % uid
        if b"BODY" not in rest:
            what = b'RFC822.SIZE %d INTERNALDATE "03-Mar-2026 12:00:00 +0000"' % len(mail)
        elif b"[]<0." in rest:
            what = b"BODY[]<0> {%d}\r\n%s" % (len(mail), mail)
        else:
            what = b'BODY[]<1> ""'
        return b"* %d FETCH (UID %d %s)\r\n" % (uid, uid, what)
