"""The commands `notify`, `digest` and `quiet`: which letters the writer wants, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from parsers.intent import Command
from parsers.verbs import normalise
from routing.choices import DIGEST_AT, QUIET, kept, spans
from routing.directory import Person
from routing.hours import clock
from routing.model import Desk
from routing.wishes import DIGESTS, KINDS, Topic, Wish, topic, wish

_DONE = "Your choice of letters was changed."
_AS_IT_WAS = "Nothing was changed."
_HOW = "at once, hourly, daily or never"
_NO_DIGEST = "Write #digest daily, #digest daily 07:30, #digest hourly or #digest off."
_USAGE = "Write #notify comment hourly, or #notify all at once."


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody chose, by what it is about, as it is kept; and the sentence that confirms it."""

    settings: Mapping[str, str]
    done: str


def notify(command: Command, person: Person, desk: Desk, _now: datetime) -> Said | str:
    """`notify comment hourly`, `notify all at once`; alone it changes nothing, and the receipt shows what is chosen."""
    if not command.arguments:
        return Said({}, _AS_IT_WAS)
    named, *words = command.arguments
    about, wanted = topic(named), wish(" ".join(words))
    if about is None:
        return f'There are no letters of the kind "{named}": write one of these: all, {", ".join(KINDS)}. {_USAGE}'
    if wanted is None:
        return f'"{" ".join(words)}" is not how letters come: write {_HOW}. {_USAGE}'
    # To choose for all of them is to take back what was chosen for one.
    abouts = (about,) if about is not Topic.DEFAULT else (about, *(one for one, _ in person.wishes if one is not about))
    whole = about is Topic.DEFAULT and any(kind not in desk.workflow.people.never for kind in KINDS)
    if wanted is Wish.NEVER and (whole or about not in (Topic.DEFAULT, *desk.workflow.people.never)):
        return "This desk lets nobody do without such letters: choose at once, hourly or daily."
    return Said({one.value: wanted.value for one in abouts}, _DONE)


def digest(command: Command, person: Person, _desk: Desk, _now: datetime) -> Said | str:
    """`digest daily`, `digest daily 07:30`, `digest hourly`, `digest off`. What comes never goes on so."""
    said, *rest = command.arguments or ("",)
    at = clock(" ".join(word for word in rest if normalise(word) not in ("at", "um", "à", "a")))
    settings: dict[str, str] = {}
    if normalise(said) in ("off", "no", "never"):
        if rest:
            return _NO_DIGEST
        settings = {one.value: Wish.AT_ONCE.value for one, wanted in person.wishes if wanted in DIGESTS}
        return Said(settings, _DONE if settings else _AS_IT_WAS)
    wanted = wish(said)
    if wanted not in DIGESTS or (rest and (at is None or wanted is not Wish.DAILY)):
        return _NO_DIGEST
    now = {Topic.DEFAULT: person.wish(Topic.DEFAULT), **dict(person.wishes)}
    settings = {one.value: wanted.value for one, before in now.items() if before is not Wish.NEVER}
    return Said({**settings, **({DIGEST_AT: f"{at:%H:%M}"} if at else {})}, _DONE)


def quiet(command: Command, _person: Person, _desk: Desk, _now: datetime) -> Said | str:
    """`quiet 22:00-07:00`, `quiet 18:00-08:00 mon-fri, 00:00-24:00 sat sun`, `quiet off`."""
    words = " ".join(command.arguments)
    if normalise(words) in ("off", "no", "never"):
        return Said({QUIET: ""}, "You have no quiet hours now.")
    found = spans(words)
    if not found:
        return f'"{words}" are no quiet hours: write #quiet 22:00-07:00, #quiet 22:00-07:00 mon-fri or #quiet off.'
    return Said({QUIET: kept(found)}, "Letters that are not urgent wait for the end of your quiet hours from now on.")
