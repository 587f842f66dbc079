"""The composition root: everything is put together here, from top to bottom, and nowhere else."""

import hashlib
import os
import random
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway import config as configuration
from gateway import relays, secret
from gateway.aftermath import Aftermath
from gateway.alarms import Alarms
from gateway.bell import Bell
from gateway.clock import Clock, Tick
from gateway.composer import Composer
from gateway.config import Config
from gateway.digests import Digests
from gateway.dispatch import Dispatcher
from gateway.enclosures import Enclosures
from gateway.exits import FAILED
from gateway.faults import ConfigFaults, Fault
from gateway.instant import now
from gateway.intake import Intake
from gateway.intake import Limits as IntakeLimits
from gateway.lock import Lock
from gateway.maillog import MailLog
from gateway.reader import Containment, Reader
from gateway.records import Records, SystemResolver
from gateway.smtp.bounds import Kind, Listener, Manners
from gateway.smtp.certificate import Expiry
from gateway.smtp.doors import Doors
from gateway.smtp.logins import Logins, LoginsBroken
from gateway.smtp.room import Room
from gateway.store import directory as directory_store
from gateway.store.errors import SyncFailed
from gateway.store.orphans import Orphan, OrphansLeft
from gateway.store.store import Store
from gateway.walk import Rules, Walker
from outbound.render import Renderer
from outbound.signing import Signatory
from parsers.address import Keys
from routing import workflow

if TYPE_CHECKING:
    from gateway.imap.mailbox import MailboxThread

WALKERS = 2
REAP_SECONDS = 30
TIMER_SECONDS = 60
SEND = "send"
ROLES = frozenset({"smtp", "imap", "work", SEND, "clock"})


@dataclass(frozen=True, slots=True)
class Office:
    """What every command works with: configuration, keys, rules, store and mail log."""

    config: Config
    keys: Keys
    store: Store
    maillog: MailLog
    renderer: Renderer
    enclosures: Enclosures
    records: Records | None = None

    def rules(self) -> Rules:
        """The rules as files and database have them now."""
        desk = self.config.desk(self.store.directory(), self.config.load_workflow(self.renderer.languages()))
        return Rules(desk, workflow.verbs(desk.workflow), self.keys, self.config.trust.vouching(), self.records)

    def intake(self, rules: Callable[[], Rules]) -> Intake:
        """The way into the inbox."""
        smtp, hops = self.config.smtp, self.config.limits.hops
        limits = IntakeLimits(smtp.max_size, hops, self.config.limits.own_hops, frozenset(smtp.banned))
        return Intake(self.store, self.keys, lambda: rules().desk.inlets, limits, self.maillog)

    def containment(self) -> Containment:
        """What a parser child may use."""
        return _containment(self.config)

    def walker(self, rules: Callable[[], Rules]) -> Walker:
        """A worker of the inbox with a child of its own."""
        reader = Reader(self.containment())
        return Walker(self.store, reader, rules, self.maillog, now, strikes=self.config.limits.strikes)

    def composer(self) -> Composer:
        """The writer of letters, with the templates as they are now."""
        name = self.config.gateway.name
        signatory = Signatory(tuple(table.key for table in self.config.dkim))
        hostname = self.config.smtp.hostname
        letters = self.config.letters
        renderer, policy = letters.renderer(name), letters.policy()
        faulty, desk = self.maillog.template_fault, self.rules().desk
        return Composer(renderer, self.keys, hostname, name, faulty, desk, self.enclosures.of, policy, signatory)

    def apply_directory(self, path: Path | None = None) -> list[str]:
        """Make the stored directory equal to the file; returns what changed, a line each. Raises ConfigFaults."""
        path = path or self.config.gateway.directory
        if path is None:
            return []
        rules = self.config.load_workflow(self.renderer.languages())
        found = self.config.load_directory(path, rules, self.store.directory())
        closed = [state.key for state in rules.states.values() if state.kind is workflow.StateKind.CLOSED]
        try:
            return directory_store.apply(self.store, found, closed)
        except OrphansLeft as left:
            raise ConfigFaults(_left_behind(path, one) for one in left.orphans) from None

    def close(self) -> None:
        """Let go of database and log."""
        self.enclosures.close()
        if self.records:
            self.records.close()
        self.store.close()
        self.maillog.close()


