"""Subjects: ticket tags, command tags, and what is left when mail programs' additions are taken off."""

import re

from parsers.verbs import Verbs, tagged

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_KEY = re.compile(r"[A-Za-z]{2,10}-[0-9]{1,18}")
_PREFIX = re.compile(
    r"\s*(?:re|fwd?|aw|wg|antw(?:ort)?|tr|réf?|res|rv|enc|sv|vs|vl|ynt|ilt|odp|pd|atb|ang|vb|r|i|rif|doorst|bls"
    r"|回复|答复|转发|回覆|轉寄|返信|転送|отв|пересл|απ|προ|ha|továbbítás|re aw)"
    r"\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?\s?[:：]",
    re.IGNORECASE,
)
_LONGEST = 2_000
_NESTED = 5
_NO_BRACKETS = str.maketrans("[]", "  ")


def bracketed(subject: str) -> tuple[str, ...]:
    """The contents of all `[…]` tags, in order, without outer spaces."""
    return tuple(found.strip() for found in _BRACKETS.findall(subject[:_LONGEST]))


def ticket_tags(subject: str, prefixes: tuple[str, ...] | None) -> tuple[str, ...]:
    """The ticket keys that a subject names, upper-case, each once.

    Only keys with one of `prefixes` count, in any case; with None any capitals with a number do.
    """
    return tuple(dict.fromkeys(tag.upper() for tag in bracketed(subject) if _is_key(tag, prefixes)))


def _is_key(tag: str, prefixes: tuple[str, ...] | None) -> bool:
    if not _KEY.fullmatch(tag):
        return False
    prefix = tag.partition("-")[0]
    return prefix.isupper() if prefixes is None else prefix.upper() in {p.upper() for p in prefixes}


def bare_subject(subject: str, prefixes: tuple[str, ...] | None, verbs: Verbs) -> str:
    """The subject without reply and forward prefixes, our ticket tags, command tags and `[system …]`.

    Foreign tags stay. The result may be empty.
    """

    def kept(found: re.Match[str]) -> str:
        tag = found.group(1).strip()
        return " " if _is_key(tag, prefixes) or tagged(tag, verbs) is not None else found.group()

    rest = _without_prefixes(subject[:_LONGEST])
    # A tag inside a tag: taking the inner one off may make a command of the outer one, for whoever answers our letter.
    for _ in range(_NESTED):
        before, rest = rest, _BRACKETS.sub(kept, rest)
        if rest == before:
            break
    else:
        rest = rest.translate(_NO_BRACKETS)
    return _without_prefixes(" ".join(rest.split()))


def _without_prefixes(subject: str) -> str:
    at = 0
    while found := _PREFIX.match(subject, at):
        at = found.end()
    return subject[at:].strip()
