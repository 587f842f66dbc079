"""The stage where comments keep to their lanes: the desk of several parties, with some commands for few."""

import re
from pathlib import Path

import workflows
from tests.stories.conftest import Stage
from tests.stories.stage import Desk

SHIPPED = Path(workflows.__file__).parent / "several-parties.toml"
ACTS = """
[acts]
internal = ["operator"]
staff = ["partner", "operator"]
priority = ["operator"]

[told]
priority = ["requester", "party:web-it-provider"]
"""


def written(folder: Path, *, lanes: bool, acts: str = ACTS) -> Path:
    """A workflow file."""
    text = re.sub(r"\[acts\].*?\n\n", "", SHIPPED.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    assert 'comments = "shared"' in text
    file = folder / "lanes.toml"
    file.write_text(text.replace('comments = "shared"', f'comments = "{"lanes" if lanes else "shared"}"') + acts)
    return file


def opened(stage: Stage, folder: Path, *, lanes: bool, acts: str = ACTS) -> Desk:
    """The desk, with its comments in lanes or shared."""
    return stage(gateway=f'workflow = "{written(folder, lanes=lanes, acts=acts)}"')
