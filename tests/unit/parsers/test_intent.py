"""What a mail asks for, read from fresh words only."""

from dataclasses import replace

import pytest

from parsers.clues import Clues
from parsers.intent import (
    AutoReply,
    Comment,
    Confusion,
    Intent,
    Open,
    Orders,
    Report,
    Unclear,
    Words,
    commands,
    intend,
)
from parsers.mail import Kind, ParsedMail
from parsers.read import read
from parsers.verbs import Command, Source, Verb, VerbKind, Verbs, meant, normalise

VERBS = Verbs(
    (
        Verb("close", ("close",), takes_arguments=True),
        Verb("reopen", ("reopen",)),
        Verb("to-customer", ("to customer",)),
        Verb("to-web-it-provider", ("to web it provider",)),
        Verb("help", ("help",), kind=VerbKind.QUESTION),
        Verb("system", ("system",), takes_arguments=True, kind=VerbKind.ACT),
    )
)
TICKET = Clues("ann@acme.example", tags=("CT-12",))
NOTHING = Clues("ann@acme.example")


def mail(body: str, subject: str = "Printer") -> ParsedMail:
    return read(f"From: ann@acme.example\nSubject: {subject}\n\n{body}".encode())


def intent(body: str, subject: str = "Printer", clues: Clues = TICKET) -> Intent:
    return intend(mail(body, subject), clues, VERBS)


def names(body: str, subject: str = "Printer") -> list[str]:
    return [command.name for command in commands(mail(body, subject), VERBS)]


def test_a_mail_without_a_ticket_opens_one() -> None:
    assert intent("It burns.", clues=NOTHING) == Open(Words("It burns."))


@pytest.mark.parametrize(
    "clues", [TICKET, replace(NOTHING, threads=("<a@x>",)), replace(NOTHING, references=("<a@x>",))]
)
def test_a_mail_that_names_something_comments(clues: Clues) -> None:
    assert intent("It burns.", clues=clues) == Comment(Words("It burns."))


def order(command: Command, words: Words, otherwise: Open | Comment | None = None) -> Orders:
    """A mail that makes one move."""
    return Orders(words, move=command, otherwise=otherwise)


@pytest.mark.parametrize("line", ["#close", "/close", "#Close", "  #close  ", "#close.", "#CLOSE!"])
def test_a_command_on_the_first_line(line: str) -> None:
    assert intent(f"{line}\n\nThanks.") == order(Command("close", (), Source.BODY, 1), Words("Thanks."))


@pytest.mark.parametrize("phrase", ["to customer", "To Customer", "to-customer", "to/customer", "To customer."])
def test_a_bare_phrase_alone_on_the_first_line(phrase: str) -> None:
    assert intent(f"{phrase}\n\nPlease look.") == order(
        Command("to-customer", (), Source.BODY, 1, bare=True),
        Words("Please look."),
        otherwise=Comment(Words(f"{phrase}\nPlease look.")),
    )


@pytest.mark.parametrize(
    "line", ["#to-web-it provider", "/to web/it provider", "#to_web_it_provider", "TO WEB-IT PROVIDER"]
)
def test_a_party_with_a_long_name(line: str) -> None:
    assert names(line) == ["to-web-it-provider"]


def test_arguments_stay_as_they_were_written() -> None:
    assert commands(mail("#close Duplicate CT-9\n"), VERBS) == (
        Command("close", ("Duplicate", "CT-9"), Source.BODY, 1),
    )


@pytest.mark.parametrize("subject", ["[close] Printer", "Re: [CT-12] [close] Printer", "Printer [Close]"])
def test_a_command_in_the_subject(subject: str) -> None:
    assert intent("Thanks.", subject) == order(Command("close", (), Source.SUBJECT, 1), Words("Thanks."))


@pytest.mark.parametrize("subject", ["close", "Please close", "[help desk] x", "[closed] x", "[list] x", "[CT-12]"])
def test_a_foreign_tag_is_no_command(subject: str) -> None:
    assert names("Thanks.", subject) == []


@pytest.mark.parametrize(
    "body",
    [
        "Please close",
        "close the door",
        "Hello,\nclose",
        "Hello,\nto customer\nmore",
        "Hello,\n#close\nmore",
        "/usr/bin/x fails",
        "/close/x",
        "#123",
        "# heading",
        "#1 close",
        "##close",
        "#close#",
        "> #close",
        "Thanks.\nto customer",
    ],
)
def test_words_that_are_no_command(body: str) -> None:
    assert names(body) == []
    assert isinstance(intent(body), Comment)


def test_several_first_lines_are_read_up_to_the_first_that_is_none() -> None:
    assert names("#system acme-dam\n\n#close\nThanks.\n#reopen\nYours") == ["system", "close"]


def test_the_last_lines_are_read_with_a_sign() -> None:
    assert intent("It works.\n\n#close resolved\n") == order(
        Command("close", ("resolved",), Source.BODY, 3), Words("It works.")
    )


def test_a_system_alone_is_no_order() -> None:
    assert intent("#system acme-dam\nIt burns.", clues=NOTHING) == Open(Words("It burns."))


def test_help_is_a_question() -> None:
    found = intent("#help")
    assert isinstance(found, Orders)
    assert [question.name for question in found.questions] == ["help"]


