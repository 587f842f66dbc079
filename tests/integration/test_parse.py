"""`postern parse` over files, with its child that may die."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from gateway.commands.parse import command

MAIL = b"From: ann@acme.example\nSubject: [CT-12] x\n\nto customer\n\nThanks.\n"


def test_one_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.eml").write_bytes(b"")
    assert command(Namespace(paths=[str(tmp_path)], json=True)) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["file"] == str(tmp_path / "a.eml")
    assert first["tags"] == ["CT-12"]
    assert [c["arguments"] for c in first["commands"]] == [[]]
    assert second["text"] == ""
    assert second["error"] is None


def test_a_summary_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert command(Namespace(paths=[str(tmp_path)], json=False)) == 0
    shown = capsys.readouterr().out
    assert "ann@acme.example" in shown
    assert "| Thanks." in shown


def test_a_missing_file_is_named_and_the_others_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert command(Namespace(paths=[str(tmp_path / "none"), str(tmp_path / "a.eml")], json=True)) == 66
    printed = capsys.readouterr()
    assert str(tmp_path / "none") in printed.err
    assert len(printed.out.splitlines()) == 1
