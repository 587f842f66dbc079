"""A From line is a claim: every writer with every proof gives every command, and nothing moves but what was proven."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

from routing.model import Proof
from tests.abuse.authority.dry import TAGGED, moves, repeated, told, weighed, written
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, SUPPORT, WENDY, Desk, Post

BAIT = "The password is swordfish."
CLAIMS = {
    "agent": (DANA, f"From: Dana <{DANA}>"),
    "customer": (ANN, f"From: Ann <{ANN}>"),
    "customer's colleague": (BOB, f"From: {BOB}"),
    "partner": (WENDY, f"From: {WENDY}"),
    "partner not asked yet": (HUGO, f"From: {HUGO}"),
    "other customer": (GINA, f"From: {GINA}"),
    "stranger": (MALLORY, f"From: {MALLORY}"),
    "two fields": (None, f"From: {DANA}\r\nFrom: {DANA}"),
    "two addresses": (None, f"From: {DANA}, {MALLORY}"),
    "two in one": (None, f"From: {DANA} <{MALLORY}>"),
}
PARTIES = (DANA, ANN, BOB, WENDY, HUGO)  # Hugo keeps the machines of the same system
RESULTS = {
    "nobody says": ("", True),
    "passed": ("mx.desk.example; dkim=pass header.d={domain}", True),
    "passed, says an unknown peer": ("mx.desk.example; dkim=pass header.d={domain}", False),
    "passed for another": ("mx.desk.example; dkim=pass header.d=elsewhere.example", True),
    "passed, says another server": ("mx.elsewhere.example; dkim=pass header.d={domain}", True),
}
LETTERS = ("none", "own address", "own Message-ID", "another's address", "another's Message-ID", "own, expired")
WEAK = ("own Message-ID", "another's address", "another's Message-ID")
COMMANDS = ("#close", "#assign emil@desk.example", "[close]")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One mail of the product."""

    claim: str
    results: str
    letter: str
    command: str

    @property
    def writer(self) -> str | None:
        """The address that From states without any doubt."""
        return CLAIMS[self.claim][0]


def proves(attempt: Attempt, *, checked: bool) -> Proof:
    """What an attempt proves, told in other words than the program's."""
    if attempt.writer is None:
        return Proof.NONE
    authentic = checked and attempt.results == "passed"
    if attempt.letter.startswith("another's") and attempt.writer not in (ANN, BOB):
        return Proof.NONE  # the letter was written to Ann
    if authentic:
        return Proof.STRONG
    if attempt.letter == "own address" or (attempt.letter, attempt.writer) == ("another's address", ANN):
        return Proof.TOKEN
    return Proof.THREAD if attempt.letter in WEAK else Proof.NONE


def may(attempt: Attempt, *, checked: bool) -> bool:
    """Whether an attempt may move the ticket at all, whatever the desk's own rules then say."""
    proof = proves(attempt, checked=checked)
    if attempt.writer not in PARTIES:
        return False
    return proof is Proof.STRONG if checked and attempt.writer == DANA else proof >= Proof.TOKEN


def tried(desk: Desk, attempt: Attempt) -> tuple[bytes, str, bool] | None:
    """The mail of an attempt, where it is sent to and whether its peer is trusted; None for one that cannot be."""
    stated, trusted = RESULTS[attempt.results]
    domain = (attempt.writer or DANA).partition("@")[2]
    letter = _letter(desk, attempt)
    if letter is None and attempt.letter != "none":
        return None
    to = letter.reply_to if letter and "Message-ID" not in attempt.letter else SUPPORT
    fields = [CLAIMS[attempt.claim][1], f"To: {to}"]
    if stated:
        fields.insert(0, f"Authentication-Results: {stated.format(domain=domain)}")
    in_subject = attempt.command.startswith("[")
    text = BAIT if in_subject else f"{attempt.command}\r\n\r\n{BAIT}"
    subject = f"{TAGGED} {attempt.command}" if in_subject else TAGGED
    return written(text, *fields, subject=subject, answering=letter), to, trusted


def _letter(desk: Desk, attempt: Attempt) -> Post | None:
    owner = ANN if attempt.letter.startswith("another's") else attempt.writer or DANA
    box = [] if attempt.letter == "none" else desk.mailboxes.get(owner, [])
    return box[-1] if box else None


