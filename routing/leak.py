"""The leak guard: whether a letter repeats words that its reader may not see.

It is the last look at a letter, and knows nothing of why it was written: it finds words of another lane that somebody
pasted, a mail program quoted in a way that nobody recognises, or a fault of ours let through.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing.directory import canonical
from routing.events import Commented, Event, Refusal, Unverified
from routing.visible import as_answered, readable

RUN = 12
"""Words in a row that are no chance."""
CHARACTERS = 36
"""The same for scripts that put no space between words."""

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"^[ \t]*(?:\w{0,12}[>|][ \t]?)+", re.MULTILINE)
"""What mail programs put before each line that they quote, with the writer's initials or without."""
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3099\u309a"
    "\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""What is not seen between letters (soft hyphens, joiners, directions, variants); and accents, which many leave out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter to be: its reader's address and lane, and the number (from 1) of the event that it tells of, if any."""

    address: str
    lane: str
    event: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where words stand: the number (from 1) of an event, of the ticket `ticket` (None: of the letter's own)."""

    ticket: str | None
    number: int
    event: Event


def beyond(
    timeline: Sequence[Event],
    reading: Reading,
    letter: Sequence[str],
    fixed: Callable[[], str],
    kin: Mapping[str, Sequence[Event]] | None = None,
) -> Source | None:
    """The event whose words stand in `letter`, its visible texts, and may not; None for none.

    A run of `RUN` words counts that stands in an event beyond the reader's lane and in nothing that this reader may
    see: the other events, and `fixed`, what the letter says without anybody's words. The words of the event that the
    letter tells of are what is examined; only what was written after them can have taken them from there. `kin` are the
    timelines of tickets near to this one, by their keys, with audiences as its readers know them.
    """
    every = [Source(None, number, event) for number, event in enumerate(as_answered(timeline), 1)]
    told = None if reading.event is None else every[reading.event - 1].event
    near = ((key, as_answered(events)) for key, events in (kin or {}).items())
    every += [Source(key, n, event) for key, events in near for n, event in enumerate(events, 1)]
    hidden = [source for source in every if _is_secret(source.event, told, reading)]
    if not hidden:
        return None
    others = [_words(one.event) for one in every if one.event is not told and readable(one.event, reading.lane)]
    own = [_words(told)] if told is not None else []

    def seen() -> Iterator[str]:
        yield fixed()
        yield from others

    def seen_later() -> Iterator[str]:
        yield from own
        yield from seen()

    later = [source for source in hidden if _is_later(source, told, reading)]
    earlier = [source for source in hidden if source not in later]
    for group, open_ in ((earlier, seen), (later, seen_later)):
        found = leaked(letter, [_words(source.event) for source in group], open_)
        if found is not None:
            return group[found]
    return None


def leaked(letter: Iterable[str], hidden: Sequence[str], seen: Callable[[], Iterable[str]]) -> int | None:
    """Which of the `hidden` texts has a run of words that stands in `letter` and in none of the `seen` texts.

    The time is linear in the length of all texts; `seen` is asked for only where there is something to compare.
    """
    runs = {run for text in letter for run in _runs(text)}
    found: dict[int, int] = {}
    for place, text in enumerate(hidden):
        for run in _runs(text):
            if run in runs:
                found.setdefault(run, place)
    if not found:
        return None
    for text in seen():
        for run in _runs(text):
            found.pop(run, None)
    return min(found.values(), default=None)


def _is_later(source: Source, told: Event | None, reading: Reading) -> bool:
    """Whether it was written after what the letter tells of."""
    if told is None or reading.event is None:
        return False
    return source.number > reading.event if source.ticket is None else source.event.at > told.at


def _is_secret(event: Event, told: Event | None, reading: Reading) -> bool:
    """Whether its words are kept from the reader, and were not written, nor are told now, by whoever wrote them.

    What was refused, unproven or noted of a machine was meant for others: its writer may say it again to them.
    """
    if readable(event, reading.lane) or not event.text:
        return False
    if event.actor is None:
        return True
    writer = canonical(event.actor)
    if writer == canonical(reading.address):
        return False
    teller = None if told is None else told.actor
    kept = isinstance(event, Refusal | Unverified) or (isinstance(event, Commented) and event.machine is not None)
    return not (kept and teller is not None and writer == canonical(teller))


def _words(event: Event) -> str:
    return "\n".join((event.text, *event.attachments))


def _runs(text: str) -> Iterator[int]:
    """Every run of words of a text, as a number; also those of characters, in scripts without spaces.

    Neither case, punctuation, line breaks, accents nor what is not seen tells two runs apart.
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", plain)).casefold()
    words = _WORD.findall(_QUOTED.sub("", plain))
    yield from map(hash, zip(*(words[start:] for start in range(RUN)), strict=False))
    if not plain.isascii():
        unspaced = "".join(_UNSPACED.findall(plain))
        for start in range(len(unspaced) - CHARACTERS + 1):
            yield hash(unspaced[start : start + CHARACTERS])
