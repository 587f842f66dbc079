"""Imports point upstream and the pure packages stay pure; and the check that says so can fail."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "outbound", "parsers", "routing")
PURE = ("outbound", "parsers", "routing")
CLOCKS = {"now", "utcnow", "today"}
CLOCK_OWNERS = {"datetime", "date"}
CLOCK_MODULES = {"time", "sched"}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of pyproject.toml, checked over the packages in a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The packages and their contracts in a folder of their own."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract", "named"),
    [
        ("parsers/mail.py", "import sqlalchemy", "the pure packages only compute", "parsers.mail -> sqlalchemy"),
        ("routing/model.py", "from gateway import exits", "imports point upstream", "routing.model -> gateway.exits"),
        ("outbound/letter.py", "import smtplib", "only the courier opens a socket", "outbound.letter -> smtplib"),
    ],
)
def test_a_wrong_import_breaks_them(copied: Path, file: str, line: str, contract: str, named: str) -> None:
    with (copied / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint_imports(copied)
    assert done.returncode != 0
    assert f"{contract} BROKEN" in done.stdout
    assert named in done.stdout


def clock_calls(source: str) -> Iterator[int]:
    """The lines that read a clock."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names) if any(name.name in CLOCK_MODULES for name in names):
                yield node.lineno
            case ast.ImportFrom(module=module) if module in CLOCK_MODULES:
                yield node.lineno
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name) if (
                owner in CLOCK_OWNERS and name in CLOCKS
            ):
                yield node.lineno


def test_a_clock_is_recognised() -> None:
    read = "import time\nfrom time import monotonic\nx = datetime.now(UTC)\ny = dt.date.today()\n"
    given = "z = situation.now\nnow = timestamp.date()\n"
    assert list(clock_calls(read + given)) == [1, 2, 3, 4]


@pytest.mark.parametrize("package", PURE)
def test_the_pure_packages_read_no_clock(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in clock_calls(path.read_text(encoding="utf-8"))
    ]
    assert found == []
