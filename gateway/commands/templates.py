"""`postern templates preview NAME`: a sample letter as its reader gets it, printed or written to files."""

import argparse
import difflib
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from gateway import config as configuration
from gateway.exits import BAD_CONFIGURATION, DONE, FAILED, NO_INPUT, Exit
from gateway.faults import ConfigFaults
from outbound import headers
from outbound.enclosure import NO_FILES, Enclosure
from outbound.render import SAMPLE_ADDRESS, Rendered, Renderer
from outbound.samples import besides, sample
from outbound.thread import Thread
from routing.model import Notice

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60.0  # seconds for a picture


def command(arguments: argparse.Namespace) -> int:
    """Print a preview, or write it where `--out` says."""
    out = Path(arguments.out) if arguments.out else None
    return run(arguments.name, arguments.lang, sys.stdout, _renderer(arguments.config), out)


def run(name: str, language: str, stdout: TextIO, renderer: Renderer, out: Path | None = None) -> int:
    """Print the letter `name` in a language, or write it into a folder: text, page, mail and, with a browser, picture.

    Without one a sentence on standard error says so.

    Raises `Exit` 66 where there is no such letter, 1 where its template is broken.
    """
    names = sorted(renderer.names())
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}."
        raise Exit(NO_INPUT, f"templates: no letter is called {name}; {hint}")
    notice, words = sample(name, language)
    beside = besides(name)[0]
    letter = renderer.render(notice, words, SAMPLE_ADDRESS, beside)
    if letter.fault:
        raise Exit(FAILED, letter.fault)
    if out is None:
        stdout.write(f"Subject: {letter.subject}\n\n{letter.text}\n{letter.html}")
    else:
        for path in _written(out / name, notice, letter, beside.enclosure or NO_FILES):
            stdout.write(f"{path}\n")
        if _browser() is None:
            print(f"templates: no picture was drawn, for no browser ({', '.join(BROWSERS)}) is there.", file=sys.stderr)
    return DONE


def _renderer(argument: str | None) -> Renderer:
    """The letters of the configured site; those that ship where there is no configuration.

    Raises `Exit` 78 where a configuration is named and cannot be used.
    """
    try:
        found = configuration.draft(configuration.find(argument))
    except ConfigFaults as missing:
        if argument is None:
            return Renderer((), "Example Support")
        raise Exit(BAD_CONFIGURATION, *map(str, missing.faults)) from None
    name = found.gateway.name if found.gateway else "Example Support"
    return found.letters.renderer(name) if found.letters else Renderer((), name)


def _written(base: Path, notice: Notice, letter: Rendered, enclosure: Enclosure) -> list[Path]:
    """The files of a letter: `<name>.txt`, `.html`, `.eml` and, where a browser is at hand, `.png`."""
    base.parent.mkdir(parents=True, exist_ok=True)
    mail = headers.compose(
        letter,
        notice,
        reply_to=SAMPLE_ADDRESS,
        envelope_sender=SAMPLE_ADDRESS,
        message_id="<sample@desk.example>",
        thread=Thread("<ticket@desk.example>", datetime.now(UTC)),
        gateway_name="Example Support",
        now=datetime.now(UTC),
        enclosure=enclosure,
    )
    text, page, whole, picture = (base.with_name(f"{base.name}.{end}") for end in ("txt", "html", "eml", "png"))
    text.write_text(f"Subject: {letter.subject}\n\n{letter.text}", encoding="utf-8")
    page.write_text(_with_pictures(letter.html, enclosure), encoding="utf-8")
    whole.write_bytes(mail.data)
    return [text, page, whole, *([picture] if _drawn(page, picture) else [])]


def _with_pictures(page: str, enclosure: Enclosure) -> str:
    """The page by itself: what the letter has as parts of its own stands in it."""
    for picture in enclosure.pictures:
        content = b64encode(picture.file.data).decode()
        page = page.replace(f"cid:{picture.cid}", f"data:{picture.file.content_type};base64,{content}")
    return page


def _browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _drawn(page: Path, picture: Path) -> bool:
    """Whether a browser of this machine drew the page."""
    browser = _browser()
    if browser is None:
        return False
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=640,900"]
        command += [f"--user-data-dir={profile}", f"--screenshot={picture}", page.absolute().as_uri()]
        try:
            # A program of this machine, and arguments of ours.
            subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return False
    return picture.exists()
