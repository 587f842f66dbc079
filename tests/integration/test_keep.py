"""The relay of kind `keep`: letters become files, whole or not at all."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keep import Keeper, file_name
from outbound.letter import Deferred, Letter, Sent


def letter(message_id: str = "<l1.k3f2@desk.example>", data: bytes = b"Subject: x\r\n\r\nHello\r\n") -> Letter:
    return Letter("support@desk.example", "ann@acme.example", message_id, data)


def test_a_letter_becomes_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    outcome = Keeper(tmp_path / "var" / "outgoing").send(letter())
    path = tmp_path / "var" / "outgoing" / "l1.k3f2.eml"
    assert outcome == Sent(250, str(path))
    assert path.read_bytes() == letter().data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_letter_is_kept_once(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    first, second = keeper.send(letter()), keeper.send(letter())
    assert first == second
    assert [path.name for path in tmp_path.iterdir()] == ["l1.k3f2.eml"]


def test_a_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "outgoing")
    (tmp_path / "outgoing").rmdir()
    outcome = keeper.send(letter())
    assert isinstance(outcome, Deferred)
    assert str(tmp_path / "outgoing") in outcome.text


def test_a_disk_that_fails_leaves_no_half_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    keeper = Keeper(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        outcome = keeper.send(letter())
    assert outcome == Deferred(0, f"The letter could not be kept in {tmp_path}: No space left on device.")
    assert list(tmp_path.iterdir()) == []
    assert isinstance(keeper.send(letter()), Sent)


@pytest.mark.parametrize(
    "message_id", ["<../../etc/passwd@x>", "</etc/passwd@x>", "<.hidden@x>", "<a\0b@x>", "<@>", "", "no"]
)
def test_no_message_id_leads_out_of_the_folder(tmp_path: Path, message_id: str) -> None:
    folder = tmp_path / "outgoing"
    assert isinstance(Keeper(folder).send(letter(message_id)), Sent)
    (kept,) = folder.iterdir()
    assert kept.suffix == ".eml"
    assert not kept.name.startswith(".")
    assert list(tmp_path.iterdir()) == [folder]


@given(st.sets(st.text(st.characters(codec="utf-8"), max_size=300), min_size=2, max_size=4))
def test_different_letters_have_different_names(locals_: set[str]) -> None:
    names = {file_name(f"<{local}@desk.example>") for local in locals_}
    assert len(names) == len(locals_)
    assert all(0 < len(name) <= 120 and "/" not in name and not name.startswith(".") for name in names)