def _left_behind(path: Path, one: Orphan) -> Fault:
    mend = "give these tickets to others or close them first"
    return Fault(str(path), None, f"{one.noun} {one.name}", f"cannot be taken out while it has {one.said}", mend)


def office(path: Path, *, daemon: bool = False) -> Office:
    """Open everything that a configuration names. Raises `ConfigFaults` before anything is touched.

    A daemon works under a name that it bears again after a restart: what died in its hands is found at once. Any other
    process has none; what dies there waits for the end of its lease.
    """
    config = configuration.load(path)
    keys = secret.obtain(config.gateway.secret)
    worker = _worker_name(config.data_dir) if daemon else secrets.token_hex(6)
    renderer = config.letters.renderer(config.gateway.name)
    config.load_workflow(renderer.languages())
    store = Store.open(config.gateway.database, worker)
    store.migrate()
    store.outbox.quoting = config.letters.quote != "none"
    enclosures = Enclosures(store, Reader(_containment(config)))
    records = Records(SystemResolver()) if config.trust.check_dkim else None
    return Office(config, keys, store, MailLog(config.data_dir / "mail.log"), renderer, enclosures, records)


def _containment(config: Config) -> Containment:
    limits = config.limits
    return Containment(limits.parser_cpu, limits.parser_memory, limits.parsing())


def listeners_of(config: Config, roles: frozenset[str] = ROLES) -> list[Listener]:
    """Where a daemon of these roles listens."""
    places = ((Kind.SMTP, config.smtp.listen), (Kind.SMTPS, config.smtp.listen_tls), (Kind.LMTP, config.lmtp.listen))
    return [Listener(kind, place) for kind, place in places if place is not None] if "smtp" in roles else []


