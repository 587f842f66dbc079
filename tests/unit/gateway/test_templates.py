"""`postern templates preview`: what a letter looks like, before anybody gets one."""

import io

import pytest

from gateway.commands.templates import run
from gateway.exits import NO_INPUT, Exit


@pytest.mark.parametrize("language", ["en", "xx"])
def test_a_preview_shows_subject_text_and_html(language: str) -> None:
    shown = io.StringIO()
    assert run("closed", language, shown) == 0
    text, found, page = shown.getvalue().partition("<!doctype html>")
    assert text.startswith("Subject: [CT-104] ")
    assert "Ann Berg closed CT-104." in text
    assert found
    assert "Ann Berg closed CT-104." in page


def test_a_letter_that_does_not_exist_is_named_with_the_nearest() -> None:
    with pytest.raises(Exit, match="did you mean closed") as refused:
        run("clsoed", "en", io.StringIO())
    assert refused.value.code == NO_INPUT
