"""Signed reply addresses and Message-IDs."""

from datetime import date, timedelta

import pytest

from parsers import address
from parsers.address import Keys, Token

KEYS = Keys(1, {1: b"a" * 32})
TODAY = date(2026, 1, 31)


def test_a_token_comes_back_as_its_letter() -> None:
    token = address.mint(KEYS, 4711, TODAY)
    assert len(token) == 31
    assert token == token.lower()
    assert address.verify(KEYS, token, TODAY) == Token(4711)


def test_case_does_not_matter() -> None:
    assert address.verify(KEYS, address.mint(KEYS, 4711, TODAY).upper(), TODAY) == Token(4711)


def test_a_token_expires_the_day_after_its_last() -> None:
    token = address.mint(KEYS, 4711, TODAY)
    assert address.verify(KEYS, token, TODAY + timedelta(days=1)) == Token(4711, expired=True)


def test_an_old_key_still_verifies_and_a_foreign_one_never() -> None:
    token = address.mint(KEYS, 4711, TODAY)
    assert address.verify(Keys(2, {1: b"a" * 32, 2: b"b" * 32}), token, TODAY) == Token(4711)
    assert address.verify(Keys(1, {1: b"c" * 32}), token, TODAY) is None
    assert address.verify(Keys(2, {2: b"a" * 32}), token, TODAY) is None


def test_every_character_counts() -> None:
    """case 84: one sign changed is no token."""
    token = address.mint(KEYS, 4711, TODAY)
    for place, letter in enumerate(token):
        other = "a" if letter != "a" else "b"
        assert address.verify(KEYS, token[:place] + other + token[place + 1 :], TODAY) is None


def test_the_unused_bits_of_the_last_character_are_zero() -> None:
    """case 84: each token has one spelling."""
    token = address.mint(KEYS, 4711, TODAY)
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    spellings = [token[:-1] + last for last in alphabet]
    assert [s for s in spellings if address.verify(KEYS, s, TODAY)] == [token]


@pytest.mark.parametrize("token", ["", "a", "a" * 31, "a" * 32, "ſ" * 31, "K" * 31, "1" * 31, "\0" * 31])
def test_anything_else_is_no_token(token: str) -> None:
    assert address.verify(KEYS, token, TODAY) is None


@pytest.mark.parametrize("letter", [-1, 1 << 48])
def test_a_letter_that_does_not_fit_is_refused(letter: int) -> None:
    with pytest.raises(OverflowError):
        address.mint(KEYS, letter, TODAY)


def test_a_recipient_splits_into_inlet_and_token() -> None:
    token = address.mint(KEYS, 1, TODAY)
    signed = address.reply_address("support@Desk.example", token)
    assert address.split(signed) == ("support@desk.example", token)
    assert address.split(f"support+sales+{token}@desk.example") == ("support+sales@desk.example", token)


@pytest.mark.parametrize("recipient", ["support@desk.example", "support+sales@desk.example", "+x@desk.example", "x"])
def test_an_ordinary_part_stays_with_the_address(recipient: str) -> None:
    assert address.split(recipient) == (recipient if "@" in recipient else recipient.lower(), None)


def test_a_message_id_of_ours_is_known_again() -> None:
    made = address.message_id(KEYS, bytes(range(10)), "desk.example")
    assert made.endswith("@desk.example>")
    assert address.is_ours(KEYS, made, "DESK.example")
    assert address.is_ours(KEYS, made.upper(), "desk.example")
    assert made != address.message_id(KEYS, bytes(range(1, 11)), "desk.example")


def test_a_message_id_needs_its_mac_host_and_form() -> None:
    """case 88: changed, cut, of another house or of another key."""
    made = address.message_id(KEYS, bytes(range(10)), "desk.example")
    changed = made.replace(made[5], "a" if made[5] != "a" else "b", 1)
    for forged in (changed, made.replace("desk", "disk"), made[1:-1], f" {made}", "<a@desk.example>", ""):
        assert not address.is_ours(KEYS, forged, "desk.example")
    assert not address.is_ours(Keys(1, {1: b"c" * 32}), made, "desk.example")


def test_a_thread_root_is_the_same_for_all_letters_and_proves_nothing() -> None:
    root = address.thread_root(KEYS, "CT-12", "desk.example")
    assert root == address.thread_root(Keys(2, {1: b"a" * 32, 2: b"b" * 32}), "CT-12", "desk.example")
    assert root != address.thread_root(KEYS, "CT-13", "desk.example")
    assert not address.is_ours(KEYS, root, "desk.example")


def test_a_mac_for_one_purpose_is_none_for_another() -> None:
    token = address.mint(KEYS, 1, TODAY)
    assert not address.is_ours(KEYS, f"<{token}aaa@desk.example>", "desk.example")


def test_secrets_are_not_shown() -> None:
    """case 177: not even in a traceback or a dump of settings."""
    assert "aaaa" not in repr(KEYS)


@pytest.mark.parametrize(("current", "ids"), [(2, (1,)), (1, (1, 256)), (-1, (-1,))])
def test_keys_that_cannot_work_are_refused(current: int, ids: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="signing keys"):
        Keys(current, dict.fromkeys(ids, b"x"))
