"""Where a mail commands, where it only seems to, and what is answered to a command that cannot be followed."""

import pytest

from tests.stories.stage import ANN, DANA, EMIL, WENDY, Desk, told


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann, on which Dana and Emil each have a letter."""
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


# Where commands stand


@pytest.mark.parametrize("text", ["#close", "/close", "#Close", "# close", "#close.", "#schließen"])
def test_a_customer_marks_commands_with_a_sign(case: Desk, text: str) -> None:
    done = text != "# close"  # a sign stands before its word; with a space it is a heading
    case.reply(ANN, text)
    assert case.status() == ("closed" if done else "new")


@pytest.mark.parametrize("text", ["close", "Close!", "close.", "  close  ", "\n\nclose\n\nAll is well."])
def test_an_agent_needs_no_sign(case: Desk, text: str) -> None:
    case.reply(DANA, text)
    assert case.status() == "closed"


def test_a_bare_phrase_of_a_customer_is_just_a_word(case: Desk) -> None:
    assert told(case.reply(ANN, "close\n\nis what my colleague says.")) == [DANA, EMIL]
    assert case.status() == "new"
    assert case.timeline()[-1].text == "close\nis what my colleague says."


def test_a_phrase_within_a_sentence_is_no_command(case: Desk) -> None:
    assert told(case.reply(DANA, "to customer I would say: wait.")) == [ANN]
    assert case.kinds()[-1] == "comment"


def test_the_words_below_a_command_are_the_comment_and_the_command_is_not(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nWhich browser?\n\nDana")
    assert case.timeline()[-1].text == "Which browser?\n\nDana"


def test_a_command_below_words_counts_only_with_a_sign(case: Desk) -> None:
    case.reply(DANA, "All is well again.\n\nclose")
    assert case.status() == "in-progress"
    case.reply(DANA, "All is well again.\n\n#close")
    assert case.status() == "closed"
    assert case.timeline()[-1].text == "All is well again."


def test_a_command_in_the_middle_is_a_word(case: Desk) -> None:
    case.reply(DANA, "First of all,\n\n#close\n\nthe window.")
    assert case.status() == "in-progress"


@pytest.mark.parametrize("tag", ["[close]", "[CLOSE]", "[ close ]"])
def test_a_tag_in_the_subject_commands(case: Desk, tag: str) -> None:
    case.reply(DANA, "All is well again.", subject=f"Re: [CT-1] {tag} Images")
    assert case.status() == "closed"
    assert case.ticket().subject == "Images"


def test_a_subject_tag_to_a_party(case: Desk) -> None:
    assert told(case.reply(ANN, "Which browser?", subject="Re: [CT-1] [to web-it provider] Images")) == [ANN, WENDY]
    assert case.status() == "on-partner"


def test_several_addresses_may_have_commas_between(case: Desk) -> None:
    case.reply(DANA, "#cc ann@acme.example, <mailto:bob@acme.example>;")
    assert case.ticket().watchers == (ANN, "bob@acme.example")
    assert "Ann, Bob now follow CT-1." in case.last(DANA).text


def test_a_foreign_tag_is_left_alone(case: Desk) -> None:
    letters = case.write(ANN, "Hello.", subject="[EXTERNAL] [close friends] The door")
    assert case.status("CT-2") == "new"
    assert case.ticket("CT-2").subject == "[EXTERNAL] [close friends] The door"
    assert told(letters) == [ANN, DANA, EMIL]


def test_a_subject_that_mail_programs_repeat_does_not_command_again(case: Desk) -> None:
    case.reply(DANA, "All is well again.", subject="Re: [CT-1] [close] Images")
    closing = case.newest[0].partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    assert case.status() == "closed"
    # Ann had that mail directly, too, and answers it; her program repeats its subject.
    letter = case.last(ANN)
    references = {"In-Reply-To": closing, "References": f"{letter.message_id} {closing}"}
    case.reply(ANN, "No, they are gone again.", subject="Re: [CT-1] [close] Images", headers=references)
    assert case.kinds()[-1] == "comment"
    assert case.status() == "new"


def test_letters_never_repeat_a_command_in_their_subject(case: Desk) -> None:
    case.write(ANN, "Hello.", subject="[close] [CT-1] [system acme-dam] Door")
    case.reply(DANA, "All is well again.", subject="Re: [CT-2] [close] Door")
    for letter in case.letters():
        assert "[close]" not in letter.subject


# Where they do not stand


def test_a_quoted_command_is_none(case: Desk) -> None:
    case.reply(ANN, "Please see below.\n\n> #close\n> close")
    assert case.status() == "new"


def test_a_whole_quoted_letter_commands_nothing(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nWhich browser?")
    case.reply(ANN, "Thank you.", quoting=True)
    assert case.kinds() == ["opened", "move", "comment"]
    assert case.timeline()[-1].text == "Thank you."


def test_a_mail_that_only_quotes_commands_nothing(case: Desk) -> None:
    case.reply(DANA, "> #close\n> close")
    assert case.status() != "closed"


def test_a_command_in_the_signature_is_none(case: Desk) -> None:
    case.reply(DANA, "It is under way.\n\n-- \nDana\n#close")
    assert case.status() == "in-progress"


def test_a_command_in_a_forwarded_mail_is_none(case: Desk) -> None:
    forwarded = "---------- Forwarded message ---------\nFrom: Boss <boss@acme.example>\nSubject: Do it\n\n#close"
    case.reply(DANA, f"See what they write.\n\n{forwarded}")
    case.reply(DANA, forwarded)
    assert case.status() == "in-progress"


def test_a_command_in_an_attachment_is_none(case: Desk) -> None:
    case.write(DANA, "It is under way.", to=case.last(DANA).reply_to, attached="#close\n")
    assert case.status() == "in-progress"
    assert case.timeline()[-1].attachments == ("notes.txt",)
    assert "Attached: notes.txt (" in case.last(ANN).text


# HTML


def test_the_visible_text_of_an_html_mail_commands(case: Desk) -> None:
    raw = _html_only(case, "<div>close</div><div><br></div><div>All is <b>well</b>.</div>")
    case.arrives(raw, DANA, case.last(DANA).reply_to)
    assert case.status() == "closed"
    assert case.timeline()[-1].text == "All is well."


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">close</div><div>Still busy.</div>',
        "<!-- close --><p>Still busy.</p>",
        "<blockquote>close</blockquote><p>Still busy.</p>",
        "<script>close</script><p>Still busy.</p>",
    ],
)
def test_what_an_html_mail_hides_or_quotes_commands_nothing(case: Desk, hidden: str) -> None:
    case.arrives(_html_only(case, hidden), DANA, case.last(DANA).reply_to)
    assert case.status() == "in-progress"


def test_where_text_and_html_disagree_no_command_counts(case: Desk) -> None:
    letters = case.reply(DANA, "#close\n\nAll is well.", html="<p>All is well.</p>")
    assert told(letters) == [ANN, DANA]
    assert case.status() == "in-progress"
    assert "the HTML part of the mail hold different commands" in case.last(DANA).text
    assert "All is well." in case.last(ANN).text


def test_where_text_and_html_agree_the_command_counts_once(case: Desk) -> None:
    case.reply(DANA, "close\n\nAll is well.", html="<p>close</p><p>All is well.</p>")
    assert case.kinds() == ["opened", "move"]


def _html_only(desk: Desk, html: str) -> bytes:
    letter = desk.last(DANA)
    head = (
        f"From: Dana <{DANA}>\nTo: {letter.reply_to}\nSubject: Re: {letter.subject}\nMessage-ID: <html@desk.example>\n"
        f"In-Reply-To: {letter.message_id}\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    )
    return (head + html + "\n").replace("\n", "\r\n").encode()


# What cannot be followed


def test_a_mistyped_command_is_asked_about_and_its_words_are_kept(case: Desk) -> None:
    letters = case.reply(ANN, "#clsoe\n\nAll is well.")
    assert told(letters) == [ANN, DANA, EMIL]
    assert case.status() == "new"
    assert case.kinds() == ["opened", "comment", "refusal"]
    assert "Did you mean #close?" in case.last(ANN).text
    assert "You wrote: #clsoe" in case.last(ANN).text
    assert "All is well." in case.last(DANA).text


def test_an_unknown_command_undoes_all_others_of_the_mail(case: Desk) -> None:
    case.reply(DANA, "#close\n#frobnicate\n\nAll is well.")
    assert case.status() == "in-progress"
    assert "none of the commands in the mail was followed" in case.last(DANA).text
    assert "You wrote: #close, #frobnicate" in case.last(DANA).text


def test_two_moves_that_exclude_each_other_move_nothing(case: Desk) -> None:
    letters = case.reply(DANA, "to customer\nto web-it provider\n\nWho of you knows?")
    assert told(letters) == [ANN, DANA]
    assert case.ticket().holder == "operator"
    assert "The commands exclude each other" in case.last(DANA).text
    assert "Who of you knows?" in case.last(ANN).text


def test_subject_and_body_may_not_contradict(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nWhich browser?", subject="Re: [CT-1] [close] Images")
    assert case.status() == "in-progress"
    assert "You wrote: to customer, [close]" in case.last(DANA).text


def test_subject_and_body_may_say_the_same(case: Desk) -> None:
    case.reply(DANA, "close", subject="Re: [CT-1] [close] Images")
    assert case.kinds() == ["opened", "move"]


def test_a_command_with_a_word_too_many_is_asked_about(case: Desk) -> None:
    case.reply(ANN, "#close duplicate")
    assert case.status() == "new"
    assert "has one too many" in case.last(ANN).text


def test_a_refused_move_keeps_its_words_for_the_staff(case: Desk) -> None:
    assert told(case.reply(ANN, "#to it-provider\n\nThe rack is on fire.")) == [ANN]
    refusal = case.timeline()[-1]
    assert (refusal.kind, refusal.text, refusal.audience) == ("refusal", "The rack is on fire.", "staff")
    assert case.last(ANN).headline == "What you asked for on CT-1 was not done."


def test_a_command_in_a_new_mail_is_too_early(case: Desk) -> None:
    letters = case.write(ANN, "#to web-it provider\n\nThe shop is slow.")
    assert told(letters) == [ANN, ANN, DANA, EMIL]
    assert case.status("CT-2") == "new"
    assert "answer our letter about it" in case.last(ANN).text


# Help


def test_help_says_what_its_reader_may_do_now(case: Desk) -> None:
    assert told(case.reply(ANN, "#help")) == [ANN]
    assert case.last(ANN).headline == "What you can do on CT-1"
    for line in ("#to customer", "#to web-it-provider", "#close"):
        assert f"\n  {line}\n" in case.last(ANN).text
    assert "reopen" not in case.last(ANN).text
    assert case.kinds() == ["opened"]


def test_help_on_a_closed_ticket_offers_only_to_reopen(case: Desk) -> None:
    case.reply(DANA, "close")
    case.reply(ANN, "#help")
    assert "\n  #reopen\n" in case.last(ANN).text
    assert "#close" not in case.last(ANN).text
    assert case.status() == "closed"


def test_words_beside_a_question_are_a_comment(case: Desk) -> None:
    assert told(case.reply(ANN, "#help\n\nIt is urgent.")) == [ANN, DANA, EMIL]
    assert case.timeline()[-1].text == "It is urgent."


def test_help_in_a_new_mail_is_answered_beside_its_ticket(desk: Desk) -> None:
    assert told(desk.write(ANN, "#help\n\nHow do I ask?")) == [ANN, ANN, DANA, EMIL]
    assert desk.tickets() == ["CT-1"]


def test_every_offer_of_a_letter_works_as_it_stands(case: Desk) -> None:
    case.reply(ANN, "#help")
    moves = case.last(ANN).text.partition("Beside moves")[0]
    for line in [line.strip() for line in moves.splitlines() if line.startswith("  ")]:
        case.reply(ANN, f"{line}\n\nPlease.")
        assert case.last(ANN).headline.startswith("CT-1 "), line
    assert case.status() == "closed"


def test_a_receipt_offers_what_can_be_done_after_the_move(case: Desk) -> None:
    case.reply(DANA, "close")
    assert "\n  reopen\n" in case.last(DANA).text
