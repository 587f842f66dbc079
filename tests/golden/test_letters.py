"""The shipped letters word for word. A difference leaves a `.got` file beside: look at it, then move it over."""

from pathlib import Path

import pytest

from outbound.render import Renderer
from outbound.samples import sample

FOLDER = Path(__file__).parent / "letters"
RENDERER = Renderer((), "Example Support")


@pytest.mark.parametrize("name", sorted(RENDERER.names()))
@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_a_letter_reads_as_expected(name: str, suffix: str) -> None:
    letter = RENDERER.render(*sample(name, "en"))
    got = letter.html if suffix == "html" else f"Subject: {letter.subject}\n\n{letter.text}"
    expected, difference = FOLDER / f"{name}.{suffix}", FOLDER / f"{name}.{suffix}.got"
    if expected.exists() and expected.read_text(encoding="utf-8") == got:
        difference.unlink(missing_ok=True)
        return
    difference.write_text(got, encoding="utf-8")
    pytest.fail(f"{expected.name} is not what the letter now says; see {difference}")


def test_every_expectation_belongs_to_a_letter() -> None:
    assert {path.stem for path in FOLDER.glob("*.*") if path.suffix != ".got"} == RENDERER.names()
