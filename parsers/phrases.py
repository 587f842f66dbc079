"""The words of a command line and the verbs of a desk: one form for both, and which verb a line speaks."""

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.intent import Verb, Verbs

_JOINTS = re.compile(r"[\s\-‐-―_/]+")
_LONGEST = 200


def normalise(phrase: str) -> str:
    """NFKC, case folded; each run of spaces, hyphens, slashes and underscores is one space. Idempotent."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", phrase).casefold())
    return _JOINTS.sub(" ", folded).strip()


def spoken(words: str, verbs: "Verbs") -> "tuple[Verb, tuple[str, ...]] | None":
    """The verb whose phrase `words` begins with, the longest one, and the words after it as they stand."""
    if len(words) > _LONGEST:
        return None
    tokens = words.split()
    phrases = {phrase: verb for verb in verbs.known for phrase in map(normalise, verb.phrases)}
    for count in range(len(tokens), 0, -1):
        verb = phrases.get(normalise(" ".join(tokens[:count])))
        if verb is not None:
            return verb, tuple(tokens[count:])
    return None


def nearest(words: str, verbs: "Verbs") -> str | None:
    """The phrase that was probably meant, as a reader should type it; None where nothing is near."""
    phrases = {normalise(phrase): phrase for verb in verbs.known for phrase in verb.phrases}
    tokens = normalise(words[:_LONGEST]).split()
    for count in range(min(len(tokens), 6), 0, -1):
        found = get_close_matches(" ".join(tokens[:count]), phrases, n=1, cutoff=0.75)
        if found:
            return phrases[found[0]]
    return None
