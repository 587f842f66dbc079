"""Four tiers: Acme below Webhost, Globex below Hosting, both below Distri, all below the operator (Dana, Emil)."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import Desk


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A fresh desk."""
    return stage(desk="four-tiers")
