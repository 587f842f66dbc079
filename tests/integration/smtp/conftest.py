"""Doors for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parsers.address import Keys
from tests.integration.smtp.house import Build, House, building


@pytest.fixture
def build(tmp_path: Path, migrated: Path, keys: Keys) -> Iterator[Build]:
    """Makes doors as a test wants them."""
    with building(tmp_path, migrated, keys) as make:
        yield make


@pytest.fixture
def house(build: Build) -> House:
    """One SMTP door of the usual manners."""
    return build()
