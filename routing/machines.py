"""Mail that no person wrote: answers of machines, and what mail systems report of our letters."""

from dataclasses import replace

from parsers.intent import AutoReply, Open, Report
from routing.audience import kept_for
from routing.authority import Allowed, Denied, is_stranger, may_comment
from routing.beginning import opened
from routing.draft import Draft, cause_of
from routing.events import Commented, Delivery
from routing.learning import learnt
from routing.model import Decision, Situation
from routing.setting_aside import set_aside


def automatic(situation: Situation, intent: AutoReply) -> Decision:
    """A machine's words: noted on the ticket whose letter they answer, else kept apart or a ticket of their own.

    Nobody is told of them on a ticket. A mail that merely calls itself automatic still opens one, unanswered.
    """
    situation = replace(situation, mail=replace(situation.mail, auto_submitted=True))
    verdict = may_comment(situation)
    deleted = situation.ticket is not None and situation.ticket.hidden and situation.minted is None
    if situation.ticket is None or deleted or is_stranger(situation, verdict):
        return opened(situation, Open(intent.words))
    draft = Draft(situation, situation.ticket)
    if situation.minted is None and isinstance(verdict, Denied):
        return set_aside(draft, verdict, intent)
    if isinstance(verdict, Allowed):
        draft = learnt(draft)  # desks tell their numbers by machine more often than not
    note = Commented(
        machine=situation.mail.kind.value,
        at=situation.now,
        actor=situation.author,
        audience=kept_for(situation),
        text=intent.words.text,
        attachments=intent.words.attachments,
        cause=cause_of(situation),
    )
    return draft.add(note).decide("noted")


def reported(situation: Situation, report: Report) -> Decision:
    """What became of a letter of ours; a report about anything else is none of our business."""
    letter = situation.minted
    if letter is None or situation.ticket is None:
        return Decision(outcome="ignored", why=("the report names no letter of ours",))
    failed = report.bounce.recipients if report.bounce else ()
    delivery = Delivery(
        recipients=tuple(dict.fromkeys(one.address for one in failed)) or (letter.address,),
        outcome=", ".join(dict.fromkeys(f"{one.action} {one.status}".strip() for one in failed))
        or situation.mail.kind.value,
        at=situation.now,
        actor=None,
        audience="internal",
        text=report.words.text,
        attachments=report.words.attachments,
        cause=cause_of(situation),
    )
    return Draft(situation, situation.ticket).add(delivery).decide("delivery")
