"""The words of command that every desk may have beside its own moves, and who may say them unless the desk says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from parsers.verbs import Verb, VerbKind
from routing.directory import Side

_PARTIES = (Side.CUSTOMER, Side.PARTNER, Side.OPERATOR)
_STAFF = (Side.PARTNER, Side.OPERATOR)
_OPERATOR = (Side.OPERATOR,)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in verb: what it is called in sentences, who may say it by default, and how it is written."""

    verb: Verb
    label: str
    who: tuple[Side, ...]
    usage: str


def _act(
    name: str, who: tuple[Side, ...], usage: str, *, words: str = "none", repeatable: bool = False, also: str = ""
) -> BuiltIn:
    phrases = (name.replace("-", " "), *filter(None, also.split("|")))
    verb = Verb(name, phrases, words != "none", VerbKind.ACT, words == "needed", repeatable)
    return BuiltIn(verb, phrases[0].capitalize(), who, usage)


def _question(name: str, usage: str, *, words: str = "none") -> BuiltIn:
    verb = Verb(name, (name,), words != "none", VerbKind.QUESTION, words == "needed")
    return BuiltIn(verb, name.capitalize(), _PARTIES, usage)


_ALL = (
    _act("priority", _OPERATOR, "#priority high", words="needed"),
    _act("status", _OPERATOR, "#status in progress", words="needed"),
    _act("category", _OPERATOR, "#category billing", words="needed"),
    _act("internal", _OPERATOR, "#internal"),
    _act("staff", _STAFF, "#staff"),
    _act("watch", _PARTIES, "#watch"),
    _act("unwatch", _PARTIES, "#unwatch"),
    _act("cc", _STAFF, "#cc bob@acme.example", words="needed", repeatable=True),
    _question("help", "#help"),
)

BUILT_IN: Mapping[str, BuiltIn] = {each.verb.name: each for each in _ALL}
"""Every built-in verb by its name, in the order in which they are told."""

SYSTEM = Verb("system", ("system",), takes_arguments=True, kind=VerbKind.ACT, needs_arguments=True)
"""Naming a system is read from every mail and needs nobody's leave to stand there: see `routing.naming`."""
