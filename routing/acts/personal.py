"""Commands about their writer alone, beside any ticket or in a mail about one: `away`, `notify`, `digest`, `quiet`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from parsers.intent import Command, Intent, Orders, Words
from routing import questions
from routing.acts import absence, preferences
from routing.acts.people import writer
from routing.authority import Denied, Lack, only_for
from routing.builtin import BUILT_IN
from routing.choices import shown, with_settings
from routing.directory import Person
from routing.draft import Draft
from routing.model import Absence, Chosen, Decision, Desk, Situation
from routing.notices import Details, Occasion, answer_apart, of_machine

_UNREGISTERED = "Only registered people can say this of themselves."

Said: TypeAlias = absence.Said | preferences.Said
_SAY: Mapping[str, Callable[[Command, Person, Desk, datetime], Said | str]] = {
    "away": absence.said,
    "notify": preferences.notify,
    "digest": preferences.digest,
    "quiet": preferences.quiet,
}
NAMES = frozenset(_SAY)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What the commands of a mail have settled so far, and the person as it then is."""

    person: Person
    done: tuple[str, ...] = ()
    absence: Absence | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    shows: bool = False


def follow(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """One of these commands in a mail about a ticket."""
    person, before = writer(draft), draft.chosen.settings if draft.chosen else {}
    if not person.registered:
        return _UNREGISTERED
    known = _Settled(with_settings(person, before), absence=draft.absence, settings=before)
    found = _settled(known, command, draft.situation)
    if isinstance(found, str):
        return found
    draft = replace(draft, absence=found.absence, chosen=_chosen(found))
    if found.shows:
        draft = replace(draft, choices=shown(found.person, draft.situation.desk))
    return replace(draft, done=(*draft.done, *found.done))


def apart(situation: Situation, intent: Intent, verdict: Denied) -> Decision | None:
    """What a mail does that says only such things, and is about no ticket of its writer; None for any other mail.

    It must prove as much as a question that is answered with contents; else its writer gets one letter a day, and
    whoever answers that is proven.
    """
    person = situation.writer
    if not isinstance(intent, Orders) or not _is_personal(intent) or verdict.code is Lack.OWNERSHIP:
        return None
    if person is None or not person.registered or situation.quiet or of_machine(situation):
        return None
    if not questions.is_proven(situation, person):
        mailing = questions.once_a_day(situation, person, intent.acts)
        return Decision("answered", notices=mailing.notices, not_told=mailing.not_told, why=("it proves too little",))
    found = _Settled(person)
    for command in intent.acts:
        step = _allowed(situation, person, command) or _settled(found, command, situation)
        if isinstance(step, str):
            mailing = answer_apart(situation, Occasion("refusal", details={"reason": step}))
            return Decision("refused", notices=mailing.notices, not_told=mailing.not_told, why=(step,))
        found = step
    choices = shown(found.person, situation.desk) if found.shows else ()
    details: Details = {"done": " ".join(dict.fromkeys(found.done)), **({"choices": choices} if choices else {})}
    mailing = answer_apart(situation, Occasion("receipt", details=details))
    return Decision(
        "moved",
        notices=mailing.notices,
        not_told=mailing.not_told,
        absence=found.absence,
        chosen=_chosen(found),
        why=tuple(dict.fromkeys(command.name for command in intent.acts)),
    )


def _is_personal(orders: Orders) -> bool:
    only = bool(orders.acts) and all(act.name in NAMES for act in orders.acts)
    silent = not orders.words.text.strip() and not orders.words.attachments
    return only and silent and orders.move is None and not orders.questions


def _allowed(situation: Situation, person: Person, command: Command) -> str | None:
    """Why this desk does not let somebody say a command, a sentence."""
    who = situation.desk.workflow.acts.get(command.name, ())
    side = situation.desk.directory.side(person)
    return None if side in who else only_for(BUILT_IN[command.name].label, who)


def _settled(known: _Settled, command: Command, situation: Situation) -> _Settled | str:
    """What one more command makes of it; a sentence where it cannot be followed."""
    said = _SAY[command.name](command, known.person, situation.desk, situation.now)
    match said:
        case str():
            return said
        case absence.Said(until=until, done=done):
            return replace(known, absence=Absence(known.person.address, until), done=(*known.done, done))
        case preferences.Said(settings=settings, done=done):
            person = with_settings(known.person, settings)
            whole = {**known.settings, **settings}
            return replace(known, person=person, settings=whole, done=(*known.done, done), shows=True)


def _chosen(found: _Settled) -> Chosen | None:
    return Chosen(found.person.address, found.settings) if found.settings else None
