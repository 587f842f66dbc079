"""Messages in files, mbox, Maildir and folders."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway import mailfiles
from gateway.mailfiles import Found, Unread, batches, looks_like_mail, messages

ONE = b"Subject: one\n\nbody\n"
TWO = b"Subject: two\n\nbody\n"
MBOX = b"From ann@acme.example Sat Jan 31 12:00:00 2026\n"


def found(path: Path) -> list[bytes | Unread]:
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


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "\n", "\r\n", "From x\n", ">From 12:00 2026\n", "\n\nFrom you\n"])), max_size=6
    ),
    st.integers(1, 40),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_careful_writer_put_into_an_mbox_comes_out(tmp_path: Path, bodies: list[list[str]], block: int) -> None:
    """Wherever the blocks end in which it is read (mboxrd)."""
    mails = [f"Subject: {number}\n\n{''.join(body)}\n".encode() for number, body in enumerate(bodies)]
    marked = (re.sub(rb"(?m)^(>*From )", rb">\1", mail) for mail in mails)
    (tmp_path / "box").write_bytes(MBOX + b"From me: x\n" + b"\n" + b"\n".join(MBOX + mail for mail in marked))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailfiles, "BLOCK", block)
        assert found(tmp_path / "box")[1 : len(mails) + 1] == mails


def test_an_mbox_of_crlf_lines(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes((MBOX + ONE + b"\n" + MBOX + TWO).replace(b"\n", b"\r\n"))
    assert found(tmp_path / "box") == [ONE.replace(b"\n", b"\r\n"), TWO.replace(b"\n", b"\r\n")]


@pytest.mark.parametrize(
    "line",
    [b"From ann@acme.example Sat Jan 31 12:00:00 2026 +0100", b"From - Sat Jan 31 12:00:00 +0000 2026", b"From -"],
)
def test_the_from_lines_of_many_programs(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "box").write_bytes(line + b"\n" + ONE + b"\n" + line + b"\n" + TWO)
    assert found(tmp_path / "box") == [ONE, TWO]


def test_a_sentence_with_an_address_and_a_year_divides_nothing(tmp_path: Path) -> None:
    words = b"\nFrom bob@acme.example I had nothing in 2025.\n"
    (tmp_path / "box").write_bytes(MBOX + ONE + words)
    assert found(tmp_path / "box") == [ONE + words]


def test_what_is_too_large_is_named_and_its_neighbours_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailfiles, "BLOCK", 100)
    monkeypatch.setattr(mailfiles, "LARGEST", 3000)
    huge = ONE + b"x\n" * 5000
    (tmp_path / "box").write_bytes(b"\n".join(MBOX + mail for mail in (ONE, huge, TWO, huge)))
    (tmp_path / "single").write_bytes(huge)
    one, *others = found(tmp_path)
    assert [one, others[1]] == [ONE, TWO]
    assert [type(each) for each in others] == [Unread, bytes, Unread, Unread]


def test_an_mbox_is_never_in_memory_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its messages come one by one, long before its end is read."""
    monkeypatch.setattr(mailfiles, "BLOCK", 2000)
    stream = io.BytesIO((MBOX + ONE + b"\n") * 500)
    assert next(mailfiles._mbox(stream.read, b"", mailfiles._DATED)) == ONE
    assert stream.tell() == 2000


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(ONE)
    missing = list(messages(tmp_path / "none"))
    assert missing == [(str(tmp_path / "none"), Unread("No such file or directory"))]
    assert found(tmp_path) == [ONE]


def test_a_folder_is_not_walked_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(ONE)
    (tmp_path / "circle").symlink_to(tmp_path)
    assert found(tmp_path) == [ONE]
    assert found(tmp_path / "circle") == [ONE]


def test_a_folder_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(ONE)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_bytes(b"<p>")
    assert [raw for _, raw in messages(tmp_path, tmp_path / "pages" / ".." / "pages")] == [ONE]


def test_batches_are_small_in_number_and_in_bytes() -> None:
    many: list[Found] = [("a", b"xx"), ("b", Unread("gone")), ("c", b"x" * 9), ("d", b""), ("e", b""), ("f", b"")]
    assert [[name for name, _ in batch] for batch in batches(many, 3, 10)] == [["a", "b", "c"], ["d", "e", "f"]]
    assert [[name for name, _ in batch] for batch in batches(many, 9, 2)] == [["a"], ["b", "c"], ["d", "e", "f"]]


def test_a_maildir_without_what_was_never_delivered(tmp_path: Path) -> None:
    (tmp_path / "dovecot-uidlist").write_bytes(b"3 V1")
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
