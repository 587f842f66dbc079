"""What holds on every desk that ships: whoever writes, whatever is asked for, whatever it proves, in any order."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from gateway.store.outbox import NOTICE
from parsers.intent import (
    UNDO,
    AutoReply,
    Command,
    Comment,
    Confusion,
    Intent,
    Orders,
    Report,
    Source,
    Unclear,
    Words,
)
from parsers.mail import Address, Door, Envelope, Kind
from routing.acts.undoing import is_undo
from routing.authority import Allowed, Denied, is_owner, may_act, may_comment
from routing.builtin import SYSTEM
from routing.cast import Cast, owns
from routing.creation import COMPLETED
from routing.decide import decide
from routing.directory import Person, Side
from routing.events import Commented, Delivery, Event, Moved, Opened, Refusal, Unverified, decode, encode, fold
from routing.model import Decision, Deed, Effect, Mail, Minted, Notice, Proof, Receipt, Situation, Ticket, effects
from routing.others import named
from routing.recipients import guests
from routing.rules import StateKind, Workflow
from routing.timers import due, next_timer
from routing.visible import readable, visible
from tests.property import desks

CANARY = re.compile(r"canary\d+x")


@dataclass(slots=True)
class Letter:
    """A letter that somebody has."""

    minted: Minted
    template: str
    decision: int
    offered: bool


@dataclass(slots=True)
class History:
    """All that was decided so far."""

    timelines: dict[str, list[Event]] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    done: list[tuple[Situation, Decision, dict[str, int]]] = field(default_factory=list)

    def keep(self, situation: Situation, decision: Decision) -> None:
        """What the store would write."""
        first = {effect.ticket.key: len(self.timelines.get(effect.ticket.key, ())) for effect in effects(decision)}
        for effect in effects(decision):
            self.timelines.setdefault(effect.ticket.key, []).extend(effect.events)
            self.tickets[effect.ticket.key] = effect.ticket
        for notice in decision.notices:
            if notice.key and not notice.answer:
                self.told.setdefault(notice.key, set()).add(notice.to)
            number = len(self.letters)
            minted = Minted(number, notice.key, notice.to, notice.lane, f"<{number}@desk.example>", notice.audience)
            self.letters.append(Letter(minted, notice.template, len(self.done), "undo" in notice.details))
        self.done.append((situation, decision, first))

    def receipt(self, letter: Letter, standing: str) -> Receipt | None:
        """What the store finds for a receipt that is answered, as `standing` is the ticket that it leads to."""
        situation, decision, first = self.done[letter.decision]
        if letter.template != "receipt" or standing not in (one.ticket.key for one in effects(decision) if one.events):
            return None
        told = tuple(notice.to for notice in decision.notices if not notice.answer)
        deeds = {
            one.ticket.key: Deed(
                first[one.ticket.key] + 1,
                one.events,
                tuple(self.timelines[one.ticket.key][first[one.ticket.key] + len(one.events) :]),
            )
            for one in effects(decision)
            if one.events
        }
        return Receipt(situation.now, deeds.pop(standing), told, letter.offered, deeds)


class Desks(RuleBasedStateMachine):
    """Mails of anybody to a desk, and its timers."""

    workflow: Workflow

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.minutes = 0
        self.numbers = count(1)

    @initialize(strong=st.booleans())
    def opens(self, strong: bool) -> None:
        """A desk."""
        self.desk = desks.desk(self.workflow, strong_operator=strong)

    @rule(data=st.data())
    def a_mail_comes(self, data: st.DataObject) -> None:
        """Somebody writes something."""
        intent = data.draw(self._intents())
        situation = self._situation(data, intent)
        before = {key: tuple(events) for key, events in self.history.timelines.items()}
        decision = decide(situation, intent)
        assert decide(situation, intent) == decision
        Checked(situation, intent, decision, before).check()
        self.history.keep(situation, decision)

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        """The clock does what is due."""
        self.minutes += days * 24 * 60 + 1
        for ticket in list(self.history.tickets.values()):
            nobody = Envelope("", desks.SUPPORT, Door.CLOCK, self._now)
            situation = Situation(
                desk=self.desk,
                envelope=nobody,
                mail=Mail(None, "", Kind.PERSONAL),
                now=self._now,
                number=0,
                ticket=ticket,
                told=tuple(sorted(self.history.told.get(ticket.key, ()))),
                guests=desks.GUESTS,
            )
            before = {key: tuple(events) for key, events in self.history.timelines.items()}
            decision = due(situation)
            if decision is None:
                continue
            Checked(situation, None, decision, before).check()
            self.history.keep(situation, decision)
            assert decision.ticket is not None
            following = next_timer(decision.ticket, self.workflow)
            assert following is None or following[1] > self._now or following[0].name != _timer(decision)

    @property
    def _now(self) -> datetime:
        return desks.BEGIN + timedelta(minutes=self.minutes)

    def _intents(self) -> st.SearchStrategy[Intent]:
        number = next(self.numbers)
        said = Words(f"canary{number}x has not been told to anybody who may not know it")
        words = st.sampled_from((said, said, Words(""), replace(said, attachments=("log.txt",))))
        sayings = list(desks.sayings(self.workflow, sorted(self.history.tickets)))
        act = st.sampled_from(sayings).flatmap(
            lambda one: st.builds(Command, st.just(one.verb), st.sampled_from(one.words), sources, st.just(1))
        )
        verbs = st.sampled_from([rule.verb for rule in self.workflow.moves])
        resolutions = st.sampled_from([(), *((each,) for each in self.workflow.resolutions), ("nonsense",)])
        move = st.builds(Command, verbs, resolutions, sources, st.just(1))
        asked = st.builds(
            Command, st.sampled_from(("help", "show", "list", "export")), st.just(()), sources, st.just(1)
        )
        one = act.map(lambda each: (each,))
        two = st.tuples(act, act).filter(
            lambda pair: pair[0].name != pair[1].name and UNDO not in (pair[0].name, pair[1].name)
        )
        nothing, none = st.just(()), st.none()
        unclear = st.sampled_from([("#clsoe",), ("#interal",)])
        comment = st.builds(Comment, words)
        # Each as often as it stands here: what is random by itself would mostly be short and simple.
        shapes: tuple[st.SearchStrategy[Intent], ...] = (
            *(comment,) * 3,
            *(st.builds(Orders, words, one, none, nothing),) * 5,
            st.builds(Orders, words, two, none, nothing),
            *(st.builds(Orders, words, nothing, move, nothing),) * 4,
            st.builds(Orders, words, one, move, nothing),
            st.builds(Orders, words, nothing, none, asked.map(lambda each: (each,))),
            st.builds(Unclear, st.sampled_from(Confusion), unclear, words),
            st.builds(AutoReply, words),
            st.builds(Report, words),
        )
        return st.integers(0, len(shapes) - 1).flatmap(lambda place: shapes[place])

    def _situation(self, data: st.DataObject, intent: Intent) -> Situation:
        """A mail as the store would face it: what it proves follows from the letter that it answers."""
        self.minutes += data.draw(st.integers(1, 15))
        letter = self._letter(data)
        owner = letter and self._owner(letter.minted.address)
        others = st.sampled_from((*desks.PEOPLE, *desks.GUESTS))
        person = owner if owner and data.draw(st.sampled_from((True, True, True, True, False))) else data.draw(others)
        author = data.draw(st.sampled_from(person.addresses))
        strong = data.draw(st.sampled_from((True, False)))
        minted = letter.minted if letter and letter.minted.ticket else None
        key = minted.ticket if minted else None
        if minted is None and self.history.tickets and data.draw(st.booleans()):
            key = data.draw(st.sampled_from(sorted(self.history.tickets)))
        known = self._standing(key)
        proof = self._proof(data, author, person, minted, strong=strong)
        receipt = self.history.receipt(letter, known.key) if letter and minted and known and is_undo(intent) else None
        found = None if proof is Proof.NONE else tuple(receipt.beside) if receipt else named(intent)
        family = {} if found is None or known is None else self._family({known.key, *found})
        return Situation(
            desk=self.desk,
            envelope=Envelope(author, data.draw(st.sampled_from(desks.INLETS)).address, Door.SMTP, self._now),
            mail=Mail(
                f"<mail-{len(self.history.done)}@writer.example>",
                "Scanner",
                data.draw(st.sampled_from((*(Kind.PERSONAL,) * 9, *Kind))),
                Address(person.name, author),
                to=(Address("", desks.SUPPORT),),
                cc=tuple(Address("", one) for one in data.draw(st.lists(st.sampled_from(desks.ADDRESSES), max_size=2))),
            ),
            now=self._now,
            number=len(self.history.tickets) + 1,
            author=author,
            writer=person,
            proof=proof,
            ticket=known,
            minted=minted,
            told=tuple(sorted(self.history.told.get(known.key, ()))) if known else (),
            guests=desks.GUESTS,
            system=data.draw(st.sampled_from((None, None, None, *self.desk.directory.systems))),
            quiet=data.draw(st.integers(0, 19)) == 0,
            others={key: one for key, one in family.items() if known and key != known.key},
            merged=key if known and known.key != key else None,
            receipt=receipt,
            timeline=tuple(self.history.timelines.get(known.key, ())) if known else (),
            board=tuple(self.history.tickets.values()),
            loads={},
            seed=data.draw(st.integers(0, 5)),
        )

    def _letter(self, data: st.DataObject) -> Letter | None:
        """The letter that is answered: one of all, one of the newest, or none."""
        known = self.history.letters
        some = data.draw(st.sampled_from((known, known, known[-8:], known[-8:], known[-3:], [])))
        return data.draw(st.sampled_from(some)) if some else None

    def _owner(self, address: str) -> Person | None:
        return next((one for one in (*desks.PEOPLE, *desks.GUESTS) if owns(one, address)), None)

    def _proof(self, data: st.DataObject, author: str, person: Person, minted: Minted | None, *, strong: bool) -> Proof:
        if minted is None:
            return Proof.STRONG if strong else Proof.NONE
        addressee = self.desk.directory.person(minted.address)
        if is_owner(author, person, minted):
            return Proof.STRONG if strong else data.draw(st.sampled_from((Proof.THREAD, Proof.TOKEN, Proof.TOKEN)))
        colleague = addressee is not None and person.registered and addressee.organisation == person.organisation
        if colleague:
            return Proof.STRONG if strong else Proof.THREAD
        return Proof.NONE

    def _standing(self, key: str | None) -> Ticket | None:
        """The ticket of a key, or the one that it was merged into."""
        ticket = self.history.tickets.get(key or "")
        seen: set[str] = set()
        while ticket is not None and ticket.merged_into is not None:
            assert ticket.key not in seen, "a ticket is merged into itself"
            seen.add(ticket.key)
            ticket = self.history.tickets[ticket.merged_into]
        return ticket

    def _family(self, keys: set[str]) -> dict[str, Ticket]:
        known = {key: self.history.tickets[key] for key in keys if key in self.history.tickets}
        return {key: self.history.tickets[key] for one in known.values() for key in (one.key, *one.merged)}


sources = st.sampled_from((Source.BODY, Source.SUBJECT))


def _timer(decision: Decision) -> str | None:
    return next((event.timer for event in decision.events if isinstance(event, Moved)), None)


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
            assert event.verb == SYSTEM.name or not isinstance(may_act(self._on(before.key), event.verb), Denied)
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
        ways = {event.verb for event in self.decision.events if isinstance(event, Moved) and _changes_status(event)}
        commented = [event for event in self.decision.events if isinstance(event, Commented) and _changes_status(event)]
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


def _changes_status(event: Event) -> bool:
    return any(change.field == "status" for change in event.changes)


@pytest.mark.parametrize("lanes", [False, True], ids=["as-it-ships", "in-lanes"])
@pytest.mark.parametrize("file", desks.FILES, ids=lambda file: file.stem)
def test_all_sequences_keep_the_rules(file: Path, lanes: bool) -> None:
    class Shipped(Desks):
        workflow = desks.in_lanes(file) if lanes else desks.workflow(file)

    run_state_machine_as_test(
        Shipped,
        settings=settings(
            max_examples=1000 if os.environ.get("POSTERN_EXPLORE") else 60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
