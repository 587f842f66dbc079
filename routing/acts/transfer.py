"""The command `transfer`: the ticket goes to somebody else, to another account, to another product."""

from collections.abc import Sequence

from parsers.intent import Command, Words
from parsers.verbs import normalise
from routing.acts.assignment import closed, out_of_reach, unentitled
from routing.acts.people import candidates, meant, writer
from routing.assignment import give
from routing.cast import Cast
from routing.directory import Directory, Organisation, Side, System
from routing.draft import Draft
from routing.events import Value
from routing.naming import no_system, usable_system
from routing.roster import has, standing

_ACCOUNT = frozenset({"account", "organisation", "organization", "company"})
_PRODUCT = frozenset({"product", "system"})


def transfer(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`transfer jane@desk.example account acme product acme-dam`: one of them at least; the words are an internal note.

    An account is an organisation, a product a system. A product brings its customer as the account; another account
    without a product leaves the ticket without one.
    """
    named = _parted(command.arguments)
    if isinstance(named, str):
        return named
    words, account, product = named
    refusal = closed(draft) or (None if has(draft.ticket, writer(draft)) else unentitled(draft))
    people = refusal or (meant(draft, words, candidates(draft)) if words else ())
    if isinstance(people, str):
        return people
    if len(people) > 1:
        return "Transfer a ticket to one person."
    about = _about(draft, account, product)
    if isinstance(about, str):
        return about
    after = tuple(person.address for person in people) or draft.ticket.assignees
    return out_of_reach(draft, after) or _transferred(draft, command, after, about)


def _transferred(draft: Draft, command: Command, after: tuple[str, ...], about: dict[str, Value]) -> Draft | str:
    ticket = draft.ticket
    if after == ticket.assignees and all(getattr(ticket, name) == value for name, value in about.items()):
        return f"{ticket.key} is there already: there is nothing to change."
    done = give(draft, command.name, after, actor=draft.situation.author, also=about)
    return done.whispering().did(f"{standing(done.cast)}{_said(done.cast, about)}")


def _parted(arguments: Sequence[str]) -> tuple[tuple[str, ...], str | None, str | None] | str:
    """The words for the person, and the keys after `account` and `product`."""
    words: list[str] = []
    keys: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        kind = "account" if normalise(word) in _ACCOUNT else "product" if normalise(word) in _PRODUCT else None
        if kind is None:
            words.append(word)
        elif not rest or kind in keys:
            return f'Write one key after "{word}".'
        else:
            keys[kind] = rest.pop(0).strip(",;")
    return tuple(words), keys.get("account"), keys.get("product")


def _about(draft: Draft, account: str | None, product: str | None) -> dict[str, Value] | str:
    """The organisation and the system that the ticket is then about, as far as they are named."""
    directory, ticket = draft.situation.desk.directory, draft.ticket
    if account is None and product is None:
        return {}
    owner = _organisation(draft, account) if account else None
    if account and owner is None:
        return f'There is no account "{account}" that this ticket could be for.'
    system = _system(draft, product) if product else None
    if product and system is None:
        return no_system(product)
    if system and owner and system.customer != owner.key:
        return f"{system.name} is not a product of {owner.name}."
    if system is not None:
        return {"organisation": system.customer, "system": system.key}
    return {"organisation": owner.key, "system": _kept(directory, ticket.system, owner)} if owner else {}


def _organisation(draft: Draft, key: str) -> Organisation | None:
    """An account: a customer. Only the operator may name one; the ticket's whole conversation goes to it."""
    directory = draft.situation.desk.directory
    found = directory.organisations.get(key) or directory.organisations.get(key.lower())
    if found is None or found.kind.side is not Side.CUSTOMER or directory.side(writer(draft)) is not Side.OPERATOR:
        return None
    return found


def _system(draft: Draft, key: str) -> System | None:
    directory = draft.situation.desk.directory
    if directory.side(writer(draft)) is not Side.OPERATOR:
        own = draft.ticket.organisation
        found = usable_system(directory, key, writer(draft))
        return found if found is not None and found.customer == own else None
    return directory.systems.get(key) or directory.systems.get(key.lower())


def _kept(directory: Directory, system: str | None, owner: Organisation) -> str | None:
    """The system that a ticket has stays only if it is the new account's."""
    known = directory.systems.get(system or "")
    return known.key if known is not None and known.customer == owner.key else None


def _said(cast: Cast, about: dict[str, Value]) -> str:
    if not about:
        return ""
    directory, ticket = cast.desk.directory, cast.ticket
    system = directory.systems.get(ticket.system or "")
    owner = directory.organisations.get(ticket.organisation or "")
    names = [one.name for one in (owner, system) if one is not None]
    return f" It is about {', '.join(names)}."
