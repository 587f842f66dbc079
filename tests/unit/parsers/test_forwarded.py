"""Whose mail an agent passes on, and where its words begin."""

from dataclasses import replace

import pytest

from parsers.commands import own_lines
from parsers.mail import Kind, ParsedMail
from parsers.quotes import forwarded, reply
from parsers.read import read
from tests.unit.parsers.drawn_by_programs import DIVIDERS, FORWARDS
from tests.unit.parsers.written_by_programs import HEADINGS

FIELDS = "From: Bob B. <bob@B.example>\nDate: Sat, 31 Jan 2026 11:00\nSubject: Broken\nTo: Ann <ann@desk.example>"


@pytest.mark.parametrize("divider", [*FORWARDS, *(d for d in DIVIDERS if " " not in d.strip("- ") or "-----" in d)])
@pytest.mark.parametrize("mark", ["", "> "], ids=["unmarked", "marked"])
def test_fields_below_a_divider(divider: str, mark: str) -> None:
    text = f"Please look.\n\n{divider}\n\n" + "\n".join(
        f"{mark}{line}" for line in f"{FIELDS}\n\nHello\nBob".split("\n")
    )
    found = forwarded.find(text)
    assert found is not None
    assert (found.name, found.address, found.subject) == ("Bob B.", "bob@b.example", "Broken")
    assert found.date == "Sat, 31 Jan 2026 11:00"
    assert text[found.start :].startswith(divider)
    assert text[found.words :].lstrip("> \n").startswith("Hello")


@pytest.mark.parametrize("heading", [h for name, h in HEADINGS.items() if not name.startswith("notes")])
def test_fields_in_any_language(heading: str) -> None:
    text = f"Please look.\n\n{heading}\n\nHello\nBob"
    found = forwarded.find(text)
    assert found is not None
    assert found.address == ("support@desk.example" if "support@" in heading else "")
    assert found.name.endswith("Support") or "Support" not in heading
    assert text[found.words :] == "Hello\nBob"


@pytest.mark.parametrize(
    ("author", "name", "address"),
    [
        ("Bob <bob@b.example>", "Bob", "bob@b.example"),
        ('"B., Bob" <bob@b.example>', "B., Bob", "bob@b.example"),
        ("Bob [mailto:bob@b.example]", "Bob", "bob@b.example"),
        ("Bob<mailto:bob@b.example>", "Bob", "bob@b.example"),
        ("bob@b.example <bob@b.example>", "", "bob@b.example"),
        ("bob@b.example", "", "bob@b.example"),
        ("Bob", "Bob", ""),
    ],
)
def test_how_programs_write_a_sender(author: str, name: str, address: str) -> None:
    found = forwarded.find(f"Look\n\n---------- Forwarded message ---------\nFrom: {author}\nSubject: x\n\nHello")
    assert found is not None
    assert (found.name, found.address) == (name, address)


def test_a_lead_below_the_divider_names_the_sender() -> None:
    found = forwarded.find("FYI\n\n-----Forwarded Message-----\nOn 31/01/2026 11:00, Bob <bob@b.example> wrote:\nHello")
    assert found is not None
    assert (found.name, found.address) == ("Bob", "bob@b.example")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "Please forward this:\n\nHello",
        "From: me\n\nHello",
        "a: b\nc: d",
        "-----Message-----\nask bob@b.example",
    ],
)
def test_nothing_is_passed_on(text: str) -> None:
    assert forwarded.find(text) is None


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Fwd: x", True),
        ("FW: x", True),
        ("[desk] FW: x", True),
        ("WG: x", True),
        ("TR : x", True),
        ("RV: x", True),
        ("İLT: x", True),
        ("转发：x", True),
        ("Re: Fwd: x", False),
        ("AW: WG: x", False),
        ("Forward planning", False),
        ("I am here: x", False),
        ("", False),
    ],
)
def test_subjects_of_forwarded_mail(subject: str, expected: bool) -> None:
    assert forwarded.is_subject(subject) is expected


def test_the_original_of_a_mail_and_no_command_out_of_it() -> None:
    mail = read(f"From: agent@desk.example\nSubject: FW: Broken\n\n#open\n\n{FIELDS}\n\n#close\nHello\n#close".encode())
    found = forwarded.original(mail)
    assert found is not None
    assert found.address == "bob@b.example"
    assert mail.text[found.words :].startswith("#close")
    assert [line for line in own_lines(mail) if line] == ["#open"]


