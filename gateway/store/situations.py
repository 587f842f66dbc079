"""From clues to the situation of one decision: few statements, each prepared once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, false, select, union

from gateway.store import asking, assignments, failures, minted, numbers, tickets
from gateway.store import directory as people
from gateway.store.columns import Record
from gateway.store.errors import Conflict
from gateway.store.rows import CONTENT, InboxRow
from gateway.store.schema import digests, events, inbox, outbox
from gateway.store.schema import tickets as ticket_table
from gateway.store.tickets import Numbers, Stored
from parsers.clues import Clues
from parsers.intent import Ignore, Intent
from parsers.mail import Door, Envelope, Kind, ParsedMail
from parsers.tags import bracketed
from routing import foreign
from routing.authority import Identity, identify
from routing.directory import Directory, Person, canonical
from routing.doubts import doubts, lowered
from routing.model import Absence, Chosen, Desk, Mail, Minted, Proof, Situation, Twin
from routing.suppression import Suppression
from routing.ticket import Ticket

PROVED_TOO_LITTLE = frozenset({"refused", "unverified", "unclear"})
_NOTHING = Ignore("nothing is asked")
MOST_REFERENCES = 100
_RFC_822 = datetime(1982, 8, 13, tzinfo=UTC)
"""A mail names this many earlier ones at most; those beyond are further away and not looked up."""

_ANSWERED = (
    select(events.c.message_id, events.c.subject, ticket_table.c.key)
    .join(ticket_table, ticket_table.c.id == events.c.ticket_id)
    .where(events.c.message_id.in_(bindparam("references", expanding=True)))
    .order_by(events.c.id)
)
_TAGGED = select(ticket_table.c.key).where(ticket_table.c.key.in_(bindparam("tags", expanding=True)))
# The key of a row begins with what its mail is: see `Arrival`. Sorted here, for an index that is unique is fast and one
# row more to sort is nothing, while a database that is told to sort may read the whole table in order instead.
_TWINS = select(inbox.c.id, inbox.c.ticket_key, inbox.c.outcome).where(
    inbox.c.dedupe_key >= bindparam("least"),
    inbox.c.dedupe_key < bindparam("beyond"),
    inbox.c.id != bindparam("row"),
    inbox.c.ticket_key.is_not(None),
)
_TOLD = union(
    select(outbox.c.address).where(outbox.c.ticket_id == bindparam("ticket"), outbox.c.answer == false()),
    select(digests.c.address).where(digests.c.ticket_id == bindparam("ticket")),
).order_by("address")


@dataclass(frozen=True, slots=True)
class Faced:
    """What is remembered of a situation until its decision is written."""

    mail: ParsedMail
    hostname: str
    known: Stored | None
    others: Mapping[str, Stored] = field(default_factory=dict)


class Situations:
    """Gathers all that one decision depends on. With `lock` the ticket stays as it is until the commit."""

    def __init__(self, connection: Connection, current: Callable[[Connection], Directory], *, lock: bool) -> None:
        self._connection = connection
        self._current = current
        self._lock = lock
        self._numbers = Numbers(connection)
        self._directory: Directory | None = None
        self._faced: dict[int, Faced] = {}
        self._met: dict[str, Person | None] = {}
        self._letters: dict[int, Minted | None] = {}
        self._silenced: dict[str, Suppression | None] = {}

    def directory(self) -> Directory:
        """The directory as this transaction sees it."""
        if self._directory is None:
            self._directory = self._current(self._connection)
        return self._directory

    def foresee(self, clues: Sequence[Clues], now: datetime) -> None:
        """Look up for several mails at once what each of them will ask for: the letters they answer, their writers."""
        self._look_up([token.letter for each in clues for token in each.tokens[:MOST_REFERENCES]])
        directory = self.directory()
        authors = dict.fromkeys(each.author for each in clues if each.author)
        self._acquaintances([author for author in authors if directory.person(author) is None])
        self._suppressed([author for author in authors if author], now)

    def situation(
        self,
        row: InboxRow,
        mail: ParsedMail,
        clues: Clues,
        intent_subject: str,
        desk: Desk,
        now: datetime,
        intent: Intent = _NOTHING,
    ) -> Situation:
        """Ticket, writer and proof of a mail, and what its `intent` asks for; `intent_subject` is without tags."""
        desk = replace(desk, directory=self.directory())
        identity, carried = self._identified(mail, clues, desk, row.envelope)
        twin = self._twin(row, identity, by_token=bool(clues.tokens))
        key = twin.ticket if twin else identity.ticket
        known, others = self._concerned(key, identity, intent)
        self._faced[row.id] = Faced(mail, desk.hostname, known, others)
        found = Situation(
            desk=desk,
            envelope=row.envelope,
            mail=_decided_by(mail, intent_subject, carried),
            now=_written_at(mail, known, now) if row.quiet else now,
            # Most mails without a ticket open one; few of the others do.
            number=self._numbers.next(lock=self._lock and known is None),
            author=clues.author,
            writer=identity.writer,
            proof=identity.proof,
            minted=identity.minted,
            system=clues.system,
            quiet=row.quiet,
            twin=twin,
            loads=assignments.loads(self._connection, desk, known.ticket if known else None, identity.minted),
            seed=row.id,
            doubts=identity.doubts,
            why=identity.why,
        )
        if known is not None:
            found = self._about(found, known, others, key)
        found = self._of_letters(found, clues)
        return asking.furnish(self._connection, found, intent, known, others, signed=bool(clues.tokens))

    def _of_letters(self, found: Situation, clues: Clues) -> Situation:
        """The situation with what keeps letters from a proven writer; and whether the mail came as reports come."""
        if any(token.returns and not token.expired for token in clues.tokens):
            found = replace(found, returned=True)
        if found.author is None or found.proof is Proof.NONE:
            return found
        return replace(found, suppression=self._suppressed([found.author], found.now)[0])

    def _about(self, found: Situation, known: Stored, others: Mapping[str, Stored], key: str | None) -> Situation:
        """The situation with the ticket that `key` names, those beside it, and the people of all of them."""
        return replace(
            found,
            ticket=known.ticket,
            told=self._told(known),
            guests=self._guests(known.ticket, *(other.ticket for other in others.values())),
            others={other: one.ticket for other, one in others.items()},
            merged=key if known.ticket.key != key else None,
        )

    def silent(self, known: Stored | None, desk: Desk, now: datetime) -> Situation:
        """A situation in which nobody writes: the clock asks what is due on a ticket, or a letter did not arrive."""
        found = Situation(
            desk=replace(desk, directory=self.directory()),
            envelope=Envelope("", desk.inlets[0].address, Door.CLOCK, now),
            mail=Mail(None, "", Kind.PERSONAL),
            now=now,
            number=0,
        )
        if known is None:
            return found
        return replace(found, ticket=known.ticket, told=self._told(known), guests=self._guests(known.ticket))

    def suppressed(self, addresses: Sequence[str], now: datetime) -> Mapping[str, Suppression]:
        """Which of some addresses nothing is sent to now, by their canonical form."""
        return failures.suppressed(self._connection, addresses, now)

    def _suppressed(self, addresses: Sequence[str], now: datetime) -> list[Suppression | None]:
        """Why nothing is sent to each of some addresses, each asked of the database once a transaction."""
        wanted = [canonical(address) for address in addresses]
        unknown = [address for address in wanted if address not in self._silenced]
        if unknown:
            found = failures.suppressed(self._connection, unknown, now)
            self._silenced.update({address: found.get(address) for address in unknown})
        return [self._silenced[address] for address in wanted]

    def _concerned(
        self, key: str | None, identity: Identity, intent: Intent
    ) -> tuple[Stored | None, dict[str, Stored]]:
        """The ticket of a mail, and those beside it that its commands are about where it proves anybody."""
        proven = identity.proof > Proof.NONE
        return self._tickets(key, asking.others(self._connection, intent, identity.minted) if proven else None)

    def _tickets(self, key: str | None, others: Sequence[str] | None) -> tuple[Stored | None, dict[str, Stored]]:
        """The ticket of a key, or the one it was merged into; and the others, with those merged into any of them."""
        if key is None:
            return None, {}
        known = tickets.load(self._connection, key, lock=self._lock and others is None)
        if known is None or others is None:
            return known, {}
        found = tickets.family(self._connection, {known.ticket.key, *others[:MOST_REFERENCES]}, lock=self._lock)
        again = found.pop(known.ticket.key)
        if again.ticket.merged_into is not None:
            raise Conflict(f"The ticket {again.ticket.key} was merged at the same time.")
        return again, found

    def _twin(self, row: InboxRow, identity: Identity, *, by_token: bool) -> Twin | None:
        """What the same mail did already when it came to another address of ours.

        One that came to the address of a letter is about that ticket, whatever it did elsewhere. What was refused may
        prove more by such an address.
        """
        content = row.dedupe_key[:CONTENT]
        if not content:
            return None
        # In every language letters come after the digits.
        bounds = {"least": content, "beyond": f"{content}a", "row": row.id}
        found = min(self._connection.execute(_TWINS, bounds), key=lambda twin: twin.id, default=None)
        if found is None:
            return None
        known = tickets.load(self._connection, found.ticket_key, lock=False)
        if known is None or known.ticket.hidden:
            return None
        if by_token and identity.ticket is not None:
            here = tickets.load(self._connection, identity.ticket, lock=False)
            if found.outcome in PROVED_TOO_LITTLE or here is None or here.ticket.key != known.ticket.key:
                return None
        return Twin(known.ticket.key, found.outcome)

    def _identified(
        self, mail: ParsedMail, clues: Clues, desk: Desk, envelope: Envelope
    ) -> tuple[Identity, tuple[str, ...]]:
        """Who writes about which ticket, and the subjects of the stored mails that this one answers."""
        by_token = self._by_token(clues)
        # A valid token says all that Message-IDs and tags could say: most answers to a letter need no more look-ups.
        decisive = any(letter.ticket for letter in by_token) and not any(token.expired for token in clues.tokens)
        commanding = len(bracketed(mail.subject)) > len(clues.tags)
        answered = self._answered(clues) if commanding or not decisive else []
        by_thread = () if decisive else self._by_thread(clues.threads)
        # An old mail proves nothing by the letter that it answers, and yet belongs to its ticket.
        letters = self._by_thread(clues.references) if envelope.door is Door.IMPORT else ()
        named = () if decisive else (*self._tagged(clues), *(a.key for a in answered), *(m.ticket for m in letters))
        writer = self._writer(clues.author, mail, desk.directory)
        theirs: tuple[str, ...] = ()
        if not (named or by_token or by_thread):
            named = theirs = numbers.tickets_of(self._connection, writer, foreign.named(mail.subject, writer, desk))
        identity = identify(
            clues,
            by_token,
            by_thread,
            tuple(dict.fromkeys((*named, *(m.ticket for m in (*by_token, *by_thread) if m.ticket)))),
            desk.directory,
            writer,
            mail.authenticated_domains,
            envelope.submitter,
        )
        if theirs:
            identity = replace(identity, why=(f"the writer's own desk calls {theirs[0]} so", *identity.why))
        suspicions = doubts(clues.author, mail.from_, mail.reply_to, desk)
        if suspicions:
            why = (*identity.why, *suspicions)
            identity = replace(identity, proof=lowered(identity.proof), doubts=suspicions, why=why)
        return identity, tuple(dict.fromkeys(a.subject for a in answered))

    def _by_token(self, clues: Clues) -> tuple[Minted, ...]:
        """The letters of signed addresses, expired ones too, in the order of the clues."""
        letters = [token.letter for token in clues.tokens[:MOST_REFERENCES]]
        self._look_up(letters)
        found = (self._letters[letter] for letter in letters)
        return tuple(letter for letter in found if letter is not None)

    def _look_up(self, letters: Sequence[int]) -> None:
        """Fetch the letters of these rows, each asked of the database once a transaction."""
        unknown = [letter for letter in letters if letter not in self._letters]
        if unknown:
            self._letters.update(dict.fromkeys(unknown))
            self._letters.update(minted.by_number(self._connection, unknown))

    def _by_thread(self, message_ids: Sequence[str]) -> tuple[Minted, ...]:
        """The letters that have any of these Message-IDs, in their order."""
        threads = list(message_ids[:MOST_REFERENCES])
        if not threads:
            return ()
        found = minted.by_message_id(self._connection, threads)
        return tuple(found[thread] for thread in threads if thread in found)

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
        known = self._acquaintances([address])
        if known:
            return known[0]
        colleague = self.directory().colleague(address)
        return Person(name, (address,), colleague.key, registered=False) if colleague else None

    def _today(self, met: Person) -> Person:
        colleague = self.directory().colleague(met.address)
        return replace(met, organisation=colleague.key if colleague else None)

    def _told(self, known: Stored) -> tuple[str, ...]:
        return tuple(self._connection.execute(_TOLD, {"ticket": known.id}).scalars())

    def _guests(self, *found: Ticket) -> tuple[Person, ...]:
        directory = self.directory()
        parties = dict.fromkeys(a for ticket in found for a in (ticket.requester, *ticket.watchers))
        return self._acquaintances([address for address in parties if directory.person(address) is None])

    def _acquaintances(self, addresses: Sequence[str]) -> tuple[Person, ...]:
        """The persons met by mail who own any of the addresses, each asked of the database once a transaction."""
        wanted = [canonical(address) for address in addresses]
        unknown = [address for address in wanted if address not in self._met]
        if unknown:
            self._met.update(dict.fromkeys(unknown))
            for met in people.met(self._connection, unknown):
                self._met.update({canonical(address): self._today(met) for address in met.addresses})
        found = (self._met[address] for address in wanted)
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def _absent(self, absence: Absence) -> None:
        """Somebody is away; the directory of this transaction knows it at once, all others after the commit."""
        people.absent(self._connection, absence)
        self._directory = people.snapshot(self._connection)

    def _choose(self, chosen: Chosen) -> None:
        """Somebody chose which letters it wants; known to this transaction at once, as an absence is."""
        people.choose(self._connection, chosen)
        self._directory = people.snapshot(self._connection)

    def _remember(self, newcomer: Person) -> None:
        """Keep a person met by mail, and ask the database again when somebody looks for it."""
        people.remember(self._connection, newcomer)
        for address in newcomer.addresses:
            self._met.pop(canonical(address), None)


def _written_at(mail: ParsedMail, known: Stored | None, now: datetime) -> datetime:
    """When an old mail happened: its Date, yet not before what its ticket holds, not after `now`.

    A Date from before RFC 822 is that of a clock which nobody had set.
    """
    if mail.date is None or mail.date < _RFC_822:
        return now
    return min(now, max(mail.date, known.ticket.updated_at) if known else mail.date)


def _decided_by(mail: ParsedMail, subject: str, carried: tuple[str, ...]) -> Mail:
    """What the decision may know of a message."""
    return Mail(
        message_id=mail.message_id,
        subject=subject,
        kind=mail.kind,
        from_=mail.from_,
        to=mail.to,
        cc=mail.cc,
        auto_submitted=mail.auto_submitted,
        carried=carried,
        until=mail.until,
    )
