"""Sizes and durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.faults import BadValue
from gateway.units import duration, size


@pytest.mark.parametrize(
    ("text", "wanted"), [("25 MB", 25 * 1024**2), ("512 KB", 524288), ("1gb", 1024**3), (" 7 b ", 7), ("0 KB", 0)]
)
def test_sizes_in_bytes(text: str, wanted: int) -> None:
    assert size(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), [("10 s", 10), ("2min", 120), ("4 h", 14400), ("5 d", 432000)])
def test_durations_in_seconds(text: str, wanted: int) -> None:
    assert duration(text) == wanted


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_bare_number_is_bytes_and_says_the_same_as_its_text(number: int) -> None:
    assert size(number) == size(f"{number} B") == number


@pytest.mark.parametrize(
    "text", ["", "25", "MB", "25 M", "2.5 MB", "-1 MB", "25 MB 3", "٢٥ MB", "1e3 KB", "9" * 40 + " B"]
)
def test_anything_else_is_no_size(text: str) -> None:
    with pytest.raises(BadValue, match="cannot be"):
        size(text)


@pytest.mark.parametrize("value", ["10", "10 m", "1 week", "s", 10])
def test_anything_else_is_no_duration(value: object) -> None:
    with pytest.raises(BadValue, match="cannot be"):
        duration(value)


@pytest.mark.parametrize("value", [True, None, 2.5, ["1 s"]])
def test_other_types_are_left_for_the_model_to_refuse(value: object) -> None:
    assert size(value) is value
    assert duration(value) is value
