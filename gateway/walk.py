"""The inbox loop: claim, read, intend, decide, commit. `walk` tells it for one mail, `Walker` does it for batches."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gateway import failpoint
from gateway.maillog import MailLog
from gateway.reader import Crashed, Reader, Request
from gateway.records import Records
from gateway.store.errors import LeaseLost, StoreUnavailable
from gateway.store.queue import Queue
from gateway.store.situations import Situations
from gateway.store.store import InboxRow, Store
from parsers import address, clues, intent, signatures
from parsers.address import Keys
from parsers.authentication import Vouching
from parsers.clues import Clues
from parsers.intent import Ignore, Intent, Verbs
from parsers.mail import Door, Envelope, ParsedMail
from parsers.tags import bare_subject
from routing.decide import decide
from routing.model import Decision, Desk, Situation

LEASE = timedelta(minutes=10)
BATCH = 16
IDLE_SECONDS = 1.0
RETRIES_AT_ONCE = 3
RETRY_AFTER = timedelta(seconds=30)
DAMAGED = "its stored original is damaged: the SHA-256 differs; look at the disk and at backups"
RETURNED = Ignore("it is a letter of ours that came back")


@dataclass(frozen=True, slots=True)
class Rules:
    """What decisions follow between two reloads. `vouching` says whose word counts for mail from a trusted peer.

    With `records` signatures are checked here, too, whoever brings the mail.
    """

    desk: Desk
    verbs: Verbs
    keys: Keys
    vouching: Vouching = Vouching()
    records: Records | None = None

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The ticket key prefixes of all sides."""
        return tuple(dict.fromkeys(self.desk.prefixes.values()))

    def vouchings(self, arrivals: Sequence[tuple[Envelope, bytes]]) -> list[Vouching]:
        """Whose word counts for each of these mails. Looks up what their signatures name; old mail proves nothing."""
        chains = bool(self.vouching.sealers)
        wanted = [
            signatures.wanted(raw, chains=chains) if self.records and envelope.door is not Door.IMPORT else ()
            for envelope, raw in arrivals
        ]
        names = dict.fromkeys(name for each in wanted for name in each)
        known = self.records.of(names) if self.records and names else {}
        return [
            replace(
                self.vouching,
                authserv_ids=self.vouching.authserv_ids if _is_trusted(envelope) else (),
                records={name: known[name] for name in each if name in known},
            )
            for (envelope, _), each in zip(arrivals, wanted, strict=True)
        ]


def as_delivered(envelope: Envelope, raw: bytes, keys: Keys) -> bytes:
    """A mail as its last stop would note it: with the null reverse-path above it (RFC 5321 section 4.4).

    Only for what comes to the return path of a letter: there that is the surest sign of a report.
    """
    signed = address.split(envelope.recipient)[1]
    token = address.verify(keys, signed, date.min) if signed and envelope.sender in ("", "<>") else None
    return b"Return-Path: <>\r\n" + raw if token is not None and token.returns else raw


def _is_trusted(envelope: Envelope) -> bool:
    return envelope.trusted and envelope.door is not Door.IMPORT


@dataclass(frozen=True, slots=True)
class Understood:
    """One mail with all that it says by itself, before anything is looked up."""

    row: InboxRow
    mail: ParsedMail
    clues: Clues
    subject: str
    intent: Intent


@dataclass(frozen=True, slots=True)
class Considered:
    """One mail with all that its decision was made of."""

    understood: Understood
    situation: Situation
    decision: Decision


def understand(row: InboxRow, mail: ParsedMail, rules: Rules, today: date) -> Understood:
    """What one mail says: who it may be from, which ticket it may mean, what it asks for. Needs no database."""
    gathered = clues.gather(mail, row.envelope, rules.keys, rules.prefixes, rules.desk.hostname, today)
    if row.envelope.door is Door.IMPORT:
        # An old mail proves nothing, whatever address or Message-ID it carries.
        gathered = replace(gathered, tokens=(), threads=(), references=gathered.threads + gathered.references)
    subject = bare_subject(mail.subject, rules.prefixes, rules.verbs)
    asked = intent.intend(mail, gathered, rules.verbs)
    return Understood(row, mail, gathered, subject, RETURNED if _is_returned(mail, rules) else asked)


def _is_returned(mail: ParsedMail, rules: Rules) -> bool:
    """Whether a mail is a letter of ours that some alias or forwarder sent back."""
    own = mail.message_id is not None and address.is_ours(rules.keys, mail.message_id, rules.desk.hostname)
    return own and mail.own_loops > 0


def consider(facts: Situations, understood: Understood, rules: Rules, now: datetime) -> Considered:
    """What one mail does, by the facts of the transaction that may keep it, or of a mere look."""
    situation = facts.situation(
        understood.row, understood.mail, understood.clues, understood.subject, rules.desk, now, understood.intent
    )
    return Considered(understood, situation, decide(situation, understood.intent))


class _Waiting:
    """Mails of a batch that stay behind an earlier one of their writer which could not be decided now."""

    def __init__(self, inbox: Queue[InboxRow]) -> None:
        self._inbox = inbox
        self._keys: set[str] = set()
        self._rows: list[InboxRow] = []

    def behind(self, row: InboxRow) -> None:
        """Whatever follows of this writer waits."""
        self._keys.add(row.order_key)

    def joins(self, row: InboxRow) -> bool:
        """Whether a mail has to wait; then it is released with the others."""
        if row.order_key in self._keys:
            self._rows.append(row)
            return True
        return False

    def release(self) -> None:
        """Give the rows back; their claim does not count."""
        self._inbox.release(self._rows)


