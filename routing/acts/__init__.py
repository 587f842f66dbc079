"""The built-in commands: each takes a draft and gives the next one, or a sentence that says why it cannot be done."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from parsers.intent import Command, Words
from routing.acts import audiences, settings, watching
from routing.authority import Denied, may_act
from routing.directory import Side
from routing.draft import Draft

Act: TypeAlias = Callable[[Draft, Command, Words], Draft | str]

ACTS: Mapping[str, Act] = {
    "priority": settings.priority,
    "status": settings.status,
    "category": settings.category,
    "internal": audiences.internal,
    "staff": audiences.staff,
    "watch": watching.watch,
    "unwatch": watching.unwatch,
    "cc": watching.cc,
}


def follow(draft: Draft, side: Side, command: Command, words: Words) -> Draft | str:
    """What one command makes of a draft, where its writer may say it."""
    verdict = may_act(draft.situation, command.name)
    if isinstance(verdict, Denied):
        return verdict.reason
    return ACTS[command.name](draft, command, words)
