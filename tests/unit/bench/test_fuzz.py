"""The fuzzer finds what is wrong: a fuzzer that cannot find anything finds nothing."""

import os
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench import checks, fuzz
from bench.fuzz import Finds, chunks, corpus
from bench.mutation import LONGEST, MUTATIONS, Mutation, mutant
from gateway.commands.parse import desk_verbs
from parsers import read
from parsers.intent import commands
from parsers.mail import Defect, Kind, ParsedMail, Piece, Span

MAILS = [b"From: ann@acme.example\nSubject: x\n\n#close\n", b"Subject: y\nContent-Type: text/html\n\n<p>Hello</p>\n"]
VERBS = desk_verbs()


def test_the_same_seed_makes_the_same_mails() -> None:
    first, again, other = ([mutant(MAILS, Random(seed)) for _ in range(20)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_each_mutation_changes_mails_and_keeps_them_small(mutation: Mutation) -> None:
    chance = Random(1)
    made = [mutation(MAILS[0], chance, MAILS) for _ in range(30)]
    assert len(set(made)) > 3
    assert max(map(len, made)) < 50 * LONGEST
    mutation(b"", chance, MAILS)


def test_the_work_is_divided_without_rest() -> None:
    found = list(chunks(10_250, 3))
    assert sum(chunk.count for chunk in found) == 10_250
    assert Counter(chunk.sort for chunk in found)["made up"] >= 2
    assert len({chunk.seed for chunk in found}) == len(found)


def test_a_corpus_is_what_looks_like_mail(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAILS[0])
    (tmp_path / "a.json").write_bytes(b"{}")
    assert corpus([tmp_path]) == [MAILS[0]]


def returns(mail: ParsedMail, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The faults that are found where reading gives this."""
    monkeypatch.setattr(read, "read", lambda _: mail)
    return checks.faults(b"", VERBS)


def test_a_mail_without_fault_has_none() -> None:
    assert [checks.faults(raw, VERBS) for raw in MAILS] == [[], []]


@pytest.mark.parametrize(
    ("mail", "fault"),
    [
        (ParsedMail(text="ab", spans=(Span(Piece.FRESH, 0, 1),)), "the spans end at 1, the text at 2"),
        (ParsedMail(text="ab", spans=(Span(Piece.FRESH, 1, 2),)), "does not go on at 0"),
        (ParsedMail(subject="a\0"), "NUL in mail.subject"),
        (ParsedMail(references=("a", "\udc80")), "surrogate in mail.references[1]"),
        (ParsedMail(defects=(Defect("unreadable"),)), "unreadable"),
    ],
)
def test_each_rule_can_be_broken(mail: ParsedMail, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(fault in found for found in returns(mail, monkeypatch))


def test_a_command_of_a_machine_or_of_nowhere_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = ParsedMail(text="#close", spans=(Span(Piece.FRESH, 0, 6),))
    assert returns(mail, monkeypatch) == []
    found = commands(mail, VERBS)
    monkeypatch.setattr(checks, "commands", lambda *_: found)
    assert "in a mail of kind bounce" in "".join(
        returns(ParsedMail(kind=Kind.BOUNCE, text="#close", spans=mail.spans), monkeypatch)
    )
    assert "does not stand in" in "".join(returns(ParsedMail(text="closed"[:1], spans=()), monkeypatch))


def test_too_much_memory_and_too_much_time_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MEMORY", 1)
    assert "MB of memory" in "".join(checks.memory())
    monkeypatch.setattr(checks, "SECONDS", -1.0)
    assert "slow: 0." in "".join(returns(ParsedMail(), monkeypatch))


def test_what_is_raised_is_told_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def unforeseen(*_: object) -> ParsedMail:
        raise ZeroDivisionError

    monkeypatch.setattr(read, "_read", unforeseen)
    (found,) = checks.faults(b"", VERBS)
    assert "ZeroDivisionError" in found
    assert "in unforeseen" in found


def test_what_kills_or_hangs_a_child_is_kept_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three chunks: an input that kills, one that never ends, and one that breaks a rule."""
    tried = 0

    def faults(raw: bytes, _verbs: object) -> list[str]:
        nonlocal tried
        tried += 1
        if tried == 3 and os.environ.get("CHUNK") == "0":
            os._exit(9)
        if tried == 5 and os.environ.get("CHUNK") == "1":
            while True:
                time.process_time()
        return ["broken"] if tried == 7 and os.environ.get("CHUNK") == "2" else []

    chunk_of = fuzz.run

    def run(chunk: fuzz.Chunk, *rest: object) -> None:
        monkeypatch.setenv("CHUNK", str(chunk.seed % 1_000_000))
        chunk_of(chunk, *rest)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(fuzz, "faults", faults)
    monkeypatch.setattr(fuzz, "memory", list)  # a child begins with the peak of the tests that ran before
    monkeypatch.setattr(fuzz, "run", run)
    monkeypatch.setattr(fuzz, "CHUNK", 10)
    monkeypatch.setattr(fuzz, "CPU_SECONDS", 1)
    finds = Finds(tmp_path / "found", Counter())
    assert fuzz.fuzz(30, 1, 2, MAILS, finds.keep) == 30
    assert finds.reasons == {
        "the child died of it (exit 9)": 1,
        "took more than 1 s of CPU": 1,
        "broken": 1,
    }
    assert len(list((tmp_path / "found").glob("*.eml"))) == 3


def test_the_same_reason_is_kept_a_few_times_only(tmp_path: Path) -> None:
    finds = Finds(tmp_path, Counter())
    for number in range(20):
        finds.keep(b"%d" % number, "Traceback\nValueError: no\n")
    assert finds.reasons == {"ValueError: no": 20}
    assert len(list(tmp_path.glob("*.eml"))) == fuzz.MOST_KEPT
    assert (tmp_path / f"{Path(next(tmp_path.glob('*.eml'))).stem}.txt").read_text(encoding="utf-8").startswith("Trace")
