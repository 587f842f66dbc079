"""From clues to the situation of one decision: few statements, each prepared once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, false, or_, select

from gateway.store import directory as people
from gateway.store import tickets
from gateway.store.columns import Record
from gateway.store.rows import InboxRow
from gateway.store.schema import events, outbox
from gateway.store.schema import tickets as ticket_table
from gateway.store.tickets import Numbers, Stored
from parsers.clues import Clues
from parsers.mail import ParsedMail
from routing.authority import Identity, identify
from routing.directory import Directory, Person
from routing.model import Desk, Mail, Minted, Situation
from routing.ticket import Ticket

MOST_REFERENCES = 100
"""A mail names this many earlier ones at most; those beyond are further away and not looked up."""

_MINTED = select(outbox.c.id, outbox.c.ticket_key, outbox.c.address, outbox.c.lane, outbox.c.message_id).where(
    outbox.c.ticket_id.is_not(None),
    or_(
        outbox.c.id.in_(bindparam("letters", expanding=True)),
        outbox.c.message_id.in_(bindparam("threads", expanding=True)),
    ),
)
_ANSWERED = (
    select(events.c.message_id, events.c.subject, ticket_table.c.key)
    .join(ticket_table, ticket_table.c.id == events.c.ticket_id)
    .where(events.c.message_id.in_(bindparam("references", expanding=True)))
    .order_by(events.c.id)
)
_TAGGED = select(ticket_table.c.key).where(ticket_table.c.key.in_(bindparam("tags", expanding=True)))
_TOLD = (
    select(outbox.c.address)
    .where(outbox.c.ticket_id == bindparam("ticket"), outbox.c.answer == false())
    .order_by(outbox.c.address)
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Faced:
    """What is remembered of a situation until its decision is written."""

    mail: ParsedMail
    hostname: str
    known: Stored | None


class Situations:
    """Gathers all that one decision depends on. With `lock` the ticket stays as it is until the commit."""

    def __init__(self, connection: Connection, current: Callable[[Connection], Directory], *, lock: bool) -> None:
        self._connection = connection
        self._current = current
        self._lock = lock
        self._numbers = Numbers(connection)
        self._directory: Directory | None = None
        self._faced: dict[int, Faced] = {}

    def directory(self) -> Directory:
        """The directory as this transaction sees it."""
        if self._directory is None:
            self._directory = self._current(self._connection)
        return self._directory

    def situation(
        self, row: InboxRow, mail: ParsedMail, clues: Clues, intent_subject: str, desk: Desk, now: datetime
    ) -> Situation:
        """Find ticket, writer and proof of a mail; `intent_subject` is its subject without tags."""
        desk = replace(desk, directory=self.directory())
        answered = self._answered(clues)
        identity = self._identity(mail, clues, tuple(a.key for a in answered), desk)
        known = tickets.load(self._connection, identity.ticket, lock=self._lock) if identity.ticket else None
        self._faced[row.id] = Faced(mail, desk.hostname, known)
        return Situation(
            desk=desk,
            envelope=row.envelope,
            mail=Mail(
                message_id=mail.message_id,
                subject=intent_subject,
                kind=mail.kind,
                from_=mail.from_,
                cc=mail.cc,
                auto_submitted=mail.auto_submitted,
                carried=tuple(dict.fromkeys(a.subject for a in answered)),
            ),
            now=now,
            # Most mails without a ticket open one; few of the others do.
            number=self._numbers.next(lock=self._lock and known is None),
            author=clues.author,
            writer=identity.writer,
            proof=identity.proof,
            ticket=known.ticket if known else None,
            minted=identity.minted,
            told=self._told(known) if known else (),
            guests=self._guests(known.ticket) if known else (),
            system=clues.system,
            quiet=row.quiet,
            why=identity.why,
        )

    def _identity(self, mail: ParsedMail, clues: Clues, answered: tuple[str, ...], desk: Desk) -> Identity:
        by_token, by_thread = self._minted(clues)
        directory = desk.directory
        return identify(
            clues,
            by_token,
            by_thread,
            tuple(dict.fromkeys((*self._tagged(clues), *answered, *(m.ticket for m in (*by_token, *by_thread))))),
            directory,
            self._writer(clues.author, mail, directory),
            desk,
            mail.authenticated_domains,
        )

    def _minted(self, clues: Clues) -> tuple[tuple[Minted, ...], tuple[Minted, ...]]:
        """The letters of signed addresses, expired ones too, and of our own Message-IDs, in the order of the clues."""
        letters = [token.letter for token in clues.tokens[:MOST_REFERENCES]]
        threads = list(clues.threads[:MOST_REFERENCES])
        if not letters and not threads:
            return (), ()
        rows = self._connection.execute(_MINTED, {"letters": letters, "threads": threads})
        found = [Minted(row.id, row.ticket_key, row.address, row.lane, row.message_id) for row in rows]
        by_letter = {minted.letter: minted for minted in found}
        by_thread = {minted.message_id: minted for minted in found}
        return (
            tuple(by_letter[letter] for letter in letters if letter in by_letter),
            tuple(by_thread[thread] for thread in threads if thread in by_thread),
        )

    def _answered(self, clues: Clues) -> list[Record]:
        """Message-ID, subject and ticket key of the stored mails that this one answers, the nearest first."""
        references = clues.references[:MOST_REFERENCES]
        if not references:
            return []
        place = {reference: number for number, reference in enumerate(references)}
        rows = self._connection.execute(_ANSWERED, {"references": list(place)}).all()
        return sorted(rows, key=lambda row: place[row.message_id])

    def _tagged(self, clues: Clues) -> list[str]:
        if not clues.tags:
            return []
        tags = clues.tags[:MOST_REFERENCES]
        existing = set(self._connection.execute(_TAGGED, {"tags": list(tags)}).scalars())
        return [tag for tag in tags if tag in existing]

    def _writer(self, author: str | None, mail: ParsedMail, directory: Directory) -> Person | None:
        """The person of the strict From address: registered, or met by mail, or known by the domain."""
        if author is None:
            return None
        registered = directory.person(author)
        if registered is not None:
            return registered
        return self.acquaintance(author, mail.from_.name if mail.from_ else "")

    def acquaintance(self, address: str, name: str = "") -> Person | None:
        """Somebody whom the directory does not hold, but who was met by mail or has the domain of an organisation.

        To which organisation such a person belongs is what the directory says of the domain today, whatever it said
        when they met.
        """
        met = people.met(self._connection, [address])
        if met:
            return self._today(met[0])
        colleague = self.directory().colleague(address)
        return Person(name, (address,), colleague.key, registered=False) if colleague else None

    def _today(self, met: Person) -> Person:
        colleague = self.directory().colleague(met.address)
        return replace(met, organisation=colleague.key if colleague else None)

    def _told(self, known: Stored) -> tuple[str, ...]:
        return tuple(self._connection.execute(_TOLD, {"ticket": known.id}).scalars())

    def _guests(self, ticket: Ticket) -> tuple[Person, ...]:
        directory = self.directory()
        strangers = [a for a in (ticket.requester, *ticket.watchers) if directory.person(a) is None]
        return tuple(self._today(met) for met in people.met(self._connection, strangers))
