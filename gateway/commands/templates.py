"""`postern templates preview NAME`: a sample letter as its reader gets it, text and HTML."""

import argparse
import difflib
import sys
from typing import TextIO

from gateway.exits import DONE, FAILED, NO_INPUT, Exit
from outbound.render import Renderer
from outbound.samples import sample


def command(arguments: argparse.Namespace) -> int:
    """Print a preview."""
    return run(arguments.name, arguments.lang, sys.stdout)


def run(name: str, language: str, stdout: TextIO) -> int:
    """Print the letter `name` in a language; needs no configuration.

    Raises `Exit` 66 where there is no such letter, 1 where its template is broken.
    """
    renderer = Renderer((), "Example Support")
    names = sorted(renderer.names())
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}."
        raise Exit(NO_INPUT, f"templates: no letter is called {name}; {hint}")
    letter = renderer.render(*sample(name, language))
    if letter.fault:
        raise Exit(FAILED, letter.fault)
    stdout.write(f"Subject: {letter.subject}\n\n{letter.text}\n{letter.html}")
    return DONE
