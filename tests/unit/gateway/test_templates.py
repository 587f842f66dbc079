"""`postern templates preview`: what a letter looks like, before anybody gets one."""

import io
from email import message_from_bytes
from pathlib import Path

import pytest

from gateway.commands.templates import run
from gateway.exits import NO_INPUT, Exit
from outbound.render import Renderer

SHIPPED = Renderer((), "Example Support")


@pytest.mark.parametrize("language", ["en", "xx"])
def test_a_preview_shows_subject_text_and_html(language: str) -> None:
    shown = io.StringIO()
    assert run("closed", language, shown, SHIPPED) == 0
    text, found, page = shown.getvalue().partition("<!doctype html>")
    assert text.startswith("Subject: [CT-104] ")
    assert "Ann Berg closed CT-104." in text
    assert found
    assert "Ann Berg closed CT-104." in page


def test_the_page_of_a_preview_shows_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    run("comment", "en", io.StringIO(), SHIPPED, tmp_path)
    assert 'src="data:image/png;base64,' in (tmp_path / "comment.html").read_text(encoding="utf-8")
    letter = message_from_bytes((tmp_path / "comment.eml").read_bytes())
    kinds = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png", "text/plain"]


def test_a_letter_that_does_not_exist_is_named_with_the_nearest() -> None:
    with pytest.raises(Exit, match="did you mean closed") as refused:
        run("clsoed", "en", io.StringIO(), SHIPPED)
    assert refused.value.code == NO_INPUT


def test_a_preview_can_be_kept_as_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")  # no browser is at hand
    shown = io.StringIO()
    assert run("closed", "de", shown, SHIPPED, tmp_path / "out") == 0
    names = ["closed.txt", "closed.html", "closed.eml"]
    assert shown.getvalue().splitlines() == [str(tmp_path / "out" / name) for name in names]
    assert "Ann Berg hat CT-104 geschlossen." in (tmp_path / "out" / "closed.txt").read_text(encoding="utf-8")
    assert message_from_bytes((tmp_path / "out" / "closed.eml").read_bytes())["To"] == "Jane Doe <jane@desk.example>"
    assert capsys.readouterr().err.startswith("templates: no picture was drawn, for no browser (chromium")
