"""The stage of the stories and the doors of the house, for those who mean harm."""

from tests.integration.smtp.conftest import build, house
from tests.stories.conftest import desk, reader, stage

__all__ = ["build", "desk", "house", "reader", "stage"]
