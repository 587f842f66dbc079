"""config.toml as a whole: read strictly, every fault at once; the defaults are filled in."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from gateway import directory_file
from gateway.directory_file import Surroundings
from gateway.door_settings import Lmtp, Smtp, Tls
from gateway.faults import ConfigFaults, Fault, choose
from gateway.mailbox_settings import MailboxTable
from gateway.relay_settings import Relay, RelayTable, RouteTable
from gateway.route_faults import refuse_bad_routes
from gateway.settings import Gateway, LettersTable, LimitsTable, OwnAddress, Trust
from gateway.signing_settings import Dkim
from gateway.toml_file import Table, TomlFile
from routing.directory import Directory, Side
from routing.model import Desk, Inlet
from routing.workflow import Letters, Workflow

PLACES = (Path("config.toml"), Path("/etc/postern/config.toml"))
_PASSWORD_IN_URL = re.compile(r"://[^/@]*:[^/@]+@")
TABLES: Mapping[str, type[Table]] = {
    "gateway": Gateway,
    "smtp": Smtp,
    "lmtp": Lmtp,
    "tls": Tls,
    "address": OwnAddress,
    "relay": Relay,
    "relays": RelayTable,
    "route": RouteTable,
    "trust": Trust,
    "limits": LimitsTable,
    "letters": LettersTable,
    "mailbox": MailboxTable,
    "dkim": Dkim,
}


@dataclass(frozen=True, slots=True)
class Config:
    """A whole configuration without a fault."""

    path: Path
    gateway: Gateway
    smtp: Smtp
    lmtp: Lmtp
    tls: Tls
    addresses: tuple[OwnAddress, ...]
    relay: Relay
    trust: Trust
    limits: LimitsTable
    letters: LettersTable
    mailboxes: tuple[MailboxTable, ...] = ()
    dkim: tuple[Dkim, ...] = ()
    relays: Mapping[str, RelayTable] = field(default_factory=dict)
    routes: tuple[RouteTable, ...] = ()

    @property
    def data_dir(self) -> Path:
        """Where everything lies that Postern writes."""
        return self.gateway.data_dir

    @property
    def database(self) -> str:
        """A URL for SQLAlchemy; never print it, it may hold a password."""
        return self.gateway.database

    @property
    def directory(self) -> Path | None:
        """The file that is the truth of who is who, where there is one."""
        return self.gateway.directory

    def load_workflow(self, letters: Letters) -> Workflow:
        """The desk's rules; `letters` are the templates there are. Raises WorkflowFaults."""
        return self.gateway.load_workflow(letters)

    def load_directory(self, path: Path, workflow: Workflow, stored: Directory) -> Directory:
        """A directory that fits this desk; a CSV file has only its people, the rest stays as `stored`.

        Raises ConfigFaults.
        """
        addresses = tuple(own.address for own in self.addresses)
        queues = frozenset(own.queue for own in self.addresses)
        around = Surroundings(frozenset(workflow.roles), workflow.people.never, addresses, queues)
        if path.suffix.lower() == ".csv":
            return directory_file.load_people(path, around, stored)
        return directory_file.load(path, around)

    def desk(self, directory: Directory, workflow: Workflow) -> Desk:
        """All that decisions need to know between two reloads."""
        return Desk(
            name=self.gateway.name,
            workflow=workflow,
            directory=directory,
            inlets=tuple(
                Inlet(own.address, own.queue, own.unknown_senders or self.gateway.unknown_senders, own.cc)
                for own in self.addresses
            ),
            prefixes={Side(side): prefix for side, prefix in self.gateway.keys},
            hostname=self.smtp.hostname,
            strong_operator=self.trust.proves,
            caps=self.limits.caps(),
            timezone=self.letters.timezone,
        )


_CALLED = {
    "addresses": "[[address]]",
    "mailboxes": "[[mailbox]]",
    "dkim": "[[dkim]]",
    "relays": "[relays.NAME]",
    "routes": "[[route]]",
}


def differing(old: Config, new: Config) -> tuple[str, ...]:
    """The tables in which two configurations differ, as they stand in the file; passwords that a table names count."""
    names = (one.name for one in fields(Config) if getattr(old, one.name) != getattr(new, one.name))
    return tuple(_CALLED.get(name, f"[{name}]") for name in names)


@dataclass(frozen=True, slots=True)
class Draft:
    """A configuration with its faults, and what remains without them, for whoever looks at the files that it names."""

    config: Config | None
    gateway: Gateway | None
    letters: LettersTable | None
    addresses: tuple[str, ...]
    queues: tuple[str, ...]
    faults: tuple[Fault, ...]


