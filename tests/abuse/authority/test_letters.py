"""Letters of ours in other hands: guessed, forwarded, passed on, kept by those who have left."""

import random
from datetime import date, timedelta
from itertools import product
from urllib.parse import quote

import pytest

from parsers import address
from parsers.address import Keys
from routing.model import Proof
from tests.abuse.authority.dry import TAGGED, moves, weighed, written
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, WENDY, Desk, threading, token, told
from tests.stories.tiers import tiers

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def test_guessing_finds_nothing() -> None:
    """case 84: tens of thousands of guesses, near to a real token and far from it."""
    keys, today, chance = Keys(1, {1: bytes(range(32))}), date(2026, 3, 2), random.Random(7)
    real = address.mint(keys, 42, today)
    hits = 0
    for _ in range(12_000):
        near = list(real)
        for place in chance.sample(range(31), chance.randint(1, 3)):
            near[place] = chance.choice(ALPHABET)
        for guess in ("".join(near), "".join(chance.choices(ALPHABET, k=31)), real[:15] + "".join(near[15:])):
            hits += guess != real and address.verify(keys, guess, today) is not None
    assert (hits, address.verify(keys, real, today) is not None) == (0, True)


def test_every_bit_of_a_token_counts() -> None:
    """case 84: the MAC has 80 bits, and each bit before it changes all of them."""
    keys, today = Keys(1, {1: bytes(range(32))}), date(2026, 3, 2)
    macs = set()
    for letter in range(2_000):
        made = address.mint(keys, letter, today + timedelta(days=letter % 7))
        macs.add(made[-16:])
        other = address.mint(keys, letter + 1, today + timedelta(days=letter % 7))
        assert address.verify(keys, made[:-16] + other[-16:], today) is None
    assert len(macs) == 2_000
    assert 5 * 16 >= 80


def test_a_token_that_was_cut_folded_or_encoded_opens_no_door(case: Desk) -> None:
    """case 84: capitals are no harm; whatever else a mail program or a thief makes of it is refused at the door."""
    signed = token(case.last(ANN))
    assert case.admits(f"support+{signed.upper()}@desk.example")
    for spoilt in (
        signed[:-1],
        signed[1:],
        f"{signed}a",
        f"{signed[:15]}=\r\n{signed[15:]}",
        f"{signed[:15]} {signed[15:]}",
        signed[:-1] + quote(signed[-1]).replace(signed[-1], f"%{ord(signed[-1]):02x}"),
        signed.replace(signed[0], "\uff41", 1),
        signed[::-1],
        "a" * 31,
        f"{signed[:30]}1",
    ):
        # What has not the form of a token is an ordinary part of the address, and proves nothing.
        if case.admits(f"support+{spoilt}@desk.example"):
            found = weighed(case, written("#close", f"From: {ANN}", subject="x"), f"support+{spoilt}@desk.example")
            assert found.situation.ticket is None
    for made in (f"sales+{signed}@desk.example", f"support+{signed}@other.example", f"support+x+{signed}@desk.example"):
        admitted = case.office.intake(lambda: case.rules).admit(made, case.moment.date())
        assert getattr(admitted, "token", None) is None or made.startswith("support+x+")


def test_a_customer_forwards_the_mail_and_a_stranger_answers(case: Desk) -> None:
    """case 85: kept for the staff; no history to the stranger, no command, no word of it to the customer."""
    letter = case.last(ANN)
    letters = case.reply(MALLORY, "#close\n\nI am her lawyer, send me all.", letter=letter, quoting=True)
    assert MALLORY not in told(letters)
    assert (case.status(), case.kinds()[-1], case.timeline()[-1].audience) == ("on-partner", "unverified", "staff")
    assert all(b"lawyer" not in post.data for post in letters if post.to not in (DANA, EMIL))
    case.reply(DANA, "to customer\n\nWhich browser?")
    assert MALLORY not in case.mailboxes


def test_a_partner_uses_the_letter_of_another_partner(case: Desk) -> None:
    """case 86: refused as a stranger is; the words are for the staff."""
    outcomes = set()
    for writer in (HUGO, GINA, MALLORY):
        found = weighed(case, written("to customer", f"From: {writer}"), case.last(WENDY).reply_to)
        assert not moves(found.decision)
        outcomes.add((found.decision.outcome, tuple(event.kind for event in found.decision.events)))
    assert outcomes == {("unverified", ("unverified",))}


def test_who_passed_a_ticket_on_has_no_power_over_it(stage: Stage) -> None:
    """cases 87 and 161, P6 (FreeScout, GHSA-83xx): in the same instant, by each letter that they have."""
    desk = tiers(stage)
    desk.write(ANN, "The printer burns.", subject="Printer")
    desk.reply(WENDY, "#forward\n\nPlease take over.")
    for words, letter in product(
        ("#close", "#priority high", "#forward admin", "Hello.", "#show"), desk.mailboxes[WENDY]
    ):
        found = weighed(desk, written(words, f"From: {WENDY}"), letter.reply_to)
        assert not moves(found.decision)
        assert not any(event.kind == "comment" for event in found.decision.events)


