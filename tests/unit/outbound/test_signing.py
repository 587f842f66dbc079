"""DKIM signatures on our letters, checked by dkimpy as a receiver would."""

import re
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from outbound.signing import COVERED, Signatory, SigningKey, UnfitKey, private_key

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def pem(key: PrivateKeyTypes, phrase: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(phrase) if phrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def rsa_pem(bits: int = 2048, phrase: bytes | None = None) -> bytes:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=bits), phrase)


RSA = SigningKey("desk.example", "one", private_key(rsa_pem()))
ED25519 = SigningKey("desk.example", "two", private_key(pem(Ed25519PrivateKey.generate())))
OTHER = SigningKey("elsewhere.example", "one", private_key(pem(Ed25519PrivateKey.generate())))
SENDER = "support@desk.example"
LETTER = (
    b"From: Example Support <support@desk.example>\r\nTo: Ann <ann@acme.example>\r\n"
    b"Subject: [CT-1] Images\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@desk.example>\r\n"
    b"References: <a@desk.example>\r\n <b@desk.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
    b"\r\nAll images  are back. \r\n\r\n.\r\nSupport\r\n\r\n\r\n"
)


def records(name: bytes, timeout: int = 5) -> bytes | None:
    del timeout
    published = {f"{key.name}.": key.key.record for key in (RSA, ED25519, OTHER)}
    found = published.get(name.decode())
    return found.encode() if found else None


def verified(data: bytes, index: int = 0) -> bool:
    try:
        return bool(dkim.DKIM(data).verify(idx=index, dnsfunc=records))
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_receiver_finds_the_signature_good(key: SigningKey) -> None:
    data = Signatory((key,)).signed(LETTER, SENDER, AT)
    assert verified(data)
    assert data.endswith(LETTER)
    assert data == Signatory((key,)).signed(LETTER, SENDER, AT)


def test_every_key_of_the_domain_signs_and_no_other() -> None:
    data = Signatory((RSA, OTHER, ED25519)).signed(LETTER, "Support@DESK.example", AT)
    assert (verified(data, 0), verified(data, 1)) == (True, True)
    assert re.findall(rb"s=(\w+);", data) == [b"one", b"two"]


def test_a_letter_from_a_domain_without_a_key_is_as_it_was() -> None:
    assert Signatory((OTHER,)).signed(LETTER, SENDER, AT) == LETTER
    assert Signatory().signed(LETTER, SENDER, AT) == LETTER


@pytest.mark.parametrize("name", COVERED)
def test_case_150_nothing_can_be_put_above_it(name: str) -> None:
    """case 150: a field that is added, whether the letter had one or not, breaks the signature."""
    data = Signatory((RSA,)).signed(LETTER, SENDER, AT)
    assert not verified(f"{name.title()}: close\r\n".encode() + data)


def test_nothing_can_be_changed_or_added_below() -> None:
    data = Signatory((RSA,)).signed(LETTER, SENDER, AT)
    assert b" l=" not in data
    assert not verified(data + b"More.\r\n")
    assert not verified(data.replace(b"are back", b"are gone"))
    assert not verified(data.replace(b"[CT-1]", b"[CT-2]"))


def test_the_lines_of_the_field_are_short() -> None:
    data = Signatory((RSA, ED25519)).signed(LETTER, SENDER, AT)
    added = data.removesuffix(LETTER)
    assert added.endswith(b"\r\n")
    assert all(len(line) <= 78 for line in added.split(b"\r\n"))


@given(st.binary(max_size=200))
def test_whatever_the_body_holds_the_signature_is_good(body: bytes) -> None:
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", body)
    data = Signatory((ED25519,)).signed(LETTER + text, SENDER, AT)
    assert verified(data)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"nothing", "no private key"),
        (rsa_pem(phrase=b"x"), "without a pass phrase"),
        (rsa_pem(1024), "1024 bits only"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor Ed25519"),
    ],
)
def test_an_unfit_key_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UnfitKey, match=why):
        private_key(content)
