"""Records from the DNS: in time or not at all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.records import LONGEST, Records


@dataclass(slots=True)
class Answers:
    """A resolver that knows some names, fails at some, and lets some wait."""

    known: dict[str, str]
    release: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The answer."""
        self.asked.append(name)
        if name.startswith("slow"):
            self.release.wait(30)
        if name.startswith("broken"):
            raise RuntimeError("SERVFAIL")
        return self.known.get(name)


@contextmanager
def asking(answers: Answers, seconds: float = 10.0) -> Iterator[Records]:
    records = Records(answers, seconds)
    try:
        yield records
    finally:
        answers.release.set()
        records.close()


def test_each_name_is_asked_once_for_a_while_however_it_is_spelt() -> None:
    answers = Answers({"x.acme.example": "v=DKIM1"})
    with asking(answers) as records:
        for name in ("x.acme.example", "X.ACME.example."):
            assert records.of([name]) == {"x.acme.example": "v=DKIM1"}
    assert answers.asked == ["x.acme.example"]


def test_what_fails_or_takes_too_long_is_not_there() -> None:
    """case 99: one name that is slow does not hold up the others."""
    answers = Answers({"x.acme.example": "v=DKIM1", "slow.example": "late"})
    with asking(answers, seconds=0.2) as records:
        found = records.of(["slow.example", "broken.example", "x.acme.example", "none.example"])
        assert found == {"x.acme.example": "v=DKIM1"}


def test_a_huge_record_is_cut() -> None:
    """case 99: a megabyte of TXT is no key."""
    with asking(Answers({"x.example": "v" * 1_000_000})) as records:
        assert len(records.of(["x.example"])["x.example"]) == LONGEST
