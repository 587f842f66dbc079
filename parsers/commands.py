"""Commands as they are written: bracketed in the subject, on the first lines and the last lines of the fresh words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.mail import Kind, ParsedMail
from parsers.tags import bracketed
from parsers.verbs import Command, Source, Verb, Verbs, normalise

# A sign, a word, and more words: `/usr/bin/x`, `#123` and `# heading` are none of ours.
_SIGNED = re.compile(r"\s*[#/]([^\W\d_][\w-]*)(?![/\\#.\w-])(.*)", re.DOTALL)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Unknown:
    """A line that has the form of a command and names no verb."""

    written: str
    word: str
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
    head, first = _first_lines(lines, verbs)
    tail, last = _last_lines(lines[first:], verbs, first)
    read = (*head, *tail)
    rest = lines[first : len(lines) - last]
    bare = [lines[item.line - 1] for item in head if isinstance(item, Command) and item.bare]
    words = "\n".join(rest).strip()
    return Found(
        (*_subject(mail.subject, verbs), *(item for item in read if isinstance(item, Command))),
        tuple(item for item in read if isinstance(item, Unknown)),
        words,
        "\n".join([*bare, words]).strip() if bare else words,
    )


def _subject(subject: str, verbs: Verbs) -> Iterator[Command]:
    for tag in bracketed(subject):
        command = _command(tag, verbs, Source.SUBJECT, 1)
        if command:
            yield command


def _first_lines(lines: Sequence[str], verbs: Verbs) -> tuple[list[Command | Unknown], int]:
    """Commands up to the first line that is none, and how many lines they take."""
    found: list[Command | Unknown] = []
    taken = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        item = _signed(line, verbs, number) or _bare(line, verbs, number)
        if item is None:
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
        # At the end of a letter a word with a sign before it may be anything: only what is a verb counts.
        if not isinstance(item, Command):
            break
        found.append(item)
        taken = back
    return found[::-1], taken


def _signed(line: str, verbs: Verbs, number: int) -> Command | Unknown | None:
    if len(line) > _LONGEST:
        return None
    form = _SIGNED.fullmatch(line.rstrip())
    if form is None:
        return None
    said = form[1] + form[2]
    return _command(said, verbs, Source.BODY, number) or Unknown(line.strip(), form[1], Source.BODY, number)


def _bare(line: str, verbs: Verbs, number: int) -> Command | None:
    """A phrase alone on its line; a full stop or an exclamation mark after it is forgiven."""
    if len(line) > _LONGEST:
        return None
    said = normalise(line.strip().rstrip(".!"))
    verb = next((verb for verb in verbs.known if said in verb.phrases), None)
    return Command(verb.name, (), Source.BODY, number, bare=True) if verb else None


def _command(said: str, verbs: Verbs, source: Source, line: int) -> Command | None:
    """The verb with the longest phrase that the words begin with; what follows are its arguments."""
    plain = normalise(said.strip().rstrip(".!"))
    best: tuple[Verb, str] | None = None
    for verb in verbs.known:
        for phrase in verb.phrases:
            fits = plain == phrase or plain.startswith(f"{phrase} ")
            if fits and (best is None or len(phrase) > len(best[1])):
                best = (verb, phrase)
    if best is None:
        return None
    return Command(best[0].name, _arguments(said, best[1]), source, line)


def _arguments(said: str, phrase: str) -> tuple[str, ...]:
    """The words after the phrase as they were written: a key with a hyphen stays whole."""
    words = said.split()
    for taken in range(1, len(words) + 1):
        if normalise(" ".join(words[:taken]).rstrip(".!")) == phrase:
            return tuple(words[taken:])
    return tuple(normalise(said)[len(phrase) :].split())
