"""Mail that opens a ticket: for whom, what it follows, and what of its commands counts."""

from parsers.intent import Command, Orders, Unclear, Words
from routing import closed, creation, questions
from routing.acts import behalf
from routing.draft import Draft
from routing.events import Refusal
from routing.hearing import asked
from routing.learning import learnt
from routing.model import Decision, Situation
from routing.naming import no_system
from routing.notices import Details, Occasion
from routing.opening import open_ticket
from routing.refusals import CONFUSED, Spoken, refusal

_TOO_EARLY = "A new message opens a ticket before anything can be done with it: answer our letter about it."


def opened(situation: Situation, intent: Spoken, *, follows: bool = False) -> Decision:
    """A new ticket; where it `follows` one that takes no more words, that one keeps a note of it."""
    intent, principal = behalf.read(situation, intent)
    person = None if isinstance(principal, str) else principal
    person = closed.requester(situation) if follows and person is None else person
    found = open_ticket(situation, intent.words, _filled_in(situation, intent), principal=person, follows=follows)
    if isinstance(found, Decision):
        return found
    draft, newcomer = learnt(found[0]), found[1]
    old = situation.ticket
    if old is None:
        why = "nothing names a ticket"
    elif follows:
        draft, why = closed.linked(draft, old), f"{old.key} takes no more messages"
    else:
        why = f"the writer is no party of {old.key}"
    if isinstance(principal, str):
        draft = _told(draft, refusal(draft, (behalf.USAGE,), principal, Words("")))
    return _with_requests(draft, intent).decide("opened", why, newcomer=newcomer)


def _filled_in(situation: Situation, intent: Spoken) -> tuple[Command, ...]:
    """The commands of an opening mail that fill in the creation form, where it has no others."""
    return intent.acts if isinstance(intent, Orders) and creation.only_fills(situation.desk.workflow, intent) else ()


def _with_requests(draft: Draft, intent: Spoken) -> Draft:
    """What an opening mail asks for beside: help is given, commands are refused. Only registered people are answered.

    Everybody else has the acknowledgement; more letters to unproven addresses would make a mail bomb of us.
    """
    situation, refused = draft.situation, _refused_in_opening(draft, intent)
    registered = situation.writer is not None and situation.writer.registered
    if isinstance(intent, Orders) and registered:
        draft = questions.in_opening(draft, intent)
    return draft if refused is None else _told(draft, refused)


def _told(draft: Draft, refused: Refusal) -> Draft:
    """Something in an opening mail is not done; only registered people are told."""
    writer = draft.situation.writer
    draft = draft.add(refused)
    details: Details = {"reason": refused.reason, "asked": refused.asked}
    return draft.answer(Occasion("refusal", details=details)) if writer and writer.registered else draft


def _refused_in_opening(draft: Draft, intent: Spoken) -> Refusal | None:
    match intent:
        case Unclear(confusion=confusion):
            return refusal(draft, asked(intent), CONFUSED[confusion], Words(""))
        case Orders() if (intent.acts or intent.move) and not creation.only_fills(
            draft.situation.desk.workflow, intent
        ):
            return refusal(draft, asked(intent), _TOO_EARLY, Words(""))
        case _:
            system = draft.situation.system
            if system is None or system == draft.ticket.system:
                return None
            return refusal(draft, (f"system {system}",), no_system(system), Words(""))