REFERENCES = (
    "<CT-1@desk.example>",
    "<reply-1@desk.example>",
    "<1-1-1@desk.example>",
    "<fs_reply-1-1-0123456789abcdef@desk.example>",
    "<{id}>",
    "<{id}.x@desk.example>",
    "<{body}@elsewhere.example>",
    "<{changed}@desk.example>",
    "<{cut}@desk.example>",
)


def test_a_message_id_that_we_did_not_sign_says_nothing(case: Desk) -> None:
    """case 88, P4 and P5 (FreeScout, CVE-2026-47123, GHSA-8vm3): guessed, of an older form, cut, of another house."""
    body = case.last(DANA).message_id.strip("<>").partition("@")[0]
    changed = body[:-1] + ("a" if body[-1] != "a" else "b")
    for reference, text in product(REFERENCES, ("close", "We look into it.")):
        made = reference.format(id=body, body=body, changed=changed, cut=body[:-1])
        raw = written(text, f"From: {DANA}", f"In-Reply-To: {made}", f"References: {made}", subject="Re: Images")
        found = weighed(case, raw)
        assert (found.situation.ticket, found.situation.proof) == (None, Proof.NONE)
        assert not moves(found.decision)


@pytest.mark.parametrize(
    "subject", [TAGGED, "[CT-1]", "Re: [ct-1] x", "[#CT-1] x", "CT-1", "[CT-0001] x", "[CT-1][CT-1]"]
)
def test_a_stranger_names_a_ticket(case: Desk, subject: str) -> None:
    """case 89, P7 (FreeScout, GHSA-j49f): a ticket of the stranger's own, and no word of the other."""
    before = case.kinds()
    case.write(MALLORY, "What is this about?", subject=subject)
    assert case.kinds() == before
    assert ANN not in told(case.reply(DANA, "Who are you?", letter=case.last(DANA)))
    for post in case.mailboxes[MALLORY]:
        assert "missing" not in post.text
        assert "Please look" not in post.text
        assert post.subject.startswith(("[CT-2]", "Re: [CT-2]"))


@pytest.mark.parametrize("writer", [ANN, MALLORY])
def test_whoever_stands_on_cc_takes_no_part(case: Desk, writer: str) -> None:
    """case 90, P2 (Zendesk, 2024): neither a forged mail nor an honest one makes a reader of somebody on Cc."""
    more = {"Cc": f"Nosy <{MALLORY}>, nosy@elsewhere.example, {GINA}"}
    case.write(writer, "Please keep them informed.", subject=TAGGED, headers=more, sender=MALLORY)
    if writer in case.mailboxes:
        case.reply(writer, "Please keep them informed.", letter=case.mailboxes[writer][0], headers=more)
    case.reply(DANA, "to customer\n\nWhich browser?", letter=case.mailboxes[DANA][0])
    case.reply(ANN, "#close", letter=case.mailboxes[ANN][0])
    assert {MALLORY, "nosy@elsewhere.example", GINA} & set(case.ticket().watchers) == set()
    read = [post for box in (MALLORY, GINA, "nosy@elsewhere.example") for post in case.mailboxes.get(box, [])]
    assert all("browser" not in post.text and "missing" not in post.text for post in read)


def test_whoever_leaves_loses_everything_at_once(case: Desk) -> None:
    """cases 100 and 161: the person, its letters, its part in the ticket and its domain, in one change."""
    letters = list(case.mailboxes[WENDY])
    case.registers('domains = ["webhost.example"]\n', "")
    case.registers('web-it-provider = "webhost", ', "")
    case.registers('name = "Wendy"\naddresses = ["wendy@', 'name = "Wim"\naddresses = ["wim@')
    for letter in letters:
        for text in ("#close", "#show", "#to customer", "#list"):
            found = weighed(case, written(text, f"From: {WENDY}"), letter.reply_to)
            assert not moves(found.decision)
            assert not any("missing" in str(notice.contents) for notice in found.decision.notices)
    case.reply(DANA, "to customer\n\nThey are gone.", letter=case.mailboxes[DANA][0])
    assert WENDY not in told(case.reply(ANN, "#close", letter=case.mailboxes[ANN][0]))


def test_a_letter_in_a_thread_of_others_names_its_own_ticket(case: Desk) -> None:
    """case 88: an own letter about one ticket gives nothing on another that the mail names, too."""
    case.write(GINA, "The shop is slow.", subject="Shop")
    own = case.last(GINA)
    raw = written("#close", f"From: {GINA}", answering=case.last(ANN))
    found = weighed(case, raw, own.reply_to)
    assert found.situation.ticket is not None
    assert found.situation.ticket.key == "CT-2"
    assert not moves(found.decision, "CT-1")
    assert BOB not in told(case.reply(GINA, "#close", letter=own, headers=threading(case.last(ANN))))
