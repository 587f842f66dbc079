"""Days as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.dates import day

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-10", date(2026, 3, 10)),
        ("10.3.2026", date(2026, 3, 10)),
        ("10.03.", date(2026, 3, 10)),
        ("1.3.", date(2027, 3, 1)),
        ("tomorrow", date(2026, 3, 3)),
        ("Morgen", date(2026, 3, 3)),
        ("friday", date(2026, 3, 6)),
        ("Fri.", date(2026, 3, 6)),
        ("Montag", date(2026, 3, 9)),
        ("miércoles", date(2026, 3, 4)),
        ("2026-03-02", MONDAY),
        ("2026-03-01", None),
        ("2026-02-30", None),
        ("3-10", None),
        ("soon", None),
        ("", None),
        ("1.2.3.4", None),
        ("29.2.", None),
        ("99999-01-01", None),
        ("9" * 5000 + ".1.", None),
    ],
)
def test_a_day_is_understood_or_not(text: str, meant: date | None) -> None:
    assert day(text, MONDAY) == meant


@given(st.text(), st.dates(max_value=date(9990, 1, 1)))
def test_no_text_makes_it_raise_or_go_back(text: str, today: date) -> None:
    found = day(text, today)
    assert found is None or found >= today
