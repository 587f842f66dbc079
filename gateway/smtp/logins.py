"""Who may log in for submission (RFC 4954): a file of addresses with scrypt hashes of their passwords."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

COST, BLOCK, LANES = 1 << 15, 8, 1
MEMORY = 128 * 1024**2
SALT_BYTES = 16
SCHEME = "scrypt"


@dataclass(frozen=True, slots=True)
class Hash:
    """A password as it is kept: scrypt's parameters, salt and digest."""

    cost: int
    block: int
    lanes: int
    salt: bytes
    digest: bytes

    def fits(self, password: str) -> bool:
        """Whether it is the hash of this password; takes some 50 ms on purpose."""
        return hmac.compare_digest(_scrypt(password, self), self.digest)

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"{SCHEME}:{self.cost}:{self.block}:{self.lanes}:{salt}:{digest}"


def hashed(password: str, salt: bytes | None = None) -> Hash:
    """A password for the file."""
    empty = Hash(COST, BLOCK, LANES, os.urandom(SALT_BYTES) if salt is None else salt, bytes(32))
    return Hash(empty.cost, empty.block, empty.lanes, empty.salt, _scrypt(password, empty))


def _scrypt(password: str, kept: Hash) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=kept.salt,
        n=kept.cost,
        r=kept.block,
        p=kept.lanes,
        maxmem=MEMORY,
        dklen=len(kept.digest),
    )


class LoginsBroken(Exception):  # noqa: N818 - a state of the file
    """The file of logins cannot be used; the text says where and why."""


# No password has this hash, and to find that out takes as long as with any other.
_NOBODY = Hash(COST, BLOCK, LANES, bytes(SALT_BYTES), bytes(32))


@dataclass(slots=True)
class Logins:
    """The logins of a file, one a line: `ann@acme.example scrypt:32768:8:1:<salt>:<hash>`; `#` begins a comment.

    Raises LoginsBroken where the file is not so, or where others may read it.
    """

    path: Path
    _hashes: Mapping[str, Hash] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._hashes = _read(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def reload(self) -> None:
        """Read the file again. Raises as the constructor; then the old ones stay."""
        self._hashes = _read(self.path)

    def verify(self, login: str, password: str) -> str | None:
        """The address that has this login and password, or None. An unknown login takes as long as a known one."""
        address = login.lower()
        found = self._hashes.get(address)
        fits = (found or _NOBODY).fits(password)
        return address if found and fits else None


def _read(path: Path) -> dict[str, Hash]:
    try:
        if path.stat().st_mode & 0o007:
            raise LoginsBroken(f"{path}: every user of this machine may open it; take that away with chmod o= on it.")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LoginsBroken(f"{path}: the logins cannot be read ({error}); mend the path or the file.") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            address, kept = _login(line, f"{path}:{number}")
            found[address] = kept
    return found


def _login(line: str, place: str) -> tuple[str, Hash]:
    mend = "write an address and what `postern password` prints."
    try:
        address, text = line.split()
        scheme, cost, block, lanes, salt, digest = text.split(":")
        kept = Hash(int(cost), int(block), int(lanes), base64.b64decode(salt), base64.b64decode(digest))
        usable = scheme == SCHEME and "@" in address and len(kept.digest) >= 16 and len(kept.salt) >= 8
        memory = 128 * kept.block * (kept.cost + kept.lanes + 2)
        usable = usable and 2 <= kept.cost <= 1 << 20 and kept.lanes >= 1 and 0 < memory <= MEMORY
    except ValueError:
        usable = False
    if not usable:
        raise LoginsBroken(f"{place}: this is no login; {mend}")
    return address.lower(), kept
