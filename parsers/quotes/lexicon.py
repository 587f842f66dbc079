"""The words of all languages, made ready for looking up: one dictionary of header names, one pattern for each sort."""

import re
from collections.abc import Callable
from enum import StrEnum

from parsers.quotes.languages import DEVICES, Language
from parsers.quotes.languages_asia import ASIAN
from parsers.quotes.languages_east import OTHER_EUROPEAN, SLAVIC
from parsers.quotes.languages_west import ENGLISH, GERMANIC, ROMANCE

LANGUAGES: dict[str, Language] = {"en": ENGLISH, **GERMANIC, **ROMANCE, **SLAVIC, **OTHER_EUROPEAN, **ASIAN}


class Label(StrEnum):
    """What a header field that stands in a text tells of the mail below it."""

    AUTHOR = "author"
    DATED = "dated"
    TARGET = "target"
    ABOUT = "about"


def _words(field: Callable[[Language], str]) -> list[str]:
    """All alternatives of a field, the longest first, as a pattern takes the first that fits."""
    found = {word for language in LANGUAGES.values() for word in field(language).split("|") if word}
    return sorted(found, key=lambda word: (-len(word), word))


def key(label: str) -> str:
    """A header name as `LABELS` lists it: programs differ in spaces, case and marks for bold type."""
    return "".join(label.split()).strip("*_").lower()


# A word that two languages use otherwise ("a", "data") is what it is most often.
LABELS: dict[str, Label] = {
    key(word): label
    for label, field in (
        (Label.TARGET, lambda language: language.target),
        (Label.DATED, lambda language: language.dated),
        (Label.ABOUT, lambda language: language.about),
        (Label.AUTHOR, lambda language: language.author),
    )
    for word in _words(field)
}

_VERBS = _words(lambda language: language.wrote)
# Scripts that put no space between words.
_GROWN_TOGETHER = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_WORD = re.compile(r"\w+")
# Of several words the longest tells enough: looking up single words is cheap, however many languages there are.
_VERB_WORDS = frozenset(
    max(_WORD.findall(verb), key=len).lower() for verb in _VERBS if not _GROWN_TOGETHER.search(verb)
)
_VERB_LETTERS = tuple(verb for verb in _VERBS if _GROWN_TOGETHER.search(verb))


def verbs(line: str) -> frozenset[str]:
    """The words for "wrote" that stand in a line."""
    found = _VERB_WORDS.intersection(_WORD.findall(line.lower()))
    return found if line.isascii() else found.union(letters for letters in _VERB_LETTERS if letters in line)


def ends_in_verb(line: str) -> bool:
    """Whether the last word is one for "wrote"."""
    last = line[-24:].rpartition(" ")[2].lower()
    return not _VERB_WORDS.isdisjoint(_WORD.findall(last)) or line.endswith(_VERB_LETTERS)


OPENER = re.compile(rf"[\W_]{{0,8}}(?:{'|'.join(_words(lambda language: language.opens))})\s", re.IGNORECASE)


def _lower(line: str) -> str:
    """Lower case, with the Turkish capital İ as a plain i."""
    return line.lower().replace("i\u0307", "i")


# Plain containment is forty times as fast as one pattern of all words that ignores case.
_MESSAGE = tuple(_lower(word) for word in _words(lambda language: language.message))
_ORIGINAL = tuple(_lower(word) for word in _words(lambda language: language.original))
_FORWARDED = tuple(_lower(word) for word in _words(lambda language: language.forwarded))


def says_message(line: str) -> bool:
    """Whether a word for a mail stands in a line."""
    return _holds(line, _MESSAGE)


def says_original(line: str) -> bool:
    """Whether a word for the original stands in a line."""
    return _holds(line, _ORIGINAL)


def says_forwarded(line: str) -> bool:
    """Whether a word for forwarding stands in a line."""
    return _holds(line, _FORWARDED)


def _holds(line: str, words: tuple[str, ...]) -> bool:
    lower = _lower(line)
    return any(word in lower for word in words)


def _patterns(field: Callable[[Language], str]) -> str:
    return "|".join(field(language) for language in LANGUAGES.values() if field(language))


SIGNED = re.compile(rf"(?:{_patterns(lambda language: language.signed)})(?P<rest>.*)", re.IGNORECASE)
MADE = re.compile(rf"(?:{_patterns(lambda language: language.made)})", re.IGNORECASE)
DEVICE = re.compile(rf"(?<![A-Za-z])(?:{DEVICES})", re.IGNORECASE)
