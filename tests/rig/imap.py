"""A scripted IMAP server: real sockets on 127.0.0.1, folders in memory, and misbehaviour on demand.

Script: a verb and what it answers, one a time in order; when they are used up, what a good server answers. Verbs are
GREETING, CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE, SELECT, SEARCH, FETCH, STORE, MOVE, COPY, EXPUNGE, IDLE, NOOP and
LOGOUT; FETCH of a body is BODY. An answer is one of the classes below.
"""

import base64
import re
import select
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

from tests.rig.imap_folder import Folder, Message, asked_for, numbers

USERNAME, PASSWORD = "desk@desk.example", "pass word"
ON_A_FOLDER = {"SEARCH", "FETCH", "STORE", "MOVE", "COPY", "EXPUNGE"}
CAPABILITIES = ("IMAP4rev1", "UIDPLUS", "MOVE", "IDLE", "AUTH=PLAIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "SASL-IR")


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing until the peer goes away: the test of a time-out needs no clock."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Send these bytes as they are, `{tag}` replaced; then go on, or close where `ends`."""

    data: bytes
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Flood:
    """Send the same bytes again and again until the peer goes away."""

    data: bytes = b"* OK still there\r\n"


@dataclass(frozen=True, slots=True)
class Say:
    """Refuse with a tagged answer: `NO`, `BAD` or whatever else, with its text."""

    text: str


@dataclass(frozen=True, slots=True)
class First:
    """Send these bytes, then answer as a good server does."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Usual:
    """Answer as a good server does; it only holds a place in a script."""


Answer: TypeAlias = Drop | Wait | Raw | Flood | Say | First | Usual


@dataclass(slots=True)
class Scenario:
    """What a server has and does; tests change it while it runs."""

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder()})
    script: dict[str, list[Answer]] = field(default_factory=dict)
    always: dict[str, Answer] = field(default_factory=dict)
    capabilities: Sequence[str] = CAPABILITIES
    tokens: set[str] = field(default_factory=set)
    username: str = USERNAME
    password: str = PASSWORD
    greeting: bytes = b"* OK ready\r\n"


class ImapServer:
    """An IMAP server in threads. Use it as a context."""

    def __init__(
        self,
        script: Mapping[str, Sequence[Answer]] | None = None,
        *,
        always: Mapping[str, Answer] | None = None,
        starttls: ssl.SSLContext | None = None,
        implicit: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.has = Scenario(
            script={verb: list(said) for verb, said in (script or {}).items()}, always=dict(always or {})
        )
        self.starttls = starttls
        self.implicit = implicit
        self._listener = socket.create_server(("127.0.0.1", port))
        self.changed = threading.Condition()
        self._closing = threading.Event()
        self._sessions: dict[_Session, threading.Thread] = {}
        self._threads: list[threading.Thread] = []
        self.commands: list[str] = []
        self.secrets: list[str] = []
        self.connections = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def inbox(self) -> Folder:
        """The folder INBOX."""
        return self.has.folders["INBOX"]

    @property
    def verbs(self) -> list[str]:
        """The verbs of all commands heard, in order, `UID` left out."""
        return [command.upper().removeprefix("UID ").split(" ", 1)[0] for command in self.commands]

    def deliver(self, raw: bytes, folder: str = "INBOX", **more: object) -> Message:
        """A new message; whoever is in IDLE hears of it."""
        with self.changed:
            message = self.has.folders[folder].add(raw, **more)
            sessions = list(self._sessions)
        for session in sessions:
            session.poke()
        return message

    def wait_for(self, verb: str, times: int = 1, seconds: float = 20.0) -> None:
        """Wait until a verb was heard so often; raises AssertionError where it is not in time."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.verbs.count(verb) >= times, seconds), self.commands[-20:]

    def heard(self, command: str) -> None:
        """Note a command."""
        with self.changed:
            self.commands.append(command)
            self.changed.notify_all()

    def answer(self, verb: str) -> Answer:
        """What the script has for a verb now."""
        with self.changed:
            said = self.has.script.get(verb)
            return said.pop(0) if said else self.has.always.get(verb, Usual())

    def cut(self) -> None:
        """Close all connections that are open, and wait until they are."""
        with self.changed:
            sessions = list(self._sessions.items())
        for session, thread in sessions:
            session.cut()
            thread.join()

    def __enter__(self) -> Self:
        thread = threading.Thread(target=self._accept, name="imap-server", daemon=True)
        self._threads.append(thread)
        thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            session = _Session(self, peer)
            thread = threading.Thread(target=self._serve, args=(session,), name="imap-session", daemon=True)
            with self.changed:
                self.connections += 1
                self._sessions[session] = thread
                self._threads = [one for one in self._threads if one.is_alive()] + [thread]
                thread.start()

    def _serve(self, session: "_Session") -> None:
        try:
            session.run()
        finally:
            with self.changed:
                self._sessions.pop(session)
                self.changed.notify_all()


class _End(Exception):  # noqa: N818 - the ordinary end of a session
    """The session is over."""


class _Session:
    """One connection."""

    def __init__(self, server: ImapServer, peer: socket.socket) -> None:
        self._server = server
        self._peer = peer
        self._buffer = b""
        self._folder: Folder | None = None
        self._bell, self._ear = socket.socketpair()
        self._encrypted = False
        self._told = 0

    def run(self) -> None:
        """Talk until one side ends it."""
        try:
            self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._server.implicit is not None:
                self._peer = self._server.implicit.wrap_socket(self._peer, server_side=True)
                self._encrypted = True
            if self._scripted("GREETING", "*"):
                self._send(self._server.has.greeting)
            while True:
                self._obey(self._line())
        except (OSError, _End):
            pass
        finally:
            for each in (self._peer, self._bell, self._ear):
                each.close()

    def cut(self) -> None:
        """End it from another thread; below TLS, whose own farewell is not safe there."""
        with suppress(OSError):
            socket.socket.shutdown(self._peer, socket.SHUT_RDWR)

    def poke(self) -> None:
        """Something happened in a folder."""
        with suppress(OSError):
            self._bell.send(b"!")

    def _obey(self, line: str) -> None:
        tag, _, command = line.partition(" ")
        word, _, rest = command.partition(" ")
        if word.upper() == "UID":
            word, _, rest = rest.partition(" ")
        verb = word.upper()
        self._server.heard(f"{verb} ***" if verb in ("LOGIN", "AUTHENTICATE") else command)
        if not self._scripted("BODY" if verb == "FETCH" and "BODY" in rest.upper() else verb, tag):
            return
        act = getattr(self, f"_{verb.lower()}", None)
        if act is None or (verb in ON_A_FOLDER and self._folder is None):
            self._send(f"{tag} BAD no {verb} here\r\n".encode())
        else:
            act(tag, rest)

    def _scripted(self, verb: str, tag: str) -> bool:
        """Do what the script has for a verb; returns whether the usual answer is still due."""
        match self._server.answer(verb):
            case Usual():
                return True
            case First(data):
                self._send(data.replace(b"{tag}", tag.encode()))
                return True
            case Say(text):
                self._send(f"{tag} {text}\r\n".encode())
            case Raw(data, ends):
                self._send(data.replace(b"{tag}", tag.encode()))
                if ends:
                    raise _End
            case Flood(data):
                while True:
                    self._send(data * 100)
            case Wait():
                while self._peer.recv(65536):
                    pass
                raise _End
            case Drop():
                raise _End
        return False

    def _capability(self, tag: str, _rest: str) -> None:
        names = [*self._server.has.capabilities]
        if self._server.starttls is not None and not self._encrypted:
            names += ["STARTTLS", "LOGINDISABLED"]
        self._send(f"* CAPABILITY {' '.join(names)}\r\n{tag} OK done\r\n".encode())

    def _starttls(self, tag: str, _rest: str) -> None:
        assert self._server.starttls is not None
        self._send(f"{tag} OK go ahead\r\n".encode())
        self._peer = self._server.starttls.wrap_socket(self._peer, server_side=True)
        self._encrypted, self._buffer = True, b""

    def _login(self, tag: str, rest: str) -> None:
        name, password = (word.strip('"') for word in re.findall(r'"(?:[^"\\]|\\.)*"|\S+', rest))
        self._judge(tag, name, password.replace('\\"', '"').replace("\\\\", "\\"))

    def _authenticate(self, tag: str, rest: str) -> None:
        mechanism = rest.split(maxsplit=1)[0].upper()
        self._send(b"+ \r\n")
        said = base64.b64decode(self._line()).decode()
        if mechanism == "PLAIN":
            _, name, password = said.split("\0")
            self._judge(tag, name, password)
            return
        name = (re.search(r"user=([^\x01]*)", said) or re.search(r"a=([^,]*)", said) or [said, ""])[1]
        token = (re.search(r"auth=Bearer ([^\x01]*)", said) or [said, ""])[1]
        self._server.secrets.append(token)
        if name == self._server.has.username and token in self._server.has.tokens:
            self._send(f"{tag} OK welcome\r\n".encode())
            return
        # RFC 7628 section 3.2.2: the error comes as a challenge, which the client must answer.
        self._send(b"+ " + base64.b64encode(b'{"status":"invalid_token"}') + b"\r\n")
        self._line()
        self._send(f"{tag} NO [AUTHENTICATIONFAILED] the token is not good\r\n".encode())

    def _judge(self, tag: str, name: str, password: str) -> None:
        self._server.secrets.append(password)
        good = (name, password) == (self._server.has.username, self._server.has.password)
        verdict = "OK welcome" if good else "NO [AUTHENTICATIONFAILED] wrong name or password"
        self._send(f"{tag} {verdict}\r\n".encode())

    def _select(self, tag: str, rest: str) -> None:
        folder = self._server.has.folders.get(rest.strip('"'))
        if folder is None:
            self._send(f"{tag} NO [NONEXISTENT] no such folder\r\n".encode())
            return
        self._folder, self._told = folder, len(folder.messages)
        lines = [f"* {self._told} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen \Deleted)"]
        lines += [f"* OK [UIDVALIDITY {folder.validity}] yes"] if folder.validity is not None else []
        lines += [f"* OK [UIDNEXT {folder.next}] yes"] if folder.next is not None else []
        self._send("".join(f"{line}\r\n" for line in (*lines, f"{tag} OK [READ-WRITE] selected")).encode())

    def _search(self, tag: str, rest: str) -> None:
        assert self._folder is not None
        found = " ".join(str(uid) for uid in self._folder.search(rest))
        self._send(f"* SEARCH {found}".rstrip().encode() + f"\r\n{tag} OK done\r\n".encode())

    def _fetch(self, tag: str, rest: str) -> None:
        assert self._folder is not None
        uids, _, items = rest.partition(" ")
        wanted = numbers(uids, self._folder)
        for number, message in enumerate(list(self._folder.messages), start=1):
            if message.uid in wanted:
                self._send(b"* %d FETCH (%s)\r\n" % (number, asked_for(message, items)))
                if message.fault is not None:
                    self._send(message.fault)
                    raise _End
        self._send(f"{tag} OK done\r\n".encode())

    def _store(self, tag: str, rest: str) -> None:
        assert self._folder is not None
        uids, how, flags = rest.split(" ", 2)
        assert how.upper().startswith("+FLAGS")
        for message in self._folder.of(uids):
            message.flags |= set(flags.strip("()").split())
        self._send(f"{tag} OK done\r\n".encode())

    def _move(self, tag: str, rest: str) -> None:
        assert self._folder is not None
        uids, _, name = rest.partition(" ")
        if self._copied(tag, uids, name):
            self._expunged(self._folder.of(uids))
            self._send(f"{tag} OK moved\r\n".encode())

    def _copy(self, tag: str, rest: str) -> None:
        uids, _, name = rest.partition(" ")
        if self._copied(tag, uids, name):
            self._send(f"{tag} OK copied\r\n".encode())

    def _copied(self, tag: str, uids: str, name: str) -> bool:
        assert self._folder is not None
        target = self._server.has.folders.get(name.strip('"'))
        if target is None:
            self._send(f"{tag} NO [TRYCREATE] no such folder\r\n".encode())
            return False
        for message in self._folder.of(uids):
            target.add(message.raw)
        return True

    def _create(self, tag: str, rest: str) -> None:
        self._server.has.folders[rest.strip('"')] = Folder()
        self._send(f"{tag} OK created\r\n".encode())

    def _expunge(self, tag: str, rest: str) -> None:
        assert self._folder is not None
        self._expunged([m for m in self._folder.of(rest or "1:*") if r"\Deleted" in m.flags])
        self._send(f"{tag} OK expunged\r\n".encode())

    def _expunged(self, messages: Sequence[Message]) -> None:
        assert self._folder is not None
        for message in messages:
            number = self._folder.messages.index(message) + 1
            self._folder.messages.remove(message)
            self._send(f"* {number} EXPUNGE\r\n".encode())
        self._told = len(self._folder.messages)

    def _noop(self, tag: str, _rest: str) -> None:
        self._exists()
        self._send(f"{tag} OK done\r\n".encode())

    def _idle(self, tag: str, _rest: str) -> None:
        self._send(b"+ idling\r\n")
        while b"\n" not in self._buffer:
            self._exists()
            ready = [self._peer] if self._pending() else select.select([self._peer, self._ear], [], [])[0]
            if self._ear in ready:
                self._ear.recv(4096)
            if self._peer in ready:
                self._more()
        assert self._line().upper() == "DONE"
        self._send(f"{tag} OK idle is over\r\n".encode())

    def _exists(self) -> None:
        if self._folder is not None and len(self._folder.messages) != self._told:
            self._told = len(self._folder.messages)
            self._send(f"* {self._told} EXISTS\r\n".encode())

    def _logout(self, tag: str, _rest: str) -> None:
        self._send(f"* BYE\r\n{tag} OK done\r\n".encode())
        raise _End

    def _pending(self) -> bool:
        return isinstance(self._peer, ssl.SSLSocket) and self._peer.pending() > 0

    def _line(self) -> str:
        while b"\n" not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def _more(self) -> None:
        data = self._peer.recv(65536)
        if not data:
            raise _End
        self._buffer += data

    def _send(self, data: bytes) -> None:
        self._peer.sendall(data)
