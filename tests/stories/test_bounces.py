"""Letters that do not arrive: who is told, who gets no more of them, and how that ends."""

from datetime import timedelta

import pytest

from gateway.store.actions import OutboxAction
from outbound.letter import Deferred, Refused
from routing.events import Delivery
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, WENDY, Desk, told
from tests.stories.test_machines import report

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GONE = Refused(550, "5.1.1 <ann@acme.example>: Recipient address rejected: User unknown", of_recipient=True)
FULL = Refused(550, "5.2.2 The mailbox of ann@acme.example is full", of_recipient=True)
SPAM = Refused(554, "5.7.1 Message rejected as spam")
BUSY = Deferred(451, "4.3.0 Try again later")
KEEPER = """
[[person]]
name = "Kim"
addresses = ["kim@desk.example"]
organisation = "example-support"
role = "admin"
"""
KIM = "kim@desk.example"


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann that Dana has."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "#take")
    return desk


def outcomes(desk: Desk) -> list[tuple[tuple[str, ...], str]]:
    """What the ticket says of its letters."""
    return [(one.recipients, one.outcome) for one in desk.timeline() if isinstance(one, Delivery)]


def suppressed(desk: Desk) -> list[str]:
    """To whom nothing is sent."""
    return [line.suppression.address for line in desk.office.store.suppressions(desk.moment)]


def held(desk: Desk) -> list[str]:
    """Whose letters are held."""
    return [line.to for line in desk.queue() if line.state == "held"]


def test_whoever_has_the_ticket_learns_that_the_customer_was_not_reached(case: Desk) -> None:
    case.relay[ANN] = GONE
    (letter,) = case.reply(DANA, "Which images are missing?")
    assert (letter.to, letter.headline) == (DANA, "A letter about CT-1 did not reach ann@acme.example.")
    assert "There is no such mailbox, or it takes no mail any more." in letter.text
    assert "5.1.1 <ann@acme.example>: Recipient address rejected: User unknown" in letter.text
    assert "Nothing more is sent to that address until 2026-04-01" in letter.text
    assert "postern queue retry out-" in letter.text
    assert letter.return_path == ""
    assert outcomes(case) == [((ANN,), "refused 5.1.1")]
    event = case.timeline()[-1]
    assert (event.audience, event.actor, event.changes) == ("internal", None, ())
    assert suppressed(case) == [ANN]