def test_a_mail_that_apple_marks_like_a_quote_is_passed_on_where_nobody_is_answered() -> None:
    block = "> Begin forwarded message:\n>\n> From: Bob <bob@b.example>\n> Subject: Printer\n>\n> It is broken."
    above = f"Please see to it.\n\n{block}\n"
    found = forwarded.find(ParsedMail(text=above, spans=reply.spans(above)).fresh)
    assert found is not None
    assert found.address == "bob@b.example"
    answered = f"Done.\n\nOn 31 Jan 2026, at 11:00, Ann <ann@acme.example> wrote:\n\n{block}\n"
    assert ParsedMail(text=answered, spans=reply.spans(answered)).fresh == "Done."


YAHOO = (
    '   ----- Forwarded Message ----- From: Bob B. <bob@B.example>To: "ann@a.example" <ann@a.example>Cc: Eve '
    "<eve@a.example>Sent: Tuesday, January 31, 2026, 09:26:50 AM GMT+1Subject: Broken\nThe printer burns."
)


def test_yahoo_writes_all_fields_into_the_line_of_the_divider() -> None:
    found = forwarded.find(f"Please help.\n\n{YAHOO}")
    assert found is not None
    assert (found.name, found.address, found.subject) == ("Bob B.", "bob@b.example", "Broken")
    assert found.date == "Tuesday, January 31, 2026, 09:26:50 AM GMT+1"
    text = f"Please help.\n\n{YAHOO}"
    assert text[found.words :] == "The printer burns."
    assert forwarded.find("----- Forwarded Message ----- and some words: a, b") is None


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ('On 31/01/2026 12:46, "Bob B." <bob@b.example> wrote:', "Bob B."),
        ('Am 31/01/2026, 12:46 schrieb "Bob B." <bob@b.example>:', "Bob B."),
        ("Le 31/01/2026 12:46, « Bob B. » <bob@b.example> a écrit :", "Bob B."),
        ("31/01/2026 12:46 időpontban Bob B. (bob@b.example) ezt írta:", "Bob B."),
    ],
)
def test_under_the_subject_of_a_forwarded_mail_a_lead_is_enough(lead: str, name: str) -> None:
    body = f"Please help.\n\n\ufeff{lead}\n\n    The printer burns.\n"
    head = "From: ann@a.example\nContent-Type: text/plain; charset=utf-8\nSubject: "
    mail = read(f"{head}Fwd: Broken\n\n{body}".encode())
    found = forwarded.original(mail)
    assert found is not None
    assert (found.name, found.address) == (name, "bob@b.example")
    assert mail.fresh.endswith("The printer burns.")
    assert read(f"{head}Re: Broken\n\n{body}".encode()).fresh == "Please help."


def test_a_marked_divider_under_the_subject_of_a_forwarded_mail() -> None:
    block = "\n".join(
        f"> {line}" for line in ["---------- Original Message ----------", *FIELDS.split("\n"), "", "Hot."]
    )
    head = "From: ann@a.example\nSubject: Fwd: Broken\n\n"
    mail = read(f"{head}Please help.\n\n{block}\n".encode())
    found = forwarded.original(mail)
    assert found is not None
    assert found.address == "bob@b.example"
    assert mail.text[found.words :].strip() == "> Hot."


def test_the_words_of_a_mail_right_below_its_fields_are_not_taken_for_a_field() -> None:
    found = forwarded.find(f"---------- Forwarded message ---------\n{FIELDS}\nThe printer burns.\n\nBob")
    text = f"---------- Forwarded message ---------\n{FIELDS}\nThe printer burns.\n\nBob"
    assert found is not None
    assert text[found.words :].startswith("The printer burns.")


def test_the_answered_mail_is_not_passed_on() -> None:
    mail = read(f"From: agent@desk.example\nSubject: Re: Broken\n\nDone.\n\n{FIELDS}\n\nHello".encode())
    assert forwarded.original(mail) is None
    assert mail.fresh == "Done."
    assert forwarded.original(replace(mail, kind=Kind.LIST, spans=())) is None
