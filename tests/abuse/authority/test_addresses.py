"""One strict reading of From against the readings of three other parsers, and domains that look like known ones."""

import random

import pytest

from parsers.author import strict_address
from routing.model import Proof
from tests.abuse.authority.dry import moves, weighed, written
from tests.rig.readings import readings
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, Desk

SEEDS = (
    "Ann <ann@acme.example>",
    '"Ann, of Acme" <ann@acme.example>',
    "Ann (Acme) <ann@acme.example>",
    "dana@desk.example <mallory@elsewhere.example>",
    "<dana@desk.example>mallory@elsewhere.example",
    "Staff: dana@desk.example, mallory@elsewhere.example;",
    "<@relay.example:dana@desk.example>",
    '"dana@desk.example" <mallory@elsewhere.example>',
    "=?utf-8?q?dana=40desk=2Eexample?= <mallory@elsewhere.example>",
    '"a\\"b" <dana@desk.example>',
    "dana(x)@desk.example",
    "dana@desk.example (mallory@elsewhere.example)",
)
SIGNS = (
    "<",
    ">",
    '"',
    "(",
    ")",
    ",",
    ";",
    ":",
    "\\",
    "@",
    ".",
    " ",
    "=?utf-8?q?",
    "?=",
    "=40",
    "\t",
    "\x00",
    "\r\n ",
    "ä",
    "%",
)


def mutated(chance: random.Random) -> str:
    """A From value that somebody has tampered with."""
    value = chance.choice(SEEDS)
    for _ in range(chance.randint(1, 4)):
        at, width = chance.randrange(len(value) + 1), chance.randint(0, 3)
        piece = chance.choice((*SIGNS, "", chance.choice(SEEDS)[: chance.randint(1, 20)]))
        value = value[:at] + piece + value[at + width :]
    return value


def test_where_we_trust_nobody_reads_another_address() -> None:
    """case 80, P39 (CPython, CVE-2023-27043, CVE-2019-16056): 20,000 tampered fields, three other parsers."""
    chance, taken, wrong = random.Random(80), 0, []
    for value in (mutated(chance) for _ in range(20_000)):
        found, _ = strict_address(value)
        if found is None:
            continue
        taken += 1
        wrong += [value for others in readings(value) if {other.lower() for other in others} != {found.lower()}]
    assert wrong == []
    assert taken > 500


LOOKING_LIKE = {
    "acrne.example": "acme.example",
    "\u0430cme.example": None,
    "xn--cme-5cd.example": "acme.example",
    "ACRNE.EXAMPLE": "acme.example",
    "desk.examp1e": "desk.example",
    "d\u0435sk.example": None,
    "webh0st.example": "webhost.example",
    "vvebhost.example": "webhost.example",
    "h0sting.example": "hosting.example",
    "xn--bcher-kva.example": "",
    "acme-example.example": "",
    "acme.example.org": "",
}


@pytest.mark.parametrize("domain", LOOKING_LIKE)
def test_a_domain_that_looks_like_a_known_one_is_another(case: Desk, domain: str) -> None:
    """case 82: A-labels are compared; who looks like somebody is nobody, and the staff is told."""
    for local, owner in (("ann", ANN), ("dana", DANA)):
        found = weighed(case, written("#close", f"From: {local}@{domain}"), case.last(owner).reply_to)
        assert found.situation.proof is Proof.NONE
        assert not moves(found.decision)
    case.write(f"ann@{domain}", "Hello.") if LOOKING_LIKE[domain] is not None else None
    if LOOKING_LIKE[domain]:
        assert f"looks like {LOOKING_LIKE[domain]}" in " ".join(case.last(EMIL).text.split())
        assert case.ticket("CT-2").organisation is None
    else:
        assert "looks like" not in case.last(EMIL).text


@pytest.mark.parametrize("dot", ["ann@acme.example.", "ann@.acme.example", "ann@acme..example"])
def test_a_dot_too_many_is_no_address(case: Desk, dot: str) -> None:
    """case 82: a domain with a dot at its end is not read as the one without."""
    found = weighed(case, written("#close", f"From: {dot}"), case.last(ANN).reply_to)
    assert (found.situation.author, found.situation.proof) == (None, Proof.NONE)


def test_a_doubtful_writer_needs_one_step_more(case: Desk) -> None:
    """case 82: a borrowed name, a look-alike domain or another's Reply-To takes one step of the proof away."""
    to = case.last(ANN).reply_to
    assert weighed(case, written("#close", f"From: Ann <{ANN}>"), to).situation.proof is Proof.TOKEN
    for fields in ((f"From: Dana <{ANN}>",), (f"From: {ANN}", f"Reply-To: {MALLORY}")):
        found = weighed(case, written("#close", *fields), to)
        assert found.situation.proof is Proof.THREAD
        assert found.situation.doubts
        assert not moves(found.decision)
