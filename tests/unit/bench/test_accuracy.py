"""The scoreboard over a small corpus of its own, and libraries that misbehave."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from bench import accuracy, baselines
from bench.answers import Answer, Failed, Survived
from bench.children import answers
from bench.corpora import Case, Expect, load, message
from bench.scoring import mark

MAIL = (
    b"From: ann@acme.example\nSubject: x\n\nThanks.\n\n"
    b"On Sat, 31 Jan 2026 at 11:00, Bob <bob@x.example> wrote:\n\n> hello\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.txt").write_bytes(
        b"Yes.\r\n\r\nOn Sat, 31 Jan 2026 at 11:00, Bob <bob@x.example> wrote:\r\n\r\n> hello\r\n"
    )
    (tmp_path / "c.html").write_bytes(b"<p>Yes.</p><blockquote>hello</blockquote>")
    quotes = {"kind": "trim", "strip": ["quotes"]}
    cases = [
        {"id": "a", "eml_path": "a.eml", "input": "eml", "expect": {"reply": "Thanks."}, **quotes},
        {"id": "b", "eml_path": "b.txt", "input": "text", "expect": {"reply": "Yes."}, **quotes},
        {"id": "wrong", "eml_path": "b.txt", "input": "text", "expect": {"reply": "No."}, **quotes},
        {
            "id": "apart",
            "eml_path": "b.txt",
            "input": "text",
            "expect": {"reply": "No."},
            "signoff": "stripped",
            **quotes,
        },
        {"id": "m", "eml_path": "a.eml", "kind": "mime", "expect": {"subject": "x", "attachments": []}},
    ]
    (tmp_path / "cases" / "own.jsonl").write_text("\n".join(map(json.dumps, cases)) + "\n", encoding="utf-8")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["accuracy", *arguments])
    assert accuracy.main() == 0
    return "\n".join(capsys.readouterr())


def test_a_corpus_is_scored(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(monkeypatch, capsys, str(folder), "--no-baselines", "--failures")
    assert "own: trim, 4 cases" in shown
    assert "exact 2/3 = 66.7%, white space aside 2/3 = 66.7%" in shown
    assert "sign-offs stripped, apart: 0 of 1" in shown
    assert "right 1/1 = 100.0%" in shown
    assert "── wrong  (b.txt)\n  reply\n    expected | No.\n    got      | Yes." in shown


def test_what_is_not_there_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing is scored" in run(monkeypatch, capsys, str(folder / "nowhere"))
    assert "there is no corpus other" in run(monkeypatch, capsys, str(folder), "--only", "other")


def test_a_library_that_is_missing_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "quotequail", None)
    shown = run(monkeypatch, capsys, str(folder))
    assert "quotequail           not installed" in shown
    assert "email compat32       right 1/1" in shown


@pytest.mark.parametrize("name", sorted(baselines.BASELINES))
def test_each_library_answers(folder: Path, name: str) -> None:
    kinds, make = baselines.BASELINES[name]
    try:
        ask = make()
    except ImportError:
        pytest.skip(f"{name} comes with the extra `bench`")
    ((_, cases),) = load(folder)
    for case in cases:
        if case.kind in kinds:
            assert mark(case, ask(case, folder)).exact == (case.id not in ("wrong", "apart")), case.id


def test_a_text_becomes_the_body_of_a_mail(folder: Path) -> None:
    html = Case("c", "c.html", "trim", Expect(), input="html")
    assert b"Content-Type: text/html" in message(folder, html)
    assert message(folder, html).endswith(b"\n\n<p>Yes.</p><blockquote>hello</blockquote>")


def test_what_hangs_raises_or_dies_is_counted_and_the_others_are_asked(tmp_path: Path) -> None:
    def ask(case: Case, _folder: Path) -> Answer:
        match case.id:
            case "hangs":
                time.sleep(60)
            case "raises":
                raise ValueError("no")
            case "dies":
                os._exit(3)
            case _:
                return Survived()
        raise AssertionError("the child should be dead")

    cases = [Case(name, "", "robust", Expect()) for name in ("fine", "hangs", "raises", "dies", "fine")]
    found = [each.answer for each in answers(ask, cases, tmp_path, 0.5)]
    assert found == [
        Survived(),
        Failed("took more than 0 s", hung=True),
        Failed("ValueError: no"),
        Failed("the process died of it"),
        Survived(),
    ]
