"""The tables `[[mailbox]]` of config.toml: IMAP folders to fetch from, how to log in, what becomes of the mail."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, ValidationInfo, field_validator

from gateway.faults import BadValue
from gateway.fields import (
    Line,
    Mailbox,
    Port,
    Seconds,
    SecretFromEnvironment,
    SecretFromFile,
    existing,
    is_loopback,
    line,
)
from gateway.toml_file import Table

STARTS = ("all", "new")


@dataclass(frozen=True, slots=True)
class After:
    """What becomes of a message in its folder once it is ours; `folder` is set for `move` alone."""

    deed: Literal["keep", "seen", "move", "delete"]
    folder: str = ""


ENDS = {"keep": After("keep"), "seen": After("seen"), "delete": After("delete")}


def _date(value: object) -> dt.date | None:
    """A date, whether it stands in quotes or not; None for what is none."""
    text = value.get("moment") if isinstance(value, dict) else value
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _start(value: object) -> str | dt.date:
    found = _date(value)
    if found is None and (not isinstance(value, str) or value not in STARTS):
        shown = f'"{value}"' if isinstance(value, str) else "this"
        raise BadValue(f"cannot be {shown}", 'write "all", "new" or a date such as "2026-01-31"')
    return found or str(value)


def _expiry(value: object) -> dt.date | None:
    found = _date(value)
    if found is None and value is not None:
        raise BadValue("must be a date", 'write one such as "2027-01-31"')
    return found


def _after(value: object) -> After:
    if isinstance(value, After):
        return value
    if isinstance(value, str) and value in ENDS:
        return ENDS[value]
    folder = value.removeprefix("move:").strip() if isinstance(value, str) and value.startswith("move:") else ""
    if not folder:
        shown = f'"{value}"' if isinstance(value, str) else "this"
        raise BadValue(f"cannot be {shown}", 'write "keep", "seen", "delete" or "move:" with the name of a folder')
    return After("move", line(folder))


def _endpoint(value: str) -> str:
    """An endpoint that gets our secrets: over TLS, or on this machine (RFC 6749 section 3.2)."""
    try:
        parts = urlsplit(line(value))
        safe = parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))
    except ValueError:
        safe = False
    if not safe:
        raise BadValue(f'cannot be "{value}"', 'write a URL that begins with "https://"')
    return value


def _private(value: object, info: ValidationInfo) -> Path | None:
    """A file that others may not read; it is read anew at each need, for its content is renewed."""
    if value is None:
        return None
    path = existing(value, info)
    if path.stat().st_mode & 0o007:
        raise BadValue("names a file that every user of this machine may open", "take that away with chmod o= on it")
    return path


def _one_line(secret: SecretStr | None) -> SecretStr | None:
    """A secret goes into a command of one line: a line end in it would be a command of its own (CVE-2025-15366)."""
    if secret is not None and not all(sign.isprintable() for sign in secret.get_secret_value()):
        raise BadValue("holds a control character", "write the secret on one line, without tabs or line ends")
    return secret


FileSecret = Annotated[SecretFromFile, AfterValidator(_one_line)]
VariableSecret = Annotated[SecretFromEnvironment, AfterValidator(_one_line)]


class OAuth(Table):
    """`[mailbox.oauth]`: tokens instead of a password. `expires` is when its secret or refresh token ends."""

    flow: Literal["refresh_token", "client_credentials"] = "refresh_token"
    token_endpoint: Annotated[str, AfterValidator(_endpoint)] = Field(examples=["https://login.example/token"])
    client_id: Line
    client_secret_file: FileSecret = None
    client_secret_env: VariableSecret = Field(default=None, validate_default=True)
    refresh_token_file: Annotated[Path | None, PlainValidator(_private)] = Field(default=None, validate_default=True)
    scopes: tuple[Line, ...] = ()
    expires: Annotated[dt.date | None, PlainValidator(_expiry)] = None

    @field_validator("client_secret_env")
    @classmethod
    def _a_secret_of_its_own(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "client_secret_file" not in info.data or info.data.get("flow") != "client_credentials":
            return secret
        if secret is None and info.data["client_secret_file"] is None:
            raise BadValue("and client_secret_file are both missing", "add one of them for client_credentials")
        return secret

    @field_validator("refresh_token_file")
    @classmethod
    def _what_the_flow_needs(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if info.data.get("flow") == "refresh_token" and path is None:
            raise BadValue("is missing", 'add it, or write flow = "client_credentials"')
        return path

    @property
    def client_secret(self) -> SecretStr | None:
        """The secret, wherever it came from."""
        return self.client_secret_file or self.client_secret_env


def _usual_port(found: dict[str, object]) -> int:
    return 993 if found.get("tls") == "implicit" else 143


class MailboxTable(Table):
    """`[[mailbox]]`: `poll` and `heartbeat` in seconds. Without a `port` it is 993 for implicit TLS, else 143."""

    host: Annotated[str, AfterValidator(line)] = Field(examples=["imap.example.com"])
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    port: Port = Field(default_factory=_usual_port)
    username: Line = Field(examples=["support@desk.example"])
    password_file: FileSecret = None
    password_env: VariableSecret = None
    oauth: OAuth | None = Field(default=None, validate_default=True)
    folder: Line = "INBOX"
    address: Mailbox | None = None
    start: Annotated[str | dt.date, PlainValidator(_start)] = "new"
    after: Annotated[After, PlainValidator(_after)] = Field(default="keep", validate_default=True)
    poll: Seconds = 60
    idle: bool = True
    trusted: bool = False
    heartbeat: Seconds | None = None

    @field_validator("tls")
    @classmethod
    def _clear_text_stays_here(cls, tls: str, info: ValidationInfo) -> str:
        host: object = info.data.get("host")
        if tls == "none" and isinstance(host, str) and not is_loopback(host):
            raise BadValue('cannot be "none" for another machine', 'write "implicit" or "starttls"')
        return tls

    @field_validator("oauth")
    @classmethod
    def _one_way_to_log_in(cls, oauth: OAuth | None, info: ValidationInfo) -> OAuth | None:
        if "password_file" not in info.data or "password_env" not in info.data:
            return oauth
        ways = [way for way in (info.data["password_file"], info.data["password_env"], oauth) if way is not None]
        if not ways:
            raise BadValue("is missing, and so are password_file and password_env", "add one of them")
        if len(ways) > 1:
            raise BadValue("or another way to log in stands beside a password", "keep one of them")
        return oauth

    @property
    def password(self) -> SecretStr | None:
        """The password, wherever it came from."""
        return self.password_file or self.password_env

    @property
    def name(self) -> str:
        """What the mailbox is called in the log and in the database: it stays when port, TLS or secrets change."""
        return f"{self.username}@{self.host}/{self.folder}"
