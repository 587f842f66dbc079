"""How fast letters may go."""

from itertools import pairwise

from outbound.pacing import Pace


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace.of(None)
    for _ in range(1000):
        assert pace.wait(5.0) == 0.0
        pace = pace.went(5.0)


def test_so_many_go_in_a_minute_and_evenly() -> None:
    pace, now, gone = Pace.of(120), 1000.0, list[float]()
    while now < 1060.0:
        gone.append(now)
        pace = pace.went(now)
        now += pace.wait(now)
    assert len(gone) == 120
    assert {round(later - earlier, 6) for earlier, later in pairwise(gone)} == {0.5}


def test_places_that_were_not_used_do_not_pile_up() -> None:
    pace = Pace.of(60).went(0.0)
    assert pace.wait(500.0) == 0.0
    assert pace.went(500.0).wait(500.0) == 1.0


def test_promised_places_stand_in_a_row() -> None:
    pace = Pace.of(60)
    for _ in range(5):
        pace = pace.went(10.0)
    assert pace.wait(10.0) == 5.0
