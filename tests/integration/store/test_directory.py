"""The directory follows its file; persons met by mail stay."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.store import directory
from gateway.store.store import Store
from parsers.address import Keys
from routing.directory import Directory, Group, Organisation, OrganisationKind, Person, System
from routing.model import Absence, Decision
from routing.wishes import Topic, Wish
from tests.integration.store.samples import ANN, DESK, DIRECTORY, JANE, NOW, STRANGER, claimed, clues, mail


def _generation(store: Store) -> int:
    with store.database.read() as connection:
        return directory.generation(connection)


def _meet(store: Store, keys: Keys, person: Person) -> None:
    (row,) = claimed(store, f"from {person.addresses} {person.name}")
    with store.write() as tx:
        tx.situation(row, mail("x", author=person.address), clues(person.address), "", DESK, NOW)
        tx.commit_decision(row, Decision("ignored", newcomer=person), keys, NOW)


def _without(person: str) -> Directory:
    return replace(DIRECTORY, people=tuple(p for p in DIRECTORY.people if p.address != person))


def test_what_was_applied_is_what_is_there(store: Store) -> None:
    lines = directory.apply(store, DIRECTORY)
    assert f"person {ANN}: added" in lines
    assert "group acme/support: added" in lines
    assert len(lines) == 8
    assert store.directory() == DIRECTORY


def test_applying_twice_changes_nothing(store: Store) -> None:
    directory.apply(store, DIRECTORY)
    before = _generation(store)
    assert directory.apply(store, DIRECTORY) == []
    assert _generation(store) == before


def test_skills_and_wishes_are_kept(store: Store) -> None:
    skilled = replace(
        DIRECTORY.people[1], skills=("billing",), wishes=((Topic.COMMENT, Wish.MINE), (Topic.DEFAULT, Wish.NEVER))
    )
    people = replace(DIRECTORY, people=(DIRECTORY.people[0], skilled))
    directory.apply(store, DIRECTORY)
    assert directory.apply(store, people) == [f"person {JANE}: changed skills, wishes"]
    assert store.directory() == people
    assert directory.apply(store, people) == []


def test_whoever_is_away_stays_so_whatever_the_file_says(store: Store, keys: Keys) -> None:
    directory.apply(store, DIRECTORY)
    until = date(2026, 3, 9)
    (row,) = claimed(store, "away", sender=JANE)
    with store.write() as tx:
        tx.situation(row, mail("x", author=JANE), clues(JANE), "", DESK, NOW)
        tx.commit_decision(row, Decision("moved", absence=Absence(JANE.upper(), until)), keys, NOW)
        known = tx.directory().person(JANE)
        assert known is not None
        assert known.away_until == until
    assert directory.apply(store, DIRECTORY) == []
    known = store.directory().person(JANE)
    assert known is not None
    assert known.away_until == until
    directory.apply(store, replace(DIRECTORY, people=(replace(DIRECTORY.people[1], language="fr"),)))
    assert [person.away_until for person in store.directory().people] == [until]


def test_an_absence_that_was_rolled_back_is_none(store: Store, keys: Keys) -> None:
    directory.apply(store, DIRECTORY)
    (row,) = claimed(store, "away", sender=JANE)
    with suppress(LookupError), store.write() as tx:
        tx.situation(row, mail("x", author=JANE), clues(JANE), "", DESK, NOW)
        tx.commit_decision(row, Decision("moved", absence=Absence(JANE, date.max)), keys, NOW)
        raise LookupError
    assert store.directory() == DIRECTORY
    with store.write() as tx:
        assert tx.directory() == DIRECTORY


def test_changes_are_said_and_seen_at_once(store: Store) -> None:
    directory.apply(store, DIRECTORY)
    assert store.directory().person(JANE) is not None
    renamed = replace(DIRECTORY.people[0], name="Anna", addresses=(ANN, "anna@acme.example"))
    systems = {"dam": replace(DIRECTORY.systems["dam"], involved={})}
    lines = directory.apply(store, replace(DIRECTORY, people=(renamed,), systems=systems))
    assert lines == [
        f"person {ANN}: changed name, addresses",
        f"person {JANE}: deactivated",
        "system dam: changed involved",
    ]
    assert store.directory().people == (renamed,)
    assert store.directory().person("ann.second@acme.example") is None
    assert store.directory().systems["dam"].involved == {}


def test_what_is_gone_is_deactivated_and_may_come_back(store: Store) -> None:
    directory.apply(store, DIRECTORY)
    assert len(directory.apply(store, Directory())) == 8
    assert store.directory() == Directory()
    assert not store.knows(JANE)
    lines = directory.apply(store, DIRECTORY)
    assert f"person {JANE}: active again" in lines
    assert store.directory() == DIRECTORY


def test_a_person_met_by_mail_becomes_registered_when_the_file_names_the_address(store: Store, keys: Keys) -> None:
    _meet(store, keys, Person("", (STRANGER,), registered=False))
    directory.apply(store, DIRECTORY)
    assert store.knows(STRANGER)
    named = Person("Sam", ("sam@elsewhere.example", STRANGER.title()), "acme")
    with_sam = replace(DIRECTORY, people=(*DIRECTORY.people, named))
    assert directory.apply(store, with_sam) == ["person sam@elsewhere.example: registered"]
    assert store.directory().person(STRANGER) == named
    assert directory.apply(store, with_sam) == []


def test_a_person_met_by_mail_is_never_removed(store: Store, keys: Keys) -> None:
    _meet(store, keys, Person("", (STRANGER,), registered=False))
    assert directory.apply(store, Directory()) == []
    assert store.knows(STRANGER)


def test_a_registered_person_stays_what_the_file_says_whatever_mail_says(store: Store, keys: Keys) -> None:
    directory.apply(store, DIRECTORY)
    _meet(store, keys, Person("Not Jane", (JANE,), registered=False))
    assert store.directory().person(JANE) == DIRECTORY.people[1]


def test_somebody_removed_who_writes_again_begins_anew_without_rights(store: Store, keys: Keys) -> None:
    directory.apply(store, DIRECTORY)
    directory.apply(store, _without(JANE))
    _meet(store, keys, Person("Jane", (JANE,), registered=False))
    assert store.directory().person(JANE) is None
    with store.read() as reading:
        assert reading.acquaintance(JANE) == Person("Jane", (JANE,), registered=False)
    assert directory.apply(store, DIRECTORY) == [f"person {JANE}: registered"]


def test_two_persons_may_exchange_an_address(store: Store) -> None:
    people = Person("A", ("a@x.example", "b@x.example")), Person("B", ("c@x.example",))
    directory.apply(store, Directory(people=people))
    swapped = Person("A", ("a@x.example", "c@x.example")), Person("B", ("b@x.example",))
    directory.apply(store, Directory(people=swapped))
    assert set(store.directory().people) == set(swapped)


_KEYS = st.sampled_from(["acme", "beta", "corp"])
_ADDRESSES = [f"{name}@x.example" for name in "abcdef"]


@st.composite
def _directories(draw: st.DrawFn) -> Directory:
    kinds = st.sampled_from(list(OrganisationKind))
    organisations = {key: Organisation(key, draw(st.text("xyz")), draw(kinds)) for key in draw(st.sets(_KEYS))}
    owner = st.sampled_from([None, *organisations])
    cut = draw(st.lists(st.sampled_from(_ADDRESSES), unique=True))
    people, start = [], 0
    while start < len(cut):
        end = start + draw(st.integers(1, 3))
        people.append(Person(draw(st.text("xyz")), tuple(cut[start:end]), draw(owner)))
        start = end
    some = st.sets(st.sampled_from(list(organisations))) if organisations else st.just(set[str]())
    groups = tuple(Group("support", key, tuple(cut)) for key in draw(some))
    systems = {key: System(key, "S", key, {"role": key}) for key in draw(some)}
    return Directory(organisations, tuple(people), groups, systems)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_directories())
def test_whatever_was_there_before_the_file_is_what_is_there_after(store: Store, wanted: Directory) -> None:
    directory.apply(store, wanted)
    found = store.directory()
    assert found.organisations == wanted.organisations
    assert set(found.people) == set(wanted.people)
    assert set(found.groups) == set(wanted.groups)
    assert found.systems == wanted.systems
    assert directory.apply(store, wanted) == []
