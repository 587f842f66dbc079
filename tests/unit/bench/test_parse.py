"""The clock over the parser: what it times is what it says, and it leaves the parser as it was."""

import pytest

from bench.parse import STEPS, Sample, Stopwatch, measure, samples, understand
from parsers import headers, read
from parsers.intent import Orders

SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_sample_has_the_size_of_its_name_and_is_understood(sample: Sample) -> None:
    named = int(sample.name.split()[0]) * 1000
    assert 0.8 * named < len(sample.raw) < 1.2 * named
    mail = read.read(sample.raw)
    assert mail.defects == ()
    assert "> Some words" in mail.text or "Thanks, works now." in mail.fresh
    assert "> Some words" not in mail.fresh


def test_every_step_is_timed_and_the_parser_is_put_back() -> None:
    whole = headers.split
    watch = Stopwatch()
    with watch.watching():
        assert headers.split is not whole
        assert isinstance(understand(SAMPLES[0].raw), Orders)
    assert headers.split is whole
    assert set(watch.seconds) == set(STEPS) - {"HTML to text"}
    with watch.watching():
        understand(SAMPLES[2].raw)
    assert set(watch.seconds) == set(STEPS)


def test_the_whole_and_the_others_stand_beside_the_steps() -> None:
    best = measure(SAMPLES[0].raw, 1)
    assert set(best) == {*STEPS, "together", "mail-parser alone", "standard library (compat32) alone"}
    assert all(figure >= 0 for figure in best.values())
