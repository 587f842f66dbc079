"""The SMTP door: aiosmtpd on an event loop of its own, in one thread, the only asyncio of the daemon."""

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from gateway import failpoint
from gateway.intake import UNKNOWN_SENDER, Delivery, Intake, Rejected, Target
from gateway.maillog import MailLog
from gateway.store.errors import StoreFull
from parsers.mail import Door

# aiosmtpd reports each command and its own view of our failures there; the mail log is ours.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

TRY_AGAIN = "451 4.3.0 Something went wrong here; please try again later"
DISK_FULL = "452 4.3.1 There is no room for the message now; please try again later"
END_OF_DATA = b"\r\n.\r\n"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN_PATH = re.compile(rf"<({_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|)>(?= |$)")
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Listener:
    """Where to listen and what to announce; `size` is in bytes, `timeout` in seconds, port 0 lets the system choose."""

    host: str
    port: int
    hostname: str
    size: int
    recipients: int
    timeout: float = 300.0
    trusts: Callable[[str], bool] = lambda _peer: False


class _Transaction(Envelope):
    """One mail transaction with its admitted recipients."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[Target] = []

    @property
    def sender(self) -> str:
        """The reverse-path; aiosmtpd gives `<>` for the null one."""
        return "" if self.mail_from in (None, "<>") else str(self.mail_from)


def plain_path(argument: str) -> tuple[str, str] | None:
    """The address in a path and the parameters after it, None where the path is not of the plainest form.

    `<>` stands for the null reverse-path (RFC 5321 section 4.5.5), as in aiosmtpd.
    """
    plain = _PLAIN_PATH.match(argument)
    return (plain[1] or "<>", argument[plain.end() :].lstrip(" ")) if plain else None


class _Session(SMTP):
    """One connection. DATA is read in bulk: aiosmtpd reads line by line, which costs more than all the rest.

    `line_length_limit` is how much is read at once; lines of real mail are longer than RFC 5321 section 4.5.3.1.6
    allows, so only the size of the whole is limited.
    """

    line_length_limit = 256 * 1024

    def _create_envelope(self) -> _Transaction:
        return _Transaction()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # aiosmtpd's own way costs more than the rest of the command.
        return plain_path(arg) or super()._getaddr(arg)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds it by this name
        """RFC 5321 section 4.1.1.4. The end is CRLF . CRLF and nothing that looks like it."""
        if await self.check_helo_needed():
            return
        assert isinstance(self.envelope, _Transaction)
        if not self.envelope.targets:
            await self.push("503 5.5.1 Need RCPT before DATA")
        elif arg:
            await self.push("501 5.5.4 DATA takes no argument")
        elif self._reader._buffer:  # type: ignore[attr-defined]  # asyncio has no public way to ask
            await self.push("503 5.5.0 Wait for 354 before you send the message")
            self._writer.close()
        else:
            await self._receive(self.envelope)

    async def _receive(self, envelope: _Transaction) -> None:
        # As if the line before were part of the message: then its end is always CRLF . CRLF, even when it is empty.
        self._reader.feed_data(b"\r\n")
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._until_the_dot()
        if content is None:
            await self.push("552 5.3.4 The message is too large")
        else:
            envelope.content = envelope.original_content = content
            await self.push(await self._call_handler_hook("DATA"))
        self.envelope = self._create_envelope()

    async def _until_the_dot(self) -> bytes | None:
        """The message with its dots unstuffed (RFC 5321 section 4.5.2), None where it is larger than the limit."""
        assert self.data_size_limit is not None
        room = self.data_size_limit + len(END_OF_DATA) + 2
        chunks: list[bytes] = []
        size, whole = 0, False
        while not whole:
            try:
                chunk = await self._reader.readuntil(END_OF_DATA)
                whole = True
            except asyncio.LimitOverrunError as more:
                chunk = await self._reader.read(more.consumed)
            size += len(chunk)
            if size > room:
                chunks.clear()
            else:
                chunks.append(chunk)
        if size > room:
            return None
        return b"".join(chunks)[: -len(END_OF_DATA) + 2].replace(b"\r\n.", b"\r\n")[2:]


class SmtpDoor:
    """Listens, admits recipients in RCPT, and answers DATA only after the intake's commit."""

    def __init__(self, listener: Listener, intake: Intake, maillog: MailLog, now: Callable[[], datetime]) -> None:
        self._listener = listener
        self._intake = intake
        self._log = maillog
        self._now = now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._busy = 0
        self._stopping = False

    def start(self) -> str:
        """Open the socket and serve; returns `host:port`. Raises OSError where the address cannot be bound."""
        self._loop = _new_loop()
        opened = self._loop.run_until_complete(self._open())
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp")
        self._thread.start()
        return opened

    async def _open(self) -> str:
        assert self._loop is not None
        self._server = await self._loop.create_server(
            self._session, self._listener.host, self._listener.port, backlog=512, start_serving=True
        )
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def _session(self) -> _Session:
        return _Session(
            self,
            data_size_limit=self._listener.size,
            hostname=self._listener.hostname,
            ident="Postern",
            timeout=self._listener.timeout,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=self._loop,
        )

    def stop(self) -> None:
        """Take no new message, finish those in the commit, close."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(STOP_SECONDS + 2)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None

    async def _close(self) -> None:
        self._stopping = True
        assert self._server is not None
        self._server.close()
        end = asyncio.get_running_loop().time() + STOP_SECONDS
        while self._busy and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.sleep(0.05)

    # aiosmtpd finds these by name.

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: _Transaction, address: str, _options: list[str]
    ) -> str:
        """Known or 550; an address of ours that refuses unknown senders asks the database."""
        if len(envelope.rcpt_tos) >= self._listener.recipients:
            return self._refuse("rcpt", envelope.sender, address, "452 4.5.3 Too many recipients")
        target = self._intake.admit(address, self._now().date())
        if isinstance(target, Target) and target.asks:
            welcome = await asyncio.to_thread(self._intake.welcomes, target, envelope.sender)
            target = target if welcome else UNKNOWN_SENDER
        if isinstance(target, Rejected):
            return self._refuse("rcpt", envelope.sender, address, str(target))
        envelope.targets.append(target)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: _Transaction, address: str, options: list[str]
    ) -> str:
        """A new transaction, unless the daemon is about to stop."""
        if self._stopping:
            return "421 4.3.2 Shutting down"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: _Transaction) -> str:  # noqa: N802
        """250 only once the message is durable. A peer that goes away meanwhile does not stop the commit."""
        self._busy += 1
        try:
            return await self._take(session, envelope)
        except Exception as error:  # noqa: BLE001 - our own fault is never a 5xx
            return self._refuse("data", envelope.sender, envelope.rcpt_tos[0], _temporary(error), error)
        finally:
            self._busy -= 1

    async def _take(self, session: Session, envelope: _Transaction) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        failpoint.reached("smtp.before-examine")
        identity = self._intake.examine(content)
        if isinstance(identity, Rejected):
            return self._refuse("data", envelope.sender, envelope.rcpt_tos[0], str(identity))
        peer = str(session.peer[0]) if session.peer else None
        delivery = Delivery(
            raw=content,
            identity=identity,
            sender=envelope.sender,
            targets=tuple(envelope.targets),
            door=Door.SMTP,
            received_at=self._now(),
            peer=peer,
            trusted=peer is not None and self._listener.trusts(peer),
        )
        accepted = await asyncio.shield(asyncio.wrap_future(self._intake.submit(delivery)))
        failpoint.reached("smtp.before-answer")
        return "250 2.0.0 Accepted as " + " ".join(f"in-{a.inbox_id}" for a in accepted)

    async def handle_exception(self, error: Exception) -> str:
        """Anything unexpected is temporary, and its text stays here."""
        return self._refuse("smtp", "", None, _temporary(error), error)

    def _refuse(
        self, step: str, sender: str, recipient: str | None, answer: str, error: Exception | None = None
    ) -> str:
        cause = f" [{type(error).__name__}: {error}]" if error else ""
        self._log.rejected(step, sender, recipient, answer + cause)
        return answer


def _new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where it is installed (the extra `speed`), else the standard loop."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def _temporary(error: BaseException) -> str:
    """452 where there is no room (RFC 5321 section 4.2.2), else 451; never the error's own words."""
    return DISK_FULL if isinstance(error, StoreFull) else TRY_AGAIN
