"""What a mail says of a creation form: its commands, and lines such as `Category: billing` among its words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from parsers.intent import Command, Words, normalise
from routing.directory import Directory, Organisation, OrganisationKind, Person, Side, System
from routing.events import Value
from routing.model import Desk
from routing.naming import usable_system
from routing.rules import VISIBILITIES, Question
from routing.ticket import Ticket

LONGEST_ANSWER = 200  # characters of an answer to a question of the desk's own
MOST_CHOICES = 12
LONGEST_NAME = 60
_AROUND = " \t>*"  # mail programs indent, quote and embolden what a form said
_OF_TICKET = ("organisation", "system", "category")


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of a ticket that a mail sets, and the names of those for which it says what cannot be."""

    changes: Mapping[str, Value] = field(default_factory=dict)
    impossible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Respondent:
    """Whoever fills in the form, with what of the desk that person may name."""

    desk: Desk
    person: Person

    @property
    def side(self) -> Side:
        """On which side the person stands."""
        return self.desk.directory.side(self.person)

    def choices(self, name: str) -> Mapping[str, str]:
        """The keys that a field may be set to, with what they are called; empty where any words are an answer."""
        workflow, directory = self.desk.workflow, self.desk.directory
        match name:
            case "category":
                return {each: each for each in workflow.categories}
            case "priority":
                return {each: each for each in workflow.priorities}
            case "visibility":
                return {each: each for each in VISIBILITIES}
            case "system":
                return {each.key: each.name for each in self._systems()}
            case "organisation":
                return {each.key: each.name for each in directory.organisations.values() if self._may_name(each)}
            case _:
                return {}

    def can_answer(self, question: Question) -> bool:
        """Whether there is anything to say: who has no system cannot name one."""
        return any(name not in _OF_TICKET or self.choices(name) for name in question.fields)

    def _systems(self) -> Iterator[System]:
        known = self.desk.directory.systems.values()
        return (each for each in known if usable_system(self.desk.directory, each.key, self.person) is not None)

    def _may_name(self, organisation: Organisation) -> bool:
        """The operator may name all customers, others their own, partners those below them and those they serve."""
        own, directory = self.person.organisation, self.desk.directory
        if organisation.kind is not OrganisationKind.CUSTOMER or own is None:
            return False
        if own == organisation.key or self.side is Side.OPERATOR:
            return True
        if self.side is not Side.PARTNER or not self.person.registered:
            return False
        served = (own in system.involved.values() for system in directory.systems_of(organisation.key))
        return any(served) or own in (above.key for above in directory.above(organisation.key))


def is_said(question: Question, ticket: Ticket) -> bool:
    """Whether the ticket says one of the things that would answer a question."""
    return any(
        getattr(ticket, name) is not None if name in _OF_TICKET else _answer(name, "") in _known(ticket)
        for name in question.fields
    )


def filled(
    respondent: Respondent, ticket: Ticket, questions: Iterable[Question], words: Words, commands: Sequence[Command]
) -> Filled:
    """What a mail sets. Each question is answered once; what was said before stays."""
    form = respondent.desk.workflow.form
    wanted = tuple(dict.fromkeys(name for each in questions if not is_said(each, ticket) for name in each.fields))
    said = {**_bare(respondent, wanted, words, answering=bool(ticket.missing)), **_said(words, commands)}
    changes: dict[str, Value] = {}
    impossible: list[str] = []
    for name in wanted:
        spelt = (normalise(name), normalise(form.called(name) if form else name))
        what = next((said[each] for each in spelt if each in said), None)
        if what is None:
            continue
        choices = respondent.choices(name)
        key = _chosen(what, choices) if choices or name in _OF_TICKET else what[:LONGEST_ANSWER]
        if key is None:
            impossible.append(name)
        else:
            changes |= _set(respondent.desk.directory, name, key)
            if name not in _OF_TICKET:
                known = changes.get("answers", ticket.answers)
                changes["answers"] = (*(known if isinstance(known, tuple) else ()), _answer(name, key))
    return Filled(changes, tuple(impossible))


def _bare(respondent: Respondent, wanted: Sequence[str], words: Words, *, answering: bool) -> dict[str, str]:
    """What is said without naming the field: a line that is just one of the choices of one field alone.

    In answer to a letter that asks for one thing in words of one's own, all words are that.
    """
    lines = [stripped for line in words.text.splitlines() if (stripped := line.strip(_AROUND))]
    found: dict[str, str] = {}
    for line in lines if answering else ():
        fits = [name for name in wanted if _chosen(line, respondent.choices(name)) is not None]
        if len(fits) == 1:
            found.setdefault(normalise(fits[0]), line)
    if answering and lines and len(wanted) == 1 and wanted[0] not in _OF_TICKET and not respondent.choices(wanted[0]):
        found[normalise(wanted[0])] = " ".join(lines)
    return found


def _set(directory: Directory, name: str, key: str) -> dict[str, Value]:
    if name == "system":
        return {"system": key, "organisation": directory.systems[key].customer}
    return {name: key} if name in (*_OF_TICKET, "priority", "visibility") else {}


def _said(words: Words, commands: Sequence[Command]) -> dict[str, str]:
    """By the normalised name of a field what was said of it; a command before a line, the first line before others."""
    found = {normalise(each.name): " ".join(each.arguments) for each in commands if each.arguments}
    for line in words.text.splitlines():
        name, _, value = (part.strip(_AROUND) for part in line.partition(":"))
        if value and 0 < len(name) <= LONGEST_NAME:
            found.setdefault(normalise(name), value)
    return found


def _chosen(said: str, choices: Mapping[str, str]) -> str | None:
    wanted = normalise(said).rstrip(".")
    return next((key for key, name in choices.items() if wanted in (normalise(key), normalise(name))), None)


def _answer(name: str, value: str) -> str:
    return f"{name}: {value}"


def _known(ticket: Ticket) -> set[str]:
    """The names of the questions that were answered, each as an answer without its value."""
    return {_answer(one.partition(": ")[0], "") for one in ticket.answers}
