"""Storms: whoever answers each of our letters by itself is no longer told anything, and nobody of what it writes.

The breaker is a pure question to what was written before: it trips on a writer and a ticket, says so once to the
operator, and mends itself when the windows have passed. What comes in between is kept on the ticket. Whoever forges one
sender forges a thousand: mail that proves nothing counts for the ticket as that of one writer.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from parsers.intent import AutoReply, Ignore, Intent, Orders, Report
from routing.authority import is_stranger, may_comment
from routing.caps import Caps
from routing.directory import canonical
from routing.events import Commented, Event, Opened, Unverified
from routing.model import Decision, Proof, Said, Situation, Storm
from routing.notices import Occasion, notify

LETTER = "storm"
PATIENCE = 2
"""How much more than words it takes until commands of a proven writer stir up no more letters."""
LONG = 40
"""Letters of a text that is the same whatever its numbers are; in a shorter one a number may be all that is new."""
LEAST_LETTERS = 20
"""People, too, say "any news?" again and again; machines have more to say."""
UNPROVEN = "unproven"
"""The one writer of all mail that proves nothing."""
_NO_PROOF = Proof.NONE.name.lower()


def witness(event: Event) -> str | None:
    """Whose writing an event counts as: a canonical address, UNPROVEN, or None for nobody's.

    What is marked as a machine's tells nothing of the person.
    """
    if isinstance(event, Unverified):
        return UNPROVEN
    machine = isinstance(event, Commented) and event.machine is not None
    return None if machine or event.actor is None or event.cause.proof == _NO_PROOF else canonical(event.actor)


def likeness(event: Event) -> str:
    """What the words of an event are known again by; empty for few words, and for whoever commands something."""
    return alike(event.text) if isinstance(event, Opened | Commented | Unverified) else ""


def alike(text: str) -> str:
    """The same for two texts that differ in punctuation, spaces, case and, where they are long, numbers only."""
    essence = _essence(text)
    return hashlib.blake2b(essence.encode(), digest_size=8).hexdigest() if len(essence) >= LEAST_LETTERS else ""


def looming(lately: Sequence[Said], caps: Caps, now: datetime) -> bool:
    """Whether one more mail may be a storm, whatever it says."""
    said = (*lately, Said(now, ""))
    often = Counter(one.likeness for one in lately if one.likeness)
    return _crowd(said, caps, 1) is not None or max(often.values(), default=0) + 1 >= caps.alike


def rising(situation: Situation, intent: Intent) -> Storm | None:
    """The storm that this mail belongs to, None for the usual weather.

    What is marked as a machine's is told to nobody anyway; a stranger opens a ticket of its own.
    """
    if situation.ticket is None or situation.quiet or isinstance(intent, AutoReply | Ignore | Report):
        return None
    caps, proven = situation.desk.caps, situation.proof is not Proof.NONE
    commands = proven and isinstance(intent, Orders)
    # Whoever commands something is no machine, whatever words stand beside.
    said = (*situation.lately, Said(situation.now, "" if commands else alike(intent.words.text)))
    why = _why(said, caps, commands=commands)
    if why is None or is_stranger(situation, may_comment(situation)):
        return None
    begins = not situation.warned and _why(said[:-1], caps, commands=commands) is None
    return Storm(why if proven else f"{why}, in mail that proves nothing", begins)


def mark(situation: Situation) -> str:
    """What the letters about a storm of this writer on this ticket are known by."""
    who = canonical(situation.author) if situation.author and situation.proof is not Proof.NONE else "unproven"
    return f"{LETTER}:{situation.ticket.key if situation.ticket else ''}:{who}:"


def announced(situation: Situation, decision: Decision) -> Decision:
    """The decision with a letter to the operator's people, where a storm begins with it."""
    storm = situation.storm
    if storm is None or decision.ticket is None:
        return decision
    why = (*decision.why, f"a storm: {storm.why}")
    if not storm.begins:
        return replace(decision, why=why)
    author = situation.author if situation.proof is not Proof.NONE else None
    calm = replace(situation, ticket=decision.ticket, storm=None, author=author)
    once = f"{mark(situation)}{situation.now.isoformat()}"
    occasion = Occasion(LETTER, "internal", details={"storm": storm.why}, once=once)
    told = notify(calm, decision.ticket, ("agents",), occasion)
    letters = (replace(one, why=storm.why) for one in told.notices)
    return replace(
        decision, notices=(*decision.notices, *letters), not_told=(*decision.not_told, *told.not_told), why=why
    )


def _why(said: Sequence[Said], caps: Caps, *, commands: bool) -> str | None:
    """What makes a storm of the last of these messages."""
    if not said:
        return None
    crowd = _crowd(said, caps, PATIENCE if commands else 1)
    if crowd is not None or not said[-1].likeness:
        return crowd
    count = _within([one for one in said if one.likeness == said[-1].likeness], caps.memory)
    return f"{count} times the same words" if count >= caps.alike else None


def _crowd(said: Sequence[Said], caps: Caps, patience: int) -> str | None:
    for window in caps.storm:
        if (count := _within(said, window.span)) > window.most * patience:
            return f"{count} messages within {int(window.span.total_seconds()) // 60} minutes"
    return None


def _within(said: Sequence[Said], span: timedelta) -> int:
    return sum(one.at > said[-1].at - span for one in said)


def _essence(text: str) -> str:
    """A text without what differs from one automatic answer to the next: punctuation, spaces, case, and numbers."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(filter(str.isalpha, plain))
    return letters if len(letters) >= LONG else "".join(filter(str.isalnum, plain))
