"""The people, the mails and the rules that the property tests of the shipped desks are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import templates
import workflows
from outbound.render import Renderer
from routing.builtin import BUILT_IN
from routing.directory import Directory, Group, Organisation, OrganisationKind, Person, Role, Side, System
from routing.followup import Followup, Policy
from routing.model import Desk, Inlet
from routing.rules import StateKind
from routing.timer_rules import RatingRule, TimerRule
from routing.workflow import Workflow, load

SUPPORT = "support@desk.example"
INLETS = (Inlet(SUPPORT, "inbound"), Inlet("sales@desk.example", "sales"))
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = tuple(sorted(Path(workflows.__file__).parent.glob("*.toml")))
LETTERS = Path(templates.__file__).parent / "letters"


def _person(name: str, organisation: str, role: Role = Role.REQUESTER, *more: str) -> Person:
    return Person(name.title(), (f"{name}@{organisation}.example", *more), organisation, role, skills=("hardware",))


PEOPLE = (
    _person("ann", "acme", Role.REQUESTER, "ann@home.example"),
    _person("abe", "acme"),
    _person("amy", "acme"),
    _person("rex", "rival"),
    _person("wim", "webhost", Role.TECHNICIAN),
    _person("wes", "webhost", Role.TECHNICIAN),
    _person("ivo", "hosting", Role.TECHNICIAN),
    _person("ida", "hosting", Role.ADMIN),
    _person("dirk", "dist", Role.TECHNICIAN),
    _person("ola", "desk", Role.AGENT),
    _person("oto", "desk", Role.TECHNICIAN),
    _person("una", "desk", Role.TECHNICIAN),
    _person("mod", "desk", Role.MODERATOR),
    _person("adi", "desk", Role.ADMIN),
)
GUESTS = (
    Person("Nia", ("nia@acme.example",), "acme", registered=False),
    Person("Sam", ("sam@street.example",), registered=False),
)
ADDRESSES = tuple(address for person in (*PEOPLE, *GUESTS) for address in person.addresses)


@cache
def workflow(file: Path) -> Workflow:
    """A desk that ships."""
    return load(file.read_text(encoding="utf-8"), file.name, Renderer((), "Example Support").names())


@cache
def with_everything(file: Path) -> Workflow:
    """The same desk, where comments keep to their lanes, people have all commands, and time brings things about.

    Closed tickets are rated, and after a fortnight what is written to them opens new ones.
    """
    found = workflow(file)
    closed = tuple(key for key, state in found.states.items() if state.kind is StateKind.CLOSED)
    open_ = tuple(key for key in found.states if key not in closed and (found.form is None or key != found.form.status))
    ends = next(rule for rule in found.moves if rule.target in closed)
    timers = (
        TimerRule("remind", open_, timedelta(days=3), ("holder",), "reminder"),
        TimerRule("press", open_, timedelta(days=5), ("agents",), "escalated", priority="high"),
        TimerRule("give-up", ends.source, timedelta(days=9), ("requester",), "expired", move=ends.verb),
    )
    return replace(
        found,
        shared_comments=False,
        acts={**{name: each.who for name, each in BUILT_IN.items()}, **found.acts},
        timers=timers,
        rating=found.rating or RatingRule(enabled=True, source=closed, target=None),
        followup=found.followup or {side: Followup(Policy.REOPEN, timedelta(days=14)) for side in Side},
    )


def directory(of: Workflow) -> Directory:
    """Two customers under partners, each with systems in which partners play the first roles of the desk."""
    kinds = OrganisationKind
    organisations = (
        Organisation("acme", "Acme Corp", kinds.CUSTOMER, "hosting", ("acme.example",)),
        Organisation("rival", "Rival Ltd", kinds.CUSTOMER, "webhost"),
        Organisation("webhost", "Webhost", kinds.PARTNER, "dist"),
        Organisation("hosting", "Hosting", kinds.PARTNER, "dist"),
        Organisation("dist", "Distributor", kinds.DISTRIBUTOR, "desk"),
        Organisation("desk", "Desk", kinds.OPERATOR),
    )
    partners = ("webhost", "hosting", "webhost")
    roles = tuple(of.roles)
    systems = (
        System("acme-dam", "Acme DAM", "acme", dict(zip(roles, partners, strict=False))),
        System("acme-web", "Acme Web", "acme", dict(zip(roles[1:], partners, strict=False))),
        System("rival-dam", "Rival DAM", "rival", dict(zip(roles, partners[1:], strict=False))),
    )
    groups = (
        Group("support", "acme", ("ann@acme.example", "abe@acme.example")),
        Group("support", "webhost", ("wim@webhost.example",)),
    )
    return Directory({o.key: o for o in organisations}, PEOPLE, groups, {s.key: s for s in systems})


def desk(of: Workflow, *, strong_operator: bool = False) -> Desk:
    """A desk with two queues."""
    prefixes = {"customer": "CT", "partner": "PT", "operator": "OT"}
    return Desk("Example Support", of, directory(of), INLETS, prefixes, "desk.example", strong_operator)


@dataclass(frozen=True, slots=True)
class Saying:
    """How a command may be said: its verb, and words after it of which some make sense."""

    verb: str
    words: tuple[tuple[str, ...], ...]


def sayings(of: Workflow, keys: Sequence[str]) -> Iterator[Saying]:
    """All built-in commands, with words that fit some ticket of these keys and words that fit none."""
    people = tuple((address,) for address in ADDRESSES)
    known = tuple((key,) for key in (*keys, *keys, "CT-999"))
    yield Saying("priority", tuple((each,) for each in (*of.priorities, "burning")))
    yield Saying("status", tuple((each,) for each in (*of.substatuses, *of.by_hand, "nonsense")))
    yield Saying("category", (*((each,) for each in of.categories), ("nonsense",)))
    yield Saying("visibility", (("internal",), ("public",), ("secret",)))
    for name in ("internal", "staff", "take", "watch", "unwatch", "delete", "undo"):
        yield Saying(name, ((),))
    yield Saying("assign", people)
    yield Saying("release", ((), *people))
    yield Saying("transfer", (*people, ("account", "rival"), ("product", "acme-web"), ("account", "nobody")))
    yield Saying("away", ((), ("until", "2026-04-01"), ("nonsense",)))
    yield Saying("cc", people)
    yield Saying("forward", ((), ("up",), ("admin",), ("dist",), ("nonsense",)))
    yield Saying("merge", (*known, *(("into", *key) for key in known)))
    yield Saying("unmerge", ((), *known))
    yield Saying("on-behalf-of", people)
    yield Saying("rate", (("1",), ("5",), ("9",)))
