"""One connection: its beginning and end, its clocks and counters; what is said on it stands in `dialogue`."""

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from gateway.smtp import answers, commands, proxy
from gateway.smtp.bounds import Kind
from gateway.smtp.message import Incoming
from gateway.smtp.pace import Pace
from gateway.smtp.reception import Client
from gateway.smtp.stream import LIMIT, Stream

if TYPE_CHECKING:
    from gateway.smtp.doors import Doors

LOOPBACK = "127.0.0.1"


class Session(Stream):
    """One connection, from the greeting to the end."""

    def __init__(self, doors: "Doors", kind: Kind) -> None:
        super().__init__(doors.loop)
        self.hostname = doors.manners.hostname
        self.doors = doors
        self.manners = doors.manners
        self.reception = doors.reception
        self.kind = kind
        self.client = Client(kind.door, None, False)
        self.encrypted = False
        self.over = False
        self._pace = Pace(doors.manners.bounds)
        self._counted: str | None = None
        self._commands = 0
        self._errors = 0
        self._expired = False
        self._task: asyncio.Task[None] | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        self.doors.sessions.add(self)
        self._pace.wait(self.loop.time())
        super().connection_made(transport)
        self._task = self.loop.create_task(self._converse())

    def connection_lost(self, error: Exception | None) -> None:
        """The peer is gone. A commit goes on, for it is shielded."""
        self.doors.sessions.discard(self)
        if self._counted is not None:
            self.doors.leave(self._counted)
        super().connection_lost(error)
        if self._task is not None:
            self._task.cancel()

    def eof_received(self) -> bool:
        """The peer has said its last word. Under TLS it cannot stay and listen."""
        return super().eof_received() and not self.encrypted

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._pace.heard(len(data), self.loop.time())
        super().data_received(data)

    # The conversation.

    async def _converse(self) -> None:
        try:
            if await self._opened():
                while not self.over:
                    await self._next()
        except (ConnectionError, EOFError):
            pass  # the peer went away
        except Exception as error:  # noqa: BLE001 - a fault of ours harms no other session, and is no 5xx
            self.reception.fault("smtp", "", None, error)
            await self.dismiss(answers.FAULT)
        finally:
            self.close()

    async def _opened(self) -> bool:
        """Learn who it is and greet; False where the connection is not wanted."""
        assert self.transport is not None
        address = self.transport.get_extra_info("peername")
        peer = str(address[0]) if isinstance(address, tuple) else None
        if peer and self.manners.proxies(peer):
            try:
                peer = await proxy.client(self) or peer
            except proxy.NoProxyHeader as missing:
                self.reception.log.noted("connect", "rejected", f"no PROXY header from {peer}: {missing}")
                return False
        self.client = Client(self.kind.door, peer, self.manners.trusts(peer or LOOPBACK))
        if not self._counted_in():
            return False
        if self.kind is Kind.SMTPS:
            # Behind a PROXY header in the same segment TLS may have begun already.
            await self.encrypt(begun=self.take_unread())
        if not self.client.trusted:
            await asyncio.sleep(self.manners.bounds.greeting_delay)
            if self.unread:
                await self.refuse_all(answers.TOO_EARLY)
                return False
        await self.say(f"220 {self.hostname} {'LMTP' if self.kind is Kind.LMTP else 'ESMTP'} Postern")
        return True

    def _counted_in(self) -> bool:
        """Whether there is room for the connection."""
        bounds, peer, peers = self.manners.bounds, self.client.peer, self.doors.peers
        crowded = len(self.doors.sessions) > bounds.connections
        if peer is not None and not self.client.trusted and not crowded:
            crowded = peers[peer] >= bounds.connections_per_peer
        trouble = f"connections of {peer}"
        if crowded:
            answer = answers.TOO_MANY_CONNECTIONS
            self.reception.troubles.bite(
                trouble, lambda: self.reception.refuse("connect", "", None, answer, f"peer {peer}")
            )
            self.write(answer.encode() + b"\r\n")
            return False
        self.reception.troubles.end(trouble)
        if peer is not None:
            self._counted = peer
            peers[peer] += 1
        return True

    async def _next(self) -> None:
        """One command."""
        line = await self._line()
        self._pace.work()
        self._commands += 1
        if self._commands > self.manners.bounds.commands:
            await self.refuse_all(answers.TOO_MANY_COMMANDS)
            return
        found = commands.TOO_LONG if line is None else commands.command(line)
        await self.obey(found)

    async def _line(self) -> bytes | None:
        """The next line; None for one that is far too long, of which nothing is kept."""
        gone = 0
        while gone <= 2 * LIMIT:
            try:
                line = await self.readuntil(b"\n")
            except asyncio.LimitOverrunError as more:
                gone += len(await self.read(more.consumed))
            else:
                return None if gone else line
        self.over = True  # twice the buffer is no line of a mail client
        return None

    async def obey(self, found: commands.Command | commands.Fault) -> None:
        """Answer one command."""
        raise NotImplementedError

    # What the dialogue needs.

    async def say(self, status: str) -> None:
        """Send an answer; its first line counts as an error where it is permanent."""
        if status[0] == "5":
            self._errors += 1
            if self._errors > self.manners.bounds.errors:
                self.over = True
                status = answers.TOO_MANY_ERRORS
                self.reception.refuse("smtp", "", None, status, f"peer {self.client.peer}")
        self._pace.wait(self.loop.time())
        self.write(status.encode() + b"\r\n")
        await self.drain()

    async def dismiss(self, answer: str) -> None:
        """The last answer of this session."""
        self.over = True
        await self.say(answer)

    async def refuse_all(self, answer: str) -> None:
        """The last answer, with a line in the log."""
        self.reception.refuse("smtp", "", None, answer, f"peer {self.client.peer}")
        await self.dismiss(answer)

    async def asked(self, challenge: str) -> bytes:
        """The line that answers a challenge (RFC 4954 section 4)."""
        await self.say(challenge)
        line = await self.readuntil(b"\n")
        self._pace.work()
        return line

    async def message(self) -> Incoming:
        """Invite the message; what comes is to be read from what is returned."""
        incoming = Incoming(
            self,
            self.manners.bounds,
            self.reception.in_flight,
            self.manners.mends_newlines and self.client.trusted,
        )
        incoming.begin()
        await self.say(answers.GO_ON)
        self._pace.message(self.loop.time())
        return incoming

    def message_is_here(self) -> None:
        """The message has come whole: it is our turn."""
        self._pace.work()

    def message_is_taken(self) -> None:
        """Commands are counted from one message to the next."""
        self._commands = 0

    async def encrypt(self, begun: bytes = b"") -> None:
        """Begin TLS. What the peer has sent in clear is thrown away (RFC 3207 section 6, CVE-2024-34083).

        `begun` is the part of the handshake that was read before.
        """
        assert self.manners.certificate is not None
        assert self.transport is not None
        self.take_unread()
        handshake: Awaitable[asyncio.Transport | None] = self.loop.start_tls(
            self.transport,
            self,
            self.manners.certificate.context,
            server_side=True,
            ssl_handshake_timeout=self.manners.bounds.command_time,
        )
        try:
            if begun:
                handshake = asyncio.ensure_future(handshake)
                await self._heard_by_tls(begun)
            encrypted = await handshake
        except OSError as error:
            self.reception.log.noted("tls", "rejected", f"{error} (peer {self.client.peer})")
            raise ConnectionAbortedError from error
        assert encrypted is not None
        self.transport = encrypted
        self.encrypted = True

    async def _heard_by_tls(self, begun: bytes) -> None:
        """Hand on what was read before TLS had the connection."""
        for _ in range(2):  # it takes the connection over, and is told that it has it
            await asyncio.sleep(0)
        assert self.transport is not None
        tls = self.transport.get_protocol()
        assert isinstance(tls, asyncio.BufferedProtocol)
        while begun:
            place = memoryview(tls.get_buffer(len(begun)))
            size = min(len(place), len(begun))
            place[:size] = begun[:size]
            tls.buffer_updated(size)
            begun = begun[size:]

    # The clock.

    def check(self, now: float) -> None:
        """End the session where the peer takes too long; called every now and then."""
        if self._expired:
            self.abort()
        elif answer := self._pace.late(now):
            self.reception.refuse("smtp", "", None, answer, f"peer {self.client.peer}")
            self.end(answer)

    def end(self, answer: str) -> None:
        """Say the last word and close, whatever the peer is at."""
        self._expired = True
        if self._task is not None:
            self._task.cancel()
        self.write(answer.encode() + b"\r\n")
        self.close()

    @property
    def idle(self) -> bool:
        """Whether it waits for a command."""
        return self._pace.waiting
