"""The command `away`: no new tickets for the writer until a day, or until it says that it is back."""

from dataclasses import dataclass
from datetime import date, datetime

from parsers.intent import Command
from parsers.verbs import normalise
from routing.dates import day
from routing.directory import Person
from routing.model import Desk

_UNTIL = frozenset({"until", "till", "bis", "jusqu'au", "hasta"})
_BACK = frozenset({"off", "no", "back", "ende", "nein"})


@dataclass(frozen=True, slots=True)
class Said:
    """Until when somebody is away, and the sentence that confirms it."""

    until: date | None
    done: str


def said(command: Command, _person: Person, _desk: Desk, now: datetime) -> Said | str:
    """`away until friday`, `away` without an end, `away off`; or what is wrong, a sentence.

    The day (UTC) named is the first one back.
    """
    words = [word for word in command.arguments if normalise(word) not in _UNTIL]
    if normalise(" ".join(words)) in _BACK:
        return Said(None, "You are back: new tickets may come to you again.")
    if not words:
        return Said(date.max, "You are away: no new tickets come to you until you write #away off.")
    back = day(" ".join(words), now.date())
    if back is None:
        return f'"{" ".join(words)}" is no day to come: write #away until 2026-12-31, #away until friday or #away off.'
    return Said(back, f"You are away: no new tickets come to you before {back:%A}, {back.isoformat()} (UTC).")
