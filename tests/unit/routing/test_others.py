"""Which other tickets a mail's commands name, and the rules about closed tickets and tiers in a workflow file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import workflows
from parsers.intent import Command, Comment, Orders, Source, Words
from routing.decide import decide
from routing.directory import Directory, Organisation, OrganisationKind, Side
from routing.followup import Followup, Policy
from routing.model import Decision, Proof, Ticket, effects
from routing.others import keys, named
from routing.tiers import above, begins
from routing.workflow import WorkflowFaults, load
from tests.unit.routing import town
from tests.unit.routing.town import ABE, ANN, EVE, NEW, OLA, PEOPLE, WIM

DESK = Path(workflows.__file__ or "").parent / "several-parties.toml"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def command(line: str) -> Command:
    """A command as it stands in the body."""
    name, *words = line.split()
    return Command(name, tuple(words), Source.BODY, 1)


# Keys


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("merge ct-2", ("CT-2",)),
        ("merge CT-2, CT-3;", ("CT-2", "CT-3")),
        ("merge CT-2,CT-3 [CT-4] CT-2", ("CT-2", "CT-3", "CT-4")),
        ("merge into CT-2", ("CT-2",)),
        ("merge INTO CT-2.", ("CT-2",)),
        ("merge into", ()),
        ("merge , ;", ()),
        ("merge '; drop", ("'", "DROP")),
    ],
)
def test_keys_are_read_as_people_write_them(line: str, expected: tuple[str, ...]) -> None:
    assert keys(command(line)) == expected


def test_only_commands_about_others_make_anything_be_looked_up() -> None:
    assert named(Comment(Words("merge CT-2"))) is None
    assert named(Orders(Words(""), acts=(command("priority CT-2"),))) is None
    assert named(Orders(Words(""), acts=(command("unmerge"),))) == ()
    assert named(Orders(Words(""), acts=(command("merge CT-2 nonsense é-1"), command("merge CT-3")))) == (
        "CT-2",
        "CT-3",
    )


# Several tickets in one decision


def merge(line: str, main: Ticket, *others: Ticket, proof: Proof = Proof.TOKEN) -> Decision:
    """Ola answers a letter about a ticket, on a desk that merges."""
    rules = replace(town.workflow(), acts={"merge": tuple(Side), "unmerge": tuple(Side)}, told={"merge": ("watchers",)})
    situation = replace(
        town.mail(OLA, main, proof, minted=town.letter(OLA, "operator", main.key)),
        desk=replace(town.desk(), workflow=rules),
        others={other.key: other for other in others},
    )
    return decide(situation, Orders(Words("One cable."), acts=(command(line),)))


def test_all_tickets_of_a_decision_are_what_their_events_make_of_them() -> None:
    first, second, third = (town.opened(ANN), town.opened(ABE, key="CT-2"), town.opened(ABE, key="CT-3"))
    decision = merge("merge CT-2 CT-3", first, second, third)
    assert [effect.ticket.key for effect in effects(decision)] == ["CT-1", "CT-2", "CT-3"]
    assert [effect.ticket.version for effect in effects(decision)] == [2, 2, 2]
    assert [len(effect.events) for effect in effects(decision)] == [1, 1, 1]
    assert {notice.key for notice in decision.notices if notice.template == "changed"} == {"CT-1"}
    assert [notice.to for notice in decision.notices if notice.template == "changed"] == [ABE.address]
    assert sum(event.text == "One cable." for effect in effects(decision) for event in effect.events) == 1


def test_whoever_cannot_see_a_ticket_is_told_that_there_is_none() -> None:
    first, other = town.opened(ANN, system="acme-dam"), town.opened(EVE, key="CT-2")
    unknown = merge("merge CT-9", first)
    rules = replace(town.workflow(), acts={"merge": tuple(Side)})
    situation = replace(
        town.mail(WIM, first, Proof.TOKEN), desk=replace(town.desk(), workflow=rules), others={"CT-2": other}
    )
    hidden = decide(situation, Orders(Words(""), acts=(command("merge CT-2"),)))
    assert unknown.why[-1].replace("CT-9", "CT-2") == hidden.why[-1] == "There is no ticket CT-2 that you could merge."


def test_too_little_proof_merges_nothing() -> None:
    first, second = town.opened(ANN), town.opened(ABE, key="CT-2")
    for proof in (Proof.NONE, Proof.THREAD):
        decision = merge("merge CT-2", first, second, proof=proof)
        assert decision.also == ()
        assert decision.outcome in ("unverified", "refused")


def test_a_ticket_can_only_have_so_many_duplicates() -> None:
    first = town.opened(ANN, merged=tuple(f"CT-{number}" for number in range(10, 110)))
    assert "no ticket can have more" in merge("merge CT-2", first, town.opened(ABE, key="CT-2")).why[-1]


def test_an_unregistered_colleague_follows_the_primary_only_while_its_ticket_is_a_part_of_it() -> None:
    first, second = town.opened(ANN), town.opened(NEW, key="CT-2")
    merged = merge("merge CT-2", first, second)
    assert merged.ticket is not None
    assert merged.ticket.watchers == (NEW.address,)
    (duplicate,) = (effect.ticket for effect in merged.also)
    apart = merge("unmerge CT-2", merged.ticket, duplicate)
    assert apart.ticket is not None
    assert apart.ticket.watchers == ()
    assert apart.also[0].ticket.merged_into is None


# Follow-up


def test_what_may_be_reopened_for_a_time_is_a_new_ticket_later() -> None:
    rule = Followup(Policy.REOPEN, timedelta(days=14))
    assert rule.at(SINCE, SINCE + timedelta(days=14)) is Policy.REOPEN
    assert rule.at(SINCE, SINCE + timedelta(days=14, seconds=1)) is Policy.NEW_TICKET
    assert Followup(Policy.REJECT).at(SINCE, SINCE + timedelta(days=999)) is Policy.REJECT


def faults(more: str, *, without: str = "") -> str:
    """What is wrong with the shipped desk with more lines before its first table, or without some."""
    text = DESK.read_text().replace(without, "", 1) if without else DESK.read_text()
    with pytest.raises(WorkflowFaults) as caught:
        load(text.replace("\n[states]", f"\n{more}\n[states]", 1), DESK.name, town.TEMPLATES)
    return str(caught.value)


def test_a_desk_says_what_becomes_of_words_on_closed_tickets() -> None:
    followup = '[followup]\ncustomer = "new ticket"\npartner = "reject"\noperator = "reopen for 30 days"'
    text = DESK.read_text().replace("\n[states]", f"\n{followup}\n[states]", 1)
    rules = load(text, DESK.name, town.TEMPLATES).followup
    assert rules == {
        Side.CUSTOMER: Followup(Policy.NEW_TICKET),
        Side.PARTNER: Followup(Policy.REJECT),
        Side.OPERATOR: Followup(Policy.REOPEN, timedelta(days=30)),
    }


def test_a_wrong_way_to_follow_up_is_told_with_the_right_ones() -> None:
    said = faults('[followup]\ncustomer = "reopen for ever"\nadmin = "reject"')
    assert 'key "customer": "reopen for ever" is no way to follow up; choose one of "reopen", "reject"' in said
    assert 'there is no side "admin"' in said


def test_a_hierarchy_has_no_roles_and_no_holders() -> None:
    said = faults("hierarchy = true")
    assert "in a hierarchy the organisations themselves are the parties" in said
    assert "in a hierarchy only `forward` changes who has a ticket" in said


def test_forward_needs_a_hierarchy() -> None:
    text = DESK.read_text().replace("\n[acts] ", '\n[acts]\nforward = ["partner"]\n# ', 1)
    with pytest.raises(WorkflowFaults, match="there are no tiers to forward a ticket to"):
        load(text, DESK.name, town.TEMPLATES)


# Tiers


def circle() -> Directory:
    """Acme below Webhost below Distri below the operator, and two that stand above each other."""
    kinds = OrganisationKind
    tiers = (
        Organisation("acme", "Acme", kinds.CUSTOMER, parent="group"),
        Organisation("group", "Acme Group", kinds.CUSTOMER, parent="webhost"),
        Organisation("webhost", "Webhost", kinds.PARTNER, parent="distri"),
        Organisation("distri", "Distri", kinds.DISTRIBUTOR, parent="desk"),
        Organisation("desk", "Desk", kinds.OPERATOR),
        Organisation("left", "Left", kinds.PARTNER, parent="right"),
        Organisation("right", "Right", kinds.PARTNER, parent="left"),
        Organisation("lost", "Lost", kinds.PARTNER, parent="nobody"),
    )
    people = tuple(
        replace(WIM, addresses=(f"wim@{key}.example",), organisation=key) for key in ("distri", "left", "right")
    )
    return Directory({tier.key: tier for tier in tiers}, (*PEOPLE, *people))


def test_the_way_up_leads_over_partners_and_distributors_and_ends() -> None:
    assert above(circle(), "acme") == ("webhost", "distri")
    assert above(circle(), "distri") == ()
    assert above(circle(), "left") == ("right", "left")
    assert above(replace(circle(), people=(WIM,)), "acme") == ("webhost",)
    assert above(circle(), "lost") == above(circle(), "unknown") == above(circle(), None) == ()


def test_a_new_ticket_begins_with_the_tier_above_or_the_operator() -> None:
    rules = replace(town.workflow(), hierarchy=True, opening=replace(town.workflow().opening, holder="tier"))
    desk = replace(town.desk(), workflow=rules, directory=circle())
    assert begins(desk, "acme") == {"holder": "party:webhost", "tiers": ("webhost",)}
    assert begins(desk, "distri") == begins(desk, None) == {"holder": "operator", "tiers": ()}
    assert begins(town.desk(), "acme") == {"holder": "operator"}
