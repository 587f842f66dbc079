"""A ticket to take away: one zip file with its record as text and as a page, and the attachments."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from outbound.enclosure import Policy
from outbound.letter import File

MOST_FILES = 200
FOLDER = "attachments"


def fitting(files: Iterable[File], policy: Policy) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files that find room and may leave, in their order, and the names of the others."""
    kept: list[File] = []
    left: list[str] = []
    room = policy.room
    for file in files:
        if len(file.data) <= room and len(kept) < MOST_FILES and not policy.denies(file):
            kept.append(file)
            room -= len(file.data)
        else:
            left.append(file.name)
    return tuple(kept), tuple(left)


def packed(key: str, text: str, page: str, files: Sequence[File], at: datetime) -> File:
    """The zip file of a ticket: the same arguments give the same bytes. Names of files are numbered, never a path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, f"{key}/{key}.txt", text.encode(), at)
        _put(archive, f"{key}/{key}.html", page.encode(), at)
        for number, file in enumerate(files, 1):
            _put(archive, f"{key}/{FOLDER}/{number:02}-{_plain(file.name)}", file.data, at)
    return File(f"{key}.zip", "application/zip", buffer.getvalue())


def _put(archive: zipfile.ZipFile, name: str, data: bytes, at: datetime) -> None:
    entry = zipfile.ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, data)


def _plain(name: str) -> str:
    """The names were made safe when the mail was read; here no separator of any system may be left."""
    return name.replace("/", "_").replace("\\", "_").replace(":", "_")[-120:] or "file"
