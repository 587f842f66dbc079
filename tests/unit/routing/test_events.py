"""Events keep their meaning: JSON with a version, and a fold that needs no workflow."""

import json
from datetime import timedelta

import pytest

from routing.events import (
    Change,
    Commented,
    Delivery,
    Event,
    Moved,
    Opened,
    Refusal,
    Unverified,
    Value,
    apply,
    changed,
    decode,
    encode,
    fold,
)
from tests.unit.routing.town import NOW

FIRST: dict[str, Value] = {
    "subject": "Scanner",
    "status": "new",
    "queue": "inbound",
    "requester": "ann@acme.example",
    "watchers": ("abe@acme.example",),
}
OPENED = Opened(
    key="CT-1",
    at=NOW,
    actor="ann@acme.example",
    audience="everyone",
    text="Grüße",
    changes=tuple(Change(field=name, before=None, after=value) for name, value in FIRST.items()),
)
LATER = NOW + timedelta(hours=1)


def test_an_event_is_one_json_object_with_its_version() -> None:
    record = json.loads(encode(OPENED))
    assert (record["v"], record["kind"], record["at"]) == (1, "opened", "2026-03-02T09:00:00Z")
    assert "Grüße" in encode(OPENED)
    assert decode(encode(OPENED)) == OPENED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[]", "not an object"),
        ("{}", "format version None"),
        (encode(OPENED).replace('"v":1', '"v":2'), "format version 2, this program reads version 1"),
        (encode(OPENED).replace('"kind":"opened"', '"kind":"closed"'), "unknown shape"),
        (encode(OPENED).replace('"audience":"everyone",', ""), "unknown shape: opened.audience"),
        (encode(OPENED).replace('"key":"CT-1"', '"key":"CT-1","more":1'), "unknown shape: opened.more"),
    ],
)
def test_what_is_no_event_of_ours_is_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        decode(text)
    assert str(caught.value).endswith(".")
    assert "ann@acme.example" not in str(caught.value)


def test_the_fold_applies_changes_in_order() -> None:
    first = fold([OPENED])
    closed = Moved(verb="close", at=LATER, actor=None, audience="everyone", changes=changed(first, status="closed"))
    ticket = fold([OPENED, closed])
    assert (first.key, first.status, first.version, first.created_at) == ("CT-1", "new", 1, NOW)
    assert (ticket.status, ticket.version, ticket.watchers) == ("closed", 2, ("abe@acme.example",))
    assert (ticket.created_at, ticket.updated_at) == (NOW, LATER)


@pytest.mark.parametrize(
    ("event", "moves_the_ticket_up"),
    [
        (Commented(at=LATER, actor="a@b.example", audience="everyone"), True),
        (Moved(verb="close", at=LATER, actor="a@b.example", audience="everyone"), True),
        (Commented(machine="out-of-office", at=LATER, actor="a@b.example", audience="staff"), False),
        (Unverified(claimed="a@b.example", reason="r", at=LATER, actor=None, audience="staff"), False),
        (Refusal(asked=("#x",), reason="r", at=LATER, actor=None, audience="staff"), False),
        (Delivery(recipients=("a@b.example",), outcome="failed", at=LATER, actor=None, audience="internal"), False),
    ],
)
def test_an_update_is_a_comment_of_a_party_or_a_change(event: Event, moves_the_ticket_up: bool) -> None:
    ticket = fold([OPENED, event])
    assert ticket.version == 2
    assert ticket.updated_at == (LATER if moves_the_ticket_up else NOW)


def test_a_clock_that_was_set_back_makes_no_ticket_older() -> None:
    early = Commented(at=NOW - timedelta(days=1), actor=None, audience="everyone")
    assert fold([OPENED, early]).updated_at == NOW


def test_a_timeline_begins_with_its_opening_and_opens_once() -> None:
    said = Commented(at=LATER, actor=None, audience="everyone")
    for broken in ([], [said], [OPENED, OPENED]):
        with pytest.raises(ValueError, match=r"\.$"):
            fold(broken)


@pytest.mark.parametrize(
    "change",
    [
        Change(field="key", before="CT-1", after="CT-2"),
        Change(field="version", before=1, after=9),
        Change(field="colour", before=None, after="red"),
        Change(field="status", before="new", after=3),
        Change(field="watchers", before=(), after="ann@acme.example"),
    ],
)
def test_a_change_that_fits_no_ticket_is_refused(change: Change) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        apply(fold([OPENED]), Moved(verb="x", at=LATER, actor=None, audience="everyone", changes=(change,)))


def test_nothing_is_changed_where_all_stands_already() -> None:
    assert changed(fold([OPENED]), status="new", holder="operator") == ()
