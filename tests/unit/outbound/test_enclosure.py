"""Which files go along with a letter."""

import struct
from collections.abc import Callable

import pytest

from outbound.enclosure import MOST_FILES, Enclosure, Named, Policy, sorted_out
from outbound.letter import File
from outbound.picture import WIDEST, is_shown, kind, width

MESSAGE_ID = "<l7.k3f2@desk.example>"
POLICY = Policy(room=100)


def png(across: int, down: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", across, down) + b"\x08\x02\0\0\0"


def jpeg(across: int, down: int) -> bytes:
    tables = b"\xff\xe0\x00\x04JF" * 3
    return b"\xff\xd8" + tables + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", down, across) + b"\1\1\0\0\0"


def gif(across: int, down: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", across, down) + b"\0\0\0"


def sort(*files: File, gone: tuple[str, ...] = (), policy: Policy = POLICY) -> Enclosure:
    return sorted_out(files, gone, policy, MESSAGE_ID)


def test_what_has_no_room_is_named_and_smaller_ones_behind_it_go() -> None:
    first, large, small = (File(n, "text/plain", b"x" * size) for n, size in (("a", 60), ("b", 41), ("c", 40)))
    found = sort(first, large, small, gone=("d",))
    assert (found.files, found.large, found.gone) == ((first, small), (Named("b", 41),), ("d",))
    assert found.sent == (Named("a", 60), Named("c", 40))


@pytest.mark.parametrize(
    ("name", "content_type", "data"),
    [
        ("setup.exe", "application/octet-stream", b""),
        ("invoice.pdf.JS", "application/pdf", b""),
        ("page.html", "text/plain", b""),
        ("page", "text/html", b""),
        ("drawing.svg", "image/svg+xml", b""),
        ("backup.iso", "application/octet-stream", b""),
        ("link.lnk", "application/octet-stream", b""),
        ("report.pdf", "application/pdf", b"MZ\x90\0\3"),
        ("report.pdf", "application/pdf", b"\x7fELF\2"),
        ("report", "application/pdf", b"\xcf\xfa\xed\xfe"),
    ],
)
def test_what_may_do_harm_is_named_only(name: str, content_type: str, data: bytes) -> None:
    """By its name, its type, or what it is."""
    found = sort(File(name, content_type, data))
    assert (found.files, found.harmful) == ((), (Named(name, len(data)),))


@pytest.mark.parametrize(
    "name", ["report.pdf", "table.xlsx", "notes.txt", "mail.eml", "archive.zip", "exe", "a.exe.txt"]
)
def test_what_offices_send_each_other_goes(name: str) -> None:
    file = File(name, "application/octet-stream", b"MZ, the beginning of a text")
    assert sort(file).files == ((file,) if name != "exe" else ())


def test_a_site_says_itself_what_never_leaves() -> None:
    policy = Policy(never=frozenset({"zip", "application/pdf"}))
    names = {file.name for file in sort(
        File("a.zip", "x/y", b""), File("b.pdf", "application/pdf", b""), File("c.js", "x/y", b""), policy=policy
    ).files}  # fmt: skip
    assert names == {"c.js"}


def test_pictures_within_the_words_are_shown_and_others_are_files() -> None:
    shown = File("screen.png", "image/png", png(1920, 1080), inline=True)
    attached = File("photo.jpg", "image/jpeg", jpeg(640, 480))
    called = File("trick.png", "image/png", b"<html>", inline=True)
    found = sort(shown, attached, called)
    assert [picture.file for picture in found.pictures] == [shown]
    assert found.files == (attached, called)
    (picture,) = found.pictures
    assert picture.width == WIDEST
    assert picture.cid == sort(shown).pictures[0].cid
    assert picture.cid != sorted_out([shown], (), POLICY, "<other@desk.example>").pictures[0].cid
    assert picture.cid.endswith("@desk.example")


def test_a_letter_has_no_more_files_than_anybody_opens() -> None:
    found = sort(*(File(f"{n}.txt", "text/plain", b"") for n in range(MOST_FILES + 2)))
    assert (len(found.files), len(found.large)) == (MOST_FILES, 2)


@pytest.mark.parametrize(("make", "content_type"), [(png, "image/png"), (jpeg, "image/jpeg"), (gif, "image/gif")])
def test_a_picture_is_known_by_what_it_is(make: Callable[[int, int], bytes], content_type: str) -> None:
    data = make(300, 200)
    assert (kind(data), is_shown(data), width(data)) == (content_type, True, 300)
    assert not is_shown(make(60_000, 60_000))
    assert not is_shown(make(0, 10))
    for end in range(len(data)):
        is_shown(data[:end])


def test_a_jpeg_without_end_is_given_up() -> None:
    for filler in (b"\xff", b"\xff\xe0\0\2"):
        assert not is_shown(b"\xff\xd8\xff" + filler * 1_000_000)
