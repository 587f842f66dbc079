"""`decide`: the product in one pure function, one small function for each intent."""

from dataclasses import replace
from typing import assert_never

from parsers.intent import AutoReply, Command, Comment, Ignore, Intent, Open, Orders, Report, Unclear, Words
from routing import acts, challenge, closed, creation, out_of_office, questions, queues, storms
from routing.acts import personal, rating, undoing
from routing.assignment import with_words
from routing.audience import EVERYONE, asked_for, handed_to, listeners
from routing.authority import Allowed, Denied, Lack, is_party, is_stranger, may_comment, may_move
from routing.beginning import opened
from routing.cast import OPERATOR_LANE, includes
from routing.directory import Side
from routing.draft import Draft, cause_of
from routing.events import Change, Commented, Moved, changed
from routing.followup import Policy
from routing.gratitude import is_mere_thanks
from routing.hearing import asked, heard
from routing.learning import learnt
from routing.machines import automatic, heard_of, reported
from routing.model import Challenge, Decision, Situation
from routing.naming import name_system
from routing.notices import Details, Occasion, names_of
from routing.one_letter import joined
from routing.opening import fill_in, settle
from routing.refusals import CONFUSED, REPEATED, Spoken, kept, refusal, refused
from routing.roster import too_early
from routing.setting_aside import set_aside
from routing.ticket import Ticket
from routing.workflow import MoveRule, StateKind, Workflow, resolution_of


def decide(situation: Situation, intent: Intent) -> Decision:
    """What one mail does: the events, the state after them, and who is told what. Total: no mail makes it raise."""
    situation = replace(situation, narrowed=asked_for(situation, intent))
    understood, steps = heard(situation, intent)
    situation = replace(situation, storm=storms.rising(situation, understood))
    announced = storms.announced(situation, _decided(situation, understood))
    decision = heard_of(situation, out_of_office.ended(situation, announced))
    return replace(decision, why=(*situation.why, *steps, *decision.why))


def _decided(situation: Situation, intent: Intent) -> Decision:
    if situation.twin is not None and situation.ticket is not None and not isinstance(intent, Ignore):
        return queues.seen_again(situation, situation.ticket)
    if situation.challenge is not None and challenge.is_confirmed(situation, intent):
        return _confirmed(situation, situation.challenge)
    match intent:
        case Open() | Comment() | Orders() | Unclear():
            return _spoken(situation, intent)
        case AutoReply():
            return out_of_office.noted(situation, automatic(situation, intent))
        case Report():
            return reported(situation, intent)
        case Ignore(reason=reason):
            return Decision(outcome="ignored", why=(reason,))
        case _:
            assert_never(intent)


def _spoken(situation: Situation, intent: Spoken) -> Decision:
    """Words of somebody: a party with proof acts, a party without is kept apart, a stranger opens a new ticket."""
    if situation.ticket is not None and isinstance(intent, Orders) and undoing.is_own(situation, intent):
        return _undone(Draft(situation, situation.ticket), intent)
    verdict = may_comment(situation)
    if situation.ticket is not None and isinstance(verdict, Denied) and verdict.code is Lack.HOLDER:
        return _from_former(Draft(situation, situation.ticket), verdict, intent)
    if isinstance(verdict, Denied):
        apart = questions.apart(situation, intent, verdict) or personal.apart(situation, intent, verdict)
        if apart is not None:
            return apart
    if situation.ticket is None or situation.ticket.hidden or is_stranger(situation, verdict):
        return opened(situation, intent, follows=isinstance(is_party(situation), Allowed))
    draft = Draft(situation, situation.ticket)
    if isinstance(verdict, Denied):
        return _unproven(draft, verdict, intent)
    match closed.policy(situation, verdict.side, intent):
        case Policy.NEW_TICKET:
            return opened(situation, intent, follows=True)
        case Policy.REJECT:
            return refused(draft, intent, closed.rejection(situation, draft.ticket))
        case _:
            return _from_party(learnt(draft), verdict.side, intent)


def _unproven(draft: Draft, lack: Denied, intent: Spoken) -> Decision:
    """Words that nothing vouches for; commands among them may be confirmed by whoever they claim to come from."""
    asking = isinstance(intent, Orders) and lack.code is Lack.EVIDENCE
    waiting = challenge.waiting(draft, intent, _followed) if asking and isinstance(intent, Orders) else ()
    return set_aside(draft, lack, intent, waiting)


def _confirmed(situation: Situation, asked_before: Challenge) -> Decision:
    """What waited for this word is done, as if its mail had proven its writer."""
    proven, orders = challenge.settled(situation, asked_before)
    late = challenge.hindrance(situation, asked_before)
    if late is not None and situation.ticket is not None:
        return refused(Draft(situation, situation.ticket), replace(orders, words=Words("")), late)
    return _spoken(proven, orders)


