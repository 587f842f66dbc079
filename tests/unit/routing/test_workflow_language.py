"""What a workflow file may say beyond states and moves, and what is said of its faults."""

from dataclasses import replace

import pytest

from parsers.intent import Command, Comment, Confusion, Intent, Orders, Source, Unclear, Words
from routing.decide import decide
from routing.directory import Person, Side
from routing.model import Decision, Proof, Situation, Ticket
from routing.workflow import Workflow, WorkflowFaults, load
from tests.unit.routing import town
from tests.unit.routing.test_workflow import DESK, faults
from tests.unit.routing.town import ABE, ANN, OLA, OTO, WIM, mail, opened, told

TEMPLATES = town.TEMPLATES | {"incomplete", "changed"}
TOP = 'name = "Small"\n'
STATES = "[states]\n"


def desk(more: str = "", *, top: str = "", changed: tuple[str, str] = ("", "")) -> Workflow:
    """The small desk with further tables, lines at its top, and one text in place of another."""
    text = DESK.replace(*changed) if changed[0] else DESK
    return load(text.replace(TOP, TOP + top) + more, "small.toml", TEMPLATES)


def situation(workflow: Workflow, person: Person, ticket: Ticket | None = None) -> Situation:
    """Somebody's proven mail on that desk."""
    found = mail(person, ticket, Proof.TOKEN if ticket else Proof.NONE)
    return replace(found, desk=replace(town.desk(), workflow=workflow))


def write(workflow: Workflow, person: Person, ticket: Ticket, intent: Intent) -> Decision:
    """Somebody's proven mail on that desk, decided."""
    return decide(situation(workflow, person, ticket), intent)


def ticket(**more: object) -> Ticket:
    """Ann's ticket, open on that desk."""
    return replace(opened(), status="open", **more)  # type: ignore[arg-type] # any field


def command(name: str, said: str = "", text: str = "Please have a look.") -> Orders:
    """A mail with one move."""
    return Orders(Words(text), move=Command(name, tuple(said.split()), Source.BODY, 1))


def after(decision: Decision) -> Ticket:
    assert decision.ticket is not None
    return decision.ticket


RESOLUTIONS = """
[resolutions]
done = "Done"
not-our-fault = "Not Our Fault"
"""
CLOSES = ('to = "closed"', 'to = "closed"\nresolutions = ["done", "not-our-fault"]\nresolution = "done"')


@pytest.mark.parametrize(
    ("said", "resolution"),
    [("", "done"), ("done", "done"), ("Not our fault", "not-our-fault"), ("NOT-OUR-FAULT", "not-our-fault")],
)
def test_a_resolution_is_named_by_key_or_name_and_has_a_default(said: str, resolution: str) -> None:
    found = write(desk(RESOLUTIONS, changed=CLOSES), OLA, ticket(), command("close", said))
    assert (after(found).status, after(found).resolution) == ("closed", resolution)


def test_an_unknown_resolution_is_refused_with_those_that_there_are() -> None:
    found = write(desk(RESOLUTIONS, changed=CLOSES), OLA, ticket(), command("close", "magic"))
    assert after(found).status == "open"
    assert found.notices[0].details["reason"] == '"Close" knows these: done, not-our-fault.'


MOVE = """
[[move]]
verb = "note"
label = "Note"
phrases = ["note"]
from = ["open", "closed"]
who = ["customer", "partner", "operator"]
notify = ["requester"]
template = "comment"
"""


def test_a_move_without_a_target_keeps_status_holder_and_resolution() -> None:
    closed = replace(ticket(resolution="done", holder="customer"), status="closed")
    found = write(desk(MOVE), OLA, closed, command("note"))
    assert (after(found).status, after(found).resolution, after(found).holder) == ("closed", "done", "customer")
    assert found.notices[-1].details["done"] == "CT-1 has your words: Note."


