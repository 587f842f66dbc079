"""The file of keys that sign reply addresses: a key id and 32 bytes in hex on each line, the last line in use."""

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path

from gateway.faults import ConfigFaults, Fault
from parsers.address import Keys

KEY_BYTES = 32
_LINE = re.compile(r"([0-9]{1,3})\s+([0-9a-fA-F]{64})")


def read(path: Path) -> Keys:
    """The keys in a file. Raises ConfigFaults where others may open it, or where a line is no key; never shows one."""
    try:
        others = stat.S_IMODE(path.stat().st_mode) & 0o077
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _fault(path, None, f"the secret cannot be read: {reason}", "mend its path or its permissions") from None
    if others:
        raise _fault(path, None, "the secret may be opened by other users of this machine", f"chmod 600 {path}")
    found: dict[int, bytes] = {}
    for number, line in enumerate(lines, start=1):
        key = _LINE.fullmatch(line.strip())
        if key is None or int(key[1]) > 255 or int(key[1]) in found:
            mend = "write a number from 0 to 255 that stands on no other line, a space, and 64 hexadecimal digits"
            raise _fault(path, number, "this line is no key", mend)
        found[int(key[1])] = bytes.fromhex(key[2])
    if not found:
        raise _fault(path, None, "the secret is empty", "take the file away, and the next start makes a new one")
    return Keys(next(reversed(found)), found)


def create(path: Path) -> None:
    """Write a new secret that only its owner may open; the file appears whole or not at all.

    Raises FileExistsError where there is one already, and OSError where it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, f"1 {secrets.token_hex(KEY_BYTES)}\n")
    try:
        path.hardlink_to(draft)
    finally:
        draft.unlink()


def rotate(path: Path) -> Keys:
    """Put a new key in use; those before stay valid, for the letters that they signed. Returns all of them.

    The file is changed whole or not at all. Raises ConfigFaults as `read` does and where all 256 ids are taken, OSError
    where the file cannot be written. Of two rotations at once one counts.
    """
    keys = read(path)
    number = next((one for one in range(1, 256) if one not in keys.secrets and one > keys.current), None)
    if number is None:
        mend = "take out the lines of keys whose letters are older than a year"
        raise _fault(path, None, "there is no number left for another key", mend)
    lines = [f"{one} {key.hex()}" for one, key in keys.secrets.items()]
    draft = _draft(path, "\n".join([*lines, f"{number} {secrets.token_hex(KEY_BYTES)}"]) + "\n")
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return read(path)


def _draft(path: Path, text: str) -> Path:
    """A file beside `path`, durable, that only its owner may open."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def obtain(path: Path) -> Keys:
    """The keys in a file, which is made where there is none. Two first starts at once get the same keys."""
    if not there(path):
        with contextlib.suppress(FileExistsError):
            create(path)
    return read(path)


def there(path: Path) -> bool:
    """Whether there is a secret; one that we may not look at counts, for reading it will say so."""
    try:
        return path.exists()
    except OSError:
        return True


def _fault(path: Path, line: int | None, problem: str, mend: str) -> ConfigFaults:
    return ConfigFaults((Fault(str(path), line, "", problem, mend),))
