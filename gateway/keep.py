"""The relay of kind `keep`: letters stay in a folder, one file each, and go nowhere."""

import hashlib
import os
import re
from pathlib import Path

from outbound.letter import Deferred, Letter, Outcome, Sent

_FOREIGN = re.compile(r"[^A-Za-z0-9._=+-]+")
_LONGEST = 100  # characters of a file name before its ending


class Keeper:
    """Writes each letter as an `.eml` file named by its Message-ID. For one thread or several."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made where it is missing, for its owner alone."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, letter: Letter) -> Outcome:
        """Keep one letter; the text of `Sent` is its path. A letter that is already kept is left as it is.

        The file appears whole or not at all, also after a loss of power.
        """
        path = self._folder / f"{file_name(letter.message_id)}.eml"
        try:
            if not path.exists():
                self._write(path, letter.data)
        except OSError as fault:
            return Deferred(0, f"The letter could not be kept in {self._folder}: {fault.strerror or fault}.")
        return Sent(250, str(path))

    def probe(self) -> None:
        """Nothing is in the way of the next letter that this one could tell of."""

    def close(self) -> None:
        """Nothing is open between two letters."""

    def _write(self, path: Path, data: bytes) -> None:
        unfinished = path.with_name(f".{path.name}.{os.getpid()}-{id(data):x}")
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def file_name(message_id: str) -> str:
    """The local part of a Message-ID where that is a plain word, else as much of it as is, and a digest."""
    local = message_id.strip("<>").rpartition("@")[0] or message_id
    plain = _FOREIGN.sub("_", local).lstrip(".")[:_LONGEST]
    if plain and plain == local:
        return plain
    return f"{plain or 'letter'}-{hashlib.blake2b(message_id.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
