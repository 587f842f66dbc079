"""The tables of config.toml, one frozen model each, with their defaults."""

from importlib.resources import files
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, ValidationInfo, field_validator

from gateway.cap_settings import CapLimits
from gateway.door_settings import DoorLimits
from gateway.faults import BadValue, choose
from gateway.fields import (
    Account,
    Count,
    Domain,
    FileBeside,
    FolderBeside,
    Key,
    Language,
    Line,
    Mailbox,
    Network,
    PathBeside,
    Prefix,
    Seconds,
    Size,
    TimeZone,
    existing,
    network_holds,
)
from gateway.relay_settings import DomainLimits
from gateway.toml_file import Table
from outbound.enclosure import NEVER, Policy
from outbound.render import Renderer
from parsers.authentication import Vouching
from parsers.limits import Limits
from routing import workflow
from routing.model import CcRule, UnknownSenders
from routing.workflow import Letters, Workflow, WorkflowFaults

LOCAL_PART_OCTETS = 64  # RFC 5321 section 4.5.3.1.1
DEFAULT_DESK = "several-parties"
SIGNED_PART_OCTETS = 32  # "+" and 31 base32 characters


class Prefixes(Table):
    """The ticket key prefix by the side of the one who opened the ticket; the numbers run through."""

    customer: Prefix = "CT"
    partner: Prefix = "PT"
    operator: Prefix = "OT"


