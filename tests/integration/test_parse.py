"""`postern parse` over files, with its child that may die."""

import json
import os
from argparse import Namespace
from pathlib import Path

import pytest

from gateway.commands.parse import command
from gateway.exits import Exit
from parsers import show
from parsers.mail import ParsedMail
from parsers.verbs import Verbs

MAIL = b"From: ann@acme.example\nSubject: [CT-12] x\n\nto customer\n\nThanks.\n"


def test_one_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.eml").write_bytes(b"")
    assert command(Namespace(paths=[str(tmp_path)], json=True, report=None)) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["file"] == str(tmp_path / "a.eml")
    assert first["tags"] == ["CT-12"]
    assert [c["arguments"] for c in first["commands"]] == [[]]
    assert second["text"] == ""
    assert second["error"] is None


def test_a_summary_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert command(Namespace(paths=[str(tmp_path)], json=False, report=None)) == 0
    shown = capsys.readouterr().out
    assert "ann@acme.example" in shown
    assert "| Thanks." in shown


def test_a_missing_file_is_named_and_the_others_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert command(Namespace(paths=[str(tmp_path / "none"), str(tmp_path / "a.eml")], json=True, report=None)) == 66
    printed = capsys.readouterr()
    assert str(tmp_path / "none") in printed.err
    assert len(printed.out.splitlines()) == 1


def test_a_report_beside_the_lines_or_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The pages lie below the folder that is parsed, and are no mail."""
    (tmp_path / "a.eml").write_bytes(MAIL)
    pages = tmp_path / "pages"
    for as_lines in (True, False, True):
        assert command(Namespace(paths=[str(tmp_path)], json=as_lines, report=str(pages))) == 0
        assert len(capsys.readouterr().out.splitlines()) == as_lines
    assert sorted(path.name for path in pages.iterdir()) == ["index.html", "page-1.html"]
    assert "<mark>to customer</mark>" in (pages / "page-1.html").read_text(encoding="utf-8")


def test_a_report_does_not_overwrite_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    with pytest.raises(Exit, match=r"a\.eml"):
        command(Namespace(paths=[str(tmp_path)], json=True, report=str(tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["a.eml"]


def test_a_file_whose_name_is_no_text_is_parsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / os.fsdecode(b"\xff\x1b.eml")).write_bytes(MAIL)
    for as_lines in (True, False):
        assert command(Namespace(paths=[str(tmp_path)], json=as_lines, report=None)) == 0
        shown = capsys.readouterr().out
        assert "Thanks." in shown
        assert "\x1b" not in shown


def test_mbox_maildir_and_folders_in_one_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """More than a batch, on as many cores as there are."""
    line = b"From ann@acme.example Sat Jan 31 12:00:00 2026\n"
    (tmp_path / "box").write_bytes(b"\n".join(line + b"Subject: %d\n\nx\n" % n for n in range(40)))
    (tmp_path / "dir" / "cur").mkdir(parents=True)
    (tmp_path / "dir" / "new").mkdir()
    for n in range(40, 60):
        (tmp_path / "dir" / "cur" / f"{n}").write_bytes(b"Subject: %d\n\nx\n" % n)
    assert command(Namespace(paths=[str(tmp_path)], json=True, report=None)) == 0
    found = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["subject"] for each in found] == [str(n) for n in range(60)]
    assert (found[0]["file"], found[40]["file"]) == (f"{tmp_path}/box:1", f"{tmp_path}/dir/cur/40")


def test_what_cannot_be_shown_is_an_object_with_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(MAIL.replace(b"[CT-12]", name.encode()))
    whole = show.as_json

    def fails_once(file: str, mail: ParsedMail, verbs: Verbs, prefixes: tuple[str, ...] | None) -> dict[str, object]:
        if mail.subject == "b x":
            raise OverflowError
        return whole(file, mail, verbs, prefixes)

    monkeypatch.setattr(show, "as_json", fails_once)
    assert command(Namespace(paths=[str(tmp_path)], json=True, report=None)) == 0
    found = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["error"] for each in found] == [None, "it cannot be shown (OverflowError)", None]