@pytest.mark.parametrize(
    ("only", "writer", "may"),
    [
        ('["requester"]', ANN, True),
        ('["requester"]', ABE, False),
        ('["holder"]', WIM, True),
        ('["holder"]', OLA, False),
        ('["assignee"]', OTO, True),
        ('["assignee", "requester"]', OLA, False),
        ('["agents"]', OLA, True),
        ('["customer"]', ABE, True),
    ],
)
def test_only_members_of_a_group_may_make_a_move(only: str, writer: Person, may: bool) -> None:
    workflow = desk(MOVE.replace('template = "comment"', f'template = "comment"\nonly = {only}'))
    held = ticket(holder="party:web-it-provider", assignees=(OTO.address,))
    found = write(workflow, writer, held, command("note"))
    assert [event.kind for event in found.events] == (["move"] if may else ["refusal"])


def test_what_somebody_may_not_do_is_not_offered() -> None:
    workflow = desk(MOVE.replace('template = "comment"', 'template = "comment"\nonly = ["requester"]'))
    found = write(workflow, OLA, ticket(), Comment(Words("Hello.")))
    found = write(workflow, WIM, after(found), Comment(Words("Hello.")))
    assert all("note" not in [offer.verb for offer in notice.offers] for notice in found.notices)


def test_a_move_sets_further_fields() -> None:
    more = '\n[move.sets]\npriority = "high"\nsubstatus = "stuck"\n'
    workflow = desk(
        MOVE + more, top="", changed=("[roles]", '[substatuses]\nfree = "Free"\nstuck = "Stuck"\n\n[roles]')
    )
    found = after(write(workflow, OLA, ticket(), command("note")))
    assert (found.priority, found.substatus) == ("high", "stuck")


REFUSES = """who = ["customer", "partner", "operator"]
from = ["open", "closed"]
notify = ["holder"]"""


def refusing() -> Workflow:
    """A desk that takes no words of customers on a closed ticket."""
    text = DESK.replace(f'[[comment]]\n{REFUSES}\ntemplate = "comment"', _COMMENTS)
    return load(text, "small.toml", TEMPLATES)


_COMMENTS = f"""[[comment]]
who = ["customer"]
from = ["closed"]
refuse = true

[[comment]]
{REFUSES}
template = "comment"
"""


def test_words_that_a_rule_refuses_are_kept_and_answered() -> None:
    closed = replace(ticket(), status="closed")
    found = write(refusing(), ANN, closed, Comment(Words("One more thing.")))
    (event,) = found.events
    assert (event.kind, event.text, found.outcome) == ("refusal", "One more thing.", "refused")
    (letter,) = found.notices
    assert (letter.template, letter.name) == ("refusal", "Ann")
    assert letter.details["reason"] == "CT-1 is Closed and takes no more messages of yours."


def test_with_words_that_are_refused_no_command_is_followed() -> None:
    acts = '\n[acts]\nwatch = ["customer"]\n'
    workflow = load(
        DESK.replace(f'[[comment]]\n{REFUSES}\ntemplate = "comment"', _COMMENTS) + acts, "small.toml", TEMPLATES
    )
    orders = Orders(Words("One more thing."), (Command("watch", (), Source.BODY, 1),))
    found = write(workflow, ANN, replace(ticket(), status="closed"), orders)
    assert after(found).watchers == ()


def test_with_a_mistyped_command_the_writer_has_one_letter_of_it() -> None:
    unclear = Unclear(Confusion.UNKNOWN, ("#cloes",), Words("One more thing."))
    found = write(refusing(), ANN, replace(ticket(), status="closed"), unclear)
    assert [event.kind for event in found.events] == ["refusal", "refusal"]
    assert [notice.template for notice in found.notices] == ["refusal"]


def test_others_write_on_it_as_before() -> None:
    found = write(refusing(), OLA, replace(ticket(), status="closed"), Comment(Words("Done.")))
    assert [event.kind for event in found.events] == ["comment"]


@pytest.mark.parametrize(
    ("lane", "audience"),
    [("internal", "internal"), ("staff", "staff"), ("everyone", "everyone"), ("own", "lane:customer")],
)
def test_a_comment_rule_says_who_may_read(lane: str, audience: str) -> None:
    workflow = desk(changed=(REFUSES, f'{REFUSES}\nlane = "{lane}"'))
    found = write(workflow, ANN, ticket(), Comment(Words("Hello.")))
    assert found.events[0].audience == audience


