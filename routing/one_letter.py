"""One mail, one letter to each reader: what its commands changed stands in the letter about the rest of it."""

from collections.abc import Sequence
from dataclasses import replace

from routing.directory import canonical
from routing.model import Notice
from routing.notices import Mailing

CHANGED = "changed"
_CARRIES = frozenset({"comment", "moved", "closed", "reopened", "assigned", "unassigned", "offer"})
"""The letters that can say beside what else was done."""


def joined(mailing: Mailing) -> Mailing:
    """The same, but letters that only say that something changed are parts of another one to the same reader."""
    found: dict[tuple[str, str], list[Notice]] = {}
    for notice in mailing.notices:
        found.setdefault((notice.key, canonical(notice.to)), []).append(notice)
    return replace(mailing, notices=tuple(one for same in found.values() for one in _joined(same)))


def _joined(letters: Sequence[Notice]) -> Sequence[Notice]:
    """The letters to one reader about one ticket."""
    news = [one for one in letters if one.template == CHANGED and not one.answer]
    bearer = next((one for one in letters if one.template in _CARRIES and not one.answer), None)
    if not news or (bearer is None and len(news) == 1):
        return letters
    said = tuple(sentence for one in news if isinstance(sentence := one.details.get("done"), str))
    if bearer is None:
        whole = replace(news[-1], details={**news[-1].details, "done": " ".join(dict.fromkeys(said))})
        return [whole if one is news[-1] else one for one in letters if one is news[-1] or one not in news]
    whole = replace(bearer, details={**bearer.details, "also": tuple(dict.fromkeys(said))})
    return [whole if one is bearer else one for one in letters if one not in news]
