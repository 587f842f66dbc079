"""The list of abuse names tests that there are, and every test against abuse stands in the list."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
LIST = TESTS.parent / "docs" / "abuse.md"
NUMBERED = re.compile(r"(?:[Cc]ases? \d+|P\d+)\b[^:]*:")
LATER = re.compile(r"later: (?:courier|console|backup|nightly)")


def named() -> Iterator[tuple[str, str]]:
    """Each row of the list: its number (`43`, `P4`) and what shows it."""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and re.fullmatch(r"P?\d+", cells[0]):
            assert len(cells) == 3, line
            yield cells[0], cells[2]


def _carried(path: Path) -> Iterator[tuple[str, set[str]]]:
    """Each test of a file with the numbers that its docstring begins with."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            said = NUMBERED.match(ast.get_docstring(node) or "")
            yield node.name, set(re.findall(r"\bP?\d+\b", re.sub(r"\([^)]*\)", "", said[0]))) if said else set()


def test_each_number_stands_once() -> None:
    numbers = [number for number, _ in named()]
    wanted = [*map(str, range(1, 179)), *(f"P{number}" for number in range(1, 57))]
    assert sorted(numbers) == sorted(wanted)


def test_each_case_has_a_test_that_carries_its_number_or_says_when_it_will() -> None:
    wrong = []
    for number, shown in named():
        references = re.findall(r"`([\w/]+\.py)::(\w+)`", shown)
        for file, test in references:
            known = dict(_carried(TESTS / file)) if (TESTS / file).exists() else {}
            wrong += [] if number in known.get(test, set()) else [f"{number}: {file}::{test}"]
        wrong += [] if references or LATER.fullmatch(shown) else [f"{number}: {shown}"]
    assert wrong == []


def test_every_test_against_abuse_carries_numbers_of_the_list() -> None:
    known = {number for number, _ in named()}
    wrong = []
    for folder in ("abuse", "security"):
        for path in sorted((TESTS / folder).rglob("test_*.py")):
            wrong += [f"{path.name}::{test}" for test, said in _carried(path) if not said or not said <= known]
    assert wrong == []
