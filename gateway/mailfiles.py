"""Messages in files: one a file, mbox, Maildir, or whole folders of them."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

# RFC 5322 allows nearly any sign in a field name; mail has letters, digits and hyphens, and JSON has quotes.
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?[A-Za-z][A-Za-z0-9_-]{0,99}[ \t]*:")
_FROM_LINE = re.compile(rb"From \S+ .*[0-9]{4}\s*\r?\n|From (?:-|\S+@\S+).*\r?\n")


def looks_like_mail(raw: bytes) -> bool:
    """Whether the bytes begin with a header field; an mbox `From ` line or a byte order mark may stand before it."""
    start = _FROM_LINE.match(raw)
    return _FIELD.match(raw, start.end() if start else 0) is not None


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each message below a path with a name for it; folders are walked in the order of their names.

    Raises OSError where something cannot be read.
    """
    if path.is_dir():
        for below in sorted(path.iterdir()):
            if not _is_maildir_debris(below):
                yield from messages(below)
    elif path.is_file():
        yield from _file(path)


def batches(found: Iterable[tuple[str, bytes]], size: int) -> Iterator[list[tuple[str, bytes]]]:
    """The messages in lists of at most `size`, in order."""
    source = iter(found)
    while batch := list(islice(source, size)):
        yield batch


def _is_maildir_debris(path: Path) -> bool:
    """A Maildir's `tmp` holds what was never delivered; its dovecot files are no mail."""
    return path.name == "tmp" and (path.parent / "cur").is_dir() and path.is_dir()


def _file(path: Path) -> Iterator[tuple[str, bytes]]:
    raw = path.read_bytes()
    if not raw.startswith(b"From ") or not _FROM_LINE.match(raw):
        yield str(path), raw
        return
    for number, part in enumerate(_mbox(raw), start=1):
        yield f"{path}:{number}", part


def _mbox(raw: bytes) -> Iterator[bytes]:
    """The messages of an mbox: each begins with a `From ` line at the start or after a blank line (RFC 4155)."""
    starts = [0]
    place = raw.find(b"\nFrom ")
    while place >= 0:
        blank = raw[max(0, place - 2) : place].endswith((b"\n", b"\n\r")) and _FROM_LINE.match(raw, place + 1)
        if blank:
            starts.append(place + 1)
        place = raw.find(b"\nFrom ", place + 1)
    for start, end in zip(starts, [*starts[1:], len(raw)], strict=True):
        body = raw.index(b"\n", start) + 1
        text = raw[body:end]
        if end != len(raw) and text.endswith(b"\n"):
            text = text[: -2 if text.endswith(b"\r\n") else -1]
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", text)
