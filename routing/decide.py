"""`decide`: the product in one pure function, one small function for each intent."""

from dataclasses import replace
from typing import TypeAlias, assert_never

from parsers.intent import AutoReply, Command, Comment, Confusion, Ignore, Intent, Open, Orders, Report, Unclear, Words
from routing import acts
from routing.authority import Allowed, Denied, Lack, may_comment, may_move
from routing.cast import OPERATOR_LANE
from routing.directory import Side, canonical
from routing.draft import Draft, cause_of, kept_for
from routing.events import Change, Commented, Delivery, Moved, Refusal, Unverified, changed
from routing.hearing import asked, heard
from routing.model import Decision, Situation
from routing.naming import name_system, no_system
from routing.notices import Details, Occasion, names_of, notify, warn
from routing.opening import open_ticket
from routing.ticket import Ticket
from routing.workflow import MoveRule, StateKind, Workflow

Spoken: TypeAlias = Open | Comment | Orders | Unclear

_CONFUSED = {
    Confusion.UNKNOWN: "A command is unknown here, so none of the commands in the mail was followed.",
    Confusion.CONFLICT: "The commands exclude each other, so none of them was followed.",
    Confusion.ARGUMENTS: "A command lacks a word or has one too many, so none of the commands was followed.",
    Confusion.DISAGREE: "The text and the HTML part of the mail hold different commands, so none was followed.",
}
_TOO_EARLY = "A new message opens a ticket before anything can be done with it: answer our letter about it."


def decide(situation: Situation, intent: Intent) -> Decision:
    """What one mail does: the events, the state after them, and who is told what. Total: no mail makes it raise."""
    understood, steps = heard(situation, intent)
    decision = _decided(situation, understood)
    return replace(decision, why=(*situation.why, *steps, *decision.why))


def _decided(situation: Situation, intent: Intent) -> Decision:
    match intent:
        case Open() | Comment() | Orders() | Unclear():
            return _spoken(situation, intent)
        case AutoReply():
            return _automatic(situation, intent)
        case Report():
            return _reported(situation, intent)
        case Ignore(reason=reason):
            return Decision(outcome="ignored", why=(reason,))
        case _:
            assert_never(intent)


def _spoken(situation: Situation, intent: Spoken) -> Decision:
    """Words of somebody: a party with proof acts, a party without is kept apart, a stranger opens a new ticket."""
    verdict = may_comment(situation)
    if situation.ticket is None or _is_stranger(situation, verdict):
        return _opened(situation, intent)
    draft = Draft(situation, situation.ticket)
    if isinstance(verdict, Denied):
        return _unverified(draft, verdict, intent)
    return _from_party(draft, verdict.side, intent)


def _from_party(draft: Draft, side: Side, intent: Spoken) -> Decision:
    """A party with proof. A system is named first: a move to its partners may stand in the same mail."""
    if isinstance(intent, Unclear):
        return _unclear(draft, side, intent)
    named = name_system(draft, side)
    if isinstance(named, str):
        return _misnamed(draft, side, intent, named)
    match intent:
        case Open(words=words) | Comment(words=words):
            return _commented(named, side, words)
        case Orders():
            done = _followed(named, side, intent)
            return _refused(draft, intent, done) if isinstance(done, str) else done
        case _:
            assert_never(intent)


def _followed(draft: Draft, side: Side, orders: Orders) -> Decision | str:
    """All that a mail commands, or why none of it is done: a sentence for the writer."""
    for command in orders.acts:
        step = acts.follow(draft, side, command, orders.words)
        if isinstance(step, str):
            return step
        draft = step
    if orders.move is not None:
        rule = _rule_of(draft.situation, orders.move, orders.words)
        if isinstance(rule, str):
            return rule
        draft = _moved(draft, rule, orders.move, orders.words)
    elif _says_something(orders.words):
        draft = _comment(draft, side, orders.words)
    outcome = "moved" if draft.done else "answered"
    draft = _receipt(draft) if draft.done else draft
    return (draft.answer(Occasion("help")) if orders.questions else draft).decide(outcome)


def _is_stranger(situation: Situation, verdict: Allowed | Denied) -> bool:
    """Somebody who named a ticket of others. Who carries a letter of ours is none: it was passed on."""
    return isinstance(verdict, Denied) and verdict.code is Lack.STANDING and situation.minted is None


def _opened(situation: Situation, intent: Spoken) -> Decision:
    found = open_ticket(situation, intent.words)
    if isinstance(found, Decision):
        return found
    draft, newcomer = found
    linked = situation.ticket.key if situation.ticket else None
    why = "nothing names a ticket" if linked is None else f"the writer is no party of {linked}"
    return _with_requests(draft, intent).decide("opened", why, newcomer=newcomer)


