"""The built-in commands: each takes a draft and gives the next one, or a sentence that says why it cannot be done."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from parsers.intent import Command, Words
from routing.acts import (
    admitting,
    assignment,
    audiences,
    behalf,
    deleting,
    forwarding,
    merging,
    personal,
    rating,
    settings,
    transfer,
    undoing,
    watching,
)
from routing.authority import Denied, may_act
from routing.directory import Side
from routing.draft import Draft

Act: TypeAlias = Callable[[Draft, Command, Words], Draft | str]

ACTS: Mapping[str, Act] = {
    "priority": settings.priority,
    "status": settings.status,
    "category": settings.category,
    "visibility": settings.visibility,
    "internal": audiences.internal,
    "staff": audiences.staff,
    "assign": assignment.assign,
    "take": assignment.take,
    "release": assignment.release,
    "transfer": transfer.transfer,
    **dict.fromkeys(personal.NAMES, personal.follow),
    "watch": watching.watch,
    "unwatch": watching.unwatch,
    "rate": rating.rate,
    "undo": undoing.undo,
    "cc": watching.cc,
    "forward": forwarding.forward,
    "merge": merging.merge,
    "unmerge": merging.unmerge,
    "delete": deleting.delete,
    "on-behalf-of": behalf.on_behalf_of,
    "approve": admitting.approve,
    "invite": admitting.invite,
}


_GIVES_AWAY = frozenset({"forward", "merge", "delete"})


def in_order(commands: Sequence[Command]) -> list[Command]:
    """The commands of a mail as they are followed: those last after which its writer may have no say any longer."""
    return sorted(commands, key=lambda command: command.name in _GIVES_AWAY)


def follow(draft: Draft, side: Side, command: Command, words: Words) -> Draft | str:
    """What one command makes of a draft, where its writer may say it."""
    verdict = may_act(draft.situation, command.name)
    if isinstance(verdict, Denied):
        return verdict.reason
    return ACTS[command.name](draft, command, words)
