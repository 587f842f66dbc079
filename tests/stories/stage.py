"""A desk on a real database, where people write mails and find letters in their mailboxes.

All is real but the sockets: intake, the reader's child process, decisions, the store, composed letters.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import format_datetime, getaddresses
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from zipfile import ZipFile

from gateway import secret
from gateway.aftermath import Aftermath
from gateway.app import Office, office
from gateway.bell import Bell
from gateway.commands import init
from gateway.composer import Composer, Leak
from gateway.digests import Digests
from gateway.dispatch import settled
from gateway.intake import Delivery, Rejected, Target
from gateway.reader import Reader
from gateway.store.actions import InboxAction
from gateway.store.reading import InboxLine
from gateway.store.store import OutboxRow, QueueLine, TicketView
from gateway.walk import Rules, Walker
from outbound.letter import Outcome, Sent
from outbound.render import Renderer
from parsers.address import split
from parsers.mail import Door
from routing.events import Event
from routing.ticket import Ticket

SUPPORT = "support@desk.example"

# The people of gateway/sample/several-parties.toml, in alphabetical order.
ANN = "ann@acme.example"
BOB = "bob@acme.example"
DANA = "dana@desk.example"
EMIL = "emil@desk.example"
GINA = "gina@globex.example"
HUGO = "hugo@hosting.example"
WENDY = "wendy@webhost.example"
# Nobody knows these.
MALLORY = "mallory@elsewhere.example"
NIA = "nia@acme.example"

CONFIG = """
[gateway]
name = "Example Support"
directory = "directory.toml"
database = "{database}"
{gateway}

[[address]]
address = "support@desk.example"
{address}

[relay]
kind = "keep"

{more}
"""


@dataclass(frozen=True, slots=True)
class Post:
    """A letter in somebody's mailbox, as a mail client shows it."""

    data: bytes
    message: Message
    to: str
    subject: str
    text: str
    html: str
    reply_to: str
    message_id: str
    return_path: str = ""

    @property
    def headline(self) -> str:
        """The first words of our own."""
        return self.text.split("\n\n")[1]


