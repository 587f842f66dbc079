"""`help`: just what somebody may do to a ticket now, each with the words to write.

Whether a command can be followed is found out by following it, without keeping what comes of it.
"""

from dataclasses import replace

from parsers.intent import UNDO, Command, Orders, Source, VerbKind, Words
from routing import acts
from routing.acts.forwarding import ways
from routing.acts.people import candidates
from routing.authority import Denied, may_act
from routing.builtin import BUILT_IN, BuiltIn
from routing.closed import policy
from routing.directory import Side
from routing.draft import Draft
from routing.model import Contents, Offer, Proof
from routing.notices import Occasion

_MOST_CHOICES = 6


def helped(draft: Draft, side: Side) -> Occasion:
    """The letter that answers `help`. The moves stand in every letter; the rest stands here."""
    # A reply to this very letter will prove its writer.
    proven = replace(draft, situation=replace(draft.situation, proof=Proof.STRONG))
    workflow = draft.situation.desk.workflow
    known = (BUILT_IN[name] for name in BUILT_IN if name in workflow.acts and name != UNDO)
    offers = (_offer(proven, side, each) for each in known)
    return Occasion("help", contents=Contents(acts=tuple(offer for offer in offers if offer)))


def _offer(draft: Draft, side: Side, known: BuiltIn) -> Offer | None:
    """How to write one built-in verb, None where it would not be followed now."""
    name, phrase = known.verb.name, known.verb.phrases[0]
    if known.verb.kind is VerbKind.QUESTION:
        return Offer(name, _written(phrase, known.verb.choices, optional=True), known.label, _example(known))
    if side not in draft.situation.desk.workflow.acts[name] or _is_over(draft, side, name):
        return None
    choices = _choices(draft, name)
    if choices is None:
        if name == "on-behalf-of" or isinstance(may_act(draft.situation, name), Denied):
            return None
        return Offer(name, f"#{phrase} …", known.label, known.usage)
    fit = next((said for said in choices if _would_do(draft, side, name, said)), None)
    if fit is None:
        return None
    return Offer(name, _written(phrase, choices), known.label, f"#{phrase} {fit}" if fit else "")


def _choices(draft: Draft, name: str) -> tuple[str, ...] | None:
    """What may be said after a verb; one empty text where it stands alone, None where it could be anything."""
    workflow = draft.situation.desk.workflow
    match name:
        case "priority":
            return tuple(reversed(workflow.priorities))
        case "category":
            return workflow.categories
        case "status":
            return (*workflow.substatuses.values(), *(workflow.states[key].name for key in workflow.by_hand))
        case "forward":
            return ways(draft)
        case "notify" | "digest" | "quiet":
            return None
        case "assign" | "transfer":
            return tuple(person.address for person in candidates(draft))
        case _:
            verb = BUILT_IN[name].verb
            return tuple(reversed(verb.choices)) or (None if verb.needs_arguments else ("",))


def _is_over(draft: Draft, side: Side, name: str) -> bool:
    """Whether the ticket is closed and the desk lets this side do no more of that sort to it."""
    orders = Orders(Words(""), acts=(Command(name, (), Source.BODY, 1),))
    return policy(draft.situation, side, orders) is not None


def _would_do(draft: Draft, side: Side, name: str, said: str) -> bool:
    command = Command(name, tuple(said.split()), Source.BODY, 1)
    return not isinstance(acts.follow(draft, side, command, Words("…")), str)


def _written(phrase: str, choices: tuple[str, ...], *, optional: bool = False) -> str:
    said = [choice for choice in choices if choice]
    if not said:
        return f"#{phrase}"
    alternatives = " | ".join(said[:_MOST_CHOICES]) + (" | …" if len(said) > _MOST_CHOICES else "")
    return f"#{phrase} [{alternatives}]" if optional else f"#{phrase} {alternatives}"


def _example(known: BuiltIn) -> str:
    return known.usage if known.verb.choices else ""
