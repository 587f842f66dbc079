"""Words of command: what a desk knows, and how one was written."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_GAPS = re.compile(r"[\s\-/_\u2010-\u2015]+")


def normalise(phrase: str) -> str:
    """The one spelling of a phrase: case folded, with space, hyphen, slash and underscore equal."""
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", phrase).casefold()).strip()


class Source(StrEnum):
    """Where a command stood."""

    SUBJECT = "subject"
    BODY = "body"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Verb:
    """A word of command that a desk knows.

    `phrases` are normalised by `normalise`: case folded, with space, hyphen and slash equal.
    A verb with `takes_arguments` may be followed by words on its line; another stands alone.
    """

    name: str
    phrases: tuple[str, ...]
    takes_arguments: bool = False


@dataclass(frozen=True, slots=True)
class Verbs:
    """All verbs of a desk: its moves and the built-in ones."""

    known: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One command as written. `line` counts from 1 within its source. `bare` has neither `#`, `/` nor brackets."""

    name: str
    arguments: tuple[str, ...]
    source: Source
    line: int
    bare: bool = False