@dataclass(slots=True)
class Desk:
    """The stage. Every mail is walked to the end before the method returns, unless all are `resting`.

    Letters are written and delivered then, unless the stage no longer `delivers`; `relay` is what the next mail system
    says of those to an address that it does not take. A relay of the house stands before
    us, whose word about a mail's authenticity counts, unless the peer is not `trusted`. `submitter` is who has
    logged in to hand a mail over.
    """

    office: Office
    reader: Reader
    rules: Rules
    composer: Composer
    mailboxes: dict[str, list[Post]] = field(default_factory=lambda: defaultdict(list))
    moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    newest: tuple[bytes, str, str] = (b"", "", "")
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    delivers: bool = True
    resting: bool = False
    trusted: bool = True
    submitter: str | None = None
    relay: dict[str, Outcome] = field(default_factory=dict)

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
        attached: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[Post]:
        """Somebody writes a mail; returns the letters that come of it. `sender` is the envelope's, where it differs."""
        mail = EmailMessage()
        mail["From"] = f"{writer.partition('@')[0].title() if name is None else name} <{writer}>"
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.moment)
        mail["Message-ID"] = f"<mail-{next(self.numbers)}@{writer.rpartition('@')[2]}>"
        for key, value in (headers or {}).items():
            del mail[key]
            mail[key] = value
        mail.set_content(text + "\n")
        if html is not None:
            mail.add_alternative(html, subtype="html")
        if attached is not None:
            mail.add_attachment(attached, filename="notes.txt")
        return self.arrives(mail.as_bytes().replace(b"\n", b"\r\n"), writer if sender is None else sender, to)

    def reply(
        self,
        writer: str,
        text: str,
        *,
        letter: Post | None = None,
        to: str | None = None,
        subject: str | None = None,
        quoting: bool = False,
        name: str | None = None,
        sender: str | None = None,
        html: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[Post]:
        """Somebody answers a letter, by default the newest in the own mailbox, as mail programs do."""
        letter = letter or self.last(writer)
        if quoting:
            quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
            text = f"{text}\n\nOn Mon, 2 Mar 2026 at 10:00, Example Support wrote:\n{quoted}"
        return self.write(
            writer,
            text,
            to=letter.reply_to if to is None else to,
            subject=f"Re: {letter.subject}" if subject is None else subject,
            name=name,
            sender=sender,
            html=html,
            headers={**threading(letter), **(headers or {})},
        )

    def arrives(
        self, raw: bytes, sender: str, recipient: str, *, door: Door = Door.SMTP, quiet: bool = False
    ) -> list[Post]:
        """Bytes come in by a door and are walked to the end; returns the letters that come of it."""
        self.moment += timedelta(minutes=1)
        self.newest = (raw, sender, recipient)
        intake = self.office.intake(lambda: self.rules)
        target = intake.admit(recipient, self.moment.date())
        assert isinstance(target, Target), target
        identity = intake.examine(raw)
        assert not isinstance(identity, Rejected), identity
        delivery = Delivery(
            raw,
            identity,
            sender,
            (target,),
            door,
            self.moment,
            trusted=self.trusted,
            submitter=self.submitter,
            quiet=quiet,
        )
        intake.accept([delivery])
        return self.works()

    def works(self) -> list[Post]:
        """The inbox is walked and the letters are delivered."""
        if self.resting:
            return []
        store, log = self.office.store, self.office.maillog
        walker = Walker(store, self.reader, lambda: self.rules, log, lambda: self.moment, strikes=3)
        while walker.step():
            pass
        return self._delivered()

    def _delivered(self) -> list[Post]:
        store, sent = self.office.store, []
        while self.delivers and (rows := store.outbox.claim(50, timedelta(minutes=5), self.moment)):
            for row in rows:
                if row.withheld is not None:
                    self.aftermath().withhold(row, row.withheld, self.moment)
                    continue
                try:
                    letter = self.composer.compose(row)
                except Leak as leak:
                    store.outbox.hold_letter(row, leak.letter.data, str(leak))
                    continue
                post = replace(_opened(letter.data), return_path=letter.sender)
                assert letter.recipient == post.to
                outcome = self.relay.get(post.to, Sent(250, "ok"))
                if isinstance(outcome, Sent):
                    self.mailboxes[post.to].append(post)
                    sent.append(post)
                self._settles(row, outcome)
        return sent

    def _settles(self, row: OutboxRow, outcome: Outcome) -> None:
        """What the relay said is written, with all that comes of it."""
        store, fate = self.office.store, settled(row, outcome, lambda: 0.0, self.moment)
        if fate.mishap is None:
            store.settle([fate.fate], self.moment)
            return
        self.aftermath().write(fate.fate, fate.mishap, self.moment)

    def aftermath(self) -> Aftermath:
        """What comes of letters that do not arrive."""
        return Aftermath(self.office.store, lambda: self.rules, self.office.maillog)

    def queue(self) -> list[QueueLine]:
        """The letters that are not sent yet, or never were."""
        with self.office.store.read() as reading:
            return reading.queue()

    def passes(self, span: timedelta) -> list[Post]:
        """Time passes, then the clock rings for what is due; returns the letters that come of it."""
        self.moment += span
        self.bell().step()
        self.digests().step()
        return self._delivered()

    def bell(self) -> Bell:
        """The clock of one process."""
        return Bell(self.office.store, lambda: self.rules, self.office.maillog, lambda: self.moment)

    def digests(self) -> Digests:
        """The writer of digests of one process."""
        return Digests(self.office.store, lambda: self.rules, self.office.maillog, lambda: self.moment)

    def again(self) -> list[Post]:
        """The newest mail arrives once more, byte for byte."""
        return self.arrives(*self.newest)

    def replays(self, line: InboxLine) -> list[Post]:
        """An operator lets a message be decided again."""
        self.office.store.inbox_action(line.id, InboxAction.REPLAY, self.moment)
        return self.works()

    def admits(self, recipient: str, sender: str = ANN) -> bool:
        """Whether RCPT would be answered 250."""
        intake = self.office.intake(lambda: self.rules)
        target = intake.admit(recipient, self.moment.date())
        return not isinstance(target, Rejected) and intake.welcomes(target, sender)

    def registers(self, old: str, new: str) -> None:
        """The directory is edited and read again."""
        file = self.office.config.gateway.directory
        assert file is not None
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
        self.office.apply_directory()
        self.rules = self.office.rules()

    def last(self, owner: str) -> Post:
        """The newest letter in a mailbox."""
        return self.mailboxes[owner][-1]

    def letters(self) -> list[Post]:
        """All that was ever sent."""
        return [post for box in self.mailboxes.values() for post in box]

    def ticket(self, key: str = "CT-1") -> Ticket:
        """A ticket as it stands."""
        return self._view(key).ticket

    def timeline(self, key: str = "CT-1") -> list[Event]:
        """What happened to a ticket."""
        return [entry.event for entry in self._view(key).timeline]

    def kinds(self, key: str = "CT-1") -> list[str]:
        """The kinds of what happened."""
        return [event.kind for event in self.timeline(key)]

    def status(self, key: str = "CT-1") -> str:
        """A ticket's status."""
        return self.ticket(key).status

    def tickets(self) -> list[str]:
        """The keys of all tickets."""
        with self.office.store.read() as reading:
            return sorted(ticket.key for ticket in reading.tickets())

    def inbox(self, *states: str) -> list[InboxLine]:
        """Messages in these states."""
        with self.office.store.read() as reading:
            return reading.inbox(states)

    def _view(self, key: str) -> TicketView:
        with self.office.store.read() as reading:
            found = reading.ticket(key)
        assert found is not None, f"there is no ticket {key}"
        return found

    def secrets(self) -> list[bytes]:
        """The signing secrets, which no letter may hold."""
        return list(secret.read(self.office.config.gateway.secret).secrets.values())


def opened(
    folder: Path,
    database: str,
    reader: Reader,
    *,
    gateway: str = "",
    address: str = "",
    more: str = "",
    people: str = "",
    everybody: str = "",
    desk: str = "several-parties",
) -> Desk:
    """One of the desks that ship, with the people of its sample.

    `gateway` and `address` are lines of those tables, `more` other tables of config.toml, `people` more tables of
    directory.toml, `everybody` what stands there instead of the sample.
    """
    init.write(folder, desk=desk)
    config, directory = folder / "config.toml", folder / "directory.toml"
    rules = "" if "workflow =" in gateway else f'workflow = "{desk}"\n'
    config.write_text(CONFIG.format(database=database, gateway=rules + gateway, address=address, more=more))
    directory.write_text((everybody or directory.read_text()) + people)
    built = office(config)
    built.apply_directory()
    return Desk(built, reader, built.rules(), replace(built.composer(), renderer=_renderer()))


@cache
def _renderer() -> Renderer:
    """Shared by all desks: to compile the templates takes longer than to play a story."""
    return Renderer((), "Example Support")


def told(letters: list[Post]) -> list[str]:
    """Who got the letters, in alphabetical order; somebody who got two stands there twice."""
    return sorted(letter.to for letter in letters)


def threading(letter: Post) -> dict[str, str]:
    """The header fields of an answer to a letter (RFC 5322 section 3.6.4)."""
    references = " ".join(f"{letter.message['References'] or ''} {letter.message_id}".split())
    return {"In-Reply-To": letter.message_id, "References": references}


def token(letter: Post) -> str:
    """The signed part of the address that a letter is to be answered at."""
    signed = split(letter.reply_to)[1]
    assert signed is not None
    return signed


def exported(letters: list[Post]) -> dict[str, str]:
    """The attachments in the zip file that a letter brings, as texts by their names."""
    (archive,) = (part for part in letters[0].message.walk() if part.get_content_type() == "application/zip")
    content = archive.get_payload(decode=True)
    assert isinstance(content, bytes)
    with ZipFile(BytesIO(content)) as opened:
        names = [name for name in opened.namelist() if "/attachments/" in f"/{name}"]
        return {name.rpartition("/")[2].partition("-")[2]: opened.read(name).decode().strip() for name in names}


def _opened(data: bytes) -> Post:
    message = message_from_bytes(data)
    shown = [part for part in message.walk() if part.get_content_disposition() != "attachment"]
    bodies = {part.get_content_type(): part.get_payload(decode=True) for part in shown}
    text, html = bodies["text/plain"], bodies["text/html"]
    assert isinstance(text, bytes)
    assert isinstance(html, bytes)
    return Post(
        data,
        message,
        getaddresses([str(message["To"])])[0][1],
        str(make_header(decode_header("".join(str(message["Subject"]).splitlines())))),
        text.decode().replace("\r\n", "\n"),
        html.decode(),
        getaddresses([str(message["Reply-To"])])[0][1],
        str(message["Message-ID"]),
    )
