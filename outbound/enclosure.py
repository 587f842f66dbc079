"""Which files of a mail go with the letters that tell of it, and which are only named, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from outbound.letter import File
from outbound.picture import is_shown, width

MOST_FILES = 100
"""Files of one letter: nobody opens more."""

# What runs or leads elsewhere when it is opened, on some system; disk images, which hide that from scanners; and pages,
# which ask for passwords. Most mail systems refuse letters with files of these endings, or throw them away.
_ENDINGS = (
    "ade adp apk app appinstaller application appref-ms appx appxbundle asp aspx bas bash bat cab chm cmd com "
    "command cpl csh deb desktop diagcab dll dmg elf exe fxp gadget grp hlp hta htm html img inf ins iso isp its "
    "jar jnlp js jse ksh lib library-ms lnk mad maf mag mam maq mar mas mat mau mav maw mcf mda mdb mde mdt mdw "
    "mdz mht mhtml mjs msc msh msh1 msh2 mshxml msi msix msixbundle msp mst msu nsh ops osd pcd php pif pkg pl "
    "plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 pst py pyc pyo pyw pyz rdp reg rpm run scf scr "
    "sct search-ms settingcontent-ms sh shb shs shtml svg svgz swf sys theme tmp udf url vb vbe vbp vbs vhd vhdx "
    "vsmacros vsw vxd webpnp website wim ws wsb wsc wsf wsh xbap xht xhtml xll xnk"
).split()
_TYPES = (
    "application/hta application/java-archive application/javascript application/vnd.android.package-archive "
    "application/vnd.microsoft.portable-executable application/x-apple-diskimage application/x-bat application/x-csh "
    "application/x-dosexec application/x-elf application/x-executable application/x-httpd-php "
    "application/x-iso9660-image application/x-java-archive application/x-javascript application/x-mach-binary "
    "application/x-ms-installer application/x-ms-shortcut application/x-msdos-program application/x-msdownload "
    "application/x-msi application/x-perl application/x-python-code application/x-sh application/x-shellscript "
    "application/x-shockwave-flash application/xhtml+xml image/svg+xml text/html text/javascript text/vbscript "
    "text/x-python text/x-sh text/x-shellscript"
).split()
NEVER = (*_ENDINGS, *_TYPES)

# Programs by their first octets, whatever they call themselves: Windows, Linux, macOS.
_PROGRAMS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce")
_WINDOWS = b"MZ"
_HEAD = 128  # octets of a Windows program before its own header: a text that begins so has no zeros there


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether files go along, how many bytes of them in one letter, and which never do: endings and media types."""

    attach: bool = True
    room: int = 10 * 1024**2
    never: frozenset[str] = frozenset(NEVER)

    def denies(self, file: File) -> bool:
        """Whether a file must not leave, by its name, by its type or by what it is."""
        ending = file.name.rpartition(".")[2].lower()
        return ending in self.never or file.content_type.lower() in self.never or _is_program(file.data)


@dataclass(frozen=True, slots=True)
class Named:
    """A file that is told of; `size` in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands in the words: `cid` is its Content-ID without brackets, `width` in pixels at most."""

    file: File
    cid: str
    width: int


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The files of an event in one letter: `files` and `pictures` go along, the others are only told of.

    `large` have no room, `harmful` never leave, `gone` are no longer stored.
    """

    files: tuple[File, ...] = ()
    pictures: tuple[Picture, ...] = ()
    large: tuple[Named, ...] = ()
    harmful: tuple[Named, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def sent(self) -> tuple[Named, ...]:
        """What goes along as a file."""
        return tuple(map(_named, self.files))


NO_FILES = Enclosure()


@dataclass(slots=True)
class _Sorter:
    """Takes file after file; what came first has the room."""

    policy: Policy
    message_id: str
    room: int
    files: list[File] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    large: list[Named] = field(default_factory=list)
    harmful: list[Named] = field(default_factory=list)

    def take(self, file: File) -> None:
        if self.policy.denies(file):
            self.harmful.append(_named(file))
        elif len(file.data) > self.room or len(self.files) + len(self.pictures) == MOST_FILES:
            self.large.append(_named(file))
        else:
            self.room -= len(file.data)
            if file.inline and is_shown(file.data):
                self.pictures.append(Picture(file, self._cid(), width(file.data)))
            else:
                self.files.append(file)

    def _cid(self) -> str:
        """Of no other letter, and the same on every try (RFC 2392)."""
        local, _, domain = self.message_id.strip("<>").rpartition("@")
        digest = blake2b(local.encode(), digest_size=12).hexdigest()
        return f"{len(self.pictures) + 1}.{digest}@{domain}"


def sorted_out(found: Sequence[File], gone: Iterable[str], policy: Policy, message_id: str) -> Enclosure:
    """Which of the files go with the letter of a Message-ID (in angle brackets); `gone` are names without a file."""
    sorter = _Sorter(policy, message_id, policy.room)
    for file in found:
        sorter.take(file)
    return Enclosure(
        tuple(sorter.files), tuple(sorter.pictures), tuple(sorter.large), tuple(sorter.harmful), tuple(gone)
    )


def _named(file: File) -> Named:
    return Named(file.name, len(file.data))


def _is_program(data: bytes) -> bool:
    return data.startswith(_PROGRAMS) or (data.startswith(_WINDOWS) and b"\0" in data[:_HEAD])
