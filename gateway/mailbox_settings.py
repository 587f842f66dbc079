"""The tables `[[mailbox]]` of config.toml: IMAP folders to fetch from, how to log in, what becomes of the mail."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, ValidationInfo, field_validator

from gateway.faults import BadValue
from gateway.fields import (
    Line,
    Mailbox,
    Port,
    Seconds,
    is_loopback,
    line,
)
from gateway.oauth_settings import FileSecret, OAuth, VariableSecret, moment
from gateway.toml_file import Table

STARTS = ("all", "new")


@dataclass(frozen=True, slots=True)
class After:
    """What becomes of a message in its folder once it is ours; `folder` is set for `move` alone."""

    deed: Literal["keep", "seen", "move", "delete"]
    folder: str = ""


ENDS = {"keep": After("keep"), "seen": After("seen"), "delete": After("delete")}


def _start(value: object) -> str | dt.date:
    found = moment(value)
    if found is None and (not isinstance(value, str) or value not in STARTS):
        shown = f'"{value}"' if isinstance(value, str) else "this"
        raise BadValue(f"cannot be {shown}", 'write "all", "new" or a date such as "2026-01-31"')
    return found or str(value)


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