@pytest.mark.parametrize("checked", [False, True])
def test_the_full_product(request: pytest.FixtureRequest, checked: bool) -> None:
    """case 71: who it says it is × what vouches for it × which letter it answers × what it commands."""
    desk: Desk = request.getfixturevalue("strict" if checked else "case")
    young, old = desk.moment, desk.moment + timedelta(days=400)
    done, moved, wrong = 0, 0, []
    for parts in product(CLAIMS, RESULTS, LETTERS, COMMANDS):
        attempt = Attempt(*parts)
        desk.moment = old if "expired" in attempt.letter else young
        mail = tried(desk, attempt)
        if mail is None:
            continue
        raw, to, trusted = mail
        found = weighed(desk, raw, to, trusted=trusted)
        done += 1
        moved += moves(found.decision)
        if found.situation.proof is not proves(attempt, checked=checked) and attempt.writer in PARTIES:
            wrong.append((attempt, found.situation.proof.name))
        if moves(found.decision) and not may(attempt, checked=checked):
            wrong.append((attempt, "moved"))
        if found.situation.proof is Proof.NONE and attempt.writer in PARTIES:
            read = set(repeated(found.decision, "swordfish")) - {DANA, EMIL}
            wrong += [(attempt, f"read by {read}")] if read else []
    assert wrong == []
    assert done > 500
    assert moved > 20


def test_whoever_is_named_is_asked_and_nothing_of_the_mail_leaves_the_house(case: Desk) -> None:
    """case 71: the agents see the words; the one whose name was used gets one letter, with none of them."""
    for claimed in (ANN, WENDY, DANA):
        found = weighed(case, written(f"#close\r\n\r\n{BAIT}", f"From: {claimed}"))
        assert told(found.decision) == sorted({claimed, DANA, EMIL})
        assert not moves(found.decision)
        assert set(repeated(found.decision, "swordfish")) <= {DANA, EMIL}
        challenge = next(notice for notice in found.decision.notices if notice.template == "challenge")
        assert (challenge.to, challenge.event) == (claimed, None)
        assert "swordfish" not in str(challenge)


ELSEWHERE = ("Reply-To", "Sender", "Return-Path", "Errors-To", "Resent-From", "X-Original-From", "Return-Receipt-To")


@pytest.mark.parametrize("field", ELSEWHERE)
def test_no_other_field_says_who_writes_or_where_answers_go(case: Desk, field: str) -> None:
    """case 91, P19 (Redmine, CVE-2021-31864): an outsider beside an agent's name in another field is an outsider."""
    for claimed, other in ((MALLORY, DANA), (GINA, ANN)):
        for text in ("#close", "#show", "Hello."):
            found = weighed(case, written(text, f"From: {claimed}", f"{field}: <{other}>"))
            assert found.situation.author == claimed
            assert found.situation.proof is Proof.NONE
            assert not moves(found.decision)
            assert other not in told(found.decision) or other in (DANA, EMIL)
    found = weighed(case, written("#help", f"From: {ANN}", f"{field}: <{MALLORY}>"), case.last(ANN).reply_to)
    assert told(found.decision) == [ANN]


def test_a_right_that_is_missing_is_missing_by_every_door(case: Desk) -> None:
    """case 91, P19 (Redmine, CVE-2021-31864): one rule for subject, body, first and last lines, address and comment."""
    letter = case.last(ANN)
    for text, subject in (
        ("#assign emil@desk.example", TAGGED),
        ("Hello.\r\n\r\n#assign emil@desk.example", TAGGED),
        ("Hello.", f"{TAGGED} [assign emil@desk.example]"),
        ("#reopen\r\n#assign emil@desk.example", TAGGED),
        ("#merge CT-1", TAGGED),
        ("#delete", TAGGED),
        ("#on behalf of bob@acme.example", TAGGED),
    ):
        found = weighed(case, written(text, f"From: {ANN}", subject=subject), letter.reply_to)
        assert found.situation.proof is Proof.TOKEN
        assert not moves(found.decision), text


LIKE_ANN = (
    "ann+x@acme.example",
    "a.nn@acme.example",
    "ann.@acme.example",
    "ann@sub.acme.example",
    "ann@acme.example.",
    "ann@acme.exampl",
    "annn@acme.example",
    "ann@acme.example.elsewhere.example",
    "ann%acme.example@elsewhere.example",
    "ann@acme_example",
    "\uff41nn@acme.example",
    "ann@acme\u3002example",
)


@pytest.mark.parametrize("other", LIKE_ANN)
def test_an_address_is_the_person_only_letter_by_letter(case: Desk, other: str) -> None:
    """case 83: neither dots, nor what stands behind a plus, nor a look-alike character makes one of two addresses."""
    found = weighed(case, written("#close", f"From: {other}"), case.last(ANN).reply_to)
    assert found.situation.proof is Proof.NONE
    assert not moves(found.decision)


def test_capitals_are_the_same_person(case: Desk) -> None:
    """case 83: no mail system tells two people apart by them."""
    for same in ("ANN@ACME.EXAMPLE", "Ann.Lee@acme.example"):
        assert moves(weighed(case, written("#close", f"From: {same}"), case.last(ANN).reply_to).decision)