def _from_former(draft: Draft, verdict: Denied, intent: Spoken) -> Decision:
    """Who forwarded a ticket asks about it and stops following it; whatever else is said of it is not done."""
    party = is_party(draft.situation)
    if isinstance(intent, Orders) and not _says_something(intent.words) and isinstance(party, Allowed):
        return _from_party(draft, party.side, intent)
    return refused(draft, intent, verdict.reason)


def _undone(draft: Draft, orders: Orders) -> Decision:
    """A receipt of one's own is answered: that needs no part in the ticket any more, which the mail may have ended."""
    done = undoing.undo(draft, orders.acts[0], orders.words)
    return (
        refused(draft, orders, done) if isinstance(done, str) else _receipt(settle(done, draft.ticket)).decide("moved")
    )


def _from_party(draft: Draft, side: Side, intent: Spoken) -> Decision:
    """A party with proof. A system is named first: a move to its partners may stand in the same mail."""
    if draft.situation.storm is not None and not isinstance(intent, Orders):
        return _filed(draft, intent.words).decide("noted")
    if isinstance(intent, Unclear):
        return _unclear(draft, side, intent)
    named = name_system(draft, side)
    if isinstance(named, str):
        return _misnamed(draft, side, intent, named)
    workflow = draft.situation.desk.workflow
    if workflow.is_draft(named.ticket) and creation.only_fills(workflow, intent):
        acts = intent.acts if isinstance(intent, Orders) else ()
        return fill_in(named, intent.words, acts).decide("commented")
    match intent:
        case Open(words=words) | Comment(words=words):
            early = _too_early(named)
            return _commented(named, side, words) if early is None else refused(draft, intent, early)
        case Orders() if draft.situation.repeated:
            # No letter: its first copy had one, and whoever brings copies must not be able to cause many.
            event = refusal(draft, asked(intent), REPEATED, intent.words)
            return draft.add(event).decide("refused", REPEATED)
        case Orders():
            lack = challenge.lacks(named.situation, intent)
            if lack is not None and (waiting := challenge.waiting(named, intent, _followed)):
                event = refusal(named, asked(intent), lack, intent.words, waiting)
                return challenge.put(named.add(event), waiting, lack).decide("refused", lack)
            done = _followed(named, side, intent)
            return refused(draft, intent, done) if isinstance(done, str) else done
        case _:
            assert_never(intent)


def _followed(draft: Draft, side: Side, orders: Orders) -> Decision | str:
    """All that a mail commands, or why none of it is done: a sentence for the writer."""
    before = draft
    for command in acts.in_order(orders.acts):
        step = acts.follow(draft, side, command, orders.words)
        if isinstance(step, str):
            return step
        draft = step
    if orders.move is not None:
        rule = _rule_of(draft.situation, orders.move, orders.words)
        if isinstance(rule, str):
            return rule
        draft = _moved(draft, rule, orders.move, Words("") if draft.placed else orders.words)
    elif _says_something(orders.words) and not draft.placed:
        # Whoever takes or gives back the ticket may say something with it.
        if (barred := _barred(draft, side) or (_too_early(before) and _too_early(draft))) is not None:
            return barred
        draft = _comment(draft, side, orders.words)
        draft = with_words(draft, draft.latest)
    draft = rating.passed_on(settle(draft, before.ticket))
    draft = replace(draft, mailing=joined(draft.mailing))
    outcome = "moved" if draft.done else "answered"
    draft = _receipt(draft) if draft.done else draft
    for question in orders.questions:
        step = questions.answer(draft, side, question)
        if isinstance(step, str):
            return step
        draft = step
    return draft.decide(outcome)


def _commented(draft: Draft, side: Side, words: Words) -> Decision:
    if draft.done and not _says_something(words):
        return _receipt(draft).decide("moved")
    if not draft.done and is_mere_thanks(draft.situation, words):
        return _filed(draft, words).decide("noted", "it only says thanks, and the ticket is closed")
    barred = _barred(draft, side)
    draft = settle(_comment(draft, side, words), draft.ticket)
    return (_receipt(draft) if draft.done else draft).decide("commented" if barred is None else "refused")


def _filed(draft: Draft, words: Words) -> Draft:
    """Words of a party that nothing comes of."""
    return draft.add(
        Commented(
            at=draft.situation.now,
            actor=draft.situation.author,
            audience=draft.for_words(),
            text=words.text,
            attachments=words.attachments,
            cause=cause_of(draft.situation),
        )
    )


def _comment(draft: Draft, side: Side, words: Words) -> Draft:
    """Words of a party, with what the desk's first fitting rule makes of them."""
    situation, ticket = draft.situation, draft.ticket
    rule = situation.desk.workflow.comment(side, ticket.status)
    if rule is not None and (barred := _barred(draft, side)) is not None:
        details: Details = {"reason": barred, **kept(words)}
        return draft.add(refusal(draft, (), barred, words)).answer(Occasion(rule.template, details=details))
    audience = draft.for_words(lane=rule.lane if rule else None)
    changes: tuple[Change, ...] = ()
    if rule is not None:
        if rule.holder is None or includes(audience, rule.holder):  # it is nobody's turn for words that it does not see
            target, holder = rule.target or ticket.status, rule.holder or ticket.holder
            changes = _turned(situation.desk.workflow, ticket, target, holder, ticket.resolution)
        changes = (*changes, *queues.joining(situation, ticket))
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
    if rule is None:
        return draft
    return draft.notify((*rule.notify, *listeners(audience, side)), Occasion(rule.template, audience, draft.latest))


