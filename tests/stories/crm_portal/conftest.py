"""The customer portal: Dana, Emil and Frida work for Ann and Bob of Acme and for Gina of Globex."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import Desk


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A fresh desk."""
    return stage(desk="crm-portal")