def test_without_anybody_who_has_it_those_learn_of_it_who_hear_of_new_tickets(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.relay[ANN] = GONE
    assert told(desk.reply(DANA, "Which images?")) == [DANA, EMIL]


def test_the_answer_to_such_a_letter_stays_within_the_house(case: Desk) -> None:
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    case.reply(DANA, "I shall phone her.")
    assert case.timeline()[-1].audience == "internal"


def test_further_letters_wait_until_the_postmaster_lifts_it(case: Desk) -> None:
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    first = case.mailboxes[DANA][-2]
    (letter,) = case.reply(DANA, "Are you there?", letter=first)
    assert (letter.to, letter.headline) == (DANA, "A letter about CT-1 did not reach ann@acme.example.")
    assert "It was held back: letters to that address have failed before." in letter.text
    assert outcomes(case)[-1] == ((ANN,), "withheld")
    (refused, line) = case.queue()
    assert (refused.state, line.state, line.to) == ("refused", "held", ANN)
    assert line.reason is not None
    assert line.reason.startswith("nothing is sent to ann@acme.example since 2026-03-02 09:03 UTC until 2026-04-01")
    assert "User unknown" in line.reason
    assert "postern suppressed lift ann@acme.example" in line.reason
    case.relay.clear()
    assert case.office.store.lift(ANN, case.moment, release=True) == (True, 1)
    (letter,) = case.works()
    assert (letter.to, "Are you there?" in letter.text) == (ANN, True)
    assert suppressed(case) == []


def test_on_a_new_ticket_of_theirs_the_staff_learns_that_answers_stay_behind(case: Desk) -> None:
    """Whoever writes without proof is not lifted, and would never hear of us."""
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    case.relay.clear()
    letters = case.write(ANN, "The logo is wrong, too.")
    assert sorted(letter.to for letter in letters if "did not reach" in letter.text) == [DANA, EMIL]
    assert case.kinds("CT-2") == ["opened", "delivery"]
    assert suppressed(case) == [ANN]


def test_whoever_writes_with_proof_gets_letters_again(case: Desk) -> None:
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    first = case.mailboxes[DANA][-2]
    case.relay.clear()
    case.reply(ANN, "I changed providers, this works again.", letter=case.mailboxes[ANN][0])
    assert suppressed(case) == []
    assert ANN in told(case.reply(DANA, "Welcome back.", letter=first))


def test_whoever_only_claims_to_be_that_person_changes_nothing(case: Desk) -> None:
    """Forged mail must not send letters to a mailbox that somebody else may have by now."""
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    case.write(ANN, "It is me.", subject="[CT-1] Images")
    case.write(ANN, "A new matter.")
    assert suppressed(case) == [ANN]


def test_an_answering_machine_does_not_lift_it(case: Desk) -> None:
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    away = {"Auto-Submitted": "auto-replied"}
    case.reply(ANN, "I am away.", letter=case.mailboxes[ANN][0], headers=away)
    assert suppressed(case) == [ANN]


def test_it_ends_by_itself(case: Desk) -> None:
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    case.relay.clear()
    case.moment += 31 * DAY
    assert ANN in told(case.reply(DANA, "Are you there?", letter=case.mailboxes[DANA][-2]))
    assert suppressed(case) == []


def test_a_human_may_send_one_letter_all_the_same(case: Desk) -> None:
    case.relay[ANN] = GONE
    case.reply(DANA, "Which images are missing?")
    case.reply(DANA, "Are you there?", letter=case.mailboxes[DANA][-2])
    case.relay.clear()
    (line,) = [one for one in case.queue() if one.state == "held"]
    case.office.store.outbox_action(line.id, OutboxAction.RELEASE, case.moment)
    assert told(case.works()) == [ANN]
    assert suppressed(case) == [ANN]


def test_a_mailbox_that_is_full_again_and_again_is_left_alone_for_a_week(case: Desk) -> None:
    case.relay[ANN] = FULL
    first = case.last(DANA)
    for number in range(1, 6):
        assert suppressed(case) == []
        (letter,) = case.reply(DANA, f"Question {number}?", letter=first)
        assert "The mailbox takes no mail at present" in letter.text
    assert suppressed(case) == [ANN]
    assert "Nothing more is sent to that address until 2026-03-09" in letter.text
    assert told(case.reply(DANA, "Question 6?", letter=first)) == [DANA]
    assert case.reply(DANA, "Question 7?", letter=first) == []
    assert [outcome for _, outcome in outcomes(case)][-2:] == ["refused 5.2.2", "withheld"]


def test_a_letter_that_is_refused_for_what_it_says_suppresses_nobody(case: Desk) -> None:
    """case 153: no further try, one letter about it, the next letters go on."""
    case.relay[ANN] = SPAM
    first = case.last(DANA)
    (letter,) = case.reply(DANA, "Buy our pills, they said?", letter=first)
    assert "The other side did not want this letter; the address itself may well be right." in letter.text
    assert case.works() == []
    assert suppressed(case) == []
    case.relay.clear()
    assert told(case.reply(DANA, "Which images are missing?", letter=first)) == [ANN]


def test_a_letter_that_waits_for_four_hours_is_mentioned_once(case: Desk) -> None:
    case.relay[ANN] = BUSY
    assert case.reply(DANA, "Which images are missing?") == []
    assert outcomes(case) == []
    for _ in range(30):
        assert case.passes(HOUR) == []
    assert outcomes(case) == [((ANN,), "delayed 4.3.0")]
    assert suppressed(case) == []


def test_a_letter_that_nobody_takes_for_five_days_is_held_and_told_of(case: Desk) -> None:
    case.relay[ANN] = BUSY
    case.reply(DANA, "Which images are missing?")
    letters = [letter for _ in range(140) for letter in case.passes(HOUR)]
    assert told(letters) == [DANA]
    assert "It was tried for five days, and nobody took it." in letters[0].text
    assert [outcome for _, outcome in outcomes(case)] == ["delayed 4.3.0", "expired 4.3.0"]
    assert held(case) == [ANN]
    assert suppressed(case) == []


def test_nobody_is_told_that_a_letter_about_a_letter_failed(case: Desk) -> None:
    case.relay |= {ANN: GONE, DANA: Refused(550, "5.7.1 No", of_recipient=True)}
    assert case.reply(DANA, "Which images are missing?") == []
    assert [outcome for _, outcome in outcomes(case)] == ["refused 5.1.1", "refused 5.7.1"]


def test_the_address_that_failed_is_never_written_to_because_of_it(case: Desk) -> None:
    """Dana's own mailbox is gone: Emil hears of it, once."""
    case.relay[DANA] = Refused(550, "5.1.1 No such user", of_recipient=True)
    letters = [letter for letter in case.reply(ANN, "The logo, too.") if "did not reach" in letter.text]
    assert told(letters) == [EMIL]
    assert letters[0].headline == "A letter about CT-1 did not reach dana@desk.example."
    assert suppressed(case) == [DANA]
    more = case.reply(ANN, "And the icons.", letter=case.mailboxes[ANN][0])
    assert not any("did not reach" in letter.text for letter in more)


def test_who_keeps_the_directory_hears_once_that_a_colleague_cannot_be_reached(stage: Stage) -> None:
    desk = stage(people=KEEPER)
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "#take")
    desk.relay[DANA] = Refused(550, "5.2.2 Mailbox full", of_recipient=True)
    letters = [letter for letter in desk.reply(ANN, "The logo, too.") if "not arrive" in letter.subject]
    assert told(letters) == [KIM]
    assert letters[0].subject == "Letters to dana@desk.example do not arrive"
    assert "You hear of this once." in letters[0].text
    more = desk.reply(ANN, "And the icons.", letter=desk.mailboxes[ANN][0])
    assert not any("not arrive" in letter.subject or "did not reach" in letter.text for letter in more)
    log = (desk.office.config.data_dir / "mail.log").read_text()
    assert log.count("outcome=alarm") == 1


