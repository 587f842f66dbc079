"""Messages in files, mbox, Maildir and folders."""

from pathlib import Path

import pytest

from gateway.mailfiles import looks_like_mail, messages

ONE = b"Subject: one\n\nbody\n"
TWO = b"Subject: two\n\nbody\n"
MBOX = b"From ann@acme.example Sat Jan 31 12:00:00 2026\n"


def found(path: Path) -> list[bytes]:
    return [raw for _, raw in messages(path)]


def test_a_single_file(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    assert list(messages(tmp_path / "a.eml")) == [(str(tmp_path / "a.eml"), ONE)]


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_bytes(TWO)
    (tmp_path / "a").write_bytes(ONE)
    assert found(tmp_path) == [ONE, TWO]


def test_an_mbox_is_divided_at_its_from_lines(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(MBOX + ONE + b"\n" + MBOX + TWO)
    assert list(messages(box)) == [(f"{box}:1", ONE), (f"{box}:2", TWO)]


@pytest.mark.parametrize("quoted", [b">From here on\n", b">>From here on\n"])
def test_a_quoted_from_line_of_an_mbox_loses_one_mark(tmp_path: Path, quoted: bytes) -> None:
    box = tmp_path / "box"
    box.write_bytes(MBOX + ONE + quoted)
    assert found(box) == [ONE + quoted[1:]]


@pytest.mark.parametrize("words", [b"\nFrom here on it is text\n", b"From ann@acme.example Sat Jan 31 12:00:00 2026\n"])
def test_a_from_line_that_ends_no_message_is_text(tmp_path: Path, words: bytes) -> None:
    box = tmp_path / "box"
    box.write_bytes(MBOX + ONE + words)
    assert found(box) == [ONE + words]


def test_a_maildir_without_what_was_never_delivered(tmp_path: Path) -> None:
    for name, raw in (("cur", ONE), ("new", TWO), ("tmp", b"Subject: half")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.host:2,S").write_bytes(raw)
    assert found(tmp_path) == [ONE, TWO]


@pytest.mark.parametrize("raw", [ONE, b"\xef\xbb\xbf" + ONE, MBOX + ONE, b"X-Odd : y\n", b"subject:x"])
def test_what_begins_with_a_field_is_mail(raw: bytes) -> None:
    assert looks_like_mail(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"hello", b"# heading: x", b"\x89PNG: \r\n", b"two words: x", MBOX + b"hello"]
)
def test_what_does_not_is_none(raw: bytes) -> None:
    assert not looks_like_mail(raw)
