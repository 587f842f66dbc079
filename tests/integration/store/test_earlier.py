"""What a letter may repeat: the SQL that looks for it and the rule that says who reads what agree."""

import pytest

from gateway.store.earlier import FAR
from gateway.store.store import OutboxRow, Store
from parsers.address import Keys
from routing import events
from routing.cast import includes
from routing.events import Change, Commented, Event, Moved, Refusal, Unverified
from routing.model import Decision
from tests.integration.store.samples import (
    ANN,
    DESK,
    JANE,
    LEASE,
    MINUTE,
    NOW,
    claimed,
    clues,
    mail,
    notice,
    open_ticket,
)

AUDIENCES = ("everyone", "staff", "internal", "lane:customer", "lane:web-it-provider")
LANES = ("operator", "customer", "party:web-it-provider", "party:it-provider")


def said(audience: str, text: str, **more: object) -> Event:
    return Commented(at=NOW, actor=JANE, audience=audience, text=text, **more)  # type: ignore[arg-type]


def told(store: Store, keys: Keys, *happened: Event, lane: str = "customer", template: str = "comment") -> OutboxRow:
    """These events happen to Ann's ticket, and then one more that a letter in a lane tells of."""
    key = open_ticket(store, keys)
    (row,) = claimed(store, "more", sender=JANE)
    with store.write() as tx:
        found = tx.situation(row, mail("more", author=JANE), clues(JANE, tags=(key,)), "", DESK, NOW).ticket
        assert found is not None
        every = (*happened, said("everyone", "news"))
        for event in every:
            found = events.apply(found, event)
        letter = notice(ANN, key, template=template, lane=lane, event=len(every) - 1)
        tx.commit_decision(row, Decision("x", found, every, (letter,)), keys, NOW)
    return store.outbox.claim(1, LEASE, NOW)[0]


def repeated(row: OutboxRow) -> list[str]:
    return [event.text for event in row.earlier.events] if row.earlier else []


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_nobody_is_told_again_what_was_not_for_its_lane(store: Store, keys: Keys, audience: str, lane: str) -> None:
    row = told(store, keys, said(audience, "words for some"), lane=lane)
    assert repeated(row)[-1] == ("words for some" if includes(audience, lane) else "hello")


@pytest.mark.parametrize(
    "event",
    [
        said("everyone", ""),
        said("everyone", "I am away.", machine="out-of-office"),
        Unverified(at=NOW, actor=None, audience="staff", text="Nobody.", claimed=ANN, reason="none"),
        Refusal(at=NOW, actor=ANN, audience="staff", text="Not done.", asked=("close",), reason="none"),
        Moved(at=NOW, actor=JANE, audience="everyone", verb="close"),
    ],
)
def test_what_says_nothing_is_passed_over(store: Store, keys: Keys, event: Event) -> None:
    assert repeated(told(store, keys, event, lane="operator")) == ["hello"]


def test_nothing_from_before_an_undo_is_repeated(store: Store, keys: Keys) -> None:
    undo = Moved(at=NOW, actor=JANE, audience="everyone", verb="undo", withdrawn=(2,))
    assert repeated(told(store, keys, said("everyone", "Wrong ticket."), undo)) == []


@pytest.mark.parametrize(("lane", "again"), [("customer", []), ("operator", ["hello", "They complain."])])
def test_outsiders_are_not_told_again_what_was_said_while_they_were_shut_out(
    store: Store, keys: Keys, lane: str, again: list[str]
) -> None:
    shut, opened = (
        Moved(
            at=NOW, actor=JANE, audience="everyone", verb="visibility",
            changes=(Change(field="visibility", before=before, after=after),),
        )
        for before, after in (("public", "internal"), ("internal", "public"))
    )  # fmt: skip
    row = told(store, keys, shut, said("everyone", "They complain."), opened, lane=lane)
    assert repeated(row) == again


def test_words_that_speak_of_fields_are_words(store: Store, keys: Keys) -> None:
    """What looks like a field of an event within a text changes nothing."""
    text = '"text":"" "machine":"x" "withdrawn":[1] "field":"visibility"'
    assert repeated(told(store, keys, said("everyone", text)))[-1] == text


def test_who_had_a_letter_reads_the_last_words_only(store: Store, keys: Keys) -> None:
    first = told(store, keys, said("everyone", "one"), said("everyone", "two"))
    assert repeated(first) == ["hello", "two"]
    store.settle([(first, 250, "ok", "sent", None)], NOW)
    key = first.ticket_key
    (row,) = claimed(store, "again", sender=JANE, now=NOW + MINUTE)
    with store.write() as tx:
        found = tx.situation(row, mail("again", author=JANE), clues(JANE, tags=(key,)), "", DESK, NOW).ticket
        assert found is not None
        event = said("everyone", "three")
        tx.commit_decision(
            row, Decision("x", events.apply(found, event), (event,), (notice(ANN, key),)), keys, NOW + MINUTE
        )
    assert repeated(store.outbox.claim(1, LEASE, NOW + MINUTE)[0]) == ["news"]


@pytest.mark.parametrize("template", ["opened", "unverified"])
def test_what_begins_something_repeats_nothing(store: Store, keys: Keys, template: str) -> None:
    assert told(store, keys, said("everyone", "one"), template=template).earlier is None


def test_a_desk_that_wants_none_reads_none(store: Store, keys: Keys) -> None:
    store.outbox.quoting = False
    assert told(store, keys, said("everyone", "one")).earlier is None


def test_a_long_ticket_is_not_looked_through_to_its_beginning(store: Store, keys: Keys) -> None:
    silent = [Moved(at=NOW, actor=JANE, audience="everyone", verb="close") for _ in range(FAR + 1)]
    assert told(store, keys, *silent).earlier is None
