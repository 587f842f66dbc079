"""The table `creation` of a workflow file: what a new ticket must say before anybody works on it."""

from routing.directory import Side
from routing.rule_tables import KEY, Known, sides
from routing.rules import FIELDS, Form, Question
from routing.table import Table

_OR = " or "
_PROMPTS = {
    "organisation": "For which organisation is it?",
    "system": "Which system is it about?",
    "category": "Which category fits best?",
    "priority": "How urgent is it?",
    "visibility": "Is it internal, or may the customer see it?",
}
_OF_STAFF = ("organisation", "visibility")
"""Customers are not asked for their own organisation, nor what they may see."""


def form(desk: Table, known: Known, opening: str) -> Form | None:
    """The creation form; a desk may have none.

    `required` lists what is asked for, alternatives joined by "or"; `texts` says how, and makes a question of the
    desk's own of any other key; `asked` narrows who is asked, `names` says what fields are called. `opening` is the
    status in which tickets begin: drafts have it, too, unless the form names another.
    """
    if "creation" not in desk:
        return None
    table = desk.table("creation")
    texts, asked, names = (table.table(name) if name in table else None for name in ("texts", "asked", "names"))
    required = table.texts("required")
    questions = tuple(_question(table, key, texts, asked) for key in required)
    fields = tuple(name for each in questions for name in each.fields)
    known_names = (names.key(name, fields, "field of this form") for name in names) if names is not None else ()
    found = Form(
        status=table.choice("status", known.states, "state") if "status" in table else opening,
        questions=questions,
        names={name: names.text(name) for name in known_names if name} if names is not None else {},
    )
    for own in (texts, asked, names):
        if own is not None:
            own.finish()
    table.finish()
    return found


def _question(table: Table, key: str, texts: Table | None, asked: Table | None) -> Question:
    fields = tuple(part.strip() for part in key.split(_OR))
    own = texts is not None and key in texts
    for name in fields:
        if name not in FIELDS and not (own and KEY.fullmatch(name)):
            table.fault(
                "required",
                f'there is no field "{name}"; choose of {", ".join(FIELDS)}, or ask for it in [creation.texts]',
            )
    prompt = texts.text(key) if texts is not None and own else " Or: ".join(_PROMPTS.get(name, "") for name in fields)
    everybody = tuple(side.value for side in Side)
    usual = everybody[1:] if set(fields) <= set(_OF_STAFF) else everybody
    who = sides(asked, key, usual) if asked is not None else tuple(map(Side, usual))
    return Question(key, fields, prompt, who)
