"""Commands as they are written: bracketed in the subject, on the first lines and the last lines of the fresh words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.mail import Kind, ParsedMail
from parsers.quotes import forwarded
from parsers.tags import bracketed
from parsers.verbs import Command, Source, Verbs, meant, normalise, spoken, tagged

# A sign, a word, and more words: `/usr/bin/x`, `#123` and `# heading` are none of ours.
_SIGNED = re.compile(r"\s*[#/]([^\W\d_][\w-]*)(?![/\\#\w-]|\.\S)(.*)", re.DOTALL)
_LONGEST = 200
_FEW_WORDS = 3

# What is called fresh then was never told apart from what others wrote.
_NOT_TOLD_APART = frozenset({"only-quoted", "unreadable", "too-deep", "too-many-parts", "too-many-lines"})


@dataclass(frozen=True, slots=True)
class Unknown:
    """A line that has the form of a command and names no verb: as it stands, and without its sign."""

    written: str
    said: str
    source: Source
    line: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: the commands, what only looks like one, and the words without those lines.

    `bare_words` are the words with the bare phrases left in, for desks that read none of this writer.
    """

    commands: tuple[Command, ...]
    unknown: tuple[Unknown, ...]
    words: str
    bare_words: str


def find(mail: ParsedMail, verbs: Verbs) -> Found:
    """Read the commands of a mail; a machine's mail and a list's have none."""
    fresh = mail.fresh
    if mail.kind is not Kind.PERSONAL:
        return Found((), (), fresh, fresh)
    lines = fresh.split("\n")
    own = len(own_lines(mail))
    head, first = _first_lines(lines[:own], verbs)
    tail, last = _last_lines(lines[first:own], verbs, first)
    read = (*head, *tail)
    rest = [*lines[first : own - last], *lines[own:]]
    bare = [lines[item.line - 1] for item in head if isinstance(item, Command) and item.bare]
    words = "\n".join(rest).strip()
    return Found(
        (*_subject(mail.subject, verbs), *(item for item in read if isinstance(item, Command))),
        tuple(item for item in read if isinstance(item, Unknown)),
        words,
        "\n".join([*bare, words]).strip() if bare else words,
    )


def own_lines(mail: ParsedMail) -> list[str]:
    """The lines in which commands may stand: the fresh ones, up to a mail that is forwarded inside the text."""
    if any(defect.code in _NOT_TOLD_APART for defect in mail.defects):
        return []
    return forwarded.own_lines(mail.fresh)


def _subject(subject: str, verbs: Verbs) -> Iterator[Command]:
    for tag in bracketed(subject):
        found = tagged(tag, verbs)
        if found:
            yield Command(found[0].name, found[1], Source.SUBJECT, 1)


def _first_lines(lines: Sequence[str], verbs: Verbs) -> tuple[list[Command | Unknown], int]:
    """Commands up to the first line that is none, and how many lines they take."""
    found: list[Command | Unknown] = []
    taken = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        item = _signed(line, verbs, number) or _bare(line, verbs, number)
        if item is None or not (isinstance(item, Command) or _is_attempt(item, verbs)):
            break
        found.append(item)
        taken = number
    return found, taken


def _last_lines(lines: Sequence[str], verbs: Verbs, offset: int) -> tuple[list[Command | Unknown], int]:
    """Signed commands from the end up to the last line that is none, and how many lines they take."""
    found: list[Command | Unknown] = []
    taken = 0
    for back, line in enumerate(reversed(lines), start=1):
        if not line.strip():
            continue
        item = _signed(line, verbs, offset + len(lines) - back + 1)
        # At the end of a letter a word with a sign before it may be anything: it must be a verb, or near to one.
        if item is None or (isinstance(item, Unknown) and meant(item.said, verbs) is None):
            break
        found.append(item)
        taken = back
    return found[::-1], taken


def _is_attempt(item: Unknown, verbs: Verbs) -> bool:
    """A mistyped verb, or a `#word` with at most two others; a path or a sentence is no command."""
    if meant(item.said, verbs) is not None:
        return True
    return item.written.startswith("#") and len(item.written.split()) <= _FEW_WORDS


def _signed(line: str, verbs: Verbs, number: int) -> Command | Unknown | None:
    if len(line) > _LONGEST:
        return None
    form = _SIGNED.fullmatch(line.rstrip().rstrip(".!"))
    if form is None:
        return None
    said = form[1] + form[2]
    found = spoken(said, verbs)
    if found is None:
        return Unknown(line.strip(), said, Source.BODY, number)
    return Command(found[0].name, found[1], Source.BODY, number)


def _bare(line: str, verbs: Verbs, number: int) -> Command | None:
    """A phrase alone on its line; a full stop or an exclamation mark after it is forgiven."""
    if len(line) > _LONGEST:
        return None
    said = normalise(line.strip().rstrip(".!"))
    verb = next((verb for verb in verbs.known if said in verb.phrases), None)
    if verb is not None:
        return Command(verb.name, (), Source.BODY, number, bare=True)
    chosen = (
        (v, choice) for v in verbs.known for phrase in v.phrases for choice in v.choices if said == f"{phrase} {choice}"
    )
    found = next(chosen, None)
    return Command(found[0].name, tuple(found[1].split()), Source.BODY, number, bare=True) if found else None
