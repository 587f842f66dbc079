"""The shipped letters in each language, word for word. A difference leaves a `.got` file: look, then move it over."""

from pathlib import Path

import pytest

from outbound.render import Renderer
from outbound.samples import besides, sample

FOLDER = Path(__file__).parent / "letters"
RENDERER = Renderer((), "Example Support")
LANGUAGES = ("de", "en", "es", "fr")
ADDRESS = "support+aeaaaaaaaasvdd2utpyuqdtft666wbq@desk.example"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(RENDERER.names()))
@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_a_letter_reads_as_expected(name: str, suffix: str, language: str) -> None:
    letter = RENDERER.render(*sample(name, language), ADDRESS, besides(name)[0])
    got = letter.html if suffix == "html" else f"Subject: {letter.subject}\n\n{letter.text}"
    expected = FOLDER / language / f"{name}.{suffix}"
    difference = expected.with_name(f"{expected.name}.got")
    if expected.exists() and expected.read_text(encoding="utf-8") == got:
        difference.unlink(missing_ok=True)
        return
    difference.parent.mkdir(exist_ok=True)
    difference.write_text(got, encoding="utf-8")
    pytest.fail(f"{language}/{expected.name} is not what the letter now says; see {difference}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_expectation_belongs_to_a_letter(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).glob("*.*") if path.suffix != ".got"} == RENDERER.names()


def test_every_language_has_its_expectations() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(LANGUAGES)
    assert set(RENDERER.languages()["comment"]) == set(LANGUAGES)
