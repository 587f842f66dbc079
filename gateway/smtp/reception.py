"""Who and what is let in: the answers to MAIL, RCPT and the message, for all sessions of all doors."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway import failpoint
from gateway.intake import UNKNOWN_SENDER, Delivery, Intake, Rejected, Target
from gateway.maillog import MailLog
from gateway.smtp import answers
from gateway.smtp.bounds import Bounds
from gateway.smtp.crossing import Crossing
from gateway.smtp.room import Room
from gateway.smtp.traffic import Budget, Window
from gateway.smtp.troubles import Troubles
from gateway.store.errors import StoreFull, StoreUnavailable
from gateway.store.rows import Accepted
from parsers.mail import Door


@dataclass(frozen=True, slots=True)
class Client:
    """Who talks to us: the IP address (of a proxy's client the client's, of a Unix socket's none).

    `trusted` says that it is one of the relays whose word counts, `submitter` is the address that AUTH has proven.
    """

    door: Door
    peer: str | None
    trusted: bool
    submitter: str | None = None


@dataclass(slots=True)
class Transaction:
    """One mail transaction with its admitted recipients, as many as RCPTs were answered with 250."""

    sender: str
    utf8: bool
    targets: list[Target] = field(default_factory=list)


class Reception:
    """Lets mail in. Whatever is refused stands in the mail log; a lasting trouble of ours once."""

    def __init__(
        self, intake: Intake, maillog: MailLog, bounds: Bounds, room: Room | None, now: Callable[[], datetime]
    ) -> None:
        self.log = maillog
        self.bounds = bounds
        self.troubles = Troubles(maillog)
        self.in_flight = Budget(bounds.in_flight)
        self.stopping = False
        self._intake = intake
        self._room = room
        self._now = now
        self._peers = Window(bounds.messages_per_peer, bounds.message_window)
        self._senders = Window(bounds.messages_per_sender, bounds.message_window)
        self._looking = asyncio.Lock()
        self._crossing: Crossing[list[Accepted]] = Crossing()

    async def mail(self, client: Client, sender: str, size: int) -> str:
        """The answer to MAIL; `size` is what the client announced in bytes, 0 where it did not."""
        if self.stopping:
            return answers.STOPPING
        moment = time.monotonic()
        if not client.trusted and (
            self._peers.full(client.peer, moment) or (sender and self._senders.full(sender.lower(), moment))
        ):
            return self.refuse("mail", sender, None, f"{answers.TOO_MANY_MESSAGES}", f"peer {client.peer}")
        lack = await self._lack(size)
        if lack:
            self.troubles.bite("room", lambda: self._no_room(sender, lack))
            return answers.DISK_FULL
        self.troubles.end("room")
        return answers.SENDER_OK

    def _no_room(self, sender: str, lack: str) -> None:
        self.refuse("mail", sender, None, answers.DISK_FULL, lack)
        self.log.noted("room", "full", lack)

    async def _lack(self, size: int) -> str | None:
        if self._room is None:
            return None
        if self._room.stale:
            async with self._looking:
                if self._room.stale:
                    await asyncio.to_thread(self._room.look)
        return self._room.lack(size)

    async def recipient(self, client: Client, transaction: Transaction, address: str) -> str:
        """The answer to RCPT: known or 550. An address that refuses unknown senders asks the database."""
        sender = transaction.sender
        if len(transaction.targets) >= self.bounds.recipients:
            return self.refuse("rcpt", sender, address, answers.TOO_MANY_RECIPIENTS)
        target: Target | Rejected = self._intake.banned(sender) or self._intake.admit(address, self._now().date())
        if isinstance(target, Target) and target.asks:
            known = client.submitter or sender
            welcome = await asyncio.to_thread(self._intake.welcomes, target, known)
            target = target if welcome else UNKNOWN_SENDER
        if isinstance(target, Rejected):
            return self.refuse("rcpt", sender, address, str(target))
        transaction.targets.append(target)
        return answers.RECIPIENT_OK

    async def take(self, client: Client, transaction: Transaction, content: bytes) -> str:
        """The answer to the message: 250 only once it is durable.

        A session that ends meanwhile does not stop the commit. Our own fault is never a 5xx.
        """
        try:
            return await self._take(client, transaction, content)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender keeps the message
            return self.fault("data", transaction.sender, transaction.targets[0].recipient, error)

    async def _take(self, client: Client, transaction: Transaction, content: bytes) -> str:
        failpoint.reached("smtp.before-examine")
        identity = self._intake.examine(content)
        if isinstance(identity, Rejected):
            return self.refuse("data", transaction.sender, transaction.targets[0].recipient, str(identity))
        delivery = Delivery(
            raw=content,
            identity=identity,
            sender=transaction.sender,
            targets=tuple(transaction.targets),
            door=client.door,
            received_at=self._now(),
            peer=client.peer,
            trusted=client.trusted,
            submitter=client.submitter,
        )
        accepted = await self._crossing.over(self._intake.submit(delivery))
        self._count(client, transaction.sender)
        self.troubles.end("store")
        failpoint.reached("smtp.before-answer")
        return "250 2.0.0 Accepted as " + " ".join(f"in-{a.inbox_id}" for a in accepted)

    def _count(self, client: Client, sender: str) -> None:
        if not client.trusted:
            moment = time.monotonic()
            self._peers.count(client.peer, moment)
            if sender:
                self._senders.count(sender.lower(), moment)

    def fault(self, step: str, sender: str, recipient: str | None, error: BaseException) -> str:
        """The answer to a fault of ours: 452 where there is no room (RFC 5321 section 4.2.2), else 451.

        The error's own words stay in the log.
        """
        answer = answers.DISK_FULL if isinstance(error, StoreFull) else answers.TRY_AGAIN
        cause = f"{type(error).__name__}: {error}"
        if isinstance(error, StoreUnavailable | OSError):
            self.troubles.bite("store", lambda: self.refuse(step, sender, recipient, answer, cause))
            return answer
        return self.refuse(step, sender, recipient, answer, cause)

    def refuse(self, step: str, sender: str, recipient: str | None, answer: str, cause: str | None = None) -> str:
        """Note a refusal with what is behind it; returns the answer."""
        self.log.rejected(step, sender, recipient, f"{answer} [{cause}]" if cause else answer)
        return answer