def draft(path: Path) -> Draft:
    """The configuration in a file as far as it can be understood; `config` is None where it has a fault."""
    try:
        file = TomlFile(path, TABLES)
    except ConfigFaults as unreadable:
        return Draft(None, None, None, (), (), unreadable.faults)
    gateway = file.table("gateway", Gateway)
    smtp = file.table("smtp", Smtp)
    lmtp = file.table("lmtp", Lmtp)
    tls = file.table("tls", Tls)
    addresses = tuple(file.tables("address", OwnAddress, required=True).values())
    relay = file.table("relay", Relay, required=True)
    trust = file.table("trust", Trust)
    limits = file.table("limits", LimitsTable)
    letters = file.table("letters", LettersTable)
    mailboxes = tuple(file.tables("mailbox", MailboxTable).values())
    keys = tuple(file.tables("dkim", Dkim).values())
    relays = file.named("relays", RelayTable)
    routes = tuple(file.tables("route", RouteTable).values())
    _refuse_contradictions(file, addresses, gateway)
    config = None
    if smtp and tls:
        _refuse_lack_of_tls(file, smtp, tls)
    if gateway and smtp and lmtp and tls and relay and trust and limits and letters and not file.faults:
        named = smtp.model_copy(update={"hostname": smtp.hostname or addresses[0].address.rpartition("@")[2]})
        found = (addresses, relay, trust, limits, letters, mailboxes, keys, relays, routes)
        config = Config(path, gateway, named, lmtp, tls, *found)
    queues = tuple(dict.fromkeys(own.queue for own in addresses))
    return Draft(
        config, gateway, letters, tuple(own.address for own in addresses), queues, ConfigFaults(file.faults).faults
    )


def load(path: Path) -> Config:
    """The configuration in a file. Raises ConfigFaults with every fault of the file."""
    found = draft(path)
    if found.config is None:
        raise ConfigFaults(found.faults)
    return found.config


def find(argument: str | None) -> Path:
    """The configuration to use: the argument, $POSTERN_CONFIG, ./config.toml, /etc/postern/config.toml.

    Raises ConfigFaults where there is none.
    """
    named = argument or os.environ.get("POSTERN_CONFIG")
    places = (Path(named),) if named else PLACES
    for place in places:
        if _is_there(place):
            return place
    mend = "write one with `postern init`, or name yours with -c or $POSTERN_CONFIG"
    missing = " and ".join(str(place) for place in places)
    raise ConfigFaults((Fault(missing, None, "", "there is no such configuration", mend),))


def _refuse_contradictions(file: TomlFile, addresses: tuple[OwnAddress, ...], gateway: Gateway | None) -> None:
    """What no table shows by itself."""
    file.refuse_twins("address", "address")
    _refuse_strange_domains(file, addresses)
    _refuse_alarms_to_ourselves(file, gateway, addresses)
    _refuse_strange_addresses(file)
    _refuse_twin_mailboxes(file)
    _refuse_open_passwords(file, gateway)
    refuse_bad_routes(file)


def _refuse_open_passwords(file: TomlFile, gateway: Gateway | None) -> None:
    """A password that every user of the machine may read is none."""
    if gateway and _PASSWORD_IN_URL.search(gateway.database) and file.path.stat().st_mode & 0o007:
        file.fault(
            ("gateway", "database"),
            "holds a password in a file that every user of this machine may open",
            f"take that away with chmod o= {file.path}, or move the password to ~/.pgpass",
        )


def _refuse_strange_addresses(file: TomlFile) -> None:
    """The mail of a mailbox can count for an address of ours only."""
    ours = {text.casefold(): text for _, text in file.written("address", "address")}
    for number, text in file.written("mailbox", "address"):
        if text.casefold() not in ours:
            file.fault(
                ("mailbox", number, "address"), f'names "{text}", which is no [[address]]', choose(text, ours.values())
            )


def _refuse_alarms_to_ourselves(file: TomlFile, gateway: Gateway | None, addresses: tuple[OwnAddress, ...]) -> None:
    """A letter to an address of ours would come back as a ticket."""
    ours = {own.address.casefold() for own in addresses}
    for number, text in enumerate(gateway.alarms if gateway else ()):
        local, _, domain = text.casefold().rpartition("@")
        if f"{local.partition('+')[0]}@{domain}" in ours:
            mend = "name the mailbox of whoever looks after Postern"
            file.fault(("gateway", "alarms", number), f'lists "{text}", which is an [[address]] of ours', mend)


def _refuse_strange_domains(file: TomlFile, addresses: tuple[OwnAddress, ...]) -> None:
    """Letters come from our own addresses only: a key of another domain would never sign."""
    ours = sorted({own.address.rpartition("@")[2].lower() for own in addresses})
    for number, text in file.written("dkim", "domain"):
        if ours and text.lower() not in ours:
            file.fault(
                ("dkim", number, "domain"), f'names "{text}", of which there is no [[address]]', choose(text, ours)
            )


def _refuse_twin_mailboxes(file: TomlFile) -> None:
    """Two fetchers of one folder would only stand in each other's way."""
    keys = ("username", "host", "folder")
    found = [dict(file.written("mailbox", key)) for key in keys]
    seen: set[tuple[str, ...]] = set()
    for number in sorted(found[0].keys() & found[1].keys()):
        name = tuple(texts.get(number, "INBOX") for texts in found)
        if name in seen:
            file.fault(("mailbox", number), "is the same folder as one above", "keep it in one place")
        seen.add(name)


def _refuse_lack_of_tls(file: TomlFile, smtp: Smtp, tls: Tls) -> None:
    """What needs a certificate, where there is none."""
    wants = {"listen_tls": smtp.listen_tls, "require_tls": smtp.require_tls, "logins": smtp.logins}
    for key, wanted in wants.items():
        if wanted and tls.certificate is None and "tls" not in {fault.key.partition(".")[0] for fault in file.faults}:
            file.fault(("smtp", key), "needs a certificate", "name one in [tls] with its key")


def _is_there(place: Path) -> bool:
    """A file that we may not look at counts: reading it will say so."""
    try:
        return place.exists()
    except OSError:
        return True
