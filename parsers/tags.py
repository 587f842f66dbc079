"""What stands in brackets in a subject, and the subject without it."""

import re
from collections.abc import Iterator

from parsers.verbs import Verbs, normalise

_BRACKETS = re.compile(r"\[([^\[\]]{1,200})\]")
_KEY = re.compile(r"\s*([A-Za-z]{2,}-[0-9]{1,18})\s*")
_SPACES = re.compile(r"\s+")
# What mail programs of many languages put before the subject of an answer or a forwarded mail; a number may count them.
_ANSWER = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|ref|rif|r|odp|ynt|bls|res|rv|tr|fw|fwd|wg|vl|doorst|vb|i|enc|pd|továbbítás|回复|答复|转发|"
    r"回覆|轉寄|返信|転送|отв|пересл|σχετ|πρθ)\s*(?:\[[0-9]{1,3}\]|\([0-9]{1,3}\))?\s*[:：]\s*",
    re.IGNORECASE,
)


def bracketed(subject: str) -> tuple[str, ...]:
    """The contents of all `[…]`, in order."""
    return tuple(found.strip() for found in _BRACKETS.findall(subject))


def ticket_tags(subject: str, prefixes: tuple[str, ...] | None) -> tuple[str, ...]:
    """The ticket keys named in brackets, in upper case; with prefixes None any that looks like one."""
    keys = (found[1].upper() for tag in bracketed(subject) if (found := _KEY.fullmatch(tag)))
    known = {prefix.upper() for prefix in prefixes} if prefixes is not None else None
    return tuple(dict.fromkeys(key for key in keys if known is None or key.rpartition("-")[0] in known))


def bare_subject(subject: str, prefixes: tuple[str, ...] | None, verbs: Verbs) -> str:
    """The subject as its writer would say it: without "Re:" and its like, our tags and commands; foreign tags stay."""
    phrases = tuple(_phrases(verbs))

    def ours(found: re.Match[str]) -> str:
        tag = found[1]
        said = normalise(tag)
        command = any(said == phrase or said.startswith(f"{phrase} ") for phrase in phrases)
        return " " if command or ticket_tags(found[0], prefixes) else found[0]

    text = _without_answers(subject)
    text = _BRACKETS.sub(ours, text)
    return _SPACES.sub(" ", _without_answers(text)).strip()


def _phrases(verbs: Verbs) -> Iterator[str]:
    for verb in verbs.known:
        yield from verb.phrases


def _without_answers(text: str) -> str:
    text = text.lstrip()
    start = 0
    while found := _ANSWER.match(text, start):
        start = found.end()
    return text[start:]
