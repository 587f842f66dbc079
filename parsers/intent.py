"""What a mail asks for: the `Intent` union and `intend`, which reads it from fresh words only."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from parsers.clues import Clues
from parsers.commands import Found, find
from parsers.mail import Bounce, Kind, ParsedMail
from parsers.verbs import Command, Source, Verb, Verbs, meant, normalise

__all__ = ["Command", "Source", "Verb", "Verbs", "normalise"]


@dataclass(frozen=True, slots=True)
class Words:
    """What the writer said, without its command lines, and the names of what was attached."""

    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """A new matter."""

    words: Words


@dataclass(frozen=True, slots=True)
class Comment:
    """Words for a ticket that the mail names."""

    words: Words


@dataclass(frozen=True, slots=True)
class Move:
    """Exactly one move of the desk.

    `otherwise` is set where the command is a bare phrase: what the mail means where the desk reads none of this writer.
    """

    command: Command
    words: Words
    otherwise: "Open | Comment | None" = None


class Question(StrEnum):
    """What can be asked by mail."""

    HELP = "help"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the desk itself. `otherwise` as in `Move`."""

    question: Question
    command: Command
    words: Words
    otherwise: "Open | Comment | None" = None


class Confusion(StrEnum):
    """Why commands could not be followed."""

    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    ARGUMENTS = "arguments"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Commands that cannot be followed: nothing is done, the words are kept, the sender is asked.

    `written` is what stood there, `suggestion` the verb that was probably meant. `otherwise` as in `Move`: it is set
    where all that is unclear are bare phrases.
    """

    confusion: Confusion
    written: tuple[str, ...]
    words: Words
    suggestion: str | None = None
    otherwise: "Open | Comment | None" = None


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A machine answered: noted on its ticket, changes nothing, is never answered."""

    words: Words


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report or another notice of a mail system about a letter."""

    words: Words
    bounce: Bounce | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing to do, and why."""

    reason: str


Intent: TypeAlias = Open | Comment | Move | Ask | Unclear | AutoReply | Report | Ignore

HELP = "help"
SYSTEM = "system"


def commands(mail: ParsedMail, verbs: Verbs) -> tuple[Command, ...]:
    """All commands that stand in a mail, in order."""
    return find(mail, verbs).commands


def intend(mail: ParsedMail, clues: Clues, verbs: Verbs) -> Intent:
    """What a mail asks for, before anybody looks at who may.

    Subject commands that the answered mail carried already are told apart later, where that mail is known.
    """
    attachments = tuple(attachment.filename for attachment in mail.attachments)
    if mail.kind.by_machine:
        return _machine(mail, Words(mail.fresh, attachments))
    found = find(mail, verbs)
    words = Words(found.words, attachments)
    orders = _orders(found)
    if not orders and not found.unknown:
        return _said(words, clues)
    bare = all(command.bare for command in orders) and not found.unknown
    otherwise = _said(Words(found.bare_words, attachments), clues) if bare else None
    return _confused(mail, found, orders, verbs, words, otherwise) or _order(orders[0], words, otherwise)


def _machine(mail: ParsedMail, words: Words) -> AutoReply | Report:
    if mail.kind in (Kind.BOUNCE, Kind.FEEDBACK, Kind.RECEIPT):
        return Report(words, mail.bounce)
    return AutoReply(words)


def _said(words: Words, clues: Clues) -> Open | Comment:
    named = clues.tokens or clues.threads or clues.references or clues.tags
    return Comment(words) if named else Open(words)


def _orders(found: Found) -> tuple[Command, ...]:
    """The commands without repetition; naming a system only says what an opening mail is about.

    A verb that stands twice, once without its words, is one command; the body's outranks the subject's, which mail
    programs repeat.
    """
    merged: dict[tuple[str, tuple[str, ...]], Command] = {}
    spelt = {command.name for command in found.commands if command.arguments}
    for command in sorted(found.commands, key=lambda c: c.source is Source.SUBJECT):
        if command.name != SYSTEM and (command.arguments or command.name not in spelt):
            merged.setdefault((command.name, command.arguments), command)
    return tuple(merged.values())


def _confused(
    mail: ParsedMail,
    found: Found,
    orders: tuple[Command, ...],
    verbs: Verbs,
    words: Words,
    otherwise: Open | Comment | None,
) -> Unclear | None:
    """All or nothing: one thing that cannot be followed undoes all commands of the mail."""
    written = tuple(_written(command) for command in orders) + tuple(item.written for item in found.unknown)
    if mail.commands_disagree:
        return Unclear(Confusion.DISAGREE, written, words, None, otherwise)
    if found.unknown:
        return Unclear(Confusion.UNKNOWN, written, words, meant(found.unknown[0].said, verbs), otherwise)
    taking = {verb.name for verb in verbs.known if verb.takes_arguments}
    if any(command.arguments and command.name not in taking for command in orders):
        return Unclear(Confusion.ARGUMENTS, written, words, None, otherwise)
    if len(orders) > 1:
        return Unclear(Confusion.CONFLICT, written, words, None, otherwise)
    return None


def _order(command: Command, words: Words, otherwise: Open | Comment | None) -> Move | Ask:
    if command.name == HELP:
        return Ask(Question.HELP, command, words, otherwise)
    return Move(command, words, otherwise)


def _written(command: Command) -> str:
    """A command as it stood there, as far as a reader needs to know it again."""
    said = " ".join((command.name.replace("-", " "), *command.arguments))
    match command.source:
        case Source.SUBJECT:
            return f"[{said}]"
        case _:
            return said if command.bare else f"#{said}"
