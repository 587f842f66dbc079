"""A desk's rules: what ships is sound, and whatever is wrong with a file is said at once, with the mend."""

import pytest

from routing.directory import Side
from routing.workflow import StateKind, WorkflowFaults, load, verbs
from tests.unit.routing.town import TEMPLATES, workflow

DESK = """
key = "small"
name = "Small"

[states]
open = { name = "Open", kind = "open" }
closed = { name = "Closed", kind = "closed" }

[roles]
web-provider = "Web Provider"

[opening]
status = "open"
holder = "operator"
notify = ["agents"]
template = "opened"
acknowledgement = "acknowledgement"

[[comment]]
who = ["customer", "partner", "operator"]
from = ["open", "closed"]
notify = ["holder"]
template = "comment"

[[move]]
verb = "close"
label = "Close"
phrases = ["close"]
from = ["open"]
to = "closed"
holder = "operator"
who = ["operator"]
notify = ["told"]
template = "closed"
"""


def faults(text: str) -> tuple[str, ...]:
    """What is said about a file."""
    with pytest.raises(WorkflowFaults) as caught:
        load(text, "small.toml", TEMPLATES)
    return caught.value.faults


def test_a_small_desk_is_enough() -> None:
    desk = load(DESK, "small.toml", TEMPLATES)
    assert (desk.key, desk.name, desk.shared_comments) == ("small", "Small", True)
    assert desk.bare_phrases == (Side.PARTNER, Side.OPERATOR)
    assert desk.states["closed"].kind is StateKind.CLOSED
    assert desk.moves[0].proof == "token"
    assert desk.comments[0].target is None


def test_the_several_parties_desk_has_the_published_states_roles_and_moves() -> None:
    desk = workflow()
    assert list(desk.states) == ["new", "in-progress", "on-customer", "on-partner", "closed"]
    assert list(desk.roles) == [
        "2nd-level-provider",
        "it-provider",
        "web-it-provider",
        "os-hcms-support-provider",
        "additional-support-provider",
    ]
    assert [rule.verb for rule in desk.moves] == [
        "to-customer",
        *(f"to-{role}" for role in desk.roles),
        "close",
        "reopen",
    ]


def test_a_move_per_party_becomes_one_move_for_each_role() -> None:
    rule = workflow().move("to-web-it-provider")
    assert rule is not None
    assert (rule.party, rule.label) == ("web-it-provider", "To Web-IT Provider")
    assert (rule.holder, rule.notify) == ("party:web-it-provider", ("party:web-it-provider",))


@pytest.mark.parametrize(
    ("written", "verb"),
    [
        ("to customer", "to-customer"),
        ("to web-it provider", "to-web-it-provider"),
        ("To 2nd Level Provider", "to-2nd-level-provider"),
        ("to OS/HCMS support provider", "to-os-hcms-support-provider"),
        ("an Kunden", "to-customer"),
        ("au client", "to-customer"),
        ("al cliente", "to-customer"),
        ("SCHLIESSEN", "close"),
        ("schließen", "close"),
        ("fermer", "close"),
        ("cerrar", "close"),
        ("wieder öffnen", "reopen"),
        ("rouvrir", "reopen"),
        ("reabrir", "reopen"),
        ("help", "help"),
        ("system", "system"),
    ],
)
def test_what_people_write_is_known_as_a_phrase(written: str, verb: str) -> None:
    from parsers.intent import normalise

    assert [known.name for known in verbs(workflow()).known if normalise(written) in known.phrases] == [verb]


