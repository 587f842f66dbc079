"""Every letter in every language in a real browser, on a telephone, in light and in dark."""

import os
from pathlib import Path

import pytest

from outbound.render import Renderer
from outbound.samples import besides, sample, samples
from tests.rig.browser import PROGRAM, Look, look

RENDERER = Renderer((), "Example Support")
ADDRESS = "support+aeaaaaaaaasvdd2utpyuqdtft666wbq@desk.example"
TELEPHONE = 320  # pixels, WCAG 2.2 section 1.4.10
READABLE = 4.5  # contrast of a text, WCAG 2.2 section 1.4.3
PAPER = {"record"}  # a page to keep and to print
MISSING = "the browser is missing; install it (apt install chromium)"

pytestmark = [
    pytest.mark.peer("chromium"),
    pytest.mark.skipif(PROGRAM is None and not os.environ.get("POSTERN_REQUIRE_PEERS"), reason=MISSING),
]


def pages() -> dict[str, str]:
    """By letter and language the page of it; and each letter once with all that it can say."""
    usual = {
        f"{name}.{language}": RENDERER.render(*sample(name, language), ADDRESS, besides(name)[0]).html
        for name, languages in sorted(RENDERER.languages().items())
        for language in sorted(languages)
    }
    full = {
        f"{name}.en.full": RENDERER.render(*samples(name, "en")[1], ADDRESS, besides(name)[1]).html
        for name in RENDERER.names()
    }
    return usual | full


@pytest.fixture(scope="module", params=["light", "dark"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Look]]:
    assert PROGRAM is not None, MISSING
    scheme: str = request.param
    folder: Path = tmp_path_factory.mktemp("browser")
    return scheme, look(pages(), TELEPHONE, folder, dark=scheme == "dark")


def test_pictures_fit_too(tmp_path: Path) -> None:
    assert PROGRAM is not None, MISSING
    wide = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1920' height='1080'/%3E"
    shown = {name: page.replace("cid:1@desk.example", wide) for name, page in pages().items() if "<img" in page}
    assert shown
    for one in look(shown, TELEPHONE, tmp_path).values():
        assert one.beyond <= 0


def test_a_letter_fits_a_telephone_and_can_be_read(seen: tuple[str, dict[str, Look]]) -> None:
    scheme, looks = seen
    assert len(looks) == 5 * len(RENDERER.names())
    for page, one in looks.items():
        name, language = page.split(".")[:2]
        assert one.beyond <= 0, page
        assert one.contrast >= READABLE, page
        assert (one.headings, one.language, one.direction, one.unnamed) == (1, language, "ltr", 0), page
        assert sample(name, language)[0].key in one.title, page
        # Nothing is loaded from elsewhere, and whoever loads no pictures reads what each is called.
        assert all(words and str(source).startswith("cid:") for words, source in one.pictures), page
        if name not in PAPER:
            assert (one.background < 0.1) is (scheme == "dark"), page
