"""Whatever desk is asked for help: each act that it lists can be followed as it is written there."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import workflows
from outbound.render import Renderer
from parsers.intent import Command, Orders, Source, Words
from routing.builtin import BUILT_IN
from routing.decide import decide
from routing.directory import Person, Role
from routing.model import Decision, Proof, Situation, Ticket
from routing.workflow import Workflow, load
from tests.unit.routing import town
from tests.unit.routing.town import ABE, ANN, OLA, OTO, WIM

DESKS = sorted(Path(workflows.__file__).parent.glob("*.toml"))
LETTERS = Renderer((), "").names()


@cache
def desk(file: Path) -> Workflow:
    return load(file.read_text(encoding="utf-8"), file.name, LETTERS)


def asking(file: Path, person: Person, ticket: Ticket, status: str) -> Situation:
    situation = town.mail(person, replace(ticket, status=status), Proof.STRONG)
    return replace(situation, desk=replace(town.desk(), workflow=desk(file)))


def say(situation: Situation, orders: Orders) -> Decision:
    return decide(situation, orders)


@pytest.mark.parametrize("file", DESKS, ids=lambda file: file.stem)
@pytest.mark.parametrize("person", [ANN, ABE, WIM, OLA, replace(OTO, role=Role.ADMIN)], ids=lambda one: one.name)
def test_help_promises_nothing_that_is_refused(file: Path, person: Person) -> None:
    opening = decide(replace(town.mail(ANN), desk=replace(town.desk(), workflow=desk(file))), town.comment("Silent."))
    assert opening.ticket is not None
    for status in desk(file).states:
        situation = asking(file, person, replace(opening.ticket, system="acme-dam"), status)
        help_ = say(situation, Orders(Words(""), questions=(Command("help", (), Source.BODY, 1),)))
        for letter in (notice for notice in help_.notices if notice.template == "help" and notice.contents):
            for offer in letter.contents.acts if letter.contents else ():
                name, *rest = (offer.example or offer.phrase).lstrip("#").split()
                if name in BUILT_IN and "…" not in offer.phrase and "[" not in offer.phrase:
                    if name in ("help", "show", "export", "list"):
                        continue
                    done = say(situation, Orders(Words(""), acts=(Command(name, tuple(rest), Source.BODY, 1),)))
                    assert done.outcome != "refused", (status, offer, done.why)
