"""A ticket that many want to move, on a database of one sort: what a mail proves does not hang on the other."""

import shutil
from pathlib import Path

import pytest

from tests.abuse.authority.dry import TRUSTING
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, WENDY, Desk


@pytest.fixture
def store_url(tmp_path: Path, migrated: Path) -> str:
    """An SQLite database with nothing in it."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path)}"


def _case(desk: Desk) -> Desk:
    """Ann's images are missing, Wendy of Webhost shall look: all of them and Dana have letters about CT-1."""
    desk.write(ANN, "All images are missing.", subject="Images")
    trusted = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=desk.example"}
    desk.reply(DANA, "to web-it provider\n\nPlease look.", headers=trusted)
    assert desk.status() == "on-partner"
    assert {ANN, DANA, WENDY} <= set(desk.mailboxes)
    return desk


@pytest.fixture
def case(desk: Desk) -> Desk:
    """CT-1 on a desk for which nobody checks whose mail is authentic."""
    return _case(desk)


@pytest.fixture
def strict(stage: Stage) -> Desk:
    """CT-1 on a desk whose own mail server, mx.desk.example, says whose mail is authentic."""
    return _case(stage(more=TRUSTING))
