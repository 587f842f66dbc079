"""What a notice says, in the language of its reader."""

import re
from collections.abc import Callable, Mapping, Sequence

from outbound.actions import links
from outbound.language import Language
from parsers.verbs import normalise
from routing.model import Contents, Notice, Offer
from routing.showing import moment
from routing.visible import Visible

# What a notice may say. Each is None where it does not, so a template may ask for all of them and for nothing else.
DETAILS = (
    "actor", "alarm", "also", "asked", "assignees", "assigner", "before", "began", "behalf", "category", "choices",
    "claimed", "clocks", "closed", "command", "conversation", "counts", "created_at", "done", "doubts",
    "duplicates", "earlier", "example", "facts", "follows", "holder", "kept", "left", "letter", "linked", "more",
    "moved_to", "numbers", "organisation", "priority", "quoted", "rated", "rating", "reason", "requester",
    "resolution", "status", "storm", "substatus", "suggestion", "system", "taker", "told", "trouble", "undo",
    "unreached", "until", "updated_at", "waited", "wanted", "which",
)  # fmt: skip

LINKED = 120
"""Characters of a ticket's subject that a link repeats."""

_NAMES = frozenset(
    {"before", "category", "conversation", "holder", "moved_to", "priority", "resolution", "status", "substatus"}
    | {"told"}
)
_SAID = frozenset({"alarm", "also", "done", "doubts", "rating", "reason", "storm", "wanted"})
_FIELDS = "Status|Sub-status|Resolution|Priority|Category|Next step with|Rating"
_CHANGE = re.compile(rf"({_FIELDS}): (?:(.+) → )?(.+)")


def details(notice: Notice, language: Language) -> dict[str, object]:
    """The details of a notice; those that it does not have are None."""
    found: dict[str, object] = dict.fromkeys(DETAILS)
    for key, value in notice.details.items():
        how = _HOW.get(key)
        if how is None:
            found[key] = value
        else:
            found[key] = how(language, value) if isinstance(value, str) else tuple(how(language, one) for one in value)
    return found


def _clock(language: Language, text: str) -> str:
    party, colon, span = text.rpartition(": ")
    return language.pair(language.name(party), language.span(span)) if colon else text


def _choice(language: Language, text: str) -> str:
    label, _, how = text.partition(": ")
    return language.pair(language.name(label), language.said(how))


def _counts(language: Language, text: str) -> str:
    return ", ".join(language.said(part) for part in text.removesuffix(".").split(", ")) + "."


_HOW: Mapping[str, Callable[[Language, str], str]] = {
    **dict.fromkeys(_NAMES, Language.name),
    **dict.fromkeys(_SAID, Language.said),
    "choices": _choice,
    "clocks": _clock,
    "counts": _counts,
    "created_at": Language.moment,
    "until": Language.moment,
    "updated_at": Language.moment,
    "waited": Language.span,
}
"""How a detail is said in another language."""


def note(text: str, language: Language) -> str:
    """What changed, as a timeline says it: names of moves, and `Status: New → Open`."""
    return "; ".join(_noted(part, language) for part in text.split("; ")) if text else ""


def _noted(text: str, language: Language) -> str:
    change = _CHANGE.fullmatch(text)
    if change is None:
        named = language.name(text)
        return language.said(text) if named == text else named
    field, *values = change.groups()
    told = " → ".join(language.value(value) for value in values if value)
    return language.pair(language.name(field), told)


def clicks(notice: Notice, reply_to: str) -> list[tuple[str, str]]:
    """What each click is called, and its link; none where there is no address to answer."""
    if not reply_to or not notice.clicks:
        return []
    return [
        (offer.label, link) for offer, link in zip(notice.clicks, _links(notice, reply_to, notice.clicks), strict=True)
    ]


def offers(notice: Notice, reply_to: str, language: Language) -> list[tuple[str, str, str]]:
    """What the reader may do: the words to write, what they mean where they do not say it, and the link that writes
    them, empty where there is no address to answer.
    """
    written = _links(notice, reply_to, notice.offers) if reply_to and notice.offers else [""] * len(notice.offers)
    return [
        (offer.phrase, _explained(offer, language), link) for offer, link in zip(notice.offers, written, strict=True)
    ]


def _links(notice: Notice, reply_to: str, wanted: Sequence[Offer]) -> list[str]:
    about = notice.subject[:LINKED]  # it stands in every link of the letter
    tags = "".join(f"[{tag}] " for tag in (notice.key, notice.number) if tag)
    subject = f"Re: {tags}{about}"
    return links(reply_to, subject, [offer.phrase for offer in wanted])


def _explained(offer: Offer, language: Language) -> str:
    """What a move is called, where the words to write do not say it already to this reader."""
    named = language.name(offer.label)
    return "" if normalise(named) == normalise(offer.phrase.lstrip("#/")) else named


def _called(offer: Offer, language: Language) -> str:
    """What a command is called in a language in which its words say nothing."""
    named = language.name(offer.label)
    return "" if named == offer.label else named


def contents(found: Contents | None, language: Language) -> dict[str, object]:
    """What an answer holds, as texts in tuples."""
    found = found or Contents()
    return {
        "acts": [(offer.phrase, _called(offer, language), offer.example) for offer in found.acts],
        "rows": [_row(row, language) for row in found.rows],
        "entries": _entries(found.timeline, language),
        "sections": [
            {
                "key": each.key,
                "subject": each.subject,
                "state": language.name(each.state),
                "entries": _entries(each.timeline, language),
            }
            for each in found.sections
        ],
    }


def _row(row: Sequence[str], language: Language) -> tuple[str, ...]:
    """ID, entity, system, subject, the two moments and the state."""
    *words, created, updated, state = row
    return (*words, language.moment(created), language.moment(updated), language.name(state))


def _entries(timeline: Sequence[Visible], language: Language) -> list[dict[str, object]]:
    return [
        {
            "at": language.moment(moment(entry.at)),
            "writer": entry.actor_name or language.sentence("Somebody"),
            "note": note(entry.note, language),
            "words": entry.text,
            "attachments": entry.attachments,
            "withdrawn": entry.withdrawn,
            "cut": entry.cut,
        }
        for entry in timeline
    ]
