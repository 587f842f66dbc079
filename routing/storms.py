"""Storms: whoever answers each of our letters by itself is no longer told anything, and nobody of what it writes.

The breaker is a pure question to what was written before: it trips on a writer and a ticket, says so once to the
operator, and mends itself when the windows have passed. What comes in between is kept on the ticket.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from parsers.intent import Ignore, Intent, Orders, Report
from routing.caps import Caps
from routing.model import Decision, Said, Situation, Storm
from routing.notices import Occasion, notify

LETTER = "storm"
LEAST_LETTERS = 20
"""People, too, say "any news?" again and again; machines have more to say."""


def rising(situation: Situation, intent: Intent) -> Storm | None:
    """The storm that this mail belongs to, None for the usual weather."""
    if situation.ticket is None or situation.author is None or situation.quiet or isinstance(intent, Ignore | Report):
        return None
    caps = situation.desk.caps
    # Whoever commands something is no machine, whatever words stand beside.
    words = "" if isinstance(intent, Orders) else intent.words.text
    said = (*situation.lately, Said(situation.now, words))
    why = _why(said, caps)
    return None if why is None else Storm(why, begins=_why(said[:-1], caps) is None)


def announced(situation: Situation, decision: Decision) -> Decision:
    """The decision with a letter to the operator's people, where a storm begins with it."""
    storm = situation.storm
    if storm is None or decision.ticket is None:
        return decision
    why = (*decision.why, f"a storm: {storm.why}")
    if not storm.begins:
        return replace(decision, why=why)
    calm = replace(situation, ticket=decision.ticket, storm=None)
    told = notify(calm, decision.ticket, ("agents",), Occasion(LETTER, "internal", details={"storm": storm.why}))
    return replace(
        decision, notices=(*decision.notices, *told.notices), not_told=(*decision.not_told, *told.not_told), why=why
    )


def _why(said: Sequence[Said], caps: Caps) -> str | None:
    """What makes a storm of the last of these messages."""
    if not said:
        return None
    now = said[-1].at
    for window in caps.storm:
        if (count := _within(said, now, window.span)) > window.most:
            return f"{count} messages within {int(window.span.total_seconds()) // 60} minutes"
    essence = _essence(said[-1].text)
    alike = [one for one in said if len(essence) >= LEAST_LETTERS and _essence(one.text) == essence]
    count = _within(alike, now, caps.memory)
    return f"{count} times the same words" if count >= caps.alike else None


def _within(said: Sequence[Said], now: datetime, span: timedelta) -> int:
    return sum(one.at > now - span for one in said)


def _essence(text: str) -> str:
    """A text without what differs from one automatic answer to the next: numbers, punctuation, spaces, case."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalpha())
