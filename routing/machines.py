"""Mail that no person wrote: answers of machines, and what mail systems report of our letters."""

from dataclasses import replace

from parsers import address
from parsers.intent import AutoReply, Open, Report
from parsers.mail import FailedRecipient
from routing.audience import kept_for
from routing.authority import Allowed, Denied, is_stranger, may_comment
from routing.beginning import opened
from routing.delivery import MOST_EVENTS, Account, Fate, Mishap, befell, quoted, unsigned
from routing.directory import canonical
from routing.draft import Draft, cause_of
from routing.events import Commented, Delivery
from routing.learning import learnt
from routing.model import Decision, Minted, Proof, Situation
from routing.notices import of_machine
from routing.setting_aside import set_aside
from routing.suppression import Failure

MOST_NAMED = 20
"""Addresses of a report that its event repeats."""


def automatic(situation: Situation, intent: AutoReply) -> Decision:
    """A machine's words: noted on the ticket whose letter they answer, else kept apart or a ticket of their own.

    Nobody is told of them on a ticket. A mail that merely calls itself automatic still opens one, unanswered.
    """
    situation = replace(situation, mail=replace(situation.mail, auto_submitted=True))
    verdict = may_comment(situation)
    deleted = situation.ticket is not None and situation.ticket.hidden and situation.minted is None
    if situation.ticket is None and situation.minted is not None:
        return Decision(outcome="ignored", why=("a machine answers a letter of ours that is about no ticket",))
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


def heard_of(situation: Situation, decision: Decision) -> Decision:
    """The decision; somebody to whom nothing was sent and who writes with proof gets letters again."""
    if situation.suppression is None or situation.author is None or situation.proof is Proof.NONE:
        return decision
    if situation.quiet or of_machine(situation) or decision.held is not None:
        return decision
    why = (*decision.why, "letters to the writer are sent again")
    return replace(decision, heard=canonical(situation.author), why=why)


def reported(situation: Situation, report: Report) -> Decision:
    """What became of a letter of ours; a report about anything else is none of our business.

    It proves something only where it comes as mail systems report, to the return path of a letter, and speaks of
    the address that this letter went to. Any other is noted on the ticket, the first few of them, and does nothing.
    """
    letter = situation.minted
    if letter is None or (situation.ticket is None and letter.ticket):
        return Decision(outcome="ignored", why=("the report names no letter of ours",))
    if _is_of_another(situation, report, letter):
        return Decision(outcome="ignored", why=("the report names another letter than the one that it came to",))
    account = Account(unsigned(report.words.text), report.words.attachments, cause_of(situation))
    found = report.bounce.recipients if report.bounce else ()
    own = next((one for one in found if _is_same(one.address, letter.address)), None)
    lack = _unproven(situation, own)
    if lack is None and own is not None:
        fate = Fate.FAILED if own.action == "failed" else Fate.LATE
        return befell(situation, Mishap(fate, own.status, quoted(own.diagnostic)), account)
    failure = Failure(letter.letter, canonical(letter.address))
    if situation.ticket is None or situation.deliveries.reports >= MOST_EVENTS:
        return Decision("counted", failure=failure, why=(lack or "",))
    told = ", ".join(dict.fromkeys(f"{one.action} {one.status}".strip() for one in found))
    delivery = Delivery(
        recipients=tuple(dict.fromkeys(one.address for one in found))[:MOST_NAMED] or (letter.address,),
        outcome=f"{told}, not proven" if told else situation.mail.kind.value,
        at=situation.now,
        actor=None,
        audience="internal",
        text=account.text,
        attachments=account.attachments,
        cause=account.cause,
    )
    return replace(Draft(situation, situation.ticket).add(delivery).decide("noted", lack or ""), failure=failure)


def _is_of_another(situation: Situation, report: Report, letter: Minted) -> bool:
    """Whether a report names a Message-ID of ours that is not the letter's. Some relays give letters another one."""
    named = report.bounce.original_message_id if report.bounce else None
    if named is None or named.lower() == letter.message_id.lower():
        return False
    return address.has_form(named, situation.desk.hostname)


def _unproven(situation: Situation, own: FailedRecipient | None) -> str | None:
    """What a report lacks to be believed, None for nothing."""
    if not situation.returned:
        return "the report did not come to the return path of a letter"
    if situation.envelope.sender not in ("", "<>") and not situation.mail.auto_submitted:
        return "the report comes from an address, and is not marked as a machine's"
    return None if own is not None else "the report does not speak of the address that the letter went to"


def _is_same(reported: str, known: str) -> bool:
    """Whether two spellings are one address; mail systems know international domains in A-labels only."""
    return canonical(reported) == canonical(known) or _plain(reported) == _plain(known)


def _plain(written: str) -> str:
    local, _, domain = canonical(written).rpartition("@")
    labels = (
        each if each.isascii() else f"xn--{each.encode('punycode').decode('ascii')}" for each in domain.split(".")
    )
    return f"{local}@{'.'.join(labels)}"
