"""What ruff and mypy say of the whole house, and that files and functions stay small."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "outbound", "parsers", "routing")
FILE_LINES = 400
FUNCTION_LINES = 40


@pytest.mark.long
@pytest.mark.parametrize("command", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join)
def test_the_checkers_have_nothing_to_say(command: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def sources() -> Iterator[Path]:
    """Our modules; migrations are written once and never read again."""
    for package in PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts)


def long_functions(source: str) -> Iterator[tuple[int, str, int]]:
    """Line, name and length of each function that is too long."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, node.name, length


def test_a_long_function_is_recognised() -> None:
    body = "    x = 1\n" * FUNCTION_LINES
    assert list(long_functions(f"def f():\n{body}")) == [(1, "f", FUNCTION_LINES + 1)]
    assert list(long_functions(f"def f():\n{body[:-10]}")) == []


def test_no_function_is_too_long() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name} has {length} lines"
        for path in sources()
        for line, name, length in long_functions(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT): path.read_text(encoding="utf-8").count("\n") for path in sources()}
    assert lengths
    assert [f"{path}: {length} lines" for path, length in lengths.items() if length > FILE_LINES] == []
