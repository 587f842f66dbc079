"""What a mail asks for: the `Intent` union and `intend`, which reads it from fresh words only."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from parsers.mail import Bounce


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
