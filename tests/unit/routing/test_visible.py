"""What each reader may see of an event."""

import pytest

from routing.cast import Cast
from routing.decide import decide
from routing.directory import Person, Side
from routing.events import Commented, Delivery, Event, Unverified
from routing.model import Proof
from routing.visible import in_letter, visible
from tests.unit.routing import town
from tests.unit.routing.town import ANN, NOW, OLA, WIM, comment, mail, opened

LANES = ("operator", "party:web-it-provider", "party:it-provider", "customer")
CAST = Cast(town.desk(), opened())


def said(audience: str, actor: str | None = WIM.address) -> Commented:
    """A comment of the web partner."""
    return Commented(at=NOW, actor=actor, audience=audience, text="Words", attachments=("log.txt",))


def readers(event: Event) -> set[str]:
    """The lanes that see an event."""
    return {lane for lane in LANES if visible(event, lane, CAST.byline) is not None}


@pytest.mark.parametrize(
    ("audience", "lanes"),
    [
        ("everyone", set(LANES)),
        ("staff", {"operator", "party:web-it-provider", "party:it-provider"}),
        ("internal", {"operator"}),
        ("lane:customer", {"operator", "customer"}),
        ("lane:web-it-provider", {"operator", "party:web-it-provider"}),
        ("lane:nobody", {"operator"}),
        ("", {"operator"}),
    ],
)
def test_an_audience_is_the_lanes_that_it_names(audience: str, lanes: set[str]) -> None:
    assert readers(said(audience)) == lanes


def test_what_nobody_vouches_for_is_for_the_operator_alone_whatever_its_audience() -> None:
    """case 158: an entry of an unproven writer, and one of a mail system."""
    unproven = Unverified(claimed="a@b.example", reason="r", at=NOW, actor=None, audience="staff")
    report = Delivery(recipients=("a@b.example",), outcome="failed", at=NOW, actor=None, audience="everyone")
    assert readers(unproven) == readers(report) == {"operator"}


def test_a_reader_sees_name_side_words_and_attachments() -> None:
    seen = visible(said("everyone"), "customer", CAST.byline)
    assert seen is not None
    assert (seen.actor_name, seen.side, seen.kind) == ("Wim", Side.PARTNER, "comment")
    assert (seen.at, seen.text, seen.attachments) == (NOW, "Words", ("log.txt",))


@pytest.mark.parametrize(
    ("person", "operator_sees", "outsider_sees"),
    [
        (Person("", ("ann2@acme.example",), registered=False), "ann2@acme.example", ""),
        (Person("Bank <x@bank.example>", ("s@street.example",), registered=False), "s@street.example", ""),
        (Person("Your Bank", ("s@street.example",), registered=False), "Your Bank (s@street.example)", ""),
        (ANN, "Ann", "Ann"),
    ],
)
def test_outsiders_never_see_an_address_nor_what_strangers_call_themselves(
    person: Person, operator_sees: str, outsider_sees: str
) -> None:
    cast = Cast(town.desk(), opened(), (person,))
    assert cast.byline(person.address, "operator").name == operator_sees
    assert cast.byline(person.address, "customer").name == outsider_sees


def test_a_party_without_a_name_is_called_by_its_part() -> None:
    nameless = Person("", ("sam@street.example",), registered=False)
    cast = Cast(town.desk(), opened(nameless), (nameless,))
    assert cast.byline("sam@street.example", "party:web-it-provider").name == "Customer"
    assert CAST.party("customer") == "Acme Corp"
    assert CAST.party("party:web-it-provider") == "Web-IT Provider"
    assert CAST.party("operator") == "Example Support"


def test_a_machine_has_no_name() -> None:
    assert CAST.byline(None, "operator").name == ""


def test_a_letter_knows_its_actor() -> None:
    decision = decide(mail(OLA, opened(), Proof.TOKEN), comment("On its way."))
    (notice,) = decision.notices
    seen = in_letter(decision.events[0], notice)
    assert seen is not None
    assert (seen.actor_name, seen.text) == ("Ola", "On its way.")
