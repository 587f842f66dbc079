"""The types of the values in our files. Each says what it refuses as a predicate of its key, and the mend."""

import datetime
import ipaddress
import os
import pwd
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, SecretStr, ValidationInfo

from gateway.faults import BadValue
from gateway.units import duration, size
from outbound import addresses
from routing import choices, hours, wishes

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PREFIX = re.compile(r"[A-Z]{2,10}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

FURTHER_NOTICE = "further notice"
"""Until when somebody is away who does not say."""
ROOT = 0
"""The user id of the account that may do anything."""
AnyNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to listen; port 0 lets the system choose."""

    host: str
    port: int


def line(value: str) -> str:
    """A text for people on one line: something to read, and no control characters."""
    if not value.strip() or not value.isprintable():
        raise BadValue("cannot be empty or hold control characters", "write a text of one line")
    return value


def pattern(value: str) -> str:
    """A regular expression that finds something, and never nothing at all."""
    try:
        empty = re.compile(value).search("") is not None
    except re.error as error:
        raise BadValue(f"is no regular expression ({error})", 'write one such as "INC[0-9]{7}"') from None
    if empty:
        raise BadValue("finds even an empty text", 'write one that needs some digits, such as "INC[0-9]{7}"')
    return value


def key(value: str) -> str:
    """A short name that mails and commands may use."""
    if not _KEY.fullmatch(value):
        raise BadValue(f'cannot be "{value}"', "write letters, digits, dots, hyphens and underscores, at most 64")
    return value


def domain(value: str) -> str:
    """A host or mail domain (RFC 1123 section 2.1), in lower case; international ones in their ASCII form."""
    name = value.lower()
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise BadValue(f'cannot be "{value}"', "write a domain such as desk.example, in its ASCII form (xn--…)")
    return name


def prefix(value: str) -> str:
    """What stands before the number in a ticket key, so that subject tags can be told from other brackets."""
    if not _PREFIX.fullmatch(value):
        raise BadValue(f'cannot be "{value}"', "write 2 to 10 capital letters")
    return value


def language(value: str) -> str:
    """A language tag, with its region where that matters (RFC 5646 section 2.1): de, pt-BR."""
    if not _LANGUAGE.fullmatch(value):
        raise BadValue(f'cannot be "{value}"', 'write a language such as "en", "de" or "pt-BR"')
    return value


def mailbox(value: str) -> str:
    """A bare mail address that letters can go to (RFC 5321 section 4.1.2), the domain part in lower case."""
    try:
        local, _, host = addresses.mailbox(value).rpartition("@")
    except ValueError:
        local, host = "", ""
    if not local or len(local) > 64 or local.startswith('"'):
        raise BadValue(f'cannot be "{value}"', "write one bare address such as ann@acme.example")
    return f"{local}@{domain(host)}"


def _some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise BadValue("cannot be an empty list", "write at least one address into it")
    return value


def endpoint(value: object) -> Endpoint:
    """A host and a port as one text."""
    host, _, port = str(value).rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    well_formed = isinstance(value, str) and bare and (":" not in bare or bare != host)
    if not well_formed or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise BadValue(f'cannot be "{value}"', 'write a host and a port, as in "127.0.0.1:2525" or "[::1]:2525"')
    return Endpoint(bare, int(port))


def _network(value: object) -> AnyNetwork:
    if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return value
    if not isinstance(value, str):
        raise BadValue("must list texts", 'write networks such as "192.0.2.0/24"')
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        try:
            meant = str(ipaddress.ip_network(value, strict=False))
        except ValueError:
            meant = "192.0.2.0/24"
        raise BadValue(f'cannot list "{value}"', f'write a network, as in "{meant}"') from None


def _day(value: object) -> datetime.date | None:
    """A day as TOML or a text writes it; `date.max` stands for no end."""
    if value is None:
        return None
    said = str(value.get("moment", "")) if isinstance(value, dict) else str(value)  # a date of TOML comes as a table
    if said == FURTHER_NOTICE:
        return datetime.date.max
    try:
        return datetime.date.fromisoformat(said)
    except ValueError:
        raise BadValue(f'cannot be "{said}"', f'write a day, as in 2026-12-31, or "{FURTHER_NOTICE}"') from None


def network_holds(networks: tuple[AnyNetwork, ...], peer: str) -> bool:
    """Whether one of the networks holds a peer, an IP address; an IPv4 address in IPv6 clothes is that IPv4 address."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def beside(value: object, info: ValidationInfo) -> Path:
    """A path relative to the folder of the file that names it."""
    folder: object = info.context
    assert isinstance(folder, Path)
    if not isinstance(value, str | Path) or not str(value):
        raise BadValue("must be a text in quotes", "write a path")
    return (folder / value).absolute()


def existing(value: object, info: ValidationInfo) -> Path:
    """A file that must be there, its path relative to the folder of the file that names it."""
    path = beside(value, info)
    if not path.is_file():
        raise BadValue(f'names "{value}", where there is no file', "write that file, or mend the path")
    return path


def _folder_or_none(value: object, info: ValidationInfo) -> Path | None:
    """A folder that is there."""
    if value is None:
        return None
    path = beside(value, info)
    if not path.is_dir():
        raise BadValue("is no folder", "make it, or take the line out")
    return path


def _file_or_none(value: object, info: ValidationInfo) -> Path | None:
    return None if value is None else existing(value, info)


def _account(value: str) -> str:
    """The name of an account of this machine that is not root."""
    try:
        uid = pwd.getpwnam(value).pw_uid
    except (KeyError, ValueError):
        mend = "write the name of one, or make it with adduser --system --group"
        raise BadValue(f'cannot be "{value}", which is no account of this machine', mend) from None
    if uid == ROOT:
        raise BadValue(f'cannot be "{value}", who may do anything', "name an account that Postern has for itself alone")
    return value


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _from_file(value: object, info: ValidationInfo) -> SecretStr | None:
    """The secret on the first line of a file that others may not read."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadValue("must be a text in quotes", "write the path of a file that holds the password")
    path = beside(value, info)
    try:
        if path.stat().st_mode & 0o007:
            raise BadValue(
                "names a file that every user of this machine may open", "take that away with chmod o= on it"
            )
        first = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError):
        raise BadValue("names a file that cannot be read", "mend the path or the file's permissions") from None
    return _filled(first, "names a file whose first line is empty", "write the password on its first line")


def _from_environment(value: object) -> SecretStr | None:
    """The secret that an environment variable holds. Its name is not repeated: it may be a misplaced password."""
    if value is None:
        return None
    found = os.environ.get(value, "") if isinstance(value, str) and "\0" not in value else ""
    return _filled(found, "names an environment variable that is not set", "set it where Postern is started")


def _filled(secret: str, problem: str, mend: str) -> SecretStr:
    if not secret:
        raise BadValue(problem, mend)
    return SecretStr(secret)


def _time_zone(value: str) -> str:
    """A name of the IANA time zone database."""
    if not hours.is_zone(value):
        raise BadValue(f'cannot be "{value}"', 'write a time zone such as "Europe/Berlin" or "UTC"')
    return value


def _clock(value: object) -> datetime.time | None:
    """A time of the day as TOML or a text writes it."""
    if value is None:
        return None
    said = str(value.get("moment", "")) if isinstance(value, dict) else str(value)  # a time of TOML comes as a table
    found = hours.clock(said.removesuffix(":00") if said.count(":") == 2 else said)
    if found is None:
        raise BadValue(f'cannot be "{said}"', 'write a time of the day, as in "07:30"')
    return found


def _quiet(value: object) -> tuple[hours.Span, ...]:
    """Spans of quiet hours, one text or a list of texts."""
    said = value if isinstance(value, list) else [value]
    spans = [found for one in said if isinstance(one, str) for found in choices.spans(one)]
    if not said or len(spans) < len(said) or not all(isinstance(one, str) and choices.spans(one) for one in said):
        mend = 'write "22:00-07:00", or with days ["18:00-08:00 mon-fri", "00:00-24:00 sat sun"]'
        raise BadValue("has no such spans of time", mend)
    return tuple(spans)


def _wishes(value: object) -> object:
    """Topics and wishes by the names that people may use for them."""
    if not isinstance(value, dict):
        return value
    return {_meant(key, wishes.topic): _meant(wish, wishes.wish) for key, wish in value.items()}


def _meant(said: object, find: Callable[[str], StrEnum | None]) -> object:
    found = find(said) if isinstance(said, str) else None
    return said if found is None else found.value


Pattern = Annotated[str, AfterValidator(pattern)]
Line = Annotated[str, AfterValidator(line)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Clock = Annotated[datetime.time | None, PlainValidator(_clock)]
Quiet = Annotated[tuple[hours.Span, ...], PlainValidator(_quiet)]
Wishes = Annotated[dict[wishes.Topic, wishes.Wish], BeforeValidator(_wishes)]
Key = Annotated[str, AfterValidator(key)]
Account = Annotated[str, AfterValidator(_account)]
Prefix = Annotated[str, AfterValidator(prefix)]
Domain = Annotated[str, AfterValidator(domain)]
Language = Annotated[str, AfterValidator(language)]
Mailbox = Annotated[str, AfterValidator(mailbox)]
Mailboxes = Annotated[tuple[Mailbox, ...], AfterValidator(_some)]
Day = Annotated[datetime.date | None, PlainValidator(_day)]
Listen = Annotated[Endpoint, PlainValidator(endpoint)]
Network = Annotated[AnyNetwork, PlainValidator(_network)]
Size = Annotated[int, BeforeValidator(size), Field(ge=1)]
Seconds = Annotated[int, BeforeValidator(duration), Field(ge=1)]
Count = Annotated[int, Field(ge=1)]
Port = Annotated[int, Field(ge=1, le=65535)]
PathBeside = Annotated[Path, PlainValidator(beside)]
FolderBeside = Annotated[Path | None, PlainValidator(_folder_or_none)]
FileBeside = Annotated[Path | None, PlainValidator(_file_or_none)]
SecretFromFile = Annotated[SecretStr | None, PlainValidator(_from_file)]
SecretFromEnvironment = Annotated[SecretStr | None, PlainValidator(_from_environment)]
