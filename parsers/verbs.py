"""Words of command: what a desk knows, and how one was written."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

_GAPS = re.compile(r"[\s\-/_\u2010-\u2015]+")
_LONGEST = 200
_MOST_WORDS = 40


def normalise(phrase: str) -> str:
    """The one spelling of a phrase: NFKC, case folded, with space, hyphen, slash and underscore equal."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", phrase).casefold())
    return _GAPS.sub(" ", folded).strip()


class Source(StrEnum):
    """Where a command stood."""

    SUBJECT = "subject"
    BODY = "body"
    ADDRESS = "address"


class VerbKind(StrEnum):
    """What a verb does: a move of the desk, of which a mail may make one, another act, or a question to answer."""

    MOVE = "move"
    ACT = "act"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Verb:
    """A word of command that a desk knows.

    `phrases` are normalised by `normalise`: case folded, with space, hyphen and slash equal.
    A verb with `takes_arguments` may be followed by words on its line, and must be where it `needs_arguments`; another
    stands alone. What is `repeatable` may be asked for several times in one mail, each time with other words.
    One of its `choices`, normalised, may follow it without a sign, too.
    """

    name: str
    phrases: tuple[str, ...]
    takes_arguments: bool = False
    kind: VerbKind = VerbKind.MOVE
    needs_arguments: bool = False
    repeatable: bool = False
    choices: tuple[str, ...] = ()


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


def spoken(said: str, verbs: Verbs) -> tuple[Verb, tuple[str, ...]] | None:
    """The verb whose phrase the words begin with, the longest one, and the words after it as they were written.

    A full stop or an exclamation mark after the phrase, or after all, is forgiven.
    """
    words = said.strip().rstrip(".!").split()
    if len(said) > _LONGEST or len(words) > _MOST_WORDS:
        return None
    phrases = {phrase: verb for verb in reversed(verbs.known) for phrase in verb.phrases}
    for count in range(len(words), 0, -1):
        verb = phrases.get(normalise(" ".join(words[:count]).rstrip(".!")))
        if verb is not None:
            return verb, tuple(words[count:])
    return None


def tagged(tag: str, verbs: Verbs) -> tuple[Verb, tuple[str, ...]] | None:
    """As `spoken`, for what stands in brackets: `[help desk]` is a foreign tag, for `help` takes no words."""
    found = spoken(tag, verbs)
    return None if found is None or (found[1] and not found[0].takes_arguments) else found


def meant(words: str, verbs: Verbs) -> str | None:
    """The phrase that was probably meant by a mistyped one, None where nothing is near."""
    phrases = [phrase for verb in verbs.known for phrase in verb.phrases]
    said = normalise(words[:_LONGEST]).split()[:_MOST_WORDS]
    for count in range(min(len(said), 4), 0, -1):
        near = get_close_matches(" ".join(said[:count]), phrases, n=1, cutoff=0.75)
        if near:
            return near[0]
    return None
