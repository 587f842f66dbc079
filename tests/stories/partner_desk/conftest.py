"""The partner help desk: Webhost looks after Acme's two systems, Hosting after that of Globex; Dana is the operator."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import Desk


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A fresh desk."""
    return stage(desk="partner-desk")