def test_many_letters_about_letters_are_no_storm(stage: Stage) -> None:
    desk = stage(more="[limits]\nfailures_per_person = 3\nsoft_failures = 100")
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "#take")
    desk.relay[ANN] = FULL
    first = desk.last(DANA)
    letters = [letter for n in range(6) for letter in desk.reply(DANA, f"Question {n}?", letter=first)]
    assert told(letters) == [DANA] * 3
    assert len(outcomes(desk)) == 6


def test_forged_strangers_cause_no_letters_to_the_staff(desk: Desk) -> None:
    desk.relay[MALLORY] = Refused(550, "5.1.1 No such user", of_recipient=True)
    letters = desk.write(MALLORY, "Hello.")
    assert {letter.headline for letter in letters} == {"Mallory opened CT-1."} or len(letters) == 2
    assert outcomes(desk) == [((MALLORY,), "refused 5.1.1")]
    assert not any("did not reach" in letter.text for letter in letters)


def test_a_digest_that_does_not_arrive_belongs_to_no_ticket(stage: Stage) -> None:
    """The address is suppressed all the same, and nobody needs a ticket to hear of it."""
    desk = stage(people=KEEPER)
    desk.registers(
        'addresses = ["emil@desk.example"]', 'addresses = ["emil@desk.example"]\nnotify = { comment = "digest" }'
    )
    desk.write(ANN, "All images are missing.")
    desk.reply(ANN, "The logo, too.")
    desk.relay[EMIL] = Refused(550, "5.1.1 No such user", of_recipient=True)
    assert told(desk.passes(DAY)) == [KIM]
    assert suppressed(desk) == [EMIL]


def test_a_report_after_the_relay_took_the_letter_says_the_same(case: Desk) -> None:
    case.reply(DANA, "Which images are missing?")
    sent = case.last(ANN)
    diagnostic = f"550 5.1.1 <{ANN}> (sent by {sent.return_path}): User unknown"
    (letter,) = report(case, sent, ANN, to=sent.return_path, diagnostic=diagnostic)
    assert (letter.to, letter.headline) == (DANA, "A letter about CT-1 did not reach ann@acme.example.")
    assert "(sent by support@desk.example): User unknown" in letter.text
    assert outcomes(case) == [((ANN,), "failed 5.1.1")]
    assert suppressed(case) == [ANN]
    (line,) = case.queue()
    assert (line.to, line.state) == (ANN, "refused")


def test_a_report_of_a_delay_is_no_failure(case: Desk) -> None:
    case.reply(DANA, "Which images are missing?")
    sent = case.last(ANN)
    assert report(case, sent, ANN, to=sent.return_path, action="delayed", status="4.4.1") == []
    assert outcomes(case) == [((ANN,), "delayed 4.4.1")]
    assert (suppressed(case), case.queue()) == ([], [])


def test_a_person_who_answers_at_the_return_path_is_heard(case: Desk) -> None:
    case.reply(DANA, "Which images are missing?")
    letters = case.reply(ANN, "Those of March.", to=case.last(ANN).return_path)
    assert DANA in told(letters)
    assert (case.timeline()[-1].actor, case.timeline()[-1].text) == (ANN, "Those of March.")


def test_what_is_said_at_the_return_path_commands_nothing(case: Desk) -> None:
    """Return paths stand in the logs of every mail system on the way."""
    first = case.mailboxes[DANA][0]
    case.reply(DANA, "#close", letter=first, to=first.return_path)
    assert case.status() != "closed"


def test_somebody_who_is_away_says_so_at_the_return_path(case: Desk) -> None:
    """RFC 3834 section 4: that is where answering machines write to."""
    case.reply(DANA, "Which images are missing?")
    away = {"Auto-Submitted": "auto-replied"}
    assert case.reply(ANN, "I am away.", to=case.last(ANN).return_path, sender="", headers=away) == []
    assert (case.timeline()[-1].kind, case.timeline()[-1].text) == ("comment", "I am away.")


def test_nothing_that_happened_to_a_letter_reaches_outsiders(case: Desk) -> None:
    case.reply(DANA, "to web-it provider\n\nPlease look.")
    case.relay[ANN] = GONE
    case.reply(WENDY, "to customer\n\nPlease try again.")
    case.relay.clear()
    case.reply(BOB, "I am a colleague of Ann's.", letter=case.mailboxes[ANN][0])
    case.reply(WENDY, "#show", letter=case.last(WENDY))
    assert [outcome for _, outcome in outcomes(case)] == ["refused 5.1.1"]
    for post in case.letters():
        if post.to not in (DANA, EMIL):
            assert "did not reach" not in post.text
            assert "User unknown" not in post.text
