"""Numbers of other desks in subjects."""

import re
import time

import pytest

from parsers.foreign import numbers, plain


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("[INC0012345] Images", "INC0012345"),
        ("Re: [CS-4711] Images", "CS-4711"),
        ("[#991] Images", "#991"),
        ("AW: [help.webhost.example #991] Images", "help.webhost.example #991"),
        ("[Ticket #991] Images", "Ticket #991"),
        ("[Case: CS-4711] Images", "Case: CS-4711"),
        ("##RE-4711## Images", "##RE-4711##"),
        ("Images (Ticket 4711)", "#4711"),
        ("Your request: REQ-4711 was received", "REQ-4711"),
        ("Incident INC0012345 was opened", "INC0012345"),
        ("Ticket-Nr. 20260131: Bilder fehlen", "#20260131"),
        ("Vorgang Nr. 4711", "#4711"),
        ("Ihre Anfrage #4711", "#4711"),
        ("Demande n° 4711", "#4711"),
        ("Incidencia número 4711", "#4711"),
    ],
)
def test_a_number_is_read_from_brackets_or_behind_a_word(subject: str, shown: str) -> None:
    assert [one.shown for one in numbers(subject)] == [shown]


@pytest.mark.parametrize(
    "subject",
    [
        "", "Images", "Images since 9:00", "[EXTERNAL] Images", "[2026] plan", "[1/2] Images", "[CT-1] Images",
        "Ticket CT-12 is open", "[system acme-dam] Images", "Meeting 2026-01-31", "[CVE-2024-12345] fix",
        "[KB5001330] update", "[close] Images", "INC0012345 without a word before it", "room 4711", "[draft 3] plan",
        "our ticket to Rome", "in case 3 of us come", "UTF-8 in [UTF-16] texts", "Error 4711",
    ],
)  # fmt: skip
def test_other_digits_are_no_number(subject: str) -> None:
    assert numbers(subject, own=("CT", "PT")) == ()


def test_two_forms_of_a_number_are_one() -> None:
    assert len(numbers("[#991] Images, ticket 991")) == 1
    assert [one.plain for one in numbers("[inc #991] and [CS-12]")] == ["991", "CS-12"]
    assert plain("Ticket #991") == plain("#991") == plain("991")
    assert plain("cs-12") == plain("[Case: CS-12]".strip("[]"))


def test_a_pattern_of_its_own_finds_what_no_rule_would() -> None:
    assert [one.shown for one in numbers("INC0012345 Images [#7777]", r"INC\d{7}")] == ["INC0012345"]
    assert [one.shown for one in numbers("Images / wh-17-a", r"/ (wh-\d+-\w)")] == ["wh-17-a"]
    assert numbers("[#991] Images", r"INC\d{7}") == ()


def test_no_number_carries_brackets_or_is_without_end() -> None:
    for subject in ("[" * 500, "[" + "a" * 500 + " #991]", "[a[b #991]]", "##" * 400, "ticket " * 90 + "1"):
        for one in numbers(subject):
            assert len(one.shown) <= 40
            assert not re.search(r"[\[\]]", one.shown)


def test_no_subject_takes_long() -> None:
    began = time.process_time()
    for hostile in ("ticket" + " " * 290, "[" + " " * 298, "[a" * 150, "ticket number" * 23, "##A" * 100):
        numbers(hostile)
    assert time.process_time() - began < 0.2
