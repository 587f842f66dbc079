"""The field service: Ada (admin), Mona (moderator), Tina and Tom (employees); Ann and Bob of Acme, Gina of Globex."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import Desk


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A fresh desk."""
    return stage(desk="field-service")
