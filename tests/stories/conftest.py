"""The stage of the stories: one reader for all of them, and a fresh desk for each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from gateway.reader import Containment, Reader
from tests.stories.stage import Desk, opened


class Stage(Protocol):
    """Opens a desk that differs from the sample, as `stage.opened` says."""

    def __call__(
        self,
        *,
        gateway: str = "",
        address: str = "",
        more: str = "",
        people: str = "",
        everybody: str = "",
        desk: str = "several-parties",
    ) -> Desk:
        """The open desk; it is closed after the story."""


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """The child process that parses."""
    child = Reader(Containment())
    try:
        yield child
    finally:
        child.close()


@pytest.fixture
def stage(tmp_path: Path, store_url: str, reader: Reader) -> Iterator[Stage]:
    """Opens desks and closes them."""
    desks: list[Desk] = []

    def setting(
        *,
        gateway: str = "",
        address: str = "",
        more: str = "",
        people: str = "",
        everybody: str = "",
        desk: str = "several-parties",
    ) -> Desk:
        lines = {"gateway": gateway, "address": address, "more": more, "people": people, "everybody": everybody}
        desks.append(opened(tmp_path / "desk", store_url, reader, desk=desk, **lines))
        return desks[-1]

    yield setting
    for desk in desks:
        desk.office.close()


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """The desk of the sample: Dana and Emil for Ann and Bob of Acme, with the partners Webhost and Hosting."""
    return stage()
