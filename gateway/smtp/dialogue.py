"""What is said on a connection: RFC 5321, and LMTP by RFC 2033."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from gateway.intake import Rejected
from gateway.smtp import answers, commands
from gateway.smtp.bounds import Kind
from gateway.smtp.commands import Command, Fault
from gateway.smtp.message import Flood, Incoming, too_large
from gateway.smtp.reception import Transaction
from gateway.smtp.session import Session
from gateway.smtp.submission import MECHANISMS, SUCCESS

BODIES = ("7BIT", "8BITMIME")
IN_CLEAR = frozenset({"EHLO", "HELO", "NOOP", "RSET", "STARTTLS", "QUIT"})
"""What may be said before STARTTLS where mail is taken under TLS only (RFC 3207 section 4)."""


class Dialogue(Session):
    """A session that knows its commands."""

    greeted = False
    extended = False
    """Whether the peer has been offered the extensions, of which PIPELINING is one."""
    transaction: Transaction | None = None

    async def obey(self, found: Command | Fault) -> None:
        """Answer one command."""
        if isinstance(found, Fault):
            await (self.say if self.greeted else self.dismiss)(found.answer)
        elif found.verb in commands.HTTP:
            await self.refuse_all(answers.NOT_SMTP)
        elif self._hurries():
            await self.refuse_all(answers.EARLY_COMMAND)
        elif found.verb not in VERBS or found.verb in (SMTP_ONLY if self.kind is Kind.LMTP else LMTP_ONLY):
            await self.say(answers.UNKNOWN_COMMAND)
        elif self._must_encrypt(found.verb):
            await self.say(answers.ENCRYPT_FIRST)
        else:
            await self._answer(VERBS[found.verb], found.argument)

    async def _answer(self, method: "Method", argument: str) -> None:
        try:
            await method(self, argument)
        except (ConnectionError, EOFError):
            raise
        except Exception as error:  # noqa: BLE001 - our own fault is never a 5xx
            await self.say(self.reception.fault("smtp", self._sender, None, error))

    def _hurries(self) -> bool:
        """Whether more has come than may be sent before an answer (RFC 2920 section 3.1), as of a program that does not
        listen.
        """
        return not self.extended and self.unread and not self.client.trusted

    def _must_encrypt(self, verb: str) -> bool:
        return self.manners.require_tls and not self.encrypted and self.kind is not Kind.LMTP and verb not in IN_CLEAR

    @property
    def _sender(self) -> str:
        return self.transaction.sender if self.transaction else ""

    # Greeting and session.

    async def helo(self, name: str) -> None:
        """Section 4.1.1.1."""
        if not name:
            await self.say(answers.NEEDS_ARGUMENT)
            return
        self._greet(extended=False)
        await self.say(f"250 {self.hostname}")

    async def ehlo(self, name: str) -> None:
        """Section 4.1.1.1: what is offered. LMTP has it as LHLO (RFC 2033 section 4.1)."""
        if not name:
            await self.say(answers.NEEDS_ARGUMENT)
            return
        self._greet(extended=True)
        offers = [
            self.hostname,
            f"SIZE {self.manners.bounds.size}",
            "8BITMIME",
            "SMTPUTF8",
            "PIPELINING",
            "ENHANCEDSTATUSCODES",
        ]
        if self.manners.certificate and not self.encrypted:
            offers.append("STARTTLS")
        if self._takes_logins():
            offers.append(f"AUTH {MECHANISMS}")
        await self.say("\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"]))

    def _greet(self, *, extended: bool) -> None:
        self.greeted = True
        self.extended = extended
        self.transaction = None

    async def starttls(self, argument: str) -> None:
        """RFC 3207: all that was said before is forgotten."""
        if self.manners.certificate is None:
            await self.say(answers.NO_TLS)
        elif self.encrypted:
            await self.say(answers.TLS_ALREADY)
        elif argument:
            await self.say(answers.NO_ARGUMENT)
        else:
            if self.unread:
                self.reception.refuse("smtp", "", None, answers.INJECTED, f"peer {self.client.peer}")
            await self.say(answers.BEGIN_TLS)
            await self.encrypt()
            self.greeted = self.extended = False
            self.transaction = None

    def _takes_logins(self) -> bool:
        return self.doors.desk is not None and self.encrypted and self.kind is not Kind.LMTP

    async def auth(self, argument: str) -> None:
        """RFC 4954."""
        desk = self.doors.desk
        if desk is None or self.kind is Kind.LMTP:
            await self.say(answers.UNKNOWN_COMMAND)
        elif not self.encrypted:
            await self.say(answers.ENCRYPT_FIRST_AUTH)
        elif not self.greeted or self.transaction or self.client.submitter:
            await self.say(answers.NO_AUTH_NOW)
        else:
            answer, address = await desk.authenticate(argument, self.asked)
            if answer != SUCCESS:
                self.reception.refuse("auth", "", None, answer, f"peer {self.client.peer}")
            self.client = replace(self.client, submitter=address)
            await self.say(answer)

    async def noop(self, _argument: str) -> None:
        """Section 4.1.1.9."""
        await self.say(answers.OK)

    async def rset(self, argument: str) -> None:
        """Section 4.1.1.5."""
        self.transaction = None
        await self.say(answers.NO_ARGUMENT if argument else answers.OK)

    async def quit(self, _argument: str) -> None:
        """Section 4.1.1.10."""
        await self.dismiss(answers.BYE)

    async def help(self, _argument: str) -> None:
        """Section 4.1.1.8, without a word about what we are."""
        await self.say(answers.HELP)

    async def vrfy(self, argument: str) -> None:
        """Section 7.3: the same for all addresses."""
        await self.say(answers.VERIFY if argument else answers.NEEDS_ARGUMENT)

    async def expn(self, _argument: str) -> None:
        """Section 7.3."""
        await self.say(answers.NOT_TOLD)

    # A transaction.

    async def mail(self, argument: str) -> None:
        """Section 4.1.1.2."""
        if not self.greeted:
            await self.say(answers.GREET_FIRST)
            return
        if self.transaction is not None:
            await self.say(answers.NESTED_MAIL)
            return
        found = commands.path(argument, "FROM:")
        wanted = commands.parameters(found[1]) if found else None
        if found is None or wanted is None:
            await self.say(answers.BAD_PATH if found is None else answers.BAD_PARAMETERS)
            return
        refusal = self._wanted(found[0], wanted)
        if refusal is None:
            refusal = await self.reception.mail(self.client, found[0], int(wanted.get("SIZE", "0")))
        if refusal == answers.SENDER_OK:
            self.transaction = Transaction(found[0], "SMTPUTF8" in wanted)
        if refusal == answers.STOPPING:
            self.over = True
        await self.say(refusal)

    def _wanted(self, address: str, wanted: Mapping[str, str]) -> str | None:
        """What is wrong with the parameters of MAIL: SIZE (RFC 1870), BODY (6152), SMTPUTF8 (6531), AUTH (4954)."""
        known = {"SIZE", "BODY", "SMTPUTF8"} | ({"AUTH"} if self._takes_logins() else set())
        if not wanted.keys() <= known:
            return answers.UNKNOWN_PARAMETER
        size = wanted.get("SIZE", "0")
        if not size.isdecimal() or len(size) > 20 or wanted.get("SMTPUTF8") or wanted.get("AUTH") == "":
            return answers.BAD_PARAMETERS
        if wanted.get("BODY", "7BIT").upper() not in BODIES:
            return answers.BAD_PARAMETERS
        if not address.isascii() and "SMTPUTF8" not in wanted:
            return answers.NEEDS_SMTPUTF8
        if int(size) > self.manners.bounds.size:
            return self.reception.refuse("mail", address, None, str(too_large(self.manners.bounds.size)))
        return None

    async def rcpt(self, argument: str) -> None:
        """Section 4.1.1.3."""
        if self.transaction is None:
            await self.say(answers.NO_MAIL)
            return
        found = commands.path(argument, "TO:")
        if found is None or not found[0]:
            await self.say(answers.BAD_PATH)
        elif found[1]:
            await self.say(answers.UNKNOWN_PARAMETER)
        elif not found[0].isascii() and not self.transaction.utf8:
            await self.say(answers.NEEDS_SMTPUTF8)
        else:
            await self.say(await self.reception.recipient(self.client, self.transaction, found[0]))

    async def data(self, argument: str) -> None:
        """Section 4.1.1.4."""
        if self.transaction is None or not self.transaction.targets:
            await self.say(answers.NO_RECIPIENT)
        elif argument:
            await self.say(answers.NO_ARGUMENT)
        elif self.unread:
            # What stands behind DATA before we have invited it could be a message inside a message.
            self.reception.refuse("smtp", self._sender, None, answers.EARLY_MESSAGE, f"peer {self.client.peer}")
            await self.dismiss(answers.EARLY_MESSAGE)
        else:
            incoming = await self.message()
            try:
                await self._receive(incoming, self.transaction)
            finally:
                incoming.forget()
                self.transaction = None

    async def _receive(self, incoming: Incoming, transaction: Transaction) -> None:
        sender = transaction.sender
        try:
            content = await incoming.read()
        except Flood:
            self.message_is_here()
            await self.dismiss(self.reception.refuse("data", sender, None, answers.FLOOD))
            return
        self.message_is_here()
        if isinstance(content, Rejected):
            answer = self.reception.refuse("data", sender, transaction.targets[0].recipient, str(content))
        else:
            answer = await self.doors.kept(self.reception.take(self.client, transaction, content))
        if answer.startswith("2"):
            self.message_is_taken()
        # LMTP answers once for each recipient that was let in (RFC 2033 section 4.2).
        times = len(transaction.targets) if self.kind is Kind.LMTP else 1
        await self.say("\r\n".join([answer] * times))


Method = Callable[[Dialogue, str], Awaitable[None]]

VERBS: Mapping[str, Method] = {
    "EHLO": Dialogue.ehlo,
    "LHLO": Dialogue.ehlo,
    "HELO": Dialogue.helo,
    "MAIL": Dialogue.mail,
    "RCPT": Dialogue.rcpt,
    "DATA": Dialogue.data,
    "RSET": Dialogue.rset,
    "NOOP": Dialogue.noop,
    "QUIT": Dialogue.quit,
    "STARTTLS": Dialogue.starttls,
    "AUTH": Dialogue.auth,
    "VRFY": Dialogue.vrfy,
    "EXPN": Dialogue.expn,
    "HELP": Dialogue.help,
}
SMTP_ONLY = frozenset({"EHLO", "HELO"})
LMTP_ONLY = frozenset({"LHLO"})
