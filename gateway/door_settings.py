"""The tables of config.toml that concern the doors, one frozen model each, with their defaults."""

import ssl
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, field_validator

from gateway.faults import BadValue
from gateway.fields import (
    Count,
    Domain,
    Endpoint,
    FileBeside,
    Listen,
    Network,
    Seconds,
    Size,
    beside,
    endpoint,
    is_loopback,
    mailbox,
    network_holds,
)
from gateway.fields import domain as checked_domain
from gateway.smtp.bounds import Bounds
from gateway.smtp.certificate import Certificate
from gateway.smtp.logins import Logins, LoginsBroken
from gateway.toml_file import Table
from gateway.units import duration


def _banned(value: str) -> str:
    return mailbox(value).lower() if "@" in value else checked_domain(value)


Banned = Annotated[str, AfterValidator(_banned)]


class Smtp(Table):
    """`[smtp]`: `max_size` in bytes; an empty `hostname` becomes the domain of the first address.

    `logins` names the file of who may log in. `banned` holds addresses and domains whose mail is refused.
    """

    listen: Listen = Field(default="127.0.0.1:2525", validate_default=True)
    listen_tls: Annotated[Endpoint | None, PlainValidator(lambda value: None if value is None else endpoint(value))] = (
        None
    )
    hostname: Domain = ""
    max_size: Size = 25 * 1024**2
    require_tls: bool = False
    logins: FileBeside = None
    proxies: tuple[Network, ...] = ()
    banned: tuple[Banned, ...] = ()
    bare_newlines: Literal["refuse", "mend"] = "refuse"

    @field_validator("logins")
    @classmethod
    def _readable_logins(cls, path: Path | None) -> Path | None:
        try:
            if path is not None:
                Logins(path)
        except LoginsBroken as broken:
            raise BadValue(
                f"cannot be used: {str(broken).removesuffix('.')}", "see `postern password --help`"
            ) from None
        return path

    def is_proxy(self, peer: str) -> bool:
        """Whether a peer, an IP address, is one of the proxies."""
        return network_holds(self.proxies, peer)


def _place(value: object, info: ValidationInfo) -> Endpoint | Path | None:
    """A host and a port on this machine, or the path of a Unix socket."""
    if value is None:
        return None
    if isinstance(value, str) and ("/" in value or ":" not in value):
        path = beside(value.removeprefix("unix:"), info)
        if len(str(path)) > 100:
            raise BadValue(
                f'cannot be "{value}"', "choose a shorter path: a Unix socket takes about a hundred characters"
            )
        return path
    found = endpoint(value)
    if not is_loopback(found.host):
        raise BadValue(
            f'cannot be "{value}"', 'LMTP is for this machine: write "127.0.0.1:2400" or the path of a socket'
        )
    return found


class Lmtp(Table):
    """`[lmtp]`: where an MTA of this machine delivers with one answer a recipient; nowhere without `listen`."""

    listen: Annotated[Endpoint | Path | None, PlainValidator(_place)] = None


class Tls(Table):
    """`[tls]`: the certificate that SMTP clients get to see; without one there is no TLS."""

    certificate: FileBeside = None
    key: FileBeside = Field(default=None, validate_default=True)

    @field_validator("key")
    @classmethod
    def _fits_the_certificate(cls, key: Path | None, info: ValidationInfo) -> Path | None:
        if "certificate" not in info.data:
            return key
        chain: object = info.data["certificate"]
        if not isinstance(chain, Path) or key is None:
            if chain is not None or key is not None:
                raise BadValue("and certificate belong together", "name both files, or none")
            return None
        if key.stat().st_mode & 0o007:
            raise BadValue(
                "names a file that every user of this machine may open", "take that away with chmod o= on it"
            )
        try:
            Certificate(chain, key)
        except (ssl.SSLError, OSError) as error:
            raise BadValue(
                f"does not go with the certificate ({error.strerror or error})",
                "name PEM files of one pair, the chain first",
            ) from None
        return key

    def load(self) -> Certificate | None:
        """What the files hold now. Raises OSError (which ssl.SSLError is, too)."""
        return Certificate(self.certificate, self.key) if self.certificate and self.key else None


Delay = Annotated[int, BeforeValidator(duration), Field(ge=0)]


class DoorLimits(Table):
    """The keys of `[limits]` that concern the doors. Sizes in bytes, times in seconds."""

    recipients: Count = 100
    connections: Count = 200
    connections_per_peer: Count = 20
    in_flight: Size = 128 * 1024**2
    commands: Count = 1000
    errors: Count = 10
    command_time: Seconds = 60
    message_time: Seconds = 600
    session_time: Seconds = 1800
    min_rate: Size = 500
    line_length: Size = 1024**2
    headers_size: Size = 256 * 1024
    drain: Size = 25 * 1024**2
    messages_per_sender: Count = 200
    messages_per_peer: Count = 1000
    message_window: Seconds = 3600
    greeting_delay: Delay = 0
    backlog: Count = 200_000
    free_space: Size = 50 * 1024**2

    def bounds(self, size: int) -> Bounds:
        """What sessions are held to; `size` is the largest message in bytes."""
        return Bounds(
            size=size,
            recipients=self.recipients,
            connections=self.connections,
            connections_per_peer=self.connections_per_peer,
            in_flight=self.in_flight,
            commands=self.commands,
            errors=self.errors,
            command_time=self.command_time,
            message_time=self.message_time,
            session_time=self.session_time,
            min_rate=self.min_rate,
            line_length=self.line_length,
            headers_size=self.headers_size,
            drain=self.drain,
            messages_per_sender=self.messages_per_sender,
            messages_per_peer=self.messages_per_peer,
            message_window=self.message_window,
            greeting_delay=self.greeting_delay,
        )
