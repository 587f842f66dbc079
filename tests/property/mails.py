"""What people write to the desks of the property tests: mostly what makes sense in answer to a letter, at times not.

All is chosen by dice of one seed for each mail: what hypothesis draws bit by bit is mostly short and simple, and leads
nowhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from parsers.intent import AutoReply, Command, Comment, Confusion, Intent, Orders, Report, Source, Unclear, Words
from parsers.mail import Kind
from routing.builtin import BUILT_IN
from routing.directory import Side
from routing.model import Minted, Notice
from routing.rules import Workflow
from tests.property import desks

_RARE = ("merge", "unmerge", "forward", "take", "assign")
"""What seldom succeeds is tried more often."""
_QUESTIONS = ("help", "show", "list", "export")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that somebody has, and the number of the decision that it came of."""

    minted: Minted
    notice: Notice
    decision: int


@dataclass(frozen=True, slots=True)
class Pen:
    """Somebody on a `side` who writes in answer to a letter, or to nobody's; `keys` are those of all tickets."""

    dice: Random
    workflow: Workflow
    letter: Letter | None
    side: Side
    keys: Sequence[str]
    canary: str

    def intent(self) -> Intent:
        """What is written."""
        if self.letter is None and self.dice.random() < 0.6:
            return Comment(self._words())
        shapes: dict[Callable[[], Intent], int] = {
            self._comment: 5,
            self._move: 10,
            self._acts: 9,
            self._both: 1,
            self._question: 1,
            self._unclear: 1,
            self._of_machine: 2,
            self._taken_back: 20 if self._answers("receipt") else 1,
            self._rating: 20 if self.letter and self.letter.notice.clicks else 0,
            self._form: 40 if self._answers("incomplete") else 0,
        }
        (shape,) = self.dice.choices(list(shapes), list(shapes.values()))
        return shape()

    def kind(self) -> Kind:
        """Who wrote: a person nine times of ten."""
        return Kind.PERSONAL if self.dice.random() < 0.9 else self.dice.choice(list(Kind))

    def _answers(self, template: str) -> bool:
        return self.letter is not None and self.letter.notice.template == template

    def _words(self) -> Words:
        said = Words(f"{self.canary} has not been told to anybody who may not know it")
        return self.dice.choice((said, said, said, Words(""), replace(said, attachments=("log.txt",))))

    def _comment(self) -> Intent:
        return Comment(self._words())

    def _form(self) -> Intent:
        """The lines that the letter asks for."""
        wanted = self.letter.notice.details.get("example", ()) if self.letter else ()
        lines = (wanted,) if isinstance(wanted, str) else wanted
        return Comment(Words("\n".join((*(line.replace("…", "some") for line in lines), self.canary))))

    def _command(self, name: str, *words: str) -> Command:
        return Command(name, words, self.dice.choice((Source.BODY, Source.SUBJECT)), 1)

    def _step(self) -> Command:
        """A move that the letter offers, or any."""
        known = {rule.verb for rule in self.workflow.moves}
        offered = [each.verb for each in self.letter.notice.offers if each.verb in known] if self.letter else []
        some = offered if offered and self.dice.random() < 0.8 else sorted(known)
        verb = self.dice.choice(some)
        rule = self.workflow.move(verb)
        words = ["", *(rule.resolutions if rule else ())]
        if self.dice.random() < 0.1:
            words = [*self.workflow.resolutions, "nonsense"]
        return self._command(verb, *self.dice.choice(words).split())

    def _act(self) -> Command:
        """A built-in command, mostly one that this side has."""
        every = list(desks.sayings(self.workflow, self.keys))
        own = [one for one in every if self.side in self.workflow.acts.get(one.verb, BUILT_IN[one.verb].who)]
        has = [one for one in own if one.verb in self.workflow.acts]
        some = [*has, *(one for one in has if one.verb in _RARE)] if has and self.dice.random() < 0.9 else every
        saying = self.dice.choice(some)
        return self._command(saying.verb, *self.dice.choice(saying.words))

    def _move(self) -> Intent:
        return Orders(self._words(), move=self._step())

    def _acts(self) -> Intent:
        first, second = self._act(), self._act()
        two = self.dice.random() < 0.15 and first.name != second.name and "undo" not in (first.name, second.name)
        return Orders(self._words(), acts=(first, second) if two else (first,))

    def _both(self) -> Intent:
        return Orders(self._words(), acts=(self._act(),), move=self._step())

    def _question(self) -> Intent:
        return Orders(self._words(), questions=(self._command(self.dice.choice(_QUESTIONS)),))

    def _taken_back(self) -> Intent:
        return Orders(self._words(), acts=(self._command("undo"),))

    def _rating(self) -> Intent:
        clicks = self.letter.notice.clicks if self.letter else ()
        return Orders(self._words(), acts=(self._command("rate", self.dice.choice(clicks).label),))

    def _unclear(self) -> Intent:
        written = self.dice.choice((("#clsoe",), ("#interal",)))
        return Unclear(self.dice.choice(list(Confusion)), written, self._words())

    def _of_machine(self) -> Intent:
        return self.dice.choice((AutoReply(self._words()), Report(self._words())))
