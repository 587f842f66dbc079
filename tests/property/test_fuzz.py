"""A small run of what `python -m bench.fuzz` does for long: no mail, made up or damaged, breaks a rule."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from bench.checks import faults
from bench.fuzz import corpus
from bench.mutation import mutant
from gateway.commands.parse import desk_verbs
from tests.rig.mails import MESSAGE

VERBS = desk_verbs()
GOLDEN = corpus([Path(__file__).parents[1] / "golden" / "mails"])


@given(MESSAGE)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_mail_that_is_made_up_breaks_a_rule(raw: bytes) -> None:
    assert lasting(raw) == []


@pytest.mark.parametrize("seed", range(10))
def test_no_damaged_mail_breaks_a_rule(seed: int) -> None:
    """case 128: real mail, damaged."""
    chance = Random(seed)
    for _ in range(40):
        raw = mutant(GOLDEN, chance)
        assert lasting(raw) == [], raw[:2000]


def lasting(raw: bytes) -> list[str]:
    """The faults of a mail, but not its time, which depends on what else this machine does."""
    return [fault for fault in faults(raw, VERBS) if not fault.startswith("slow")]
