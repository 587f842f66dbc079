"""How the scoreboard marks an answer."""

import pytest

from bench.answers import Facts, Failed, Reported, Signed, Trimmed
from bench.corpora import Attached, Case, Event, Expect, Kind, Recipient
from bench.scoring import Mark, mark, words_of


def case(kind: Kind, expect: Expect, *, ambiguous: tuple[str, ...] = ()) -> Case:
    return Case("1", "1.eml", kind, expect, ambiguous_fields=ambiguous)


def trim(expect: Expect, reply: str, whole: str = "") -> Mark:
    return mark(case("trim", expect), Trimmed(reply, whole))


@pytest.mark.parametrize(
    ("reply", "exact", "spaced"),
    [("a b\nc", True, True), ("\na b\nc \n", True, True), ("a b c", False, True), ("a b", False, False)],
)
def test_a_reply_is_exact_or_right_but_for_white_space(reply: str, exact: bool, spaced: bool) -> None:
    found = trim(Expect(reply="a b\nc"), reply)
    assert (found.exact, found.spaced) == (exact, spaced)


@pytest.mark.parametrize(
    ("expect", "good", "bad"),
    [
        (Expect(reply_unchanged=True), "whole", "who"),
        (Expect(reply_nows="ab"), "a b", "a bc"),
        (Expect(reply_words=["a", "b"]), "a\nb", "a"),
        (Expect(reply_contains=("a",), reply_excludes=("b",)), "a", "ab"),
        (Expect(reply_regex=("^a",)), "ab", "ba"),
        (Expect(reply_excludes_regex=("(?m)^>",)), "a >", "a\n> b"),
    ],
)
def test_a_reply_may_be_stated_in_other_ways(expect: Expect, good: str, bad: str) -> None:
    assert trim(expect, good, "whole").exact
    assert not trim(expect, bad, "whole").spaced


def test_words_are_counted_over_all_replies() -> None:
    marks = [trim(Expect(reply="a b c d"), "a b"), trim(Expect(reply="e"), "e f f")]
    precision, recall = words_of(marks)
    assert (precision, recall) == (3 / 5, 3 / 5)
    assert list(words_of([])) == [1.0, 1.0]


def test_a_signature_is_compared_by_its_letters() -> None:
    stated = case("signature", Expect(text="x", signature="#sig#Ann\n#sig#Acme"))
    assert mark(stated, Signed("Ann \nAcme")).exact
    assert not mark(stated, Signed("")).exact
    assert mark(case("signature", Expect(text="x")), Signed("")).exact


FACTS = Facts(
    "Hello  there", "ann@ACME.example", "Ann", ("b@x.example", "a@x.example"), (), (), "<1@x>", "a b", "<p>", ()
)


def facts(expect: Expect, answer: Facts = FACTS, *, ambiguous: tuple[str, ...] = ()) -> dict[str, bool]:
    return mark(case("mime", expect, ambiguous=ambiguous), answer).parts


def test_fields_are_compared_as_they_are_meant() -> None:
    stated = Expect(
        subject="Hello there",
        from_addr="ann@acme.example",
        to_addrs=["a@x.example", "b@x.example"],
        message_id="1@x",
        body_text="a\nb\0",
    )
    assert facts(stated) == dict.fromkeys(("subject", "body_text", "to_addrs", "from_addr", "message_id"), True)
    wrong = Expect(subject="Hello", from_addr="Ann@acme.example", cc_addrs=["x@y"], body_text="b a")
    assert facts(wrong) == dict.fromkeys(("subject", "from_addr", "cc_addrs", "body_text"), False)
    assert facts(Expect(subject="x", from_name="Ann"), ambiguous=("subject",)) == {"from_name": True}


def test_a_text_made_of_html_is_not_compared_word_by_word() -> None:
    made = Facts(*[*(getattr(FACTS, name) for name in FACTS.__slots__[:-1]), True])
    assert facts(Expect(body_text="other"), made) == {}
    assert facts(Expect(body_text_contains=("*a* b",)), made) == {"body_text": True}
    assert facts(Expect(body_text_contains=("c",)), made) == {"body_text": False}


@pytest.mark.parametrize(
    ("stated", "got", "right"),
    [
        ([Attached()], (("x", 1),), True),
        ([Attached()], (), False),
        ([Attached("x", 1)], (("x", 2),), False),
        ([Attached("x", 1, message=True)], (("x", 2),), True),
        ([Attached("x"), Attached("x")], (("x", 1), ("y", 1)), False),
        ([Attached("y"), Attached("x", 2)], (("x", 2), ("y", 1)), True),
    ],
)
def test_attachments_are_multisets(stated: list[Attached], got: tuple[tuple[str, int], ...], right: bool) -> None:
    answer = Facts("", "", "", (), (), (), "", "", "", got)
    assert facts(Expect(attachments=stated), answer) == {"attachments": right}


def report(expect: Expect, answer: Reported) -> dict[str, bool]:
    return mark(case("bounce", expect), answer).parts


def test_a_bounce_is_found_with_its_class() -> None:
    stated = Expect(is_bounce=True, events=(Event("5.1.1"), Event("5.2.2")))
    assert report(stated, Reported(True, (("a", "failed", "5.0.0"),))) == {"found": True, "class": True}
    assert report(stated, Reported(True, (("a", "failed", "4.0.0"),))) == {"found": True, "class": False}
    assert report(stated, Reported(False, ())) == {"found": False, "class": False}
    assert report(Expect(is_bounce=False, events=(Event("2.0.0"),)), Reported(True, ())) == {"false alarm": False}


def test_recipients_are_told_apart_by_what_became_of_them() -> None:
    stated = Expect(recipients_permanent=["A@x"], recipients_temporary=["b@x"])
    assert report(stated, Reported(True, (("b@x", "delayed", ""), ("a@x", "failed", "")))) == {"recipients": True}
    assert report(stated, Reported(True, (("b@x", "failed", ""), ("a@x", "failed", "")))) == {"recipients": False}
    exact = Expect(recipients=[Recipient("a@x", "failed", "5.1.1")])
    assert report(exact, Reported(True, (("a@x", "failed", "5.1.1"),))) == {"recipients": True}
    assert report(exact, Reported(True, (("a@x", "failed", "5.1.0"),))) == {"recipients": False}


def test_no_answer_is_wrong() -> None:
    found = mark(case("trim", Expect(reply="a b")), Failed("it raised"))
    assert (found.exact, found.spaced, found.stated) == (False, False, 2)
    assert [wrong.got for wrong in found.wrong] == ["it raised"]
