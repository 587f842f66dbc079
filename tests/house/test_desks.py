"""The table of points and stories names stories that there are, and every story of a desk names its point."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "stories"
DESKS = {
    "several_parties": "000",
    "partner_desk": "001",
    "crm_portal": "002",
    "four_tiers": "003",
    "field_service": "004",
}


def stories(folder: Path) -> Iterator[tuple[str, str]]:
    """Each story with what it says of itself."""
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.name.removeprefix("test_"), ast.get_docstring(node) or ""


@pytest.mark.parametrize(("folder", "number"), DESKS.items())
def test_each_story_names_its_desk_and_point(folder: str, number: str) -> None:
    found = dict(stories(STORIES / folder))
    assert found
    assert [name for name, said in found.items() if not re.match(rf"{number}, [\w -]+: \S", said)] == []


def rows() -> Iterator[tuple[str, str, str]]:
    """Each row of the tables: the folder of its desk's stories, the point, and what shows it."""
    section = ""
    for line in (ROOT / "docs" / "desks.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("Stories: "):
            section = line.split("`")[1]
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[0] != "point":
            assert len(cells) == 2, line
            yield section, cells[0], cells[1]


def test_the_table_names_stories_that_there_are() -> None:
    missing = []
    for section, _, shown in rows():
        for name in re.findall(r"`([^`]+)`", shown):
            if name.endswith(".py"):
                missing += [] if (STORIES / name).exists() else [name]
            elif "_" in name:
                known = [story for story, _ in stories(ROOT / section)]
                missing += [] if any(_is_meant(name, story) for story in known) else [name]
    assert missing == []


def test_every_point_has_a_story_or_says_why_there_is_none() -> None:
    unshown = [point for _, point, shown in rows() if not re.match(r"`[^`]+_[^`]+`|none: \S", shown)]
    assert unshown == []


@pytest.mark.parametrize("folder", DESKS)
def test_every_story_of_a_desk_stands_in_its_table(folder: str) -> None:
    shown = " ".join(shown for section, _, shown in rows() if section.rstrip("/").endswith(folder))
    named = re.findall(r"`([^`]+)`", shown)
    assert [one for one, _ in stories(STORIES / folder) if not any(_is_meant(name, one) for name in named)] == []


def _is_meant(name: str, story: str) -> bool:
    """An ellipsis stands for the rest of a name."""
    return re.fullmatch(".*".join(map(re.escape, name.split("\u2026"))), story) is not None
