"""The creation form: a new ticket is a draft until it says what the desk must know, and is asked for that by mail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from parsers.intent import Command, Comment, Open, Orders, Unclear, Words
from routing import tiers
from routing.directory import Person, Side
from routing.draft import Draft, cause_of
from routing.events import Change, Commented, Moved, Opened, Value, apply, changed
from routing.form_answers import MOST_CHOICES, Respondent, filled, is_said
from routing.model import Situation
from routing.notices import Details, Occasion, of_machine
from routing.rules import Form, Question, Workflow
from routing.ticket import Ticket
from routing.visible import beginning

LETTER = "incomplete"
COMPLETED = "create"  # what the timeline says when other commands answered the last question


def only_fills(workflow: Workflow, intent: Open | Comment | Orders | Unclear) -> bool:
    """Whether a mail does nothing but say words and fill in fields of the form."""
    match intent:
        case Orders(acts=acts, move=move, questions=questions):
            fields = workflow.form.fields if workflow.form else ()
            return move is None and not questions and all(act.name in fields for act in acts)
        case Unclear():
            return False
        case _:
            return True


def begun(
    situation: Situation, event: Opened, person: Person, words: Words, commands: Sequence[Command]
) -> tuple[Opened, tuple[str, ...]]:
    """The opening of a ticket with what its mail says of the form, and the fields where that cannot be.

    It is a draft where more must be asked. Who cannot be asked (machines, old mail) is not: such tickets are complete.
    """
    form = situation.desk.workflow.form
    if form is None:
        return event, ()
    respondent = Respondent(situation.desk, person)
    mine = tuple(each for each in form.questions if respondent.side in each.who)
    found = filled(respondent, apply(None, event), mine, words, commands)
    event = _with(event, found.changes)
    ticket = apply(None, event)
    lacking = tuple(each.key for each in mine if not is_said(each, ticket) and respondent.can_answer(each))
    if not lacking or situation.quiet or of_machine(situation):
        return event, found.impossible
    turn = "operator" if respondent.side is Side.OPERATOR else "customer"
    return _with(event, {"status": form.status, "holder": turn, "missing": lacking}), found.impossible


def asking(draft: Draft, impossible: Iterable[str] = ()) -> Occasion:
    """The letter that asks for what is missing. It says only words of the desk: anybody may have written the mail."""
    respondent = Respondent(draft.situation.desk, draft.cast.person(draft.situation.author or draft.ticket.requester))
    form = draft.situation.desk.workflow.form
    questions = _open_questions(form, draft.ticket)
    wrong = " and ".join(f'"{form.called(name)}"' for name in impossible) if form else ""
    details: Details = {
        "wanted": tuple(_asked(form, each, respondent) for each in questions) if form else (),
        "example": tuple(_example(form, each, respondent) for each in questions) if form else (),
        **({"reason": f"What you wrote for {wrong} is not known here."} if wrong else {}),
    }
    return Occasion(LETTER, details=details)


def answered(draft: Draft, words: Words, commands: Sequence[Command]) -> tuple[Draft, tuple[str, ...]]:
    """A party's mail on a draft: its words, with what they fill in; and the fields where that cannot be."""
    situation = draft.situation
    respondent = Respondent(situation.desk, draft.cast.person(situation.author or ""))
    questions = _open_questions(situation.desk.workflow.form, draft.ticket)
    mine = tuple(each for each in questions if respondent.side in each.who)
    found = filled(respondent, draft.ticket, mine, words, commands)
    event = Commented(
        at=situation.now,
        actor=situation.author,
        audience=draft.for_words(),
        text=words.text,
        attachments=words.attachments,
        changes=changed(draft.ticket, **found.changes),
        cause=cause_of(situation),
    )
    said = draft.add(event)
    # What it says may make its writer a party of another sort: that one's conversation it is.
    return (
        draft.add(replace(event, audience=said.for_words(), changes=(*event.changes, *_progress(said)))),
        found.impossible,
    )


def settled(draft: Draft) -> Draft:
    """A draft whose questions other commands have answered begins, too."""
    progress = _progress(draft)
    if not progress:
        return draft
    situation = draft.situation
    event = Moved(
        verb=COMPLETED,
        at=situation.now,
        actor=situation.author,
        audience=draft.for_words(),
        changes=progress,
        cause=cause_of(situation),
    )
    return draft.add(event)


def origin(situation: Situation) -> tuple[Details, Details]:
    """What the mail that opened a draft said, for whom the ticket is put before: for every reader, for the operator."""
    first = next((event for event in situation.timeline if isinstance(event, Opened)), None)
    began: Details = {"began": tuple(beginning(first.text).splitlines())} if first is not None and first.text else {}
    return (began, {}) if first is not None and first.audience == "everyone" else ({}, began)


def _progress(draft: Draft) -> tuple[Change, ...]:
    """What changes because questions are answered by now; with the last one the ticket begins."""
    workflow, ticket = draft.situation.desk.workflow, draft.ticket
    if not workflow.is_draft(ticket):
        return ()
    missing = tuple(each.key for each in _open_questions(workflow.form, ticket) if not is_said(each, ticket))
    if missing:
        return changed(ticket, missing=missing)
    turn = tiers.begins(draft.situation.desk, ticket.organisation)
    return changed(ticket, missing=missing, status=workflow.opening.status, **turn)


def _open_questions(form: Form | None, ticket: Ticket) -> tuple[Question, ...]:
    return tuple(each for each in form.questions if each.key in ticket.missing) if form else ()


def _with(event: Opened, values: Mapping[str, Value]) -> Opened:
    """The opening with further first values, in place of those that it had."""
    kept = tuple(change for change in event.changes if change.field not in values)
    return replace(event, changes=(*kept, *(Change(field=n, before=None, after=values[n]) for n in values)))


def _asked(form: Form, question: Question, respondent: Respondent) -> str:
    """A question with the names of its fields, and what may be answered."""
    return f"{' or '.join(map(form.called, question.fields))}: {question.prompt}{_choices(question, respondent)}"


def _choices(question: Question, respondent: Respondent) -> str:
    names = [name for each in question.fields for name in respondent.choices(each).values()]
    if not names:
        return ""
    more = ", …" if len(names) > MOST_CHOICES else ""
    return f" ({', '.join(names[:MOST_CHOICES])}{more})"


def _example(form: Form, question: Question, respondent: Respondent) -> str:
    """A line that would be an answer: the first thing that may be said."""
    able = next((name for name in question.fields if respondent.choices(name)), question.fields[0])
    return f"{form.called(able)}: {next(iter(respondent.choices(able).values()), '…')}"
