"""Every sentence that a letter can show exists in every language that ships."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from outbound.language import NAME, language
from outbound.render import LANGUAGES, SHIPPED, Renderer
from routing import workflow
from routing.builtin import BUILT_IN

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted(LANGUAGES.glob("*.po"))

# Sentences of the core that no letter shows: reasons for the mail log, `explain`, the inbox and the files of a desk.
NEVER_IN_A_LETTER = (
    "The mail has no From address that can be read; look at the original and open a ticket by hand.",
    "The mail claims to come from {}, an address of ours; drop it unless you know the sender.",
    "{} has opened {} tickets within the hour; replay it if it may open one more, or drop it.",
    "The sender {} is unknown to {}; register the sender and replay, or drop the mail.",
)
# Frames around sentences that are there by themselves.
FRAMES = ("{}. {} still closed and can be reopened.", "{}: there is nothing to change.")
# Modules that read the files of a desk: what they say, they say to its admin.
OF_FILES = re.compile(r"(rule_tables|rules|soundness|timer_tables|assignment_rules|workflow|table|events|followup)\.py")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def sentences() -> Iterator[str | tuple[str, ...]]:
    """All that stands in `_(…)` and `_n(…)` of templates, and in `sentence(…)` of the code."""
    for path in sorted(SHIPPED.rglob("*.*")):
        tree = Environment().parse(path.read_text(encoding="utf-8"))
        for _, function, found in extract_from_ast(tree, ("_", "_n")):
            texts = tuple(text for text in (found if isinstance(found, tuple) else (found,)) if text)
            yield texts if function == "_n" else texts[0]
    for path in sorted((ROOT / "outbound").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sentence":
                yield from (
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def names() -> set[str]:
    """What the desks that ship call their states, moves, parties, resolutions and priorities."""
    found: set[str] = set()
    for path in sorted((ROOT / "workflows").glob("*.toml")):
        desk = workflow.load(path.read_text(encoding="utf-8"), path.name, Renderer((), "Postern").names())
        found |= {state.name for state in desk.states.values()} | {role.name for role in desk.roles.values()}
        found |= {move.label for move in desk.moves} | {*desk.substatuses.values()} | {*desk.resolutions.values()}
        found |= {*desk.priorities} | {*desk.categories}
    found |= {act.label for act in BUILT_IN.values()}
    return found | {"Customer", "public", "internal", "Status", "Sub-status", "Resolution", "Priority", "Category"}


def of_the_core() -> Iterator[tuple[str, str]]:
    """The literals of the core that are whole sentences, with where they stand; slots are `{}`."""
    for path in sorted((ROOT / "routing").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        apart = {id(one) for node in ast.walk(tree) for one in _apart(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in apart:
                text = _text(node)
                if re.search(r"\w+ .*\w[.?!]$", text) and not OF_FILES.fullmatch(path.name):
                    yield text, f"{path.relative_to(ROOT)}:{node.lineno}"


def _apart(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, what is raised, and the pieces of a literal that has slots."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.Raise):
        yield from ast.walk(node)
    elif isinstance(node, ast.JoinedStr):
        yield from (one for one in ast.walk(node) if one is not node)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_of_a_template_is_translated(path: Path) -> None:
    known = catalogue(path)
    missing = []
    for one in sentences():
        entry = known.get(one)
        if entry is None or not all(entry.string if isinstance(entry.string, tuple) else (entry.string,)):
            missing.append(one)
    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_name_of_a_shipped_desk_is_translated(path: Path) -> None:
    known = catalogue(path)
    assert [name for name in sorted(names()) if known.get(name, NAME) is None] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_of_the_core_is_translated(path: Path) -> None:
    """With something in its slots that no language knows, no English word may be left."""
    known = language(path.stem, [path])
    unknown = []
    for text, place in of_the_core():
        # A slot before a capital letter holds a sentence of its own.
        english = re.sub(r"\{\} (?=[A-Z])", "xx. ", text).replace("{}", "xx").strip()
        if text not in (*NEVER_IN_A_LETTER, *FRAMES) and known.said(english) == english:
            unknown.append(f"{place}: {text}")
    assert unknown == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_holds_nothing_that_no_template_says(path: Path) -> None:
    said = {one if isinstance(one, str) else one[0] for one in sentences()}
    entries = [message for message in catalogue(path) if message.id and message.context is None]
    assert [m.id for m in entries if (m.id if isinstance(m.id, str) else m.id[0]) not in said] == []


def test_all_languages_say_the_same_things() -> None:
    keys = [{(message.context, message.id) for message in catalogue(path)} for path in CATALOGUES]
    assert all(one == keys[0] for one in keys)
    assert {path.stem for path in CATALOGUES} == {"de", "fr", "es"}


def test_the_exceptions_are_still_said_somewhere() -> None:
    texts = {text for text, _ in of_the_core()}
    assert {*NEVER_IN_A_LETTER, *FRAMES} <= texts