class Walker:
    """Walks the inbox in one thread until it is stopped; several may run, in one process or in many."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        rules: Callable[[], Rules],
        maillog: MailLog,
        now: Callable[[], datetime],
        *,
        strikes: int = 3,
    ) -> None:
        self._store = store
        self._reader = reader
        self._rules = rules
        self._log = maillog
        self._now = now
        self._strikes = strikes
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._owed: Sequence[InboxRow] = ()
        self.decided: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="walk")
        self._thread.start()

    def wake(self) -> None:
        """Something arrived."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the batch in hand, then end."""
        self._stopping.set()
        self._wake.set()
        if self._thread:
            self._thread.join()
        self._reader.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                busy = self.step()
            except StoreUnavailable as error:
                self._log.noted("walk", "store-unavailable", str(error))
                busy = False
            except Exception as error:  # noqa: BLE001 - mail goes on coming in: a worker must not end silently
                self._log.noted("walk", "fault", f"{type(error).__name__}: {error}")
                busy = False
            if not busy:
                self.rest()

    def rest(self) -> None:
        """Wait a little for something to do."""
        self._wake.wait(IDLE_SECONDS)

    def step(self) -> int:
        """Claim one batch and walk it; returns how many messages were taken in hand.

        What was in hand when the store did not answer is given back once it does.
        """
        self._store.inbox.release(self._owed)
        self._owed = ()
        rows = self._store.inbox.claim(BATCH, LEASE, self._now())
        try:
            return self._take(rows)
        except StoreUnavailable:
            self._owed = rows
            raise

    def _take(self, rows: Sequence[InboxRow]) -> int:
        # A message that was in hand when a worker died is tried alone, so that only the guilty one gathers strikes.
        first = next((place for place, row in enumerate(rows) if row.strikes), len(rows))
        batch, later = (rows[:1], rows[1:]) if rows and first == 0 else (rows[:first], rows[first:])
        if later:
            self._store.inbox.release(later)
        sound = [row for row in batch if not row.damaged]
        if sound:
            self._walk(sound)
        for row in batch:
            if row.damaged:
                self._store.inbox.hold(row.id, row.lease, DAMAGED)
                self._log.struck(row, DAMAGED, held=True)
        return len(batch)

    def _walk(self, rows: Sequence[InboxRow]) -> None:
        rules = self._rules()
        failpoint.reached("walk.before-read")
        vouchings = rules.vouchings([(row.envelope, row.raw) for row in rows])
        raws = [as_delivered(row.envelope, row.raw, rules.keys) for row in rows]
        results = self._reader.read([Request(*each) for each in zip(raws, vouchings, strict=True)])
        failpoint.reached("walk.after-read")
        readable, waiting = [], _Waiting(self._store.inbox)
        for row, result in zip(rows, results, strict=True):
            if waiting.joins(row):
                continue
            if isinstance(result, Crashed):
                self._strike(row, result.reason)
                waiting.behind(row)
            else:
                readable.append((row, result))
        try:
            self._commit(readable, rules)
        except Exception:  # noqa: BLE001 - together they failed: find out which one, and let the others through
            for one in readable:
                if not waiting.joins(one[0]) and not self._alone(one, rules):
                    waiting.behind(one[0])
        waiting.release()

    def _commit(self, mails: "Sequence[tuple[InboxRow, ParsedMail]]", rules: Rules) -> None:
        moment = self._now()
        batch = [understand(row, mail, rules, moment.date()) for row, mail in mails]
        decisions = []
        with self._store.write() as tx:
            tx.foresee([understood.clues for understood in batch], moment)
            for understood in batch:
                decision = consider(tx, understood, rules, moment).decision
                failpoint.reached("decide.decided")
                tx.commit_decision(understood.row, decision, rules.keys, moment)
                decisions.append((understood.row, decision))
        for row, decision in decisions:
            self._log.decided(row, decision)
        self.decided()

    def _alone(self, one: "tuple[InboxRow, ParsedMail]", rules: Rules) -> bool:
        """Decide one mail by itself; False where it has to be tried again later."""
        row, failure = one[0], ""
        for _ in range(RETRIES_AT_ONCE):
            try:
                self._commit([one], rules)
            except LeaseLost:
                self._log.struck(row, "another worker has taken the message over", held=False)
                return False
            except StoreUnavailable as error:
                failure = str(error)
            except Exception as error:  # noqa: BLE001 - our bug must not stop the next mail
                self._strike(row, f"{type(error).__name__}: {error}")
                return False
            else:
                return True
        self._store.inbox.retry(row.id, row.lease, self._now() + RETRY_AFTER, failure)
        self._log.struck(row, failure, held=False)
        return False

    def _strike(self, row: InboxRow, reason: str) -> None:
        """One more failed claim; at the last the message is held for a human, its original kept."""
        held = row.attempts >= self._strikes
        if held:
            self._store.inbox.hold(row.id, row.lease, reason)
        else:
            self._store.inbox.retry(row.id, row.lease, self._now(), reason)
        self._log.struck(row, reason, held=held)
