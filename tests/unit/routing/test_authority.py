"""Power comes from proof: what a mail proves, and what its writer may do with it."""

from dataclasses import replace

import pytest

from parsers.address import Token
from parsers.clues import Clues
from routing.authority import Allowed, Denied, Identity, Lack, identify, may_comment, may_move, offers
from routing.cast import Cast
from routing.directory import Person, Side
from routing.model import Minted, Proof, Ticket
from routing.workflow import MoveRule
from tests.unit.routing import town
from tests.unit.routing.town import ABE, ANN, EVE, IVO, NEW, OLA, OTO, WES, WIM, letter, mail, opened

STRANGER = Person("Sam", ("sam@street.example",), registered=False)


def known(
    writer: Person | None,
    *,
    token: Minted | None = None,
    thread: Minted | None = None,
    named: tuple[str, ...] = (),
    author: str | None = "",
    authenticated: tuple[str, ...] = (),
    expired: bool = False,
) -> Identity:
    """What is found out about a writer."""
    address = (writer.address if writer else None) if author == "" else author
    tokens = (Token(token.letter, expired),) if token else ()
    return identify(
        Clues(address, tokens),
        (token,) if token else (),
        (thread,) if thread else (),
        named,
        town.directory(),
        writer,
        authenticated,
    )


def rule(verb: str) -> MoveRule:
    """A move of the desk."""
    found = town.workflow().move(verb)
    assert found is not None
    return found


def test_the_address_of_a_letter_proves_the_person_whom_it_was_written_to() -> None:
    identity = known(ANN, token=letter(ANN))
    assert (identity.proof, identity.ticket, identity.minted) == (Proof.TOKEN, "CT-1", letter(ANN))


def test_every_address_of_that_person_will_do() -> None:
    assert known(ANN, token=letter(ANN), author="Ann@HOME.example").proof is Proof.TOKEN


def test_an_unknown_addressee_is_proven_by_the_address_alone() -> None:
    assert known(None, token=letter(STRANGER), author="Sam@street.example").proof is Proof.TOKEN


def test_a_message_id_of_ours_proves_a_thread() -> None:
    assert known(ANN, thread=letter(ANN)).proof is Proof.THREAD


def test_a_registered_colleague_of_the_addressee_speaks_for_itself_in_the_thread() -> None:
    assert known(ABE, token=letter(ANN)).proof is Proof.THREAD
    assert known(WES, thread=letter(WIM, "party:web-it-provider")).proof is Proof.THREAD


@pytest.mark.parametrize("writer", [EVE, WIM, OLA, NEW, STRANGER], ids=lambda person: person.name)
def test_anybody_else_proves_nothing_with_it_but_the_letter_stays_known(writer: Person) -> None:
    for identity in (known(writer, token=letter(ANN)), known(writer, thread=letter(ANN))):
        assert (identity.proof, identity.ticket, identity.minted) == (Proof.NONE, "CT-1", letter(ANN))


def test_nobody_speaks_through_the_letter_of_another_even_when_authenticated() -> None:
    assert known(EVE, token=letter(ANN), authenticated=("rival.example",)).proof is Proof.NONE


def test_a_defective_from_proves_nothing_whatever_it_carries() -> None:
    identity = known(None, token=letter(ANN), thread=letter(ANN), authenticated=("acme.example",))
    assert (identity.proof, identity.minted) == (Proof.NONE, letter(ANN))


def test_a_token_comes_before_a_thread_and_a_thread_before_a_tag() -> None:
    other = letter(ANN, ticket="CT-2", number=8)
    assert known(ANN, token=letter(ANN), thread=other, named=("CT-3",)).ticket == "CT-1"
    assert known(ANN, thread=other, named=("CT-3",)).ticket == "CT-2"
    assert known(ANN, named=("CT-3", "CT-4")).ticket == "CT-3"
    assert known(ANN).ticket is None


def test_among_letters_of_one_ticket_the_writers_own_counts() -> None:
    mine, other = letter(WIM, number=9), letter(ANN, number=8)
    identity = identify(Clues(WIM.address), (), (other, mine), (), town.directory(), WIM, ())
    assert (identity.proof, identity.minted) == (Proof.THREAD, mine)


def test_a_ticket_number_alone_proves_nothing() -> None:
    assert known(ANN, named=("CT-1",)).proof is Proof.NONE


def test_an_expired_address_names_its_ticket_and_proves_nothing() -> None:
    identity = known(ANN, token=letter(ANN), expired=True)
    assert (identity.proof, identity.ticket) == (Proof.NONE, "CT-1")


@pytest.mark.parametrize("domains", [("acme.example",), ("ACME.example", "other.example")])
def test_an_authenticated_domain_is_strong_proof(domains: tuple[str, ...]) -> None:
    assert known(ANN, token=letter(ANN), authenticated=domains).proof is Proof.STRONG
    assert known(ANN, named=("CT-1",), authenticated=domains).proof is Proof.STRONG