def test_only_verbs_with_a_choice_take_arguments() -> None:
    desk = load(DESK.replace('to = "closed"', 'to = "closed"\nresolutions = ["done", "duplicate"]'), "x", TEMPLATES)
    assert {known.name: known.takes_arguments for known in verbs(desk).known} == {
        "close": True,
        "notify": True,
        "digest": True,
        "quiet": True,
        "approve": False,
        "invite": False,
        "undo": False,
        "help": False,
        "show": False,
        "list": True,
        "export": False,
        "system": True,
    }


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (
            'to = "closed"',
            'to = "cloesd"',
            'move "close", key "to": there is no state "cloesd"; did you mean "closed"?',
        ),
        ('status = "open"', 'status = "opn"', 'opening, key "status": there is no state "opn"; did you mean "open"?'),
        ('who = ["operator"]', 'who = ["operater"]', 'there is no side "operater"; did you mean "operator"?'),
        ('notify = ["told"]', 'notify = ["tolled"]', 'there is no group "tolled"; did you mean "told"?'),
        ('notify = ["told"]', 'notify = ["party:web"]', 'there is no group "party:web"'),
        ('holder = "operator"\nwho', 'holder = "party:web-provder"\nwho', 'did you mean "party:web-provider"?'),
        ('template = "closed"', 'template = "closd"', 'there is no template "closd"; did you mean "closed"?'),
        ('kind = "closed"', 'kind = "shut"', 'states.closed, key "kind": there is no kind of state "shut"'),
        ('label = "Close"', "label = 3", 'move "close", key "label": this is 3 where a text in quotes is wanted.'),
        ('label = "Close"', 'label = " "', 'move "close", key "label": the text is empty'),
        (
            'label = "Close"',
            'lable = "Close"',
            'key "lable": nothing of this name is known here; did you mean "label"?',
        ),
        ('label = "Close"\n', "", 'move "close", key "label": it is missing'),
        ('phrases = ["close"]', 'phrases = "close"', 'this is the text "close" where a list in brackets is wanted.'),
        ('phrases = ["close"]', "phrases = [1]", "the list holds 1 where a text in quotes is wanted."),
        ('phrases = ["close"]', 'phrases = ["  "]', '"  " is no phrase that can be written'),
        ('phrases = ["close"]', 'phrases = { en = ["HELP"] }', '"help" is a phrase of "help", too'),
        ('verb = "close"', 'verb = "Close it"', '"Close it" is no name of a verb'),
        ('verb = "close"', 'verb = "help"', 'there are two moves "help"'),
        ('verb = "close"', 'verb = "close"\nper_party = true', "a move per party needs {role} in its verb"),
        ("web-provider =", '"Web Provider" =', "this is no key; use small letters"),
        ('name = "Small"', 'name = "Small"\ncomments = "sharde"', 'did you mean "shared"?'),
        (
            'from = ["open"]\nto = "closed"',
            'from = ["open"]\nto = "open"',
            'key "closed": no ticket can ever get there',
        ),
        ('kind = "closed"', 'kind = "waiting"', 'states, key "closed": no ticket can ever leave it'),
        ('[opening]\nstatus = "open"', '[openings]\nstatus = "open"', 'key "opening": it is missing; write a table.'),
        ("[[move]]", "[[moves]]", "the file has no [[move]] table"),
        ("[[move]]", "[move]", "this must be tables, each headed [[move]]"),
        ('key = "small"', "key = ", "the file is no TOML"),
    ],
)
def test_a_fault_is_a_sentence_with_file_key_and_mend(good: str, bad: str, said: str) -> None:
    assert DESK.count(good) == 1
    found = faults(DESK.replace(good, bad))
    assert any(said in fault for fault in found), found
    assert all(fault.startswith("small.toml: ") and fault[-1] in ".?" for fault in found)


def test_every_fault_is_reported_at_once_and_one_mistake_only_once() -> None:
    broken = DESK.replace('to = "closed"', 'to = "cloesd"').replace('notify = ["agents"]', 'notify = ["agnets"]')
    broken = broken.replace('label = "Close"', "label = false")
    assert len(faults(broken)) == 3


def test_two_moves_may_not_share_a_phrase_however_it_is_spelt() -> None:
    again = DESK.partition("[[move]]")[2].replace('verb = "close"', 'verb = "shut"').replace('"close"]', '"CLOSE"]')
    assert faults(f"{DESK}\n[[move]]\n{again}") == (
        'small.toml: move "shut", key "phrases": "close" is a phrase of "close", too; choose another.',
    )