def _with_requests(draft: Draft, intent: Spoken) -> Draft:
    """What an opening mail asks for beside: help is given, commands are refused. Only registered people are answered.

    Everybody else has the acknowledgement; more letters to unproven addresses would make a mail bomb of us.
    """
    situation, refused = draft.situation, _refused_in_opening(draft, intent)
    registered = situation.writer is not None and situation.writer.registered
    if isinstance(intent, Orders) and intent.questions and registered:
        draft = draft.answer(Occasion("help"))
    if refused is None:
        return draft
    draft = draft.add(refused)
    details: Details = {"reason": refused.reason, "asked": refused.asked}
    return draft.answer(Occasion("refusal", details=details)) if registered else draft


def _refused_in_opening(draft: Draft, intent: Spoken) -> Refusal | None:
    match intent:
        case Unclear(confusion=confusion):
            return _refusal(draft, asked(intent), _CONFUSED[confusion], Words(""))
        case Orders() if intent.acts or intent.move:
            return _refusal(draft, asked(intent), _TOO_EARLY, Words(""))
        case _:
            system = draft.situation.system
            if system is None or system == draft.ticket.system:
                return None
            return _refusal(draft, (f"system {system}",), no_system(system), Words(""))


def _commented(draft: Draft, side: Side, words: Words) -> Decision:
    if draft.done and not _says_something(words):
        return _receipt(draft).decide("moved")
    draft = _comment(draft, side, words)
    return (_receipt(draft) if draft.done else draft).decide("commented")


def _comment(draft: Draft, side: Side, words: Words) -> Draft:
    """Words of a party, with what the desk's first fitting rule makes of them."""
    situation, ticket = draft.situation, draft.ticket
    rule = situation.desk.workflow.comment(side, ticket.status)
    changes: tuple[Change, ...] = ()
    if rule is not None:
        target, holder = rule.target or ticket.status, rule.holder or ticket.holder
        changes = _turned(situation.desk.workflow, ticket, target, holder, ticket.resolution)
    audience = draft.for_words()
    draft = draft.add(
        Commented(
            at=situation.now,
            actor=situation.author,
            audience=audience,
            text=words.text,
            attachments=words.attachments,
            changes=changes,
            cause=cause_of(situation),
        )
    )
    return draft if rule is None else draft.notify(rule.notify, Occasion(rule.template, audience, draft.latest))


def _turned(workflow: Workflow, ticket: Ticket, status: str, holder: str, resolution: str | None) -> tuple[Change, ...]:
    """The changes of a turn; only a closed ticket has a resolution."""
    state = workflow.states.get(status)
    closed = state is not None and state.kind is StateKind.CLOSED
    return changed(ticket, status=status, holder=holder, resolution=resolution if closed else None)


def _moved(draft: Draft, rule: MoveRule, command: Command, words: Words) -> Draft:
    """Exactly one move, made whole."""
    situation = draft.situation
    resolution = command.arguments[0] if command.arguments and rule.resolutions else None
    audience = draft.for_words(rule.holder)
    draft = draft.add(
        Moved(
            verb=rule.verb,
            at=situation.now,
            actor=situation.author,
            audience=audience,
            text=words.text,
            attachments=words.attachments,
            changes=_turned(situation.desk.workflow, draft.ticket, rule.target, rule.holder, resolution),
            cause=cause_of(situation),
        )
    )
    party = draft.cast.party(rule.holder) if rule.holder != OPERATOR_LANE else None
    state = situation.desk.workflow.states[rule.target].name
    occasion = Occasion(rule.template, audience, draft.latest, {"moved_to": party} if party else {})
    went = f"went to {party} and " if party else ""
    return draft.notify(rule.notify, occasion).did(f"{draft.ticket.key} {went}is now {state}.")


def _rule_of(situation: Situation, command: Command, words: Words) -> MoveRule | str:
    """The rule of a move that can be made, or why it cannot: a sentence for the writer."""
    rule = situation.desk.workflow.move(command.name)
    if rule is None:
        return f'This desk has no move "{command.name}".'
    verdict = may_move(situation, rule)
    if isinstance(verdict, Denied):
        return verdict.reason
    if rule.comment_required and not _says_something(words):
        return f'"{rule.label}" needs some words: write them below the command.'
    if rule.resolutions and command.arguments and command.arguments[0] not in rule.resolutions:
        return f'"{rule.label}" knows these: {", ".join(rule.resolutions)}.'
    return rule


def _receipt(draft: Draft) -> Draft:
    """One letter to whoever commanded: what was done and who was told."""
    author = draft.situation.author
    told = names_of(draft.mailing, draft.cast, draft.cast.person(author)) if author else ()
    details: Details = {"done": " ".join(draft.done), **({"told": told} if told else {})}
    return draft.answer(Occasion("receipt", details=details))


