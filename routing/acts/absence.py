"""The command `away`: no new tickets for the writer until a day, or until it says that it is back."""

from dataclasses import replace
from datetime import date

from parsers.intent import Command, Words
from parsers.verbs import normalise
from routing.acts.people import writer
from routing.dates import day
from routing.draft import Draft
from routing.model import Absence

_UNTIL = frozenset({"until", "till", "bis", "jusqu'au", "hasta"})
_BACK = frozenset({"off", "no", "back", "ende", "nein"})


def away(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`away until friday`, `away` without an end, `away off`. The day (UTC) named is the first one back."""
    person = writer(draft)
    if not person.registered:
        return "Only registered people can be away."
    words = [word for word in command.arguments if normalise(word) not in _UNTIL]
    if normalise(" ".join(words)) in _BACK:
        return _since(draft, None, "You are back: new tickets may come to you again.")
    if not words:
        return _since(draft, date.max, "You are away: no new tickets come to you until you write #away off.")
    back = day(" ".join(words), draft.situation.now.date())
    if back is None:
        return f'"{" ".join(words)}" is no day to come: write #away until 2026-12-31, #away until friday or #away off.'
    return _since(draft, back, f"You are away: no new tickets come to you before {back:%A}, {back.isoformat()} (UTC).")


def _since(draft: Draft, until: date | None, done: str) -> Draft:
    return replace(draft, absence=Absence(writer(draft).address, until)).did(done)
