"""Commands about who follows a ticket: `watch`, `unwatch` and `cc`."""

from parsers.intent import Command, Words
from routing.acts.people import bare
from routing.acts.settings import change
from routing.directory import canonical
from routing.draft import Draft

# Who it is may be nobody's business in another lane.
_MORE = "More people follow the ticket now."
_FEWER = "Fewer people follow the ticket now."


def watch(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """The writer follows the ticket from now on."""
    own = draft.cast.person(draft.situation.author or "").address
    if canonical(own) in map(canonical, draft.ticket.watchers):
        return f"You follow {draft.ticket.key} already."
    watchers = (*draft.ticket.watchers, own)
    return change(draft, command, f"You now follow {draft.ticket.key}.", _MORE, watchers=watchers)


def unwatch(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """The writer follows the ticket no longer."""
    own = {canonical(address) for address in draft.cast.person(draft.situation.author or "").addresses}
    watchers = tuple(address for address in draft.ticket.watchers if canonical(address) not in own)
    if watchers == draft.ticket.watchers:
        return f"You do not follow {draft.ticket.key}."
    return change(draft, command, f"You no longer follow {draft.ticket.key}.", _FEWER, watchers=watchers)


def cc(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """Others follow the ticket: registered people who take part in it anyway."""
    watchers = {canonical(address): address for address in draft.ticket.watchers}
    names = []
    for address in filter(None, map(bare, command.arguments)):
        person = draft.cast.person(address)
        if not person.registered or draft.cast.side(person) is None:
            return f"{address} cannot be added: only registered people who take part in the ticket can follow it."
        watchers.setdefault(canonical(person.address), person.address)
        names.append(person.name or person.address)
    done = f"{', '.join(names)} now {'follows' if len(names) == 1 else 'follow'} {draft.ticket.key}."
    return change(draft, command, done, _MORE, watchers=tuple(watchers.values()))
