"""What the store would know of a desk: all that was decided so far, and the letters that people have."""

from dataclasses import dataclass, field

from parsers.intent import Intent
from routing.events import Event
from routing.model import Decision, Deed, Minted, Receipt, Situation, Ticket, effects
from tests.property.mails import Letter


@dataclass(slots=True)
class History:
    """All that was decided so far."""

    timelines: dict[str, list[Event]] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    done: list[tuple[Situation, Intent | None, Decision, dict[str, int]]] = field(default_factory=list)

    def keep(self, situation: Situation, intent: Intent | None, decision: Decision) -> None:
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
            self.letters.append(Letter(minted, notice, len(self.done)))
        self.done.append((situation, intent, decision, first))

    def receipt(self, letter: Letter, standing: str) -> Receipt | None:
        """What the store finds for a receipt that is answered, as `standing` is the ticket that it leads to."""
        situation, _, decision, first = self.done[letter.decision]
        deeds = {
            one.ticket.key: Deed(
                first[one.ticket.key] + 1,
                one.events,
                tuple(self.timelines[one.ticket.key][first[one.ticket.key] + len(one.events) :]),
            )
            for one in effects(decision)
            if one.events
        }
        if letter.notice.template != "receipt" or standing not in deeds:
            return None
        told = tuple(notice.to for notice in decision.notices if not notice.answer)
        return Receipt(situation.now, deeds.pop(standing), told, "undo" in letter.notice.details, deeds)

    def standing(self, key: str | None) -> Ticket | None:
        """The ticket of a key, or the one that it was merged into."""
        ticket = self.tickets.get(key or "")
        seen: set[str] = set()
        while ticket is not None and ticket.merged_into is not None:
            assert ticket.key not in seen, "a ticket is merged into itself"
            seen.add(ticket.key)
            ticket = self.tickets[ticket.merged_into]
        return ticket

    def about(self, ticket: Ticket | None) -> dict[str, object]:
        """What a situation says of a ticket that it did not say when it was another one, or at another time."""
        return {
            "ticket": ticket,
            "told": tuple(sorted(self.told.get(ticket.key, ()))) if ticket else (),
            "timeline": tuple(self.timelines[ticket.key]) if ticket else (),
        }
