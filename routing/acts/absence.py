"""The command `away`: no new tickets for the writer until a day, or until it says that it is back."""

from dataclasses import replace
from datetime import date
from typing import TypeAlias

from parsers.intent import Command, Intent, Orders, Words
from parsers.verbs import normalise
from routing import questions
from routing.acts.people import writer
from routing.authority import Denied, Lack, only_for
from routing.builtin import BUILT_IN
from routing.dates import day
from routing.draft import Draft
from routing.model import Absence, Decision, Situation
from routing.notices import Occasion, answer_apart, of_machine

_VERB = "away"
_UNTIL = frozenset({"until", "till", "bis", "jusqu'au", "hasta"})
_BACK = frozenset({"off", "no", "back", "ende", "nein"})


def away(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`away until friday`, `away` without an end, `away off`. The day (UTC) named is the first one back."""
    person = writer(draft)
    if not person.registered:
        return "Only registered people can be away."
    said = _stated(command, draft.situation.now.date())
    if isinstance(said, str):
        return said
    until, done = said
    return replace(draft, absence=Absence(person.address, until)).did(done)


def apart(situation: Situation, intent: Intent, verdict: Denied) -> Decision | None:
    """What a mail does that says nothing but `away`, and is about no ticket of its writer; None for any other mail.

    It must prove as much as a question that is answered with contents; else its writer gets one letter a day, and
    whoever answers that is proven.
    """
    person = situation.writer
    if not isinstance(intent, Orders) or [act.name for act in intent.acts] != [_VERB] or intent.move is not None:
        return None
    if intent.words.text.strip() or intent.words.attachments or intent.questions:
        return None
    if person is None or not person.registered or situation.quiet or of_machine(situation):
        return None
    if verdict.code is Lack.OWNERSHIP:
        return None
    if not questions.is_proven(situation, person):
        mailing = questions.once_a_day(situation, person, intent.acts)
        return Decision("answered", notices=mailing.notices, not_told=mailing.not_told, why=("it proves too little",))
    who = situation.desk.workflow.acts.get(_VERB, ())
    side = situation.desk.directory.side(person)
    said = _stated(intent.acts[0], situation.now.date()) if side in who else only_for(BUILT_IN[_VERB].label, who)
    if isinstance(said, str):
        mailing = answer_apart(situation, Occasion("refusal", details={"reason": said}))
        return Decision("refused", notices=mailing.notices, not_told=mailing.not_told, why=(said,))
    until, done = said
    mailing = answer_apart(situation, Occasion("receipt", details={"done": done}))
    absence = Absence(person.address, until)
    return Decision("moved", notices=mailing.notices, not_told=mailing.not_told, absence=absence, why=("away",))


_Stated: TypeAlias = tuple[date | None, str]
"""Until when somebody is away, and the sentence that confirms it."""


def _stated(command: Command, today: date) -> _Stated | str:
    """What a command says, or what is wrong with it: a sentence."""
    words = [word for word in command.arguments if normalise(word) not in _UNTIL]
    if normalise(" ".join(words)) in _BACK:
        return None, "You are back: new tickets may come to you again."
    if not words:
        return date.max, "You are away: no new tickets come to you until you write #away off."
    back = day(" ".join(words), today)
    if back is None:
        return f'"{" ".join(words)}" is no day to come: write #away until 2026-12-31, #away until friday or #away off.'
    return back, f"You are away: no new tickets come to you before {back:%A}, {back.isoformat()} (UTC)."
