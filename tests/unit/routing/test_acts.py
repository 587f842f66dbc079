"""Built-in commands: what each does, for whom, and what it says where it does nothing."""

from dataclasses import replace

from parsers.intent import Command, Orders, Source, Words
from parsers.verbs import VerbKind
from routing.acts import ACTS
from routing.builtin import BUILT_IN
from routing.decide import decide
from routing.directory import Person
from routing.model import Decision, Proof, Ticket
from tests.unit.routing import town
from tests.unit.routing.town import ABE, ANN, OLA, OTO, WIM


def told(decision: Decision, template: str) -> set[str]:
    return {notice.to for notice in decision.notices if notice.template == template}


def say(person: Person, *lines: str, words: str = "", ticket: Ticket | None = None) -> Decision:
    """A person answers a letter of ours with these commands, on a desk that has all of them."""
    commands = [Command(line.split()[0], tuple(line.split()[1:]), Source.BODY, 1) for line in lines]
    workflow = replace(
        town.workflow(),
        acts={name: each.who for name, each in BUILT_IN.items()},
        categories=("billing", "hardware"),
        substatuses={"unassigned": "Unassigned", "in-progress": "In Progress"},
        by_hand=("in-progress",),
        told={"priority": ("requester",)},
    )
    situation = town.mail(person, ticket or town.opened(system="acme-dam"), Proof.TOKEN)
    desk = replace(town.desk(), workflow=workflow)
    return decide(replace(situation, desk=desk), Orders(Words(words), acts=tuple(commands)))


def test_every_act_that_can_be_said_can_be_done() -> None:
    assert set(ACTS) == {name for name, each in BUILT_IN.items() if each.verb.kind is VerbKind.ACT}


def test_an_agent_sets_a_priority_and_the_requester_hears_of_it() -> None:
    decision = say(OLA, "priority HIGH")
    assert decision.ticket is not None
    assert decision.ticket.priority == "high"
    assert told(decision, "changed") == {ANN.address}
    assert told(decision, "receipt") == {OLA.address}


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    decision = say(OLA, "priority burning")
    assert decision.outcome == "refused"
    assert decision.why[-1] == 'There is no priority "burning" here; write one of these: low, normal, high.'


def test_what_is_so_already_is_said() -> None:
    assert say(OLA, "priority normal").why[-1].endswith("is already normal: there is nothing to change.")


def test_a_customer_sets_nothing() -> None:
    decision = say(ANN, "priority high")
    assert (decision.outcome, decision.why[-1]) == ("refused", '"Priority" is for the operator.')


def test_one_command_that_cannot_be_followed_undoes_all() -> None:
    decision = say(OLA, "priority high", "category nonsense", words="See above.")
    assert decision.ticket is not None
    assert (decision.outcome, decision.ticket.priority) == ("refused", "normal")
    assert decision.events[-1].text == "See above."


def test_several_commands_have_one_receipt() -> None:
    decision = say(OLA, "priority high", "category billing", words="Please look.")
    assert decision.ticket is not None
    assert (decision.ticket.priority, decision.ticket.category) == ("high", "billing")
    (receipt,) = (notice for notice in decision.notices if notice.template == "receipt")
    assert "priority" in receipt.details["done"]
    assert "category" in receipt.details["done"]


def test_a_status_by_hand_is_one_of_those_that_the_desk_lets_be_set() -> None:
    moved = say(OLA, "status in progress", ticket=town.opened(assignees=(OLA.address,)))
    assert moved.ticket is not None
    assert moved.ticket.substatus == "in-progress"
    assert "assigned to nobody" in say(OLA, "status in progress").why[-1]
    assert say(OLA, "status closed").outcome == "refused"


def test_internal_words_are_told_to_nobody_outside() -> None:
    decision = say(OLA, "internal", words="They have not paid.")
    assert decision.events[-1].audience == "internal"
    assert not told(decision, "comment") & {ANN.address, ABE.address, WIM.address}


def test_words_for_the_staff_are_told_to_no_customer() -> None:
    decision = say(WIM, "staff", words="Their cable is bad.")
    assert decision.events[-1].audience == "staff"
    assert told(decision, "comment") == {OLA.address, OTO.address}


def test_a_watcher_is_a_party_that_is_told_and_may_stop_it() -> None:
    watched = say(ABE, "watch")
    assert watched.ticket is not None
    assert watched.ticket.watchers == (ABE.address,)
    again = say(ABE, "watch", ticket=watched.ticket)
    assert again.why[-1] == f"You follow {watched.ticket.key} already."
    left = say(ABE, "unwatch", ticket=watched.ticket)
    assert left.ticket is not None
    assert left.ticket.watchers == ()


def test_only_those_who_take_part_can_be_copied_in() -> None:
    copied = say(OLA, f"cc {ABE.address}")
    assert copied.ticket is not None
    assert copied.ticket.watchers == (ABE.address,)
    assert say(OLA, "cc stranger@elsewhere.example").outcome == "refused"
