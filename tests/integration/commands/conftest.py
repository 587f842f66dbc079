"""A desk for each test, copied from one that was prepared."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.reader import Containment, Reader
from tests.rig.site import Site


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One child for all tests: to start one takes longer than most of them."""
    with closing(Reader(Containment())) as child:
        yield child


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, reader: Reader) -> Path:
    """A desk whose directory is applied, to be copied."""
    found = Site(tmp_path_factory.mktemp("prepared") / "site", reader)
    assert found.run("directory", "apply").code == 0
    return found.folder


@pytest.fixture
def site(tmp_path: Path, prepared: Path, reader: Reader) -> Site:
    return Site(shutil.copytree(prepared, tmp_path / "site"), reader)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POSTERN_CONFIG", raising=False)
    monkeypatch.setattr("gateway.config.PLACES", (Path("config.toml"),))
    return tmp_path
