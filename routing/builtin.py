"""The words of command that every desk may have beside its own moves, and who may say them unless the desk says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from parsers.verbs import Verb, VerbKind
from routing.directory import Side

_PARTIES = (Side.CUSTOMER, Side.PARTNER, Side.OPERATOR)
_STAFF = (Side.PARTNER, Side.OPERATOR)
_OPERATOR = (Side.OPERATOR,)
LISTS = ("open", "mine", "closed", "forwarded")
"""What `list` may be narrowed to."""
RATINGS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in verb: what it is called in sentences, who may say it by default, and how it is written.

    One that is there `always` needs no mention in a desk's table of acts.
    """

    verb: Verb
    label: str
    who: tuple[Side, ...]
    usage: str
    always: bool = False


def _act(
    name: str, who: tuple[Side, ...], usage: str, *, words: str = "none", repeatable: bool = False, also: str = ""
) -> BuiltIn:
    phrases = (name.replace("-", " "), *filter(None, also.split("|")))
    verb = Verb(name, phrases, words != "none", VerbKind.ACT, words == "needed", repeatable)
    return BuiltIn(verb, phrases[0].capitalize(), who, usage)


def _question(name: str, usage: str, *choices: str) -> BuiltIn:
    verb = Verb(name, (name,), bool(choices), VerbKind.QUESTION, choices=choices)
    return BuiltIn(verb, name.capitalize(), _PARTIES, usage, always=True)


def _own(name: str, usage: str, *, needed: bool = False, repeatable: bool = False) -> BuiltIn:
    """What somebody may choose for itself on every desk."""
    verb = Verb(name, (name,), True, VerbKind.ACT, needed, repeatable)
    return BuiltIn(verb, name.capitalize(), _PARTIES, usage, always=True)


_ALL = (
    _act("priority", _OPERATOR, "#priority high", words="needed"),
    _act("status", _OPERATOR, "#status in progress", words="needed"),
    _act("category", _OPERATOR, "#category billing", words="needed"),
    _act("visibility", _OPERATOR, "#visibility internal", words="needed"),
    _act("internal", _OPERATOR, "#internal"),
    _act("staff", _STAFF, "#staff"),
    _act("assign", _OPERATOR, "#assign jane@desk.example", words="needed"),
    _act("take", _OPERATOR, "#take", also="accept"),
    _act("release", _OPERATOR, "#release", words="allowed"),
    _act("transfer", _OPERATOR, "#transfer jane@desk.example account acme product acme-dam", words="needed"),
    _act("away", _STAFF, "#away until friday", words="allowed"),
    _own("notify", "#notify comment hourly", repeatable=True),
    _own("digest", "#digest daily", needed=True),
    _own("quiet", "#quiet 22:00-07:00", needed=True),
    _act("watch", _PARTIES, "#watch"),
    _act("unwatch", _PARTIES, "#unwatch"),
    _act("cc", _STAFF, "#cc bob@acme.example", words="needed", repeatable=True),
    _act("forward", _STAFF, "#forward up", words="allowed"),
    _act("merge", _STAFF, "#merge CT-2", words="needed", repeatable=True),
    _act("unmerge", _PARTIES, "#unmerge CT-2", words="allowed"),
    _act("delete", _OPERATOR, "#delete"),
    _act("on-behalf-of", _STAFF, "#on behalf of ann@acme.example", words="needed"),
    BuiltIn(Verb("rate", ("rate",), True, VerbKind.ACT, True, choices=RATINGS), "Rate", _PARTIES, "#rate 5"),
    BuiltIn(Verb("approve", ("approve",), kind=VerbKind.ACT), "Approve", _OPERATOR, "#approve", always=True),
    BuiltIn(Verb("invite", ("invite",), kind=VerbKind.ACT), "Invite", _OPERATOR, "#invite", always=True),
    BuiltIn(Verb("undo", ("undo",), kind=VerbKind.ACT), "Undo", _PARTIES, "undo", always=True),
    _question("help", "#help"),
    _question("show", "#show"),
    _question("list", "#list mine", *LISTS),
    _question("export", "#export"),
)

BUILT_IN: Mapping[str, BuiltIn] = {each.verb.name: each for each in _ALL}
"""Every built-in verb by its name, in the order in which they are told."""

SYSTEM = Verb("system", ("system",), takes_arguments=True, kind=VerbKind.ACT, needs_arguments=True)
"""Naming a system is read from every mail and needs nobody's leave to stand there: see `routing.naming`."""