def shipped_desks() -> tuple[str, ...]:
    """The names of the desks that ship."""
    names = (entry.name for entry in files("workflows").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _desk_file(value: object, info: ValidationInfo) -> Path:
    """The file of a shipped desk by its name, or of a desk of one's own by its path."""
    name = str(value)
    if not isinstance(value, str | Path) or name.endswith(".toml") or "/" in name:
        return existing(value, info)
    if name not in shipped_desks():
        raise BadValue(f'cannot be "{name}"', f"{choose(name, shipped_desks())} (the path of your own ends in .toml)")
    return Path(str(files("workflows") / f"{name}.toml"))


class Gateway(Table):
    """`[gateway]`: `database` is a URL for SQLAlchemy, kept out of `repr` because it may hold a password.

    `user` is the account that `serve` works as once root has bound its doors, `alarms` are the addresses of those who
    are told by letter what the log alone would tell.
    """

    name: Line = "Support"
    data_dir: PathBeside = Field(default=Path("var"), validate_default=True)
    database: str = Field(default="", repr=False, validate_default=True)
    keys: Prefixes = Prefixes()
    workflow: Annotated[Path, PlainValidator(_desk_file)] = Field(default=Path(DEFAULT_DESK), validate_default=True)
    directory: FileBeside = None
    unknown_senders: UnknownSenders = UnknownSenders.ACCEPT
    user: Account | None = None
    alarms: tuple[Mailbox, ...] = ()

    @field_validator("database")
    @classmethod
    def _known_database(cls, url: str, info: ValidationInfo) -> str:
        data_dir: object = info.data.get("data_dir")
        folder: object = info.context
        if not url:
            return f"sqlite:///{data_dir}/postern.db" if data_dir else url
        if url.startswith("sqlite:///") and not url.endswith((":///", ":memory:")):
            assert isinstance(folder, Path)
            return f"sqlite:///{(folder / url.removeprefix('sqlite:///')).absolute()}"
        if not url.startswith(("postgresql://", "postgresql+psycopg://")):
            scheme = url.partition(":")[0]
            raise BadValue(
                f'cannot be of the kind "{scheme}"',
                'write "sqlite:///" with the path of a file, or "postgresql://user@host/name"',
            )
        return url

    @property
    def secret(self) -> Path:
        """Where the keys of the signed reply addresses lie."""
        return self.data_dir / "secret"

    def load_workflow(self, letters: Letters) -> Workflow:
        """The desk's rules; `letters` are the templates there are. Raises WorkflowFaults."""
        try:
            text = self.workflow.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            sentence = (
                f"{self.workflow}: the workflow cannot be read ({error}); mend its permissions, or save it as UTF-8."
            )
            raise WorkflowFaults((sentence,)) from None
        return workflow.load(text, str(self.workflow), letters)


class OwnAddress(Table):
    """`[[address]]`: what we receive."""

    address: Mailbox = Field(examples=["support@desk.example"])
    queue: Key = "inbound"
    unknown_senders: UnknownSenders | None = None
    cc: CcRule = CcRule.KNOWN

    @field_validator("address")
    @classmethod
    def _room_for_the_signed_part(cls, address: str) -> str:
        local = address.rpartition("@")[0]
        room = LOCAL_PART_OCTETS - SIGNED_PART_OCTETS
        if "+" in local:
            raise BadValue(f'cannot be "{address}"', 'take out the "+": replies go to such extended addresses of ours')
        if len(local) > room:
            problem = f"has {len(local)} characters before the @, and reply addresses add {SIGNED_PART_OCTETS}"
            raise BadValue(problem, f"shorten that part to at most {room}, for mail allows {LOCAL_PART_OCTETS} in all")
        return address


class LettersTable(Table):
    """`[letters]`: a folder with templates and catalogues of the site, language and time zone of whoever has none, and
    what stands in letters beside the words that they tell of.
    """

    folder: FolderBeside = None
    language: Language = "en"
    timezone: TimeZone = "UTC"
    attachments: Literal["attach", "name"] = "attach"
    attachment_size: Size = 10 * 1024**2
    never_attach: tuple[Line, ...] = NEVER
    quote: Literal["last", "none"] = "last"

    def renderer(self, gateway_name: str) -> Renderer:
        """The writer of letters, with the files as they are now."""
        return Renderer((self.folder,) if self.folder else (), gateway_name, self.language)

    def policy(self) -> Policy:
        """What of the files of a mail goes with the letters that tell of it."""
        never = frozenset(one.lower().removeprefix("*").removeprefix(".") for one in self.never_attach)
        return Policy(self.attachments == "attach", self.attachment_size, never)


class Trust(Table):
    """`[trust]`: whose headers count, and which signatures are checked here."""

    relays: tuple[Network, ...] = (ip_network("127.0.0.1/32"),)
    authserv_ids: tuple[Line, ...] = ()
    alignment: Literal["strict", "relaxed"] = "strict"
    check_dkim: bool = False
    arc_sealers: tuple[Domain, ...] = ()

    @field_validator("check_dkim")
    @classmethod
    def _libraries_to_check_with(cls, wanted: bool) -> bool:
        if wanted and not all(map(find_spec, ("dkim", "dns"))):
            mend = 'install the extra `dkim`: pip install "postern[dkim]"'
            raise BadValue("needs two libraries that are not installed", mend)
        return wanted

    @field_validator("arc_sealers")
    @classmethod
    def _checked_at_all(cls, sealers: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if sealers and info.data.get("check_dkim") is False:
            raise BadValue("needs check_dkim = true", "write that beside it: seals are signatures, too")
        return tuple(sealer.lower() for sealer in sealers)

    @property
    def proves(self) -> bool:
        """Whether any mail can be proven by its domain."""
        return bool(self.authserv_ids) or self.check_dkim

    def vouching(self) -> Vouching:
        """Whose word counts for mail from a trusted peer."""
        return Vouching(tuple(self.authserv_ids), self.alignment == "relaxed", tuple(self.arc_sealers))

    def trusts(self, peer: str) -> bool:
        """Whether the Authentication-Results of a peer, an IP address, may be read at all."""
        return network_holds(self.relays, peer)


class LimitsTable(DoorLimits, CapLimits, DomainLimits):
    """`[limits]`: what one peer may use, and one mail may cost. Sizes in bytes, `parser_cpu` in seconds."""

    hops: Count = 50
    own_hops: Count = 3
    headers: Count = 1000
    header_size: Size = 64 * 1024
    mime_depth: Count = 50
    mime_parts: Count = 500
    attachments: Count = 200
    html_size: Size = 512 * 1024
    html_depth: Count = 256
    parser_cpu: Seconds = 10
    parser_memory: Size = 512 * 1024**2
    strikes: Count = 3

    def parsing(self) -> Limits:
        """What the parsers read of one mail."""
        return Limits(
            headers=self.headers,
            header_bytes=self.header_size,
            all_header_bytes=self.headers_size,
            depth=self.mime_depth,
            parts=self.mime_parts,
            attachments=self.attachments,
            html_bytes=self.html_size,
            html_depth=self.html_depth,
        )
