"""The stage of the stories and the doors of the house, for those who mean harm."""

from tests.integration.smtp.conftest import authority, build, house, manners
from tests.stories.conftest import desk, reader, stage

__all__ = ["authority", "build", "desk", "house", "manners", "reader", "stage"]
