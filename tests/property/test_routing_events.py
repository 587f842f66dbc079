"""The JSON of events: what goes in comes out, whatever people write."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.events import Cause, Change, Commented, Delivery, Event, Moved, Opened, Refusal, Unverified, decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.one_of(st.none(), texts, st.integers(-(2**31), 2**31), st.lists(texts, max_size=3).map(tuple))
facts = {
    "at": st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    "actor": st.one_of(st.none(), texts),
    "audience": texts,
    "text": texts,
    "changes": st.lists(st.builds(Change, field=texts, before=values, after=values), max_size=3).map(tuple),
    "attachments": st.lists(texts, max_size=3).map(tuple),
    "cause": st.builds(Cause, message_id=st.one_of(st.none(), texts), subject=texts, proof=texts),
}
several = st.lists(texts, max_size=3).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Opened, key=texts, linked=st.one_of(st.none(), texts), **facts),
    st.builds(Commented, machine=st.one_of(st.none(), texts), **facts),
    st.builds(Unverified, claimed=texts, reason=texts, **facts),
    st.builds(Moved, verb=texts, **facts),
    st.builds(Refusal, asked=several, reason=texts, **facts),
    st.builds(Delivery, recipients=several, outcome=texts, **facts),
)


@given(events)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert decode(encode(event)) == event


@given(st.text(max_size=200))
def test_any_other_text_is_a_value_error_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        decode(text)
