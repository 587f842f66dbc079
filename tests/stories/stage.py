"""A desk on a real database, where people write mails and find letters in their mailboxes.

All is real but the sockets: intake, the reader's child process, decisions, the store, composed letters.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import format_datetime, getaddresses
from itertools import count
from pathlib import Path

from gateway import secret
from gateway.app import Office, office
from gateway.commands import init
from gateway.intake import Delivery, Rejected, Target
from gateway.reader import Reader
from gateway.store.store import TicketView
from gateway.walk import Walker
from parsers.mail import Door

SUPPORT = "support@desk.example"


@dataclass(frozen=True, slots=True)
class Post:
    """A letter in somebody's mailbox, as a mail client shows it."""

    message: Message
    to: str
    subject: str
    text: str
    html: str
    reply_to: str
    message_id: str

    @property
    def opening(self) -> str:
        """The subject and the text, for looking into."""
        return f"{self.subject}\n{self.text}"


class Desk:
    """The stage. Every mail is walked to the end before the method returns."""

    def __init__(self, folder: Path, database: str, reader: Reader, *, sets: str = "") -> None:
        list(init.write(folder, "127.0.0.1:0"))
        config = folder / "config.toml"
        text = config.read_text().replace("[gateway]\n", f'[gateway]\ndatabase = "{database}"\n', 1)
        config.write_text(text + sets)
        self.office: Office = office(config)
        self.office.apply_directory()
        self.mailboxes: dict[str, list[Post]] = defaultdict(list)
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self._numbers = count(1)
        rules = self.office.rules()
        self._intake = self.office.intake(lambda: rules)
        self._walker = Walker(
            self.office.store, reader, lambda: rules, self.office.maillog, lambda: self.moment, strikes=3
        )

    def write(
        self,
        writer: str,
        text: str,
        *,
        to: str = SUPPORT,
        subject: str = "A question",
        name: str | None = None,
        sender: str | None = None,
        html: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> list[Post]:
        """Somebody writes a mail; returns the letters that come of it."""
        mail = EmailMessage()
        mail["From"] = f"{name or writer.partition('@')[0].title()} <{writer}>"
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.moment)
        mail["Message-ID"] = f"<mail-{next(self._numbers)}@{writer.rpartition('@')[2]}>"
        for key, value in (headers or {}).items():
            del mail[key]
            mail[key] = value
        mail.set_content(text + "\n")
        if html is not None:
            mail.add_alternative(html, subtype="html")
        return self.arrives(mail.as_bytes().replace(b"\n", b"\r\n"), writer if sender is None else sender, to)

    def reply(self, writer: str, text: str, *, quoting: bool = False, **more: str) -> list[Post]:
        """Somebody answers the last letter in the own mailbox, or the one given as `letter` (its owner's address)."""
        letter = self.last(more.pop("letter", writer))
        answered = " ".join(f"{letter.message['References'] or ''} {letter.message_id}".split())
        if quoting:
            quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
            text = f"{text}\n\nOn Mon, 2 Mar 2026 at 10:00, Example Support wrote:\n{quoted}"
        threading = {"In-Reply-To": letter.message_id, "References": answered}
        subject = more.pop("subject", f"Re: {letter.subject}")
        return self.write(
            writer, text, to=more.pop("to", letter.reply_to), subject=subject, headers={**threading, **more}
        )

    def arrives(self, raw: bytes, sender: str, recipient: str, *, quiet: bool = False) -> list[Post]:
        """Bytes come in by a door and are walked to the end."""
        self.moment += timedelta(minutes=1)
        target = self._intake.admit(recipient, self.moment.date())
        assert isinstance(target, Target), target
        door = Door.IMPORT if quiet else Door.SMTP
        self._intake.accept([Delivery(raw, sender, (target,), door, self.moment, quiet=quiet)])
        while self._walker.step():
            pass
        return self._post_office()

    def refuses(self, recipient: str) -> bool:
        """Whether RCPT would be answered 550."""
        return isinstance(self._intake.admit(recipient, self.moment.date()), Rejected)

    def _post_office(self) -> list[Post]:
        composer, store, sent = self.office.composer(), self.office.store, []
        while rows := store.outbox.claim(50, timedelta(minutes=5), self.moment):
            for row in rows:
                letter = composer.compose(row)
                post = _opened(letter.data)
                assert letter.recipient == post.to
                self.mailboxes[post.to].append(post)
                sent.append(post)
                store.outbox.settle([(row, 250, "ok", "sent", None)], self.moment)
        return sent

    def last(self, owner: str) -> Post:
        """The newest letter in a mailbox."""
        return self.mailboxes[owner][-1]

    def ticket(self, key: str = "CT-1") -> TicketView:
        """A whole ticket."""
        with self.office.store.read() as reading:
            found = reading.ticket(key)
        assert found is not None, f"there is no ticket {key}"
        return found

    def keys(self) -> list[str]:
        """The keys of all tickets, oldest first."""
        with self.office.store.read() as reading:
            return sorted(listed.key for listed in reading.tickets())

    def state(self, key: str = "CT-1") -> str:
        """A ticket's status."""
        return self.ticket(key).ticket.status

    def kinds(self, key: str = "CT-1") -> list[str]:
        """The kinds of a ticket's events in order."""
        return [entry.event.kind for entry in self.ticket(key).timeline]

    def close(self) -> None:
        """Leave the stage."""
        self.office.close()

    def keys_of_the_house(self) -> bytes:
        """The signing secret, which no letter may hold."""
        keys = secret.read(self.office.config.gateway.secret)
        return keys.secrets[keys.current]


def told(letters: list[Post]) -> list[str]:
    """Who got the letters, in alphabetical order."""
    return sorted(letter.to for letter in letters)


def _opened(data: bytes) -> Post:
    message = message_from_bytes(data)
    bodies = {part.get_content_type(): part.get_payload(decode=True) for part in message.walk()}
    text, html = bodies["text/plain"], bodies["text/html"]
    assert isinstance(text, bytes)
    assert isinstance(html, bytes)
    return Post(
        message,
        getaddresses([str(message["To"])])[0][1],
        str(make_header(decode_header(str(message["Subject"])))),
        text.decode().replace("\r\n", "\n"),
        html.decode(),
        getaddresses([str(message["Reply-To"])])[0][1],
        str(message["Message-ID"]),
    )
