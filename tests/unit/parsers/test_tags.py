"""Subjects: what they name and what is left of them."""

import pytest

from parsers.tags import bare_subject, bracketed, ticket_tags
from parsers.verbs import Verb, Verbs

VERBS = Verbs(
    (
        Verb("close", ("close",), takes_arguments=True),
        Verb("to-customer", ("to customer",)),
        Verb("help", ("help",)),
        Verb("system", ("system",), takes_arguments=True),
    )
)


@pytest.mark.parametrize(
    ("subject", "keys"),
    [
        ("[CT-12] Printer", ("CT-12",)),
        ("Re: Printer [CT-12]", ("CT-12",)),
        ("[ct-12] [CT-12] [PT-3]", ("CT-12", "PT-3")),
        ("[ CT-12 ]", ("CT-12",)),
        ("CT-12", ()),
        ("[XX-12]", ()),
        ("[CT-]", ()),
        ("[CT-12", ()),
        ("[CT-1234567890123456789]", ()),
    ],
)
def test_ticket_tags_with_our_prefixes(subject: str, keys: tuple[str, ...]) -> None:
    assert ticket_tags(subject, ("CT", "PT", "OT")) == keys


def test_without_prefixes_capitals_with_a_number_are_a_tag() -> None:
    assert ticket_tags("[AB-1] [iso-8859] [X-1]", None) == ("AB-1",)


def test_bracketed() -> None:
    assert bracketed("[a] b [ c ] [d [e] f]") == ("a", "c", "e")


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Printer on fire", "Printer on fire"),
        ("Re: Printer", "Printer"),
        ("RE: AW: Fwd: WG: Printer", "Printer"),
        ("RE[2]: Printer", "Printer"),
        ("Re(3): Printer", "Printer"),
        ("Antwort: Printer", "Printer"),
        ("SV: VS: Odp: TR: Printer", "Printer"),
        ("回复：Printer", "Printer"),
        ("[CT-12] Re: Printer", "Printer"),
        ("Re: [CT-12] [close] Printer", "Printer"),
        ("Printer [to customer]", "Printer"),
        ("Printer [to-customer] [system acme-dam]", "Printer"),
        ("[list] Printer", "[list] Printer"),
        ("[help desk] Printer", "[help desk] Printer"),
        ("[close resolved] Printer", "Printer"),
        ("Regarding: Printer", "Regarding: Printer"),
        ("Re:", ""),
        ("[CT-12]", ""),
        ("", ""),
    ],
)
def test_the_bare_subject(subject: str, bare: str) -> None:
    assert bare_subject(subject, ("CT",), VERBS) == bare


@pytest.mark.parametrize("subject", ["[" * 50_000, "Re: " * 20_000, "[a" * 30_000, "]" * 50_000, " " * 50_000])
def test_hostile_subjects(subject: str) -> None:
    assert ticket_tags(subject, None) == ()
    assert len(bare_subject(subject, ("CT",), VERBS)) <= len(subject)
