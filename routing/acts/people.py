"""Which people the words of a command mean, and what the writer may do to them."""

from collections.abc import Iterable, Sequence

from parsers.verbs import normalise
from routing.directory import Person, Side
from routing.draft import Draft
from routing.roster import Roster, name_of

MOST_NAMED = 12
"""So many names stand in one letter at most."""
_BETWEEN = frozenset({"to", "and", "&", "an", "und", "à", "et", "a", "y"})
_MYSELF = frozenset({"me", "myself", "mir", "mich", "moi", "mí"})


def writer(draft: Draft) -> Person:
    """Whoever gives the command."""
    return draft.cast.person(draft.situation.author or "")


def within_reach(draft: Draft, person: Person) -> bool:
    """Whether the writer may say who of these has a ticket: the operator for all, others among their own people."""
    own = writer(draft)
    return draft.cast.side(own) is Side.OPERATOR or person.organisation == own.organisation


def candidates(draft: Draft) -> tuple[Person, ...]:
    """The people to whom the writer may give the ticket."""
    return tuple(person for person in Roster(draft.cast).candidates() if within_reach(draft, person))


def called(draft: Draft, persons: Iterable[Person]) -> str:
    """Their names, as they may stand in a sentence for everybody."""
    return ", ".join(name_of(draft.cast, person) for person in persons)


def meant(draft: Draft, words: Sequence[str], known: Sequence[Person]) -> tuple[Person, ...] | str:
    """The people of `known` whom the words name by address or name, in their order; or what is wrong, a sentence."""
    whole = _named(" ".join(words), known)
    if len(whole) == 1:
        return whole
    found: dict[str, Person] = {}
    for word in filter(None, map(bare, words)):
        if normalise(word) in _BETWEEN:
            continue
        fits = (writer(draft),) if normalise(word) in _MYSELF else _named(word, known)
        if len(fits) != 1 or fits[0] not in known:
            return _nobody(draft, word, known, several=len(fits) > 1)
        found[fits[0].address] = fits[0]
    return tuple(found.values()) or "Name somebody: write an address after the command."


def _named(word: str, known: Sequence[Person]) -> tuple[Person, ...]:
    """Those of an address, of a whole name or of a first name."""
    if "@" in word:
        return tuple(p for p in known if any(normalise(a) == normalise(word) for a in p.addresses))
    said = normalise(word)
    exact = tuple(p for p in known if normalise(p.name) == said)
    return exact or tuple(p for p in known if normalise(p.name).split()[:1] == [said])


def bare(word: str) -> str:
    """An address without what mail programs put around it: `<mailto:jane@desk.example>,`."""
    first = word.strip(",;()<>").partition("<")[0]
    return first.removeprefix("mailto:").strip(",;()<>")


def _nobody(draft: Draft, word: str, known: Sequence[Person], *, several: bool) -> str:
    """Who can be named instead. Outsiders learn of their own people only: the same for strangers as for others."""
    if several:
        return f'"{word}" could mean several people: write an address.'
    person = draft.situation.desk.directory.person(word)
    why = Roster(draft.cast).unfit(person) if person is not None and within_reach(draft, person) else None
    names = [one.address for one in known[:MOST_NAMED]]
    more = " and others" if len(known) > MOST_NAMED else ""
    instead = f"Write one of these: {', '.join(names)}{more}." if names else "There is nobody who can."
    reason = f"{why[:1].upper()}{why[1:]}. " if why else ""
    return f'"{word}" names nobody who can have {draft.ticket.key}. {reason}{instead}'