def _barred(draft: Draft, side: Side) -> str | None:
    """Why the desk takes no words of this side now, a sentence; None where it does."""
    workflow, status = draft.situation.desk.workflow, draft.ticket.status
    rule = workflow.comment(side, status)
    if rule is None or not rule.refuse:
        return None
    return f"{draft.ticket.key} is {workflow.states[status].name} and takes no more messages of yours."


def _turned(workflow: Workflow, ticket: Ticket, status: str, holder: str, resolution: str | None) -> tuple[Change, ...]:
    """The changes of a turn; only a closed ticket has a resolution."""
    state = workflow.states.get(status)
    closed = state is not None and state.kind is StateKind.CLOSED
    return changed(ticket, status=status, holder=holder, resolution=resolution if closed else None)


def _moved(draft: Draft, rule: MoveRule, command: Command, words: Words) -> Draft:
    """Exactly one move, made whole."""
    situation = draft.situation
    workflow, ticket = situation.desk.workflow, draft.ticket
    target, holder = rule.target or ticket.status, rule.holder or ticket.holder
    resolution = (resolution_of(rule, workflow, command) or rule.resolution) if rule.target else ticket.resolution
    taker = handed_to(rule)
    audience = draft.for_words(taker)
    fact = Moved(
        verb=rule.verb,
        at=situation.now,
        actor=situation.author,
        audience=EVERYONE,
        changes=(*_turned(workflow, ticket, target, holder, resolution), *changed(ticket, **rule.sets)),
        cause=cause_of(situation),
    )
    draft, told = draft.state(fact, words, audience)
    party = draft.cast.party(taker) if taker not in (OPERATOR_LANE, None) else None
    details: Details = {"moved_to": party} if party else {}
    occasion = Occasion(rule.template, audience, draft.latest, details, fact=told)
    went = f"went to {party} and " if party else ""
    state = f"is now {workflow.states[target].name}" if rule.target else f"has your words: {rule.label}"
    return draft.notify(rule.notify, occasion).did(f"{ticket.key} {went}{state}.")


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
    if command.arguments and resolution_of(rule, situation.desk.workflow, command) is None:
        return f'"{rule.label}" knows these: {", ".join(rule.resolutions)}.'
    return rule


def _receipt(draft: Draft) -> Draft:
    """One letter to whoever commanded: what was done and who was told."""
    author = draft.situation.author
    told = names_of(draft.mailing, draft.cast, draft.cast.person(author)) if author else ()
    details: Details = {
        "done": " ".join(dict.fromkeys(draft.done)),
        **({"told": told} if told else {}),
        **({"choices": draft.choices} if draft.choices else {}),
        **undoing.offered(draft),
    }
    return draft.answer(Occasion("receipt", details=details))


def _misnamed(draft: Draft, side: Side, intent: Open | Comment | Orders, reason: str) -> Decision:
    """The system that was named cannot be the ticket's: nothing is commanded, the words are a comment."""
    wanted = (f"#system {draft.situation.system}", *(asked(intent) if isinstance(intent, Orders) else ()))
    draft = _kept(draft, side, intent.words)
    details: Details = {"reason": reason, "asked": wanted, **kept(intent.words)}
    draft = draft.add(refusal(draft, wanted, reason, Words("")))
    return draft.answer(Occasion("refusal", details=details)).decide("refused", reason)


def _kept(draft: Draft, side: Side, words: Words) -> Draft:
    """Words beside what cannot be followed are a comment; those of somebody who may not write yet are for the staff."""
    if not _says_something(words):
        return draft
    early = _too_early(draft) or _barred(draft, side)
    if early is not None:
        return draft.add(refusal(draft, (), early, words))
    return settle(_comment(draft, side, words), draft.ticket)


def _too_early(draft: Draft) -> str | None:
    """Why the writer may not write before it has the ticket, None where it may."""
    return too_early(draft.cast, draft.cast.person(draft.situation.author or ""))


def _unclear(draft: Draft, side: Side, intent: Unclear) -> Decision:
    """No command is followed; the words count as a comment."""
    reason = CONFUSED[intent.confusion]
    draft = _kept(draft, side, intent.words)
    details: dict[str, str | tuple[str, ...]] = {"reason": reason, "asked": intent.written, **kept(intent.words)}
    if intent.suggestion is not None:
        details["suggestion"] = f"#{intent.suggestion}"
    event = refusal(draft, intent.written, reason, Words(""))
    return draft.add(event).answer(Occasion("refusal", details=details)).decide("unclear", reason)


def _says_something(words: Words) -> bool:
    return bool(words.text.strip() or words.attachments)
