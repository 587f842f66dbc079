"""What somebody chose by mail: how it is kept, what becomes of the person by it, and how it is shown."""

import re
from collections.abc import Mapping
from dataclasses import replace

from routing.directory import Person
from routing.hours import MORNING, Span, clock, span
from routing.model import Desk
from routing.wishes import KINDS, Topic, Wish

DIGEST_AT, QUIET = "digest-at", "quiet"
"""What else than a topic a setting may be about."""
_BETWEEN = "; "
_DASH = re.compile(r"(?<=\d)\s*[-–]\s*(?=\d)")
_NEXT = re.compile(r"[;,\s]+(?=\d)")
_CALLED = {
    Topic.OPENED: "New tickets",
    Topic.COMMENT: "Comments",
    Topic.MOVE: "Moves",
    Topic.ASSIGNMENT: "Assignments",
    Topic.OFFER: "Offers",
    Topic.FORWARD: "Forwarded tickets",
    Topic.MERGE: "Merged tickets",
    Topic.RATING: "Ratings",
}


def spans(text: str) -> tuple[Span, ...]:
    """The spans of quiet hours that a text names, with commas or nothing between; none where one is no span."""
    found = [span(part) for part in _NEXT.split(_DASH.sub("-", text.strip()))]
    whole = tuple(one for one in found if one is not None)
    return whole if len(whole) == len(found) else ()


def kept(quiet: tuple[Span, ...]) -> str:
    """Spans as one setting; empty for none."""
    return _BETWEEN.join(map(str, quiet))


def with_settings(person: Person, settings: Mapping[str, str]) -> Person:
    """The person as its own choice makes it, whatever the directory said; what is known no more changes nothing."""
    if not settings:
        return person
    topics, wishes = {topic.value: topic for topic in Topic}, {wish.value: wish for wish in Wish}
    chosen = {topics[key]: wishes[said] for key, said in settings.items() if key in topics and said in wishes}
    hours = person.hours
    if DIGEST_AT in settings:
        hours = replace(hours, digest=clock(settings[DIGEST_AT]))
    if QUIET in settings:
        hours = replace(hours, quiet=spans(settings[QUIET]))
    return replace(person, wishes=tuple({**dict(person.wishes), **chosen}.items()), hours=hours)


def shown(person: Person, desk: Desk) -> tuple[str, ...]:
    """What somebody gets and when: a line for each kind of letter that differs from the others, and for quiet hours."""
    hours = desk.hours(person)
    usual = person.wish(Topic.DEFAULT)
    different = {kind: person.wish(kind) for kind in KINDS if person.wish(kind) is not usual}
    lines = [f"{_CALLED[kind]}: {_how(wish, person, desk)}" for kind, wish in different.items()]
    lines.append(f"{'All other letters' if different else 'All letters'}: {_how(usual, person, desk)}")
    if hours.quiet:
        lines.append(f"Quiet hours: {', '.join(map(str, hours.quiet))} ({hours.zone})")
    return tuple(lines)


def _how(wish: Wish, person: Person, desk: Desk) -> str:
    hours = desk.hours(person)
    match wish:
        case Wish.AT_ONCE:
            return "at once"
        case Wish.MINE:
            return "at once, about own tickets only"
        case Wish.HOURLY:
            return "in one letter an hour"
        case Wish.DAILY:
            return f"in one letter a day, at {hours.digest or MORNING:%H:%M} ({hours.zone})"
        case Wish.NEVER:
            return "never"