@pytest.mark.parametrize(
    ("body", "subject", "arguments", "source"),
    [
        ("#close", "[close]", (), Source.BODY),
        ("#close\n#close", "x", (), Source.BODY),
        ("#close resolved", "[close]", ("resolved",), Source.BODY),
        ("It works.", "[close] [close]", (), Source.SUBJECT),
    ],
)
def test_the_same_move_twice_is_one(body: str, subject: str, arguments: tuple[str, ...], source: Source) -> None:
    found = intent(body, subject)
    assert isinstance(found, Orders)
    assert [(c.name, c.arguments, c.source) for c in found.commands] == [("close", arguments, source)]


def confused(body: str, subject: str = "Printer") -> Unclear:
    found = intent(body, subject)
    assert isinstance(found, Unclear)
    return found


@pytest.mark.parametrize(
    ("body", "subject"), [("#close\n#reopen", "x"), ("#reopen", "[close]"), ("#close a\n#close b", "x")]
)
def test_two_moves_are_none(body: str, subject: str) -> None:
    assert confused(body, subject).confusion is Confusion.CONFLICT


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("#colse", "close"),
        ("/colse", "close"),
        ("#to custmer", "to customer"),
        ("#colse resolved", "close"),
        ("#xyz", None),
    ],
)
def test_an_unknown_word_undoes_all(line: str, suggestion: str | None) -> None:
    found = confused(f"#reopen\n{line}\n\nThanks.")
    assert found.confusion is Confusion.UNKNOWN
    assert line in found.written
    assert found.suggestion == suggestion
    assert found.words == Words("Thanks.")
    assert found.otherwise is None


def test_a_mistyped_word_on_the_last_line_undoes_all() -> None:
    assert confused("#reopen\nThanks.\n#colse").confusion is Confusion.UNKNOWN


@pytest.mark.parametrize("line", ["#blessed", "#summer2026"])
def test_another_word_on_the_last_line_is_a_word(line: str) -> None:
    assert intent(f"Thanks.\n{line}") == Comment(Words(f"Thanks.\n{line}"))


def test_a_sentence_that_begins_with_a_hash_is_a_sentence() -> None:
    assert isinstance(intent("#printers are a plague in this house"), Comment)


def test_a_verb_without_arguments_takes_none() -> None:
    assert confused("#reopen it now").confusion is Confusion.ARGUMENTS


def test_bare_phrases_that_conflict_may_still_be_words() -> None:
    found = confused("close\nreopen\nThanks.")
    assert found.confusion is Confusion.CONFLICT
    assert found.otherwise == Comment(Words("close\nreopen\nThanks."))


def test_text_and_html_that_disagree_command_nothing() -> None:
    """case 93: two parts, two commands."""
    found = intend(replace(mail("#close"), commands_disagree=True), TICKET, VERBS)
    assert isinstance(found, Unclear)
    assert found.confusion is Confusion.DISAGREE
    assert intend(replace(mail("hello"), commands_disagree=True), TICKET, VERBS) == Comment(Words("hello"))


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE])
def test_a_machine_runs_nothing(kind: Kind) -> None:
    """case 92: whatever its text begins with."""
    assert intend(replace(mail("#close"), kind=kind), TICKET, VERBS) == AutoReply(Words("#close"))


@pytest.mark.parametrize("kind", [Kind.BOUNCE, Kind.FEEDBACK, Kind.RECEIPT])
def test_a_report_runs_nothing(kind: Kind) -> None:
    """case 92: delivery reports, complaints and receipts."""
    assert intend(replace(mail("#close"), kind=kind), TICKET, VERBS) == Report(Words("#close"))


@pytest.mark.parametrize("kind", [Kind.LIST, Kind.CALENDAR])
def test_a_list_and_an_invitation_run_nothing(kind: Kind) -> None:
    """case 92: their words are a comment."""
    assert intend(replace(mail("#close", "[close]"), kind=kind), TICKET, VERBS) == Comment(Words("#close"))


@pytest.mark.parametrize(
    "body",
    [
        "On Sat, 31 Jan 2026 at 11:00, Support wrote:\n> #close",
        "> #close",
        "On Sat, 31 Jan 2026 at 11:00, Support wrote:\n\n#close",
        "From: Bob <bob@x.example>\nSent: today\nTo: Ann\nSubject: x\n\n#close",
        "FYI\n\n---------- Forwarded message ---------\nFrom: bob@x.example\n\n#close",
        "---------- Forwarded message ---------\n#close",
        "Done.\n-- \n#close",
        "-- \n#close",
        "Done.\n\n~~~ Please write your answer above this line ~~~\n#close",
        "~~~ Please write your answer above this line ~~~\n#close",
    ],
)
def test_no_command_from_what_others_wrote(body: str) -> None:
    """case 93: quotes, signatures and forwarded mail in many layouts."""
    assert names(body) == []


def test_the_names_of_attachments_are_kept() -> None:
    raw = (
        b'From: ann@acme.example\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\n#close\n'
        b'--b\nContent-Type: text/plain; name="#close.txt"\n\n#reopen\n--b--\n'
    )
    found = intend(read(raw), TICKET, VERBS)
    assert found == order(Command("close", (), Source.BODY, 1), Words("", ("#close.txt",)))


@pytest.mark.parametrize(
    ("phrase", "normal"),
    [("To  Customer", "to customer"), ("to-customer", "to customer"), (" TO/Customer_ ", "to customer"), ("ﬁx", "fix")],
)
def test_normalise(phrase: str, normal: str) -> None:
    assert normalise(phrase) == normal


def test_meant() -> None:
    assert meant("colse", VERBS) == "close"
    assert meant("banana", VERBS) is None
