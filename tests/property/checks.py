"""What holds of every decision, on every desk that ships."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.store.outbox import NOTICE
from parsers.intent import UNDO, Intent
from parsers.mail import Kind
from routing.authority import Allowed, is_owner, may_act, may_comment
from routing.builtin import SYSTEM
from routing.cast import Cast, owns
from routing.creation import COMPLETED
from routing.directory import Side
from routing.events import Commented, Delivery, Event, Moved, Opened, Refusal, Unverified, decode, encode, fold
from routing.form_answers import is_said
from routing.model import Decision, Effect, Notice, Proof, Situation, Ticket, effects
from routing.recipients import guests
from routing.rules import StateKind
from routing.visible import readable, visible

CANARY = re.compile(r"canary\d+x")


@dataclass(frozen=True, slots=True)
class Checked:
    """One decision, beside all that it was made of. `before` are the timelines until then."""

    situation: Situation
    intent: Intent | None
    decision: Decision
    before: Mapping[str, tuple[Event, ...]]

    def check(self) -> None:
        """All that holds."""
        if self.decision.held is not None:
            assert effects(self.decision) == () or all(not effect.events for effect in effects(self.decision))
            assert self.decision.notices == ()
            return
        for effect in effects(self.decision):
            self._folds(effect)
            for place in range(len(effect.events)):
                self._has_right(effect, place)
            self._waits_for_something(effect)
        self._keeps_what_is_closed()
        for notice in self.decision.notices:
            self._tells_nobody_beyond(notice)
        told = [(n.to, n.key, n.event, n.template) for n in self.decision.notices if not n.answer and n.once is None]
        assert len(told) == len(set(told)), "nobody is told twice"
        if self.situation.quiet:
            assert self.decision.notices == ()

    def _folds(self, effect: Effect) -> None:
        assert fold((*self.before.get(effect.ticket.key, ()), *effect.events)) == effect.ticket
        assert all(decode(encode(event)) == event for event in effect.events)

    def _waits_for_something(self, effect: Effect) -> None:
        """A draft whose questions are all answered has begun, whatever answered the last of them."""
        form = self.situation.desk.workflow.form
        if form is not None and self.situation.desk.workflow.is_draft(effect.ticket):
            assert any(
                each.key in effect.ticket.missing and not is_said(each, effect.ticket) for each in form.questions
            )

    def _has_right(self, effect: Effect, place: int) -> None:
        """No event without right and proof."""
        situation, event = self.situation, effect.events[place]
        if isinstance(event, Opened | Unverified | Delivery | Refusal) or isinstance(effect.events[0], Opened):
            return
        if isinstance(event, Commented) and event.machine is not None:
            assert event.audience in ("staff", "internal")
            assert not event.changes
            return
        if event.actor is None:  # the desk itself: it gives tickets to people, runs timers, and shows them to queues
            return
        assert event.actor == situation.author
        assert situation.proof > Proof.NONE
        if isinstance(event, Moved) and event.verb == UNDO:
            assert situation.receipt is not None
            assert situation.minted is not None
            assert is_owner(situation.author, situation.writer, situation.minted)
            return
        before = fold((*self.before[effect.ticket.key], *effect.events[:place]))
        if self._is_of_undo(effect):
            return
        assert isinstance(may_comment(self._on(effect.ticket.key)), Allowed), "a party writes"
        if isinstance(event, Moved):
            self._may_be_said(event, before, place)

    def _is_of_undo(self, effect: Effect) -> bool:
        return any(isinstance(event, Moved) and event.verb == UNDO for event in effect.events)

    def _on(self, key: str) -> Situation:
        """The same mail, on one of the tickets that it was about before it did anything."""
        return replace(self.situation, ticket=fold(self.before[key]))

    def _may_be_said(self, event: Moved, before: Ticket, place: int) -> None:
        """A move has a rule for this side, status and proof; a command of the house is one of the desk's."""
        situation, workflow = self.situation, self.situation.desk.workflow
        move = workflow.move(event.verb)
        if event.verb == COMPLETED:
            assert place > 0, "a draft begins by what was done before"
            return
        if move is None:
            assert event.verb in workflow.acts or event.verb == SYSTEM.name
            # What the same mail did before may have made it the writer's to say, as `take` does.
            at = (self._on(before.key), replace(situation, ticket=before))
            assert event.verb == SYSTEM.name or any(isinstance(may_act(one, event.verb), Allowed) for one in at)
            return
        cast = Cast(situation.desk, before, guests(situation))
        side = cast.side(cast.person(event.actor or ""))
        assert side in move.who
        assert before.status in move.source
        assert move.party is None or cast.partner(move.party) is not None
        assert situation.proof >= {"thread": Proof.THREAD, "token": Proof.TOKEN, "strong": Proof.STRONG}[move.proof]
        if situation.desk.strong_operator and side is Side.OPERATOR:
            assert situation.proof is Proof.STRONG

    def _keeps_what_is_closed(self) -> None:
        """A closed ticket changes only as its rules say."""
        workflow, ticket = self.situation.desk.workflow, self.situation.ticket
        after = self.decision.ticket
        if ticket is None or after is None or after.key != ticket.key or self.intent is None:
            return
        kinds = workflow.states
        if kinds[ticket.status].kind is not StateKind.CLOSED or kinds[after.status].kind is StateKind.CLOSED:
            return
        ways = {event.verb for event in self.decision.events if isinstance(event, Moved) and changes_status(event)}
        commented = [event for event in self.decision.events if isinstance(event, Commented) and changes_status(event)]
        cast = Cast(self.situation.desk, ticket, guests(self.situation))
        side = cast.side(cast.person(self.situation.author or ""))
        for verb in ways:
            move = workflow.move(verb)
            if move is not None:
                assert ticket.status in move.source
            else:
                assert verb in ("undo", "status", "unmerge", "assign", "take", "release", "transfer")
        for _ in commented:
            assert side is not None
            rule = workflow.comment(side, ticket.status)
            assert rule is not None
            assert rule.target is not None
            assert not rule.refuse

    def _tells_nobody_beyond(self, notice: Notice) -> None:
        """No notice to anyone outside its audience, none of one's own act, none with what its reader may not know."""
        situation = self.situation
        found = next((effect for effect in effects(self.decision) if effect.ticket.key == notice.key), None)
        assert situation.desk.inlet(notice.to) is None
        if found is None:
            assert notice.answer
            return
        newcomer = (self.decision.newcomer,) if self.decision.newcomer else ()
        known = (*guests(situation), *newcomer)
        cast = Cast(situation.desk, found.ticket, known)
        timeline = (*self.before.get(notice.key, ()), *found.events)
        reader = cast.person(notice.to)
        mine = situation.author is not None and owns(reader, situation.author)
        assert mine == notice.answer or notice.template == "unverified" or notice.once is not None, "one's own act"
        if notice.answer:
            assert situation.mail.kind is Kind.PERSONAL
        before = situation.ticket if situation.ticket is not None and situation.ticket.key == notice.key else None
        was = Cast(situation.desk, before, guests(situation)) if before else cast
        if not notice.answer:
            assert cast.sees(reader, "everyone") or was.sees(reader, "everyone"), "no party"
        if notice.event is not None:
            event = found.events[notice.event]
            assert visible(event, notice.lane, cast.byline) is not None
            at_the_time = fold(timeline[: len(timeline) - len(found.events) + notice.event + 1])
            sees = any(
                Cast(situation.desk, one, known).sees(reader, event.audience) for one in (at_the_time, before) if one
            )
            assert sees or isinstance(event, Unverified) or notice.answer
        self._keeps_secrets(notice, timeline)

    def _keeps_secrets(self, notice: Notice, timeline: tuple[Event, ...]) -> None:
        """Neither the notice nor what goes with it has a word that its reader may not see."""
        said = NOTICE.dump_json(notice).decode()
        known = {canary for event in timeline if readable(event, notice.lane) for canary in CANARY.findall(event.text)}
        for event in timeline:
            if not readable(event, notice.lane):
                hidden = set(CANARY.findall(event.text)) - known
                assert not any(canary in said for canary in hidden), "words of another lane"
        if notice.lane != "operator":
            assert {"claimed", "linked"}.isdisjoint(notice.details)
            for name in ("actor", "told", "holder", "moved_to"):
                assert "@" not in str(notice.details.get(name, "")), "an address before an outsider"


def changes_status(event: Event) -> bool:
    return any(change.field == "status" for change in event.changes)
