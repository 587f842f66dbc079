"""A decision in the making: events that are folded as they are added, and the letters about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parsers.intent import Words
from routing.audience import audience_for, is_narrower, settled
from routing.cast import Cast
from routing.directory import Person
from routing.events import Cause, Commented, Event, Forwarded, Merged, Moved, Rated, apply
from routing.model import Absence, Chosen, Decision, Effect, Situation
from routing.notices import Mailing, Occasion, answer, notify, tell
from routing.recipients import guests
from routing.ticket import Ticket
from routing.wishes import Topic


@dataclass(frozen=True, slots=True)
class Draft:
    """`ticket` is the state after `events`, `done` what the writer commanded with success, in sentences.

    `audience` narrows who may read the words of the mail, where a command says so; `placed` says that an event has
    them already. `also` is what happens to other tickets, `absence` until when the writer is away, `chosen` which
    letters it wants from now on, and `choices` what the receipt says of that. Nothing here changes: each step gives the
    next draft, and its situation has the tickets as they then stand.
    """

    situation: Situation
    ticket: Ticket
    events: tuple[Event, ...] = ()
    mailing: Mailing = field(default_factory=Mailing)
    done: tuple[str, ...] = ()
    audience: str | None = None
    placed: bool = False
    also: tuple[Effect, ...] = ()
    absence: Absence | None = None
    chosen: Chosen | None = None
    choices: tuple[str, ...] = ()

    @property
    def latest(self) -> int | None:
        """The ordinal of the last event among those of this decision."""
        return len(self.events) - 1 if self.events else None

    @property
    def cast(self) -> Cast:
        """Who is who after the events so far."""
        return Cast(self.situation.desk, self.ticket, guests(self.situation))

    def add(self, event: Event) -> "Draft":
        """One more event."""
        ticket = apply(self.ticket, event)
        event = settled(event, ticket)
        return replace(
            self, situation=replace(self.situation, ticket=ticket), ticket=ticket, events=(*self.events, event)
        )

    def state(self, fact: Moved | Rated | Forwarded | Merged, words: Words, audience: str) -> "tuple[Draft, int]":
        """A fact for everybody, and the words that came with it for their audience; which event the fact is.

        They are one event where all may read the words, or there are none.
        """
        apart = audience != fact.audience and bool(words.text.strip() or words.attachments)
        if not apart:
            fact = replace(fact, text=words.text, attachments=words.attachments)
        draft, place = self.add(fact), len(self.events)
        if not apart:
            return draft, place
        said = Commented(
            at=fact.at,
            actor=fact.actor,
            audience=audience,
            text=words.text,
            attachments=words.attachments,
            cause=fact.cause,
        )
        return draft.add(said), place

    def of(self, ticket: Ticket) -> "Draft":
        """A draft of another ticket, with what happened to it so far, for `beside`."""
        known = next((one.events for one in self.also if one.ticket.key == ticket.key), ())
        situation = replace(self.situation, ticket=ticket, told=())
        return Draft(situation, ticket, known, audience=self.audience)

    def beside(self, other: "Draft") -> "Draft":
        """What happened to another ticket in its own draft happens, too."""
        rest = tuple(one for one in self.also if one.ticket.key != other.ticket.key)
        others = {**self.situation.others, other.ticket.key: other.ticket}
        return replace(
            self,
            situation=replace(self.situation, others=others),
            also=(*rest, Effect(other.ticket, other.events)),
            mailing=self.mailing + other.mailing,
        )

    def did(self, sentence: str) -> "Draft":
        """One more thing done, for the receipt."""
        return replace(self, done=(*self.done, sentence))

    def whispering(self) -> "Draft":
        """The words of the mail are for the operator's own people, unless a command says who reads them."""
        return self if self.audience else replace(self, audience="internal")

    def for_words(self, holder: str | None = None, lane: str | None = None) -> str:
        """Who may read the words of this mail; `holder` is whose turn it becomes, `lane` what the desk's rule says."""
        said, asked = audience_for(self.situation, holder, lane), self.audience or self.situation.narrowed
        ruled = lane not in (None, "own") and is_narrower(said, asked or said)
        return said if ruled or asked is None else asked

    def post(self, mailing: Mailing) -> "Draft":
        """More letters."""
        return replace(self, mailing=self.mailing + mailing)

    def notify(self, groups: tuple[str, ...], occasion: Occasion) -> "Draft":
        """Letters to groups about the state so far."""
        return self.post(notify(self.situation, self.ticket, groups, self._on_topic(occasion)))

    def tell(self, persons: Sequence[Person], occasion: Occasion) -> "Draft":
        """Letters to persons whom the state so far concerns themselves."""
        return self.post(tell(self.situation, self.ticket, persons, self._on_topic(occasion)))

    def _on_topic(self, occasion: Occasion) -> Occasion:
        """What an occasion is about is what happened, unless it says so itself."""
        if occasion.topic is not None or occasion.event is None:
            return occasion
        topics = {topic.value: topic for topic in Topic}
        return replace(occasion, topic=topics.get(self.events[occasion.event].kind))

    def answer(self, occasion: Occasion) -> "Draft":
        """A letter to the writer about the state so far. Whoever goes on in answer to it speaks to the same people."""
        if occasion.event is None and occasion.audience == "everyone":
            occasion = replace(occasion, audience=self.for_words())
        return self.post(answer(self.situation, self.ticket, occasion))

    def decide(self, outcome: str, *why: str, newcomer: Person | None = None) -> Decision:
        """The finished decision."""
        return Decision(
            outcome=outcome,
            ticket=self.ticket,
            events=self.events,
            notices=self.mailing.notices,
            not_told=self.mailing.not_told,
            later=tuple(dict.fromkeys(self.mailing.later)),
            newcomer=newcomer,
            absence=self.absence,
            chosen=self.chosen,
            also=self.also,
            why=why,
        )


def cause_of(situation: Situation) -> Cause:
    """The mail behind every event of a decision."""
    mail = situation.mail
    proof, challenge = situation.proof.name.lower(), situation.confirmed
    return Cause(
        message_id=mail.message_id,
        subject=mail.subject,
        proof=proof,
        challenge=challenge,
        words_of=situation.words_of,
    )
