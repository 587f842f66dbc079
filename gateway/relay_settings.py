"""The tables of config.toml that concern the way out: relays, and which letters take which."""

import re
import ssl
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, ValidationInfo, field_validator

from gateway.faults import BadValue
from gateway.fields import Count, FileBeside, Key, Line, Port, beside, domain, is_loopback, mailbox
from gateway.oauth_settings import FileSecret, OAuth, VariableSecret
from gateway.toml_file import Table
from outbound.routes import DEFAULT

CONNECTIONS = 8
LONGEST_SOCKET = 100  # characters of a path
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def _usual_tls(found: dict[str, object]) -> Literal["starttls", "none"]:
    return "none" if found.get("kind") == "lmtp" else "starttls"


def _usual_port(found: dict[str, object]) -> int:
    if found.get("kind") == "lmtp":
        return 24
    return {"starttls": 587, "implicit": 465}.get(str(found.get("tls")), 25)


def _socket(value: object, info: ValidationInfo) -> Path | None:
    if value is None:
        return None
    path = beside(value, info)
    if len(str(path)) > LONGEST_SOCKET:
        raise BadValue(f'cannot be "{value}"', "choose a shorter path: a Unix socket takes about a hundred characters")
    return path


def _authorities(path: Path | None) -> Path | None:
    """A file with certificates of those who issue others."""
    try:
        if path is not None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (ssl.SSLError, OSError):
        raise BadValue("names a file that holds no certificate", "name a PEM file of the authority") from None
    return path


def _fingerprint(value: str) -> str:
    """A SHA-256 as openssl and others write it."""
    found = value.removeprefix("sha256:").replace(":", "").lower()
    if not _FINGERPRINT.fullmatch(found):
        mend = "write the SHA-256 that `openssl x509 -noout -fingerprint -sha256 -in cert.pem` prints: 64 hex digits"
        raise BadValue(f'cannot list "{value}"', mend)
    return found


def _whose(value: str) -> str:
    """An address, or a domain with an @ before it, in lower case."""
    if value.startswith("@"):
        return f"@{domain(value[1:])}"
    if "@" not in value:
        raise BadValue(f'cannot list "{value}"', f'write an address, or a domain as "@{value}"')
    return mailbox(value).lower()


Authorities = Annotated[FileBeside, AfterValidator(_authorities)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
Whose = Annotated[str, AfterValidator(_whose)]


class RelayTable(Table):
    """`[relays.NAME]`: where letters go. The passwords are the secrets themselves, already read, masked in `repr`.

    Without a `port` it is the usual one of the kind of TLS: 587 for starttls, 465 for implicit, 25 for none; 24 for
    LMTP, which stays on this machine. `socket` is the path of a Unix socket.
    """

    kind: Literal["smtp", "lmtp", "keep"] = Field(default="smtp", examples=["keep"])
    socket: Annotated[Path | None, PlainValidator(_socket)] = None
    host: str = Field(default="", validate_default=True)
    tls: Literal["starttls", "implicit", "none"] = Field(default_factory=_usual_tls)
    port: Port = Field(default_factory=_usual_port)
    ca_file: Authorities = None
    tls_fingerprints: tuple[Fingerprint, ...] = ()
    username: Line | None = None
    password_file: FileSecret = None
    oauth: OAuth | None = None
    password_env: VariableSecret = Field(default=None, validate_default=True)
    connections: Annotated[int, Field(ge=1, le=100)] = CONNECTIONS
    per_minute: Count | None = None

    @field_validator("socket")
    @classmethod
    def _of_lmtp(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if path is not None and info.data.get("kind") == "smtp":
            raise BadValue("is for LMTP", 'write kind = "lmtp", or name host and port')
        return path

    @field_validator("host")
    @classmethod
    def _host_to_send_to(cls, host: str, info: ValidationInfo) -> str:
        kind, path = info.data.get("kind"), info.data.get("socket")
        if kind == "smtp" and not host:
            raise BadValue("is missing", 'add it, as in host = "smtp.example.com", or write kind = "keep"')
        if kind == "lmtp" and "socket" in info.data:
            if path is not None and host:
                raise BadValue("stands beside socket", "keep one of the two")
            if path is None and not host:
                raise BadValue("and socket are both missing", 'add one of them, as in socket = "/run/lmtp"')
            if host and not is_loopback(host):
                raise BadValue(f'cannot be "{host}"', "LMTP is for this machine: write 127.0.0.1, or name a socket")
        return host

    @field_validator("tls")
    @classmethod
    def _clear_text_stays_here(cls, tls: str, info: ValidationInfo) -> str:
        host: object = info.data.get("host")
        if tls == "none" and isinstance(host, str) and host and not is_loopback(host):
            raise BadValue('cannot be "none" for another machine', 'write "starttls" or "implicit"')
        return tls

    @field_validator("ca_file", "tls_fingerprints")
    @classmethod
    def _pins_of_something(cls, pins: object, info: ValidationInfo) -> object:
        if pins and info.data.get("tls") == "none":
            raise BadValue('says nothing beside tls = "none"', "take it out, or write another tls")
        return pins

    @field_validator("username")
    @classmethod
    def _no_password_in_clear_text(cls, username: str | None, info: ValidationInfo) -> str | None:
        if username and info.data.get("tls") == "none":
            raise BadValue('cannot stand beside tls = "none"', 'write tls = "starttls" or tls = "implicit"')
        return username

    @field_validator("oauth")
    @classmethod
    def _instead_of_a_password(cls, oauth: OAuth | None, info: ValidationInfo) -> OAuth | None:
        if oauth is not None and info.data.get("password_file") is not None:
            raise BadValue("stands beside password_file", "keep one of the two")
        return oauth

    @field_validator("password_env")
    @classmethod
    def _one_way_to_log_in(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if not {"username", "password_file", "oauth"} <= info.data.keys():
            return secret
        others = [name for name in ("password_file", "oauth") if info.data[name] is not None]
        if secret is not None and others:
            raise BadValue(f"stands beside {others[0]}", "keep one of the two")
        if info.data["username"] and secret is None and not others:
            raise BadValue("and password_file are both missing", "add one of them, or take out username")
        if not info.data["username"] and (secret is not None or others):
            named = "oauth" if others == ["oauth"] else "password_file"
            raise BadValue(f"or {named} is set without a username", "add username")
        return secret

    @property
    def password(self) -> SecretStr | None:
        """The secret, wherever it came from."""
        return self.password_file or self.password_env


class Relay(RelayTable):
    """`[relay]`: where letters go that no route is for; `fall_over` names who takes them while it cannot be used."""

    fall_over: tuple[Key, ...] = ()


def _some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise BadValue("cannot be an empty list", f'name at least one relay; "{DEFAULT}" is [relay]')
    return value


class RouteTable(Table):
    """`[[route]]`: letters that fit all that it gives go by `relays`, the first that can be used."""

    senders: tuple[Whose, ...] = ()
    queues: tuple[Key, ...] = ()
    recipients: tuple[Whose, ...] = ()
    relays: Annotated[tuple[Key, ...], AfterValidator(_some)] = Field(examples=[["partner", DEFAULT]])

    @field_validator("relays")
    @classmethod
    def _for_some_letters(cls, relays: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        conditions = ("senders", "queues", "recipients")
        if info.data.keys() >= set(conditions) and not any(info.data[name] for name in conditions):
            raise BadValue("would take every letter", "add senders, queues or recipients; the rest goes to [relay]")
        return relays


class DomainLimits(Table):
    """The keys of `[limits]` that bound what goes out to one domain, by each relay."""

    domain_connections: Count = 6
    domain_per_minute: Count | None = None
