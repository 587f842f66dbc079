"""Which letters somebody wants, and when: each kind at once, in a digest, about own tickets only, or never."""

from collections.abc import Mapping
from enum import StrEnum

from parsers.verbs import normalise


class Topic(StrEnum):
    """What letters are about, as far as people may wish for more or fewer; `default` is all that is not named."""

    DEFAULT = "default"
    OPENED = "opened"
    COMMENT = "comment"
    MOVE = "move"
    ASSIGNMENT = "assignment"
    OFFER = "offer"
    FORWARD = "forward"
    MERGE = "merge"
    RATING = "rating"


class Wish(StrEnum):
    """Which letters about a topic somebody wants: each at once, those of its own tickets, a digest, or none."""

    AT_ONCE = "at-once"
    MINE = "mine"
    HOURLY = "hourly"
    DAILY = "daily"
    NEVER = "never"


DIGESTS = (Wish.HOURLY, Wish.DAILY)
KINDS = tuple(topic for topic in Topic if topic is not Topic.DEFAULT)

TOPICS: Mapping[str, Topic] = {
    **{topic.value: topic for topic in Topic},
    "all": Topic.DEFAULT,
    "everything": Topic.DEFAULT,
    "comments": Topic.COMMENT,
    "moves": Topic.MOVE,
    "assignments": Topic.ASSIGNMENT,
    "offers": Topic.OFFER,
    "new": Topic.OPENED,
    "ratings": Topic.RATING,
}
"""What a topic may be called in a command or a file."""
WISHES: Mapping[str, Wish] = {
    **{wish.value: wish for wish in Wish},
    "at once": Wish.AT_ONCE,
    "all": Wish.AT_ONCE,
    "now": Wish.AT_ONCE,
    "digest": Wish.DAILY,
    "none": Wish.NEVER,
    "off": Wish.NEVER,
}
"""What a wish may be called."""


def topic(said: str) -> Topic | None:
    """The topic that a word means."""
    return TOPICS.get(normalise(said))


def wish(said: str) -> Wish | None:
    """The wish that some words mean; hyphens are spaces."""
    return WISHES.get(normalise(said))
