"""Messages in files: one a file, mbox, Maildir, or whole folders of them. One message at a time is in memory."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

LARGEST = 256 * 1024 * 1024
"""Bytes of a message beyond which it is not taken into memory at all."""

BLOCK = 1024 * 1024
BATCH_BYTES = 8 * 1024 * 1024

# RFC 5322 allows nearly any sign in a field name; mail has letters, digits and hyphens, and JSON has quotes.
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?[A-Za-z][A-Za-z0-9_-]{0,99}[ \t]*:")
# RFC 4155 appendix A: a sender and the time as asctime(3) writes it; the zone stands before or behind the year.
_DATED = re.compile(rb"From .*[0-9]{1,2}:[0-9]{2}.*[0-9]{4}.*")
_UNDATED = re.compile(rb"From (?:-|\S+@\S+).*")
_LONGEST_FROM_LINE = 1000


@dataclass(frozen=True, slots=True)
class Unread:
    """A message that could not be had, and why."""

    reason: str


Found: TypeAlias = tuple[str, bytes | Unread]
"""A name for a message, and its bytes."""


def looks_like_mail(raw: bytes) -> bool:
    """Whether the bytes begin with a header field; an mbox `From ` line or a byte order mark may stand before it."""
    line = _from_line(raw[:_LONGEST_FROM_LINE], 0)
    return _FIELD.match(raw, len(line) + 1 if _sort(line) else 0) is not None


def messages(path: Path, without: Path | None = None) -> Iterator[Found]:
    """Each message below a path with a name for it; folders are walked in the order of their names.

    What cannot be read or is too large is named all the same. The folder `without` is left out.
    """
    for file in files(path, without):
        yield from _file(file)


def files(path: Path, without: Path | None = None) -> Iterator[Path]:
    """The files that hold messages. A folder that is a link is walked only where the path itself is one."""
    if not path.is_dir():
        yield path
        return
    try:
        below = sorted(path.iterdir())
    except OSError:
        # It is named as a file that cannot be read.
        yield path
        return
    maildir = {"cur", "new"} <= {each.name for each in below}
    for each in below:
        if each.is_dir():
            skipped = (
                (maildir and each.name == "tmp")
                or each.is_symlink()
                or (without is not None and each.samefile(without))
            )
            yield from () if skipped else files(each, without)
        elif each.is_file() and not maildir:
            # In a Maildir itself lie only the indices of its servers; its mails are in `cur` and `new`.
            yield each


def batches(found: Iterable[Found], size: int, most_bytes: int = BATCH_BYTES) -> Iterator[list[Found]]:
    """The messages in lists, in order: at most `size`, and none is added to a list of `most_bytes`."""
    batch: list[Found] = []
    weight = 0
    for each in found:
        batch.append(each)
        weight += len(each[1]) if isinstance(each[1], bytes) else 0
        if len(batch) >= size or weight >= most_bytes:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _file(path: Path) -> Iterator[Found]:
    """The messages of one file: those of an mbox, or the one that it is."""
    try:
        with path.open("rb") as stream:
            begin = stream.read(_LONGEST_FROM_LINE)
            sort = _sort(_from_line(begin, 0))
            if sort is not None:
                for number, message in enumerate(_mbox(stream.read, begin, sort), start=1):
                    yield f"{path}:{number}", message
                return
            raw = begin + stream.read(LARGEST)
    except OSError as error:
        yield str(path), Unread(error.strerror or type(error).__name__)
        return
    yield str(path), raw if len(raw) <= LARGEST else _too_large()


def _too_large() -> Unread:
    return Unread(f"larger than {LARGEST // 1024**2} MB")


def _from_line(buffer: bytes | bytearray, start: int) -> bytes:
    """The `From ` line of an mbox that begins at a place, without its line feed; empty where none is whole there."""
    if not buffer.startswith(b"From ", start):
        return b""
    return bytes(buffer[start : max(0, buffer.find(b"\n", start, start + _LONGEST_FROM_LINE))])


def _sort(line: bytes) -> re.Pattern[bytes] | None:
    """How a `From ` line tells that it is one; where the first of a file has its date, all have."""
    return next((sort for sort in (_DATED, _UNDATED) if sort.match(line)), None)


def _mbox(read: Callable[[int], bytes], begin: bytes, sort: re.Pattern[bytes]) -> Iterator[bytes | Unread]:
    """The messages of an mbox: each begins with a `From ` line at the start or after a blank line (RFC 4155)."""
    buffer, searched, lost = bytearray(), 0, False
    for block in chain([begin], iter(lambda: read(BLOCK), b"")):
        buffer += block
        start = 0
        for end, after in _separators(buffer, searched, sort):
            yield _too_large() if lost else _message(bytes(buffer[start:end]))
            start, lost = after, False
        del buffer[:start]
        # A separator and the line after it may go on in the next block.
        searched = max(0, len(buffer) - _LONGEST_FROM_LINE - 2)
        if len(buffer) > LARGEST:
            del buffer[: searched - 1]
            searched, lost = 1, True
    yield _too_large() if lost else _message(bytes(buffer))


def _separators(buffer: bytearray, start: int, sort: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """Begin and end of the blank lines of a buffer that a `From ` line follows."""
    place = buffer.find(b"\nFrom ", start)
    while place >= 0:
        begin = place - 1 if buffer.endswith(b"\r", 0, place) else place
        if buffer.endswith(b"\n", 0, begin) and sort.match(_from_line(buffer, place + 1)):
            yield begin, place + 1
        place = buffer.find(b"\nFrom ", place + 1)


def _message(part: bytes) -> bytes:
    """Without its `From ` line, and with one mark less before each that stands in it (mboxrd)."""
    text = part[part.index(b"\n") + 1 :]
    return re.sub(rb"(?m)^>(>*From )", rb"\1", text) if b">From " in text else text
