"""All that may name a ticket or a person: gathered from envelope and headers, proven only where a key says so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A signed reply address whose MAC holds. `letter` is the outbox row it was minted for."""

    letter: int
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail offers for finding its ticket and its writer.

    `author` is the strict From address or None. `tokens` were verified; `threads` are Message-IDs of ours whose HMAC
    holds, nearest first; `references` are all other Message-IDs that the mail answers, nearest first. `tags` are
    ticket keys in upper case, `system` the key named by `[system …]` or `#system …`.
    """

    author: str | None
    tokens: tuple[Token, ...] = ()
    threads: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    system: str | None = None
    defects: tuple[str, ...] = ()
