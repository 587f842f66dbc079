"""The leak guard: whether a letter repeats words that its reader may not see.

It is the last look at a letter, and knows nothing of why it was written: it finds words of another lane that somebody
pasted, a mail program quoted in a way that nobody recognises, or a fault of ours let through.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from routing.directory import canonical
from routing.events import Commented, Event, Refusal, Unverified
from routing.visible import readable

RUN = 12
"""Words in a row that are no chance."""
CHARACTERS = 36
"""The same for scripts that put no space between words."""

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_AROUND = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»‘’‚“”„…–—•·"


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter to be: its reader's address and lane, and the number (from 1) of the event that it tells of, if any."""

    address: str
    lane: str
    event: int | None


def beyond(timeline: Sequence[Event], reading: Reading, letter: Sequence[str], fixed: Callable[[], str]) -> int | None:
    """The number (from 1) of an event whose words stand in `letter`, its visible texts, and may not; None for none.

    A run of `RUN` words counts that stands in an event beyond the reader's lane and in nothing that this reader may
    see: the other events, and `fixed`, what the letter says without anybody's words. The words of the event that the
    letter tells of are what is examined; only what was written after them can have taken them from there.
    """
    told = reading.event
    hidden = {number: _words(event) for number, event in enumerate(timeline, 1) if _is_secret(event, timeline, reading)}
    if not hidden:
        return None
    others = [_words(e) for n, e in enumerate(timeline, 1) if n != told and readable(e, reading.lane)]
    own = [_words(timeline[told - 1])] if told is not None else []

    def seen() -> Iterator[str]:
        yield fixed()
        yield from others

    def seen_later() -> Iterator[str]:
        yield from own
        yield from seen()

    earlier = {number: text for number, text in hidden.items() if told is None or number < told}
    later = {number: text for number, text in hidden.items() if number not in earlier}
    for group, open_ in ((earlier, seen), (later, seen_later)):
        found = leaked(letter, list(group.values()), open_)
        if found is not None:
            return list(group)[found]
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


def _is_secret(event: Event, timeline: Sequence[Event], reading: Reading) -> bool:
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
    told = None if reading.event is None else timeline[reading.event - 1].actor
    kept = isinstance(event, Refusal | Unverified) or (isinstance(event, Commented) and event.machine is not None)
    return not (kept and told is not None and writer == canonical(told))


def _words(event: Event) -> str:
    return "\n".join((event.text, *event.attachments))


def _runs(text: str) -> Iterator[int]:
    """Every run of words of a text, as a number; also those of characters, in scripts without spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = [word for word in (each.strip(_AROUND) for each in plain.split()) if word]
    for start in range(len(words) - RUN + 1):
        yield hash(tuple(words[start : start + RUN]))
    if not plain.isascii():
        unspaced = "".join(_UNSPACED.findall(plain))
        for start in range(len(unspaced) - CHARACTERS + 1):
            yield hash(unspaced[start : start + CHARACTERS])