@pytest.mark.parametrize("domain", ["example", "sub.acme.example", "evilacme.example"])
def test_a_domain_beside_it_is_not(domain: str) -> None:
    assert known(ANN, token=letter(ANN), authenticated=(domain,)).proof is Proof.TOKEN


@pytest.mark.parametrize(
    ("person", "side"),
    [
        (OLA, Side.OPERATOR),
        (ANN, Side.CUSTOMER),
        (ABE, Side.CUSTOMER),
        (WIM, Side.PARTNER),
        (WES, Side.PARTNER),
        (IVO, None),
        (EVE, None),
        (NEW, None),
        (STRANGER, None),
    ],
    ids=lambda value: value.name if isinstance(value, Person) else str(value),
)
def test_the_parties_of_a_ticket(person: Person, side: Side | None) -> None:
    assert Cast(town.desk(), opened()).side(person) is side
    verdict = may_comment(mail(person, opened(), Proof.TOKEN))
    if side is None:
        assert isinstance(verdict, Denied)
        assert verdict.code is Lack.STANDING
    else:
        assert verdict == Allowed(side)


def test_an_unregistered_colleague_has_its_own_tickets_and_no_others() -> None:
    assert may_comment(mail(NEW, opened(NEW), Proof.TOKEN)) == Allowed(Side.CUSTOMER)
    watched = replace(opened(), watchers=(NEW.address,))
    assert may_comment(mail(NEW, watched, Proof.TOKEN)) == Allowed(Side.CUSTOMER)


def test_being_copied_in_gives_no_partners_rights() -> None:
    assert Cast(town.desk(), replace(opened(), watchers=(IVO.address,))).side(IVO) is Side.CUSTOMER


def lack(person: Person, verb: str, ticket: Ticket, proof: Proof = Proof.TOKEN, minted: Minted | None = None) -> Lack:
    """What somebody lacks for a move."""
    verdict = may_move(mail(person, ticket, proof, minted=minted), rule(verb))
    assert isinstance(verdict, Denied), verdict
    assert verdict.reason.endswith(".")
    return verdict.code


@pytest.mark.parametrize("person", [ANN, ABE, WIM, WES, OLA, OTO], ids=lambda person: person.name)
def test_customer_partner_and_operator_users_may_move(person: Person) -> None:
    for verb in ("to-customer", "to-web-it-provider", "close"):
        assert isinstance(may_move(mail(person, opened(), Proof.TOKEN), rule(verb)), Allowed)


def test_only_moves_to_involved_partners_exist() -> None:
    assert lack(ANN, "to-it-provider", opened()) is Lack.PARTY
    assert lack(ANN, "to-web-it-provider", replace(opened(), system=None)) is Lack.PARTY


def test_a_move_exists_in_its_states_only() -> None:
    assert lack(ANN, "reopen", opened()) is Lack.STATE
    assert lack(ANN, "close", replace(opened(), status="closed")) is Lack.STATE


def test_a_move_needs_its_proof() -> None:
    assert lack(ANN, "close", opened(), Proof.NONE) is Lack.EVIDENCE
    assert lack(ABE, "close", opened(), Proof.THREAD, letter(ANN)) is Lack.EVIDENCE


def test_without_authority_nobody_learns_what_the_ticket_would_allow() -> None:
    assert lack(EVE, "reopen", opened(), Proof.STRONG) is Lack.STANDING
    assert lack(EVE, "reopen", opened(), Proof.NONE, letter(ANN)) is Lack.OWNERSHIP


def test_where_authentication_is_configured_the_operators_moves_need_it() -> None:
    strict = replace(town.desk(), strong_operator=True)
    by_token = replace(mail(OLA, opened(), Proof.TOKEN), desk=strict)
    verdict = may_move(by_token, rule("close"))
    assert isinstance(verdict, Denied)
    assert verdict.code is Lack.EVIDENCE
    assert isinstance(may_move(replace(by_token, proof=Proof.STRONG), rule("close")), Allowed)
    assert isinstance(may_move(replace(mail(ANN, opened(), Proof.TOKEN), desk=strict), rule("close")), Allowed)
    assert isinstance(may_comment(by_token), Allowed)


def test_a_side_that_a_move_is_not_for() -> None:
    verdict = may_move(mail(ANN, opened(), Proof.TOKEN), replace(rule("close"), who=(Side.OPERATOR, Side.PARTNER)))
    assert verdict == Denied('"Close" is for the operator or a partner.', Lack.SIDE)


def test_what_is_offered_is_what_may_be_done_in_the_words_of_that_side() -> None:
    cast = Cast(town.desk(), opened())
    assert [offer.phrase for offer in offers(cast, town.OLA)] == ["to customer", "to web-it-provider", "close"]
    assert [offer.phrase for offer in offers(cast, town.ANN)] == ["#to customer", "#to web-it-provider", "#close"]
    assert [o.verb for o in offers(Cast(town.desk(), replace(opened(), status="closed")), town.WIM)] == ["reopen"]
    assert offers(cast, town.EVE) == ()
