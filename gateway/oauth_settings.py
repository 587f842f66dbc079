"""The tables `[….oauth]` of config.toml: tokens instead of a password, for a mailbox or a relay."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, ValidationInfo, field_validator

from gateway.faults import BadValue
from gateway.fields import Line, SecretFromEnvironment, SecretFromFile, existing, is_loopback, line
from gateway.toml_file import Table


def moment(value: object) -> dt.date | None:
    """A date, whether it stands in quotes or not; None for what is none."""
    text = value.get("moment") if isinstance(value, dict) else value
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _expiry(value: object) -> dt.date | None:
    found = moment(value)
    if found is None and value is not None:
        raise BadValue("must be a date", 'write one such as "2027-01-31"')
    return found


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
    """How tokens are had. `expires` is when its secret or refresh token ends."""

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
