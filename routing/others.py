"""Which other tickets the commands of a mail are about: they are looked up, and locked, before anything is decided."""

import re
from collections.abc import Iterator

from parsers.intent import Command, Intent, Orders

VERBS = ("merge", "unmerge")
"""The commands that name other tickets, or mean those merged into theirs."""
INTO = "into"

_KEY = re.compile(r"[A-Z]{2,10}-[0-9]{1,18}")


def named(intent: Intent) -> tuple[str, ...] | None:
    """The keys of the other tickets that a mail's commands name; None where no command is about others."""
    commands = [each for each in intent.acts if each.name in VERBS] if isinstance(intent, Orders) else []
    if not commands:
        return None
    return tuple(dict.fromkeys(key for command in commands for key in keys(command) if _KEY.fullmatch(key)))


def keys(command: Command) -> tuple[str, ...]:
    """The keys among the words of a command, in capitals, as they are to be looked up; brackets and commas are off."""
    return tuple(dict.fromkeys(_keys(command)))


def _keys(command: Command) -> Iterator[str]:
    words = command.arguments[1:] if is_into(command) else command.arguments
    for word in words:
        yield from (part.strip("[].;").upper() for part in word.split(",") if part.strip("[].;"))


def is_into(command: Command) -> bool:
    """Whether it says `merge into`: this ticket becomes a part of that one."""
    return bool(command.arguments) and command.arguments[0].casefold() == INTO
