"""From clues to a situation: which ticket, which writer, which letters."""

from dataclasses import replace

import pytest

from gateway.store import directory
from gateway.store.store import InboxRow, Store
from parsers.address import Keys, Token
from parsers.clues import Clues
from parsers.mail import ParsedMail
from routing.directory import Organisation, OrganisationKind, Person
from routing.events import Change, Moved, apply
from routing.model import Decision, Proof, Situation
from tests.integration.store.samples import (
    ANN,
    DESK,
    DIRECTORY,
    JANE,
    LEASE,
    NOW,
    STRANGER,
    arrival,
    claimed,
    clues,
    commented,
    mail,
    notice,
    open_ticket,
)


def _look(store: Store, given: Clues, parsed: ParsedMail | None = None) -> Situation:
    """A dry run for a mail that never arrived."""
    envelope = arrival("look").envelope
    row = InboxRow(0, envelope, b"", "inbound", quiet=False, message_id=None, attempts=1, lease="", order_key="")
    with store.read() as reading:
        return reading.situation(row, parsed or mail("look"), given, "Printer on fire", DESK, NOW)


def test_a_mail_without_clues_has_no_ticket_and_the_next_number(store: Store, keys: Keys) -> None:
    assert _look(store, clues()).number == 1
    open_ticket(store, keys)
    situation = _look(store, clues())
    assert (situation.ticket, situation.number, situation.told, situation.guests) == (None, 2, (), ())


def test_a_tag_names_a_ticket_that_exists(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys)
    found = _look(store, clues(tags=("CT-999", key))).ticket
    assert found is not None
    assert found.key == key


def test_an_answer_to_a_stored_mail_names_its_ticket_and_carries_its_subject(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, "first")
    situation = _look(store, clues(references=("<unknown@acme.example>", "<first@acme.example>")))
    assert situation.ticket is not None
    assert situation.ticket.key == key
    assert situation.mail.carried == ("Printer on fire",)


def test_a_token_names_the_letter_that_it_was_minted_for(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, tell=(JANE, ANN))
    letter, _ = store.outbox.claim(9, LEASE, NOW)
    minted = _look(store, clues(JANE, tokens=(Token(letter.id),))).minted
    assert minted is not None
    assert (minted.letter, minted.ticket, minted.address, minted.lane) == (letter.id, key, JANE, "customer")
    assert minted.message_id == letter.message_id


def test_our_own_message_id_names_its_letter(store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(JANE, ANN))
    _, letter = store.outbox.claim(9, LEASE, NOW)
    minted = _look(store, clues(ANN, threads=("<unknown@desk.example>", letter.message_id))).minted
    assert minted is not None
    assert minted.letter == letter.id


def test_an_expired_token_names_its_ticket_and_proves_nothing(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, tell=(JANE,))
    (letter,) = store.outbox.claim(9, LEASE, NOW)
    situation = _look(store, clues(JANE, tokens=(Token(letter.id, expired=True),)))
    assert situation.ticket is not None
    assert situation.ticket.key == key
    assert situation.proof is Proof.NONE


def test_told_are_those_who_got_letters_that_were_no_answers(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, tell=(JANE, STRANGER))
    (row,) = claimed(store, "second")
    with store.write() as tx:
        situation = tx.situation(row, mail("second"), clues(tags=(key,)), "", DESK, NOW)
        receipt = notice(ANN, key, template="receipt", answer=True)
        tx.commit_decision(row, commented(situation, notices=(receipt, notice(JANE, key))), keys, NOW)
    assert _look(store, clues(tags=(key,))).told == (JANE, STRANGER)


def test_a_merged_ticket_leads_to_the_one_it_was_merged_into(store: Store, keys: Keys) -> None:
    first, second = open_ticket(store, keys, "first"), open_ticket(store, keys, "second")
    (row,) = claimed(store, "merge")
    with store.write() as tx:
        ticket = tx.situation(row, mail("merge"), clues(tags=(first,)), "", DESK, NOW).ticket
        assert ticket is not None
        into = (Change(field="merged_into", before=None, after=second),)
        event = Moved(at=NOW, actor=JANE, audience="everyone", verb="merge", changes=into)
        tx.commit_decision(row, Decision("merged", apply(ticket, event), (event,)), keys, NOW)
    found = _look(store, clues(tags=(first,))).ticket
    assert found is not None
    assert found.key == second
    with store.read() as reading:
        itself = reading.ticket(first)
    assert itself is not None
    assert itself.ticket.merged_into == second


class TestTheWriter:
    """Registered, met by mail, or a colleague by domain."""

    def test_is_the_registered_person(self, store: Store) -> None:
        directory.apply(store, DIRECTORY)
        assert _look(store, clues("ann.SECOND@acme.example")).writer == DIRECTORY.people[0]

    def test_is_a_colleague_by_the_domain(self, store: Store) -> None:
        directory.apply(store, DIRECTORY)
        colleague = "new@acme.example"
        writer = _look(store, clues(colleague), mail("look", author=colleague)).writer
        assert writer == Person("A. Writer", (colleague,), "acme", registered=False)
        assert store.knows(colleague)

    def test_is_nobody_where_from_is_defective_or_unknown(self, store: Store) -> None:
        directory.apply(store, DIRECTORY)
        assert _look(store, Clues(None)).writer is None
        assert _look(store, clues(STRANGER)).writer is None
        assert not store.knows(STRANGER)

    @pytest.mark.parametrize("domains", [("acme.example",), ()])
    def test_met_by_mail_belongs_where_the_domain_belongs_today(
        self, store: Store, keys: Keys, domains: tuple[str, ...]
    ) -> None:
        directory.apply(store, DIRECTORY)
        colleague = Person("New", ("new@acme.example",), "acme", registered=False)
        (row,) = claimed(store, "first")
        with store.write() as tx:
            tx.situation(row, mail("first"), clues(), "", DESK, NOW)
            tx.commit_decision(row, Decision("ignored", newcomer=colleague), keys, NOW)
        acme = Organisation("acme", "Acme Corp", OrganisationKind.CUSTOMER, domains=domains)
        changed = {**DIRECTORY.organisations, "acme": acme}
        directory.apply(store, replace(DIRECTORY, organisations=changed))
        found = _look(store, clues("new@acme.example")).writer
        assert found == replace(colleague, organisation="acme" if domains else None)


def test_the_directory_of_the_situation_is_the_stored_one(store: Store) -> None:
    assert _look(store, clues()).desk.directory.people == ()
    directory.apply(store, DIRECTORY)
    assert _look(store, replace(clues(), system="dam")).desk.directory.people == DIRECTORY.people


def test_a_mail_with_countless_references_is_looked_up_all_the_same(store: Store, keys: Keys) -> None:
    key = open_ticket(store, keys, "first")
    many = ("<first@acme.example>", *(f"<{number}@elsewhere.example>" for number in range(70_000)))
    found = _look(store, clues(references=many, tags=tuple(f"CT-{n}" for n in range(5, 70_000)))).ticket
    assert found is not None
    assert found.key == key
