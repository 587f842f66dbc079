"""What a mail asks for: the `Intent` union and `intend`, which reads it from fresh words only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from parsers.clues import Clues
from parsers.commands import Found, find
from parsers.mail import Bounce, Kind, ParsedMail
from parsers.verbs import Command, Source, Verb, VerbKind, Verbs, meant, normalise

__all__ = ["Command", "Source", "Verb", "VerbKind", "Verbs", "normalise"]


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
class Orders:
    """What a mail commands, to be followed in this order and all together: acts, at most one move, questions.

    `otherwise` is set where all commands are bare phrases: what the mail means where the desk reads none of this
    writer.
    """

    words: Words
    acts: tuple[Command, ...] = ()
    move: Command | None = None
    questions: tuple[Command, ...] = ()
    otherwise: "Open | Comment | None" = None

    @property
    def commands(self) -> tuple[Command, ...]:
        """All of them in their order."""
        return (*self.acts, *((self.move,) if self.move else ()), *self.questions)


class Confusion(StrEnum):
    """Why commands could not be followed."""

    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    ARGUMENTS = "arguments"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Commands that cannot be followed: nothing is done, the words are kept, the sender is asked.

    `written` is what stood there, `suggestion` the verb that was probably meant. `otherwise` as in `Orders`: it is set
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


Intent: TypeAlias = Open | Comment | Orders | Unclear | AutoReply | Report | Ignore

SYSTEM = "system"
UNDO = "undo"


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
    return _confused(mail, found, orders, verbs, words, otherwise) or _ordered(orders, verbs, words, otherwise)


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
    known = {verb.name: verb for verb in verbs.known}
    if not all(_is_complete(command, known[command.name]) for command in orders):
        return Unclear(Confusion.ARGUMENTS, written, words, None, otherwise)
    if _exclude_each_other([known[command.name] for command in orders]):
        return Unclear(Confusion.CONFLICT, written, words, None, otherwise)
    return None


def _is_complete(command: Command, verb: Verb) -> bool:
    """Whether a command has words where it needs some, and none where it takes none."""
    return verb.takes_arguments if command.arguments else not verb.needs_arguments


def _exclude_each_other(verbs: Sequence[Verb]) -> bool:
    """Two moves, or the same thing to be set to two values; and what takes an earlier mail back stands alone."""
    moves = sum(verb.kind is VerbKind.MOVE for verb in verbs)
    single = [verb.name for verb in verbs if not verb.repeatable]
    return moves > 1 or len(single) > len(set(single)) or (UNDO in single and len(verbs) > 1)


def _ordered(orders: Sequence[Command], verbs: Verbs, words: Words, otherwise: Open | Comment | None) -> Orders:
    kinds = {verb.name: verb.kind for verb in verbs.known}
    return Orders(
        words,
        tuple(command for command in orders if kinds[command.name] is VerbKind.ACT),
        next((command for command in orders if kinds[command.name] is VerbKind.MOVE), None),
        tuple(command for command in orders if kinds[command.name] is VerbKind.QUESTION),
        otherwise,
    )


def _written(command: Command) -> str:
    """A command as it stood there, as far as a reader needs to know it again."""
    said = " ".join((command.name.replace("-", " "), *command.arguments))
    match command.source:
        case Source.SUBJECT:
            return f"[{said}]"
        case _:
            return said if command.bare else f"#{said}"