def test_one_table_says_who_is_told_of_what() -> None:
    text = (
        DESK.replace('notify = ["agents"]\n', "")
        .replace('notify = ["holder"]\n', "")
        .replace('notify = ["told"]\n', "")
    )
    table = '\n[told]\ncreated = ["agents"]\nreply = ["requester"]\nclose = ["watchers"]\n'
    workflow = load(text + table, "small.toml", TEMPLATES)
    assert (workflow.opening.notify, workflow.comments[0].notify, workflow.moves[0].notify) == (
        ("agents",),
        ("requester",),
        ("watchers",),
    )


def test_whom_a_rule_names_itself_comes_first() -> None:
    assert desk('\n[told]\nreply = ["requester"]\n').comments[0].notify == ("holder",)


def test_a_new_ticket_that_nobody_would_hear_of_is_told_to_the_agents() -> None:
    workflow = desk(changed=('notify = ["agents"]', 'notify = ["party:web-provider"]'))
    found = decide(situation(workflow, ANN), Comment(Words("Hello.")))
    assert told(found, "opened") == {"Ola", "Oto"}


def test_the_acts_that_a_form_asks_for_are_words_of_the_desk() -> None:
    workflow = desk('\n[creation]\nrequired = ["category or system"]\n', top='categories = ["billing"]\n')
    assert workflow.form is not None
    assert workflow.form.fields == ("category", "system")
    assert (workflow.form.status, workflow.form.questions[0].who) == ("open", tuple(Side))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (MOVE + 'only = ["requestor"]', 'there is no group "requestor"; did you mean "requester"?'),
        (MOVE + 'only = ["told"]', 'there is no group "told"'),
        (MOVE.replace("Note", "Note {role}"), 'key "label": nothing is known that {role} could stand for'),
        (
            MOVE.replace('["note"]', '["to {rolle}"]').replace('"note"', '"to-{role}"\nper_party = true'),
            "{rolle} could stand for",
        ),
        (MOVE + '[move.sets]\ncolour = "red"', 'there is no field to set "colour"'),
        (MOVE + '[move.sets]\nvisibility = "secret"', 'there is no visibility "secret"'),
        (MOVE + '[move.sets]\nsubstatus = "stuck"', 'there is no sub-status "stuck"'),
        (
            MOVE + 'resolutions = ["done"]\nresolution = "dnoe"',
            'there is no resolution "dnoe"; did you mean',
        ),
        (RESOLUTIONS + MOVE + 'resolutions = ["fixed"]', 'there is no resolution "fixed"'),
        (MOVE.replace('notify = ["requester"]\n', ""), 'move "note", key "notify": it is missing'),
        ('[told]\nrepply = ["agents"]', 'told, key "repply": there is no command "repply"; did you mean "reply"?'),
        ('[creation]\nrequired = ["categoy"]', 'creation, key "required": there is no field "categoy"'),
        ('[creation]\nrequired = ["category"]', "there is no category to choose"),
        ('[creation]\nrequired = ["system"]\nstatus = "closed"', "a draft cannot be closed"),
        ('[creation]\nrequired = ["system"]\nstatus = "darft"', 'there is no state "darft"'),
        ('[creation]\nrequired = ["system"]\n[creation.texts]\nsytem = "Which?"', "creation.texts"),
        (
            '[creation]\nrequired = ["system"]\n[creation.names]\nproduct = "P"',
            'there is no field of this form "product"',
        ),
        ('[creation]\nrequired = ["system"]\n[creation.asked]\nsystem = ["all"]', 'there is no side "all"'),
    ],
)
def test_a_fault_of_the_language_is_a_sentence_with_its_mend(more: str, said: str) -> None:
    found = faults(f"{DESK}\n{more}\n")
    assert any(said in fault for fault in found), found
    assert all(fault.startswith("small.toml: ") and fault[-1] in ".?" for fault in found)


def test_a_letter_that_is_missing_in_a_language_of_the_desk() -> None:
    letters = {name: frozenset({"en", "de"}) for name in TEMPLATES} | {"closed": frozenset({"en"})}
    text = DESK.replace(TOP, TOP + 'languages = ["en", "de"]\n')
    with pytest.raises(WorkflowFaults) as caught:
        load(text, "small.toml", letters)
    assert caught.value.faults == (
        'small.toml: key "languages": there is no "de" of the letters closed; write them, or take the language out.',
    )
    assert load(text.replace(', "de"', ""), "small.toml", letters).languages == ("en",)
