"""A decision in the making: events that are folded as they are added, and the letters about them."""

from dataclasses import dataclass, field, replace

from routing.authority import cast_of
from routing.cast import OPERATOR_LANE, Cast, audience_of
from routing.directory import Person
from routing.events import Cause, Event, apply
from routing.model import Decision, Situation
from routing.notices import Mailing, Occasion, answer, notify
from routing.recipients import guests
from routing.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Draft:
    """`ticket` is the state after `events`, `done` what the writer commanded with success, in sentences.

    `audience` narrows who may read the words of the mail, where a command says so. Nothing here changes: each step
    gives the next draft, and its situation has the ticket as it then stands.
    """

    situation: Situation
    ticket: Ticket
    events: tuple[Event, ...] = ()
    mailing: Mailing = field(default_factory=Mailing)
    done: tuple[str, ...] = ()
    audience: str | None = None

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
        return replace(
            self, situation=replace(self.situation, ticket=ticket), ticket=ticket, events=(*self.events, event)
        )

    def did(self, sentence: str) -> "Draft":
        """One more thing done, for the receipt."""
        return replace(self, done=(*self.done, sentence))

    def for_words(self, holder: str | None = None) -> str:
        """Who may read the words of this mail; `holder` is whose turn it becomes."""
        return self.audience or audience_for(self.situation, holder)

    def post(self, mailing: Mailing) -> "Draft":
        """More letters."""
        return replace(self, mailing=self.mailing + mailing)

    def notify(self, groups: tuple[str, ...], occasion: Occasion) -> "Draft":
        """Letters to groups about the state so far."""
        return self.post(notify(self.situation, self.ticket, groups, occasion))

    def answer(self, occasion: Occasion) -> "Draft":
        """A letter to the writer about the state so far."""
        return self.post(answer(self.situation, self.ticket, occasion))

    def decide(self, outcome: str, *why: str, newcomer: Person | None = None) -> Decision:
        """The finished decision."""
        return Decision(
            outcome=outcome,
            ticket=self.ticket,
            events=self.events,
            notices=self.mailing.notices,
            not_told=self.mailing.not_told,
            newcomer=newcomer,
            why=why,
        )


def cause_of(situation: Situation) -> Cause:
    """The mail behind every event of a decision."""
    mail = situation.mail
    return Cause(message_id=mail.message_id, subject=mail.subject, proof=situation.proof.name.lower())


def audience_for(situation: Situation, holder: str | None = None) -> str:
    """Who may read the writer's words: everyone where the desk shares comments, else one lane.

    That is the lane of the party whose turn it becomes, else the writer's own; the operator's people speak in the lane
    of the letter that they answer, and among themselves where it is none of an outsider.
    """
    if situation.desk.workflow.shared_comments:
        return "everyone"
    if holder is not None and holder != OPERATOR_LANE:
        return audience_of(holder)
    cast = cast_of(situation)
    if cast is None or situation.author is None:
        return "internal"
    lane = cast.lane(cast.person(situation.author))
    if lane == OPERATOR_LANE and situation.minted is not None:
        lane = situation.minted.lane
    return audience_of(lane)


def kept_for(situation: Situation) -> str:
    """Who may read words that came with something refused, or from a machine: no wider than the staff."""
    return "staff" if situation.desk.workflow.shared_comments else "internal"