class Daemon:
    """`serve`, put together: doors, workers, couriers and clock over one office, or only some of them.

    `listeners` are those of its roles, where they are bound already. `apart` says that it is part of another `serve`:
    then it waits until that of an earlier one has ended. `wrote` is called when there are letters to send,
    where another process sends them.
    """

    def __init__(
        self,
        office: Office,
        roles: frozenset[str] = ROLES,
        listeners: Sequence[Listener] | None = None,
        *,
        apart: bool = False,
        wrote: Callable[[], None] | None = None,
    ) -> None:
        self._office = office
        self._roles = roles
        self._apart = apart
        self._lock = Lock(office.config.data_dir / ("send.lock" if apart else "serve.lock"), waits=apart)
        office.store.database.fatal = self._die
        office.apply_directory()
        self._rules = office.rules()
        self._composer = office.composer()
        self._intake = office.intake(lambda: self._rules)
        self._walkers = [office.walker(lambda: self._rules) for _ in range(WALKERS if "work" in roles else 0)]
        self._dispatcher = self._make_dispatcher(sends=SEND in roles)
        self._manners = _manners(office.config)
        doors = listeners_of(office.config, roles) if listeners is None else listeners
        self._doors = self._make_doors(doors) if doors else None
        self._bell = Bell(office.store, lambda: self._rules, office.maillog, now)
        self._mailboxes = self._fetchers() if "imap" in roles else []
        self._digests = Digests(office.store, lambda: self._rules, office.maillog, now)
        self._alarms = Alarms(office.store, lambda: self._rules, office.config.gateway.alarms, now)
        office.maillog.hears = self._alarms.hear
        # What a process has to alarm about, it knows alone.
        alarms = Tick("alarms", TIMER_SECONDS, self._alarm)
        ticks = self._ticks() if "clock" in roles else ()
        self._clock = Clock((*ticks, alarms, *self._expiries(), *self._polls()))
        self.wake = wrote or self._dispatcher.wake
        self._bell.rang = self._digests.wrote = self._alarms.wrote = self.wake
        self._intake.arrived = self._wake_walkers
        for walker in self._walkers:
            walker.decided = self.wake

    def _make_dispatcher(self, *, sends: bool) -> Dispatcher:
        office, routes = self._office, relays.routes(self._office.config)

        def say(outcome: str, reason: str) -> None:
            office.maillog.noted("relay", outcome, reason)

        return Dispatcher(
            office.store,
            lambda row: self._composer.compose(row),  # noqa: PLW0108 - a reload puts another composer there
            relays.lanes(office.config, now, say) if sends else [],
            lambda row: routes.relays(row.notice.sender, row.address),
            office.maillog,
            now,
            _jitter,
            Aftermath(office.store, lambda: self._rules, office.maillog),
        )

    def _make_doors(self, listeners: Sequence[Listener]) -> Doors:
        config, office = self._office.config, self._office
        room = Room(office.store, config.data_dir, config.limits.free_space, config.limits.backlog)
        return Doors(listeners, self._manners, self._intake, office.maillog, now, room)

    def _fetchers(self) -> "list[MailboxThread]":
        """A thread for each mailbox."""
        from gateway.imap import setup
        from gateway.imap.visit import Desk as ImapDesk

        office = self._office
        config = office.config
        desk = ImapDesk(office.store.cursors, self._intake, office.maillog, now)
        owner, first = _worker_name(config.data_dir), config.addresses[0].address
        return [setup.thread(table, first, config.smtp.max_size, desk, owner, _jitter) for table in config.mailboxes]

    def _ticks(self) -> tuple[Tick, ...]:
        """What the clock does for all processes."""
        return (
            Tick("reap", REAP_SECONDS, self._reap),
            Tick("timers", TIMER_SECONDS, self._ring),
            Tick("digests", TIMER_SECONDS, self._gather),
        )

    def _expiries(self) -> list[Tick]:
        """When to look how long the certificate of our doors is valid."""
        certificate = self._manners.certificate if self._doors else None
        if certificate is None:
            return []
        expiry = Expiry(certificate, partial(self._office.maillog.noted, "tls", "certificate-ends"), now)
        return [Tick("certificate", TIMER_SECONDS, expiry.step)]

    def _polls(self) -> list[Tick]:
        """When to look into each mailbox whose server does not tell of new mail by itself."""
        tables = self._office.config.mailboxes if self._mailboxes else ()
        return [
            Tick(f"poll {table.name}", table.poll, mailbox.tick)
            for table, mailbox in zip(tables, self._mailboxes, strict=True)
        ]

    def start(self) -> str:
        """Open everything; returns the ready line. Raises OSError where a socket cannot be bound."""
        self._recover(now())
        opened = self._doors.start() if self._doors else {}
        doors = "".join(f" {kind}={place}" for kind, place in opened.items())
        self._intake.start()
        for walker in self._walkers:
            walker.start()
        self._dispatcher.start()
        for mailbox in self._mailboxes:
            mailbox.start()
        self._clock.start()
        self._say("started", doors.strip())
        return f"ready{doors}"

    def _recover(self, moment: datetime) -> None:
        """Take back what an earlier process of this name had in hand, before the first worker starts."""
        if self._roles != {SEND}:
            self._office.store.inbox.recover(moment)
        if SEND in self._roles:
            self._office.store.outbox.recover(moment)

    def stop(self) -> None:
        """Finish the work in hand, from left to right."""
        if self._doors:
            self._doors.stop()
        self._clock.stop()
        for mailbox in self._mailboxes:
            mailbox.stop()
        self._intake.stop()
        for walker in self._walkers:
            walker.stop()
        self._alarm()
        self._dispatcher.stop()
        self._say("stopped", "")
        self._lock.release()

    def _say(self, outcome: str, reason: str) -> None:
        """A fact of the whole daemon; of a part its other half says it."""
        if not self._apart:
            self._office.maillog.noted("serve", outcome, reason)

    def _die(self, error: SyncFailed) -> None:
        """The disk has failed us: end as a power cut does, and let the next start see what the disk really holds."""
        self._office.maillog.noted("serve", "died", str(error))
        sys.stderr.write(f"{error}; Postern ends here, and must be started again once the disk is well.\n")
        sys.stderr.flush()
        os._exit(FAILED)

    def reload(self) -> list[str]:
        """Read directory, workflow, templates, secret, certificate and logins again.

        Returns what changed, and what of the configuration counts from the next start only, a sentence each. What is
        broken leaves the old in place and raises ConfigFaults or WorkflowFaults.
        """
        keys = secret.read(self._office.config.gateway.secret)
        _reread(self._manners)
        changed = self._office.apply_directory()
        self._office = replace(self._office, keys=keys)
        self._intake.keys = keys
        self._rules = self._office.rules()
        self._composer = self._office.composer()
        self._say("reloaded", "; ".join(changed) or "nothing changed in the directory")
        waiting = _waiting_for_a_restart(self._office.config)
        for sentence in waiting:
            self._say("restart-needed", sentence)
        return [*changed, *waiting]

    def _wake_walkers(self) -> None:
        for walker in self._walkers:
            walker.wake()

    def _ring(self) -> None:
        self._bell.step()

    def _gather(self) -> None:
        self._digests.step()

    def _alarm(self) -> None:
        self._alarms.step()

    def _reap(self) -> None:
        moment: datetime = now()
        strikes = self._office.config.limits.strikes
        for identifier in self._office.store.inbox.reap(moment, strikes):
            self._office.maillog.noted("walk", "lease-expired", "its worker died", identifier=f"in-{identifier}")
        for identifier in self._office.store.outbox.reap(moment, strikes):
            self._office.maillog.noted("send", "lease-expired", "its courier died", identifier=f"out-{identifier}")