def _misnamed(draft: Draft, side: Side, intent: Open | Comment | Orders, reason: str) -> Decision:
    """The system that was named cannot be the ticket's: nothing is commanded, the words are a comment."""
    wanted = (f"#system {draft.situation.system}", *(asked(intent) if isinstance(intent, Orders) else ()))
    draft = _comment(draft, side, intent.words) if _says_something(intent.words) else draft
    details: Details = {"reason": reason, "asked": wanted}
    draft = draft.add(_refusal(draft, wanted, reason, Words("")))
    return draft.answer(Occasion("refusal", details=details)).decide("refused", reason)


def _refused(draft: Draft, orders: Orders, reason: str) -> Decision:
    """Nothing is done; the words are kept and the writer is told what is wrong and what may be done instead."""
    refusal = _refusal(draft, asked(orders), reason, orders.words)
    details: Details = {"reason": reason, "asked": refusal.asked}
    return draft.add(refusal).answer(Occasion("refusal", details=details)).decide("refused", reason)


def _refusal(draft: Draft, written: tuple[str, ...], reason: str, words: Words) -> Refusal:
    return Refusal(
        asked=written,
        reason=reason,
        at=draft.situation.now,
        actor=draft.situation.author,
        audience=kept_for(draft.situation),
        text=words.text,
        attachments=words.attachments,
        cause=cause_of(draft.situation),
    )


def _unclear(draft: Draft, side: Side, intent: Unclear) -> Decision:
    """No command is followed; the words count as a comment."""
    reason = _CONFUSED[intent.confusion]
    draft = _comment(draft, side, intent.words) if _says_something(intent.words) else draft
    details: dict[str, str | tuple[str, ...]] = {"reason": reason, "asked": intent.written}
    if intent.suggestion is not None:
        details["suggestion"] = f"#{intent.suggestion}"
    refusal = _refusal(draft, intent.written, reason, Words(""))
    return draft.add(refusal).answer(Occasion("refusal", details=details)).decide("unclear", reason)


def _unverified(draft: Draft, lack: Denied, intent: Spoken | AutoReply) -> Decision:
    """Words that nothing vouches for: the staff sees them, nothing moves, no outsider reads them."""
    situation, mail = draft.situation, draft.situation.mail
    claimed = situation.author or (mail.from_.address if mail.from_ else "")
    wanted = asked(intent) if isinstance(intent, Orders | Unclear) else ()
    reason = lack.reason + (f" Not done: {', '.join(wanted)}." if wanted else "")
    draft = draft.add(
        Unverified(
            claimed=claimed,
            reason=reason,
            at=situation.now,
            actor=situation.author,
            audience="staff",
            text=intent.words.text,
            attachments=intent.words.attachments,
            cause=cause_of(situation),
        )
    )
    if isinstance(intent, AutoReply):
        return draft.decide("unverified", reason)
    details: Details = {"claimed": claimed, "reason": reason, **({"asked": wanted} if wanted else {})}
    # Whom the mail claims to come from is told, too: nothing proves that it was that person's own act.
    draft = draft.post(
        notify(
            replace(situation, author=None),
            draft.ticket,
            ("agents",),
            Occasion("unverified", "internal", draft.latest, internal=details),
        )
    )
    return _owner_warned(draft, lack, claimed).decide("unverified", reason)


def _owner_warned(draft: Draft, lack: Denied, claimed: str) -> Draft:
    """Whoever a letter was written to learns once that somebody else used its address, not who: that is the staff's."""
    letter = draft.situation.minted
    if letter is None or lack.code is not Lack.OWNERSHIP:
        return draft
    once = f"address-used:{letter.letter}:{canonical(letter.address)}"
    occasion = Occasion("address-used", internal={"claimed": claimed}, once=once)
    return draft.post(warn(draft.situation, draft.ticket, letter.address, occasion))


def _automatic(situation: Situation, intent: AutoReply) -> Decision:
    """A machine's words: noted on the ticket whose letter they answer, else kept apart or a ticket of their own.

    Nobody is told of them on a ticket. A mail that merely calls itself automatic still opens one, unanswered.
    """
    situation = replace(situation, mail=replace(situation.mail, auto_submitted=True))
    verdict = may_comment(situation)
    if situation.ticket is None or _is_stranger(situation, verdict):
        return _opened(situation, Open(intent.words))
    draft = Draft(situation, situation.ticket)
    if situation.minted is None and isinstance(verdict, Denied):
        return _unverified(draft, verdict, intent)
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


def _reported(situation: Situation, report: Report) -> Decision:
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


def _says_something(words: Words) -> bool:
    return bool(words.text.strip() or words.attachments)
