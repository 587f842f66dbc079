"""Signatures checked here: what holds, what of it counts, and what is looked up for it."""

import pytest

from parsers import signatures
from parsers.authentication import Vouching
from parsers.read import read
from tests.rig.signing import HEADERS, records, signer

MAIL = (
    b"From: Ann <ann@acme.example>\r\nTo: support@desk.example\r\nSubject: Images\r\nMessage-ID: <1@acme.example>\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nAll images are missing.\r\n"
)
ACME, EVIL, LISTS, OTHER = map(signer, ("acme.example", "evil.example", "lists.example", "other.example"))


def proven(raw: bytes, *, sealers: tuple[str, ...] = (), relaxed: bool = False) -> bool:
    known = records(ACME, EVIL, LISTS, OTHER, signer("mail.acme.example"))
    mail = read(raw, vouching=Vouching((), relaxed, sealers, known))
    return mail.authenticated_domains == ("acme.example",)


def test_a_signature_of_the_authors_domain_proves_it() -> None:
    assert proven(ACME.sign(MAIL))
    assert proven(EVIL.sign(ACME.sign(MAIL)))
    assert proven(ACME.sign(MAIL).replace(b"\r\n", b"\n"))


def test_without_a_record_nothing_is_checked() -> None:
    assert read(ACME.sign(MAIL), vouching=Vouching(records=records(EVIL))).authenticated_domains == ()


def test_the_signature_of_another_domain_proves_nothing() -> None:
    assert not proven(MAIL)
    assert not proven(EVIL.sign(MAIL))
    assert not proven(EVIL.sign(MAIL).replace(b"d=evil.example", b"d=acme.example"))


def test_a_changed_message_proves_nothing() -> None:
    signed = ACME.sign(MAIL)
    for before, after in ((b"missing", b"fine"), (b"Subject: Images", b"Subject: [close]"), (b"<1@", b"<2@")):
        assert not proven(signed.replace(before, after))


def test_a_subdomain_counts_only_where_alignment_is_relaxed() -> None:
    """case 76: for signatures checked here, too."""
    signed = signer("mail.acme.example").sign(MAIL)
    assert not proven(signed)
    assert proven(signed, relaxed=True)


def test_text_under_a_signature_over_part_of_the_body_proves_nothing() -> None:
    """case 77: with text added or without, `l=` leaves the end to anybody."""
    signed = ACME.sign(MAIL, length=True)
    assert b"l=" in signed.partition(b"\r\nFrom")[0]
    for raw in (signed, signed + b"#close\r\n"):
        assert not proven(raw)


def test_a_prepended_header_takes_the_authority_away() -> None:
    """case 78: the signature still holds, and proves nothing."""
    for more in (b"Subject: [close]", b"From: Dana <dana@desk.example>", b"Message-ID: <9@acme.example>"):
        assert not proven(more + b"\r\n" + ACME.sign(MAIL))


@pytest.mark.parametrize("unsigned", [b"subject", b"message-id"])
def test_an_unsigned_field_may_be_anybodys(unsigned: bytes) -> None:
    """case 78: a signature that leaves the subject out does not vouch for it."""
    weak = ACME.sign(MAIL, headers=tuple(name for name in HEADERS if name != unsigned))
    assert not proven(weak)
    assert not proven(weak.replace(b"Subject: Images", b"Subject: [close]"))


def forwarded(results: bytes, sealer: str = "lists.example") -> bytes:
    """Ann's mail changed by a list, which seals what its own server had found before."""
    changed = (
        b"Authentication-Results: mx.lists.example; " + results + b"\r\n" + MAIL.replace(b"Images", b"[list] Images")
    )
    return signer(sealer).seal(changed, "mx.lists.example")


PASSED = b"dkim=pass header.d=acme.example"


def test_a_trusted_sealer_vouches_for_what_it_changed() -> None:
    """case 98: what its own server had found before."""
    assert proven(forwarded(PASSED), sealers=("lists.example",))


@pytest.mark.parametrize("sealers", [(), ("other.example",)])
def test_nobody_elses_seal_counts(sealers: tuple[str, ...]) -> None:
    """case 98: a whole chain by somebody whom nobody listed."""
    assert not proven(forwarded(PASSED), sealers=sealers)


@pytest.mark.parametrize("results", [b"dkim=fail header.d=acme.example", b"dkim=pass header.d=evil.example", b"none"])
def test_a_sealer_vouches_only_for_what_it_found(results: bytes) -> None:
    """case 98: the sealed results are read as any others."""
    assert not proven(forwarded(results), sealers=("lists.example",))


def test_a_broken_chain_proves_nothing() -> None:
    """case 98: body, results or subject changed after the seal."""
    raw = forwarded(PASSED)
    for before, after in ((b"missing", b"fine"), (b"header.d=acme", b"header.d=evil"), (b"[list]", b"[close]")):
        assert not proven(raw.replace(before, after), sealers=("lists.example",))


def test_an_untrusted_sealer_above_ends_the_chain() -> None:
    """case 98: whoever sealed last could have changed all."""
    again = OTHER.seal(
        b"Authentication-Results: mx.other.example; arc=pass\r\n" + forwarded(PASSED), "mx.other.example"
    )
    assert not proven(again, sealers=("lists.example",))
    assert proven(again, sealers=("lists.example", "other.example"))


def test_what_is_looked_up_is_named_by_the_signatures_and_bounded() -> None:
    assert signatures.wanted(ACME.sign(MAIL), chains=False) == ("x._domainkey.acme.example",)
    assert signatures.wanted(forwarded(PASSED), chains=False) == ()
    assert signatures.wanted(forwarded(PASSED), chains=True) == ("x._domainkey.lists.example",)
    many = b"".join(b"DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=x; b=AA\r\n" % n for n in range(1000)) + MAIL
    assert len(signatures.wanted(many, chains=True)) == signatures.MOST_SIGNATURES


@pytest.mark.parametrize(
    "tags",
    [
        b"",
        b"d=acme.example",
        b"a=rsa-sha256; d=; s=x",
        b"a=rsa-sha256; d=a b; s=x",
        b"a=rsa-sha256; d=..; s=x",
        b"\xff=;",
    ],
)
def test_hostile_signatures_ask_for_nothing_and_prove_nothing(tags: bytes) -> None:
    raw = b"DKIM-Signature: " + tags + b"\r\n" + MAIL
    assert signatures.wanted(raw, chains=True) == ()
    assert not proven(raw)
