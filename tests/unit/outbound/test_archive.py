"""A ticket to take away: the same zip file each time, names that lead nowhere, and a bound on its size."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from outbound.archive import MOST_FILES, fitting, packed
from outbound.enclosure import Policy
from outbound.letter import File

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def names(file: File) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_same_ticket_is_the_same_file() -> None:
    files = (File("notes.txt", "text/plain", b"one"), File("notes.txt", "text/plain", b"two"))
    first, second = (packed("CT-1", "text", "<p>page</p>", files, AT) for _ in range(2))
    assert first == second
    assert (first.name, first.content_type) == ("CT-1.zip", "application/zip")
    assert names(first) == [
        "CT-1/CT-1.txt", "CT-1/CT-1.html", "CT-1/attachments/01-notes.txt", "CT-1/attachments/02-notes.txt",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\windows\\x", "a/b", "", "\\\\server\\x", "x" * 5000])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    (entry,) = names(packed("CT-1", "", "", (File(name, "text/plain", b""),), AT))[2:]
    inner = entry.removeprefix("CT-1/attachments/01-")
    assert inner != entry
    assert not set(inner) & set("/\\:")
    assert 0 < len(inner) <= 120


def test_what_has_no_room_is_named() -> None:
    large, small = File("film.mp4", "video/mp4", b"x" * (Policy().room - 10)), File("a.txt", "text/plain", b"x" * 20)
    assert fitting((large, small, File("b.txt", "text/plain", b"y")), Policy()) == (
        (large, File("b.txt", "text/plain", b"y")),
        ("a.txt",),
    )
    many = [File(f"{n}.txt", "text/plain", b"") for n in range(MOST_FILES + 1)]
    assert fitting(many, Policy())[1] == (f"{MOST_FILES}.txt",)


def test_what_may_do_harm_stays_out() -> None:
    program, log = File("setup.EXE", "application/pdf", b"MZ"), File("a.log", "text/plain", b"")
    assert fitting((program, log), Policy()) == ((log,), ("setup.EXE",))