def _jitter() -> float:
    return random.uniform(-1, 1)  # noqa: S311 - it only spreads retries


def _manners(config: Config) -> Manners:
    smtp = config.smtp
    return Manners(
        smtp.hostname,
        config.limits.bounds(smtp.max_size),
        trusts=config.trust.trusts,
        proxies=smtp.is_proxy,
        certificate=config.tls.load(),
        logins=Logins(smtp.logins) if smtp.logins else None,
        require_tls=smtp.require_tls,
        mends_newlines=smtp.bare_newlines == "mend",
    )


def _reread(manners: Manners) -> None:
    for file in (manners.certificate, manners.logins):
        try:
            if file is not None:
                file.reload()
        except (OSError, LoginsBroken) as broken:
            raise ConfigFaults((Fault(str(file), None, "", f"cannot be used: {broken}", "mend it"),)) from None


def _waiting_for_a_restart(inforce: Config) -> list[str]:
    """What the configuration says otherwise by now, relays above all: their couriers have letters in hand."""
    try:
        differing = configuration.differing(inforce, configuration.load(inforce.path))
    except ConfigFaults as broken:
        return [f"{fault}; the configuration in force stays until a restart" for fault in broken.faults]
    if not differing:
        return []
    what = " and ".join(filter(None, (", ".join(differing[:-1]), differing[-1])))
    return [f"{inforce.path}: {what} changed; that counts once `postern serve` is started again"]


def _worker_name(data_dir: Path) -> str:
    """One `serve` a data folder of a machine: that is its name."""
    return hashlib.sha256(f"{socket.gethostname()} {data_dir.resolve()}".encode()).hexdigest()[:12]
