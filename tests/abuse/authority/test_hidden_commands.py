"""Commands where nobody should read one: a hundred layouts, each as the answer of an agent to a letter of ours."""

from email.message import EmailMessage
from itertools import product

from tests.abuse.authority.dry import moves, weighed
from tests.stories.stage import ANN, DANA, EMIL, Desk

WROTE = {
    "English": "On Mon, 2 Mar 2026 at 10:00, Example Support <support@desk.example> wrote:",
    "German": "Am 02.03.2026 um 10:00 schrieb Example Support:",
    "French": "Le lun. 2 mars 2026 à 10:00, Example Support a écrit :",
    "Spanish": "El lun, 2 mar 2026 a las 10:00, Example Support escribió:",
    "Italian": "Il giorno lun 2 mar 2026 alle ore 10:00 Example Support ha scritto:",
    "Dutch": "Op ma 2 mrt 2026 om 10:00 schreef Example Support:",
    "Portuguese": "Em seg., 2 de mar. de 2026 às 10:00, Example Support escreveu:",
    "Polish": "pon., 2 mar 2026 o 10:00 Example Support napisał(a):",
    "Russian": "пн, 2 мар. 2026 г. в 10:00, Example Support <support@desk.example>:",
    "Japanese": "2026年3月2日(月) 10:00 Example Support <support@desk.example>:",
    "Swedish": "Den mån 2 mars 2026 kl 10:00 skrev Example Support:",
    "Danish": "Den man. 2. mar. 2026 kl. 10.00 skrev Example Support:",
}
DIVIDERS = (
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "---------- Forwarded message ---------",
    "Begin forwarded message:\n\nFrom: Ann <ann@acme.example>\nSubject: Images\nDate: 2 March 2026\nTo: Dana\n",
    "From: Ann <ann@acme.example>\nSent: Monday\nTo: Example Support\nSubject: Images\n",
    "________________________________\nFrom: Ann <ann@acme.example>\nSent: Monday\nTo: Dana\nSubject: Images\n",
    "~~~ Please write your answer above this line ~~~",
    "-- ",
    "-- \nDana\nExample Support",
)
PLAIN = {
    **{f"quoted, {name}": f"Thank you.\n\n{lead}\n\n> {{}}" for name, lead in WROTE.items()},
    **{f"quoted without marks, {name}": f"Thank you.\n\n{lead}\n\n{{}}" for name, lead in WROTE.items()},
    **{f"only quoted, {name}": f"{lead}\n> {{}}" for name, lead in WROTE.items()},
    **{f"below divider {number}": f"Thank you.\n\n{line}\n{{}}" for number, line in enumerate(DIVIDERS)},
    **{f"nothing above divider {number}": f"{line}\n{{}}" for number, line in enumerate(DIVIDERS)},
    **{f"quote mark {mark}": f"{mark}{{}}" for mark in (">", "> ", ">>", "> > ", " > ", "AB> ")},
    "in the middle": "Thank you.\n\n{}\n\nI shall call you.\nDana",
    "in a sentence": "Please do not {} this.",
    "after a sentence": "Thank you. {}",
    "with words behind it": "{} it yourself, we said",
    "as a path": "{}/usr/bin",
    "in code": "`{}`",
    "in quotes": '"{}"',
    "in a link": "https://desk.example/{}",
    "in a list": "* {}\n* and so on",
    "numbered": "1. {}",
    "behind a bar": "| {}",
    "spelt out": "c l o s e",
}
HIDDEN = (
    '<p style="display:none">{}</p><p>Thank you.</p>',
    '<p style="visibility:hidden">{}</p><p>Thank you.</p>',
    '<p style="font-size:0">{}</p><p>Thank you.</p>',
    '<p style="opacity:0">{}</p><p>Thank you.</p>',
    "<p hidden>{}</p><p>Thank you.</p>",
    '<div style="height:0;overflow:hidden">{}</div><p>Thank you.</p>',
    '<div style="mso-hide:all;display:none">{}</div><p>Thank you.</p>',
    "<!-- {} --><p>Thank you.</p>",
    "<template>{}</template><p>Thank you.</p>",
    "<script>{}</script><p>Thank you.</p>",
    "<style>{}</style><p>Thank you.</p>",
    "<title>{}</title><p>Thank you.</p>",
    "<blockquote>{}</blockquote><p>Thank you.</p>",
    '<blockquote type="cite">{}</blockquote>',
    '<p>Thank you.</p><div class="gmail_quote">Ann wrote:<br><blockquote class="gmail_quote">{}</blockquote></div>',
    '<p>Thank you.</p><div id="appendonsend"></div><hr><div>From: Ann</div><div>{}</div>',
    '<p>Thank you.</p><div class="moz-signature">{}</div>',
    '<p>Thank you.</p><div class="gmail_signature">{}</div>',
    '<img src="{}"><p>Thank you.</p>',
    '<a title="{}" href="#">x</a><p>Thank you.</p>',
    '<input value="{}"><p>Thank you.</p>',
    '<meta name="x" content="{}"><p>Thank you.</p>',
    '<table style="display:none"><tr><td>{}</td></tr></table><p>Thank you.</p>',
    '<div style="max-height:0;overflow:hidden">{}</div><p>Thank you.</p>',
    '<p style="position:absolute;left:-9999px">{}</p><p>Thank you.</p>',
    '<iframe srcdoc="{}"></iframe><p>Thank you.</p>',
    "<datalist><option>{}</option></datalist><p>Thank you.</p>",
    "<p>Thank you.</p><p>On Mon, 2 Mar 2026 at 10:00, Ann wrote:</p><p>{}</p>",
)
COMMANDS = ("close", "#close")


def answer(desk: Desk, text: str = "Thank you.", html: str | None = None, **fields: str) -> EmailMessage:
    """An agent's answer to the newest letter."""
    letter, mail = desk.last(DANA), EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = DANA, letter.reply_to, f"Re: {letter.subject}"
    mail["Message-ID"] = "<hidden@desk.example>"
    for name, value in fields.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text + "\n")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail


def changes(desk: Desk, mail: EmailMessage) -> bool:
    """Whether an answer does anything to the ticket but add words to it."""
    found = weighed(desk, mail.as_bytes().replace(b"\n", b"\r\n"), desk.last(DANA).reply_to)
    return moves(found.decision)


def test_nothing_commands_in_a_hundred_layouts(case: Desk) -> None:
    """case 93: quotes of many languages, dividers, signatures, sentences, hidden HTML, pages without a text part."""
    assert changes(case, answer(case, "close"))
    layouts = [(name, answer(case, text.format(command))) for name, text in PLAIN.items() for command in COMMANDS]
    for page in HIDDEN:
        for command in COMMANDS:
            layouts.append((page, answer(case, "Thank you.", page.format(command))))
            alone = answer(case)
            alone.set_content(page.format(command), subtype="html")
            layouts.append((page, alone))
    assert len(PLAIN) + len(HIDDEN) >= 100
    commanding = [f"{mail.get_content_type()}: {name}" for name, mail in layouts if changes(case, mail)]
    assert not commanding, "\n".join(commanding)


def test_nothing_commands_from_a_part_that_is_attached(case: Desk) -> None:
    """case 93: a text file, a page, a mail, a calendar, and text around the parts."""
    for subtype, name in (("plain", "x.txt"), ("html", "x.html"), ("calendar", "x.ics")):
        mail = answer(case)
        mail.add_attachment("close\n", subtype=subtype, filename=name)
        assert not changes(case, mail)
    inner = EmailMessage()
    inner["From"], inner["Subject"] = DANA, "[close]"
    inner.set_content("close\n")
    mail = answer(case)
    mail.add_attachment(inner)
    assert not changes(case, mail)
    mail = answer(case, "Thank you.", "<p>Thank you.</p>")
    mail.preamble, mail.epilogue = "close\n", "close\n"
    assert not changes(case, mail)


def test_two_parts_that_say_different_things_command_nothing(case: Desk) -> None:
    """case 93: what one mail program shows is not what the other shows."""
    for text, page in (("close", "Thank you."), ("Thank you.", "close"), ("close", "to customer")):
        assert not changes(case, answer(case, text, f"<p>{page}</p>"))


MARKS = (
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated"},
    {"Precedence": "bulk"},
    {"Precedence": "list"},
    {"Precedence": "junk"},
    {"List_Id": "<x.desk.example>"},
    {"List_Post": "<mailto:x@desk.example>"},
    {"X_Autoreply": "yes"},
    {"X_Auto_Response_Suppress": "All"},
    {"X_Loop": "yes"},
    {"From": "mailer-daemon@desk.example"},
)


def test_machines_and_lists_command_nothing(case: Desk) -> None:
    """case 92: a command in what a machine or a list sends is a word like others."""
    for marks, words in product(MARKS, ("close", "#close", "[close]", "confirm", "undo")):
        fields = {**marks, **({"Subject": f"[CT-1] {words}"} if words.startswith("[") else {})}
        raw = answer(case, "Thank you." if words.startswith("[") else words, **fields).as_bytes()
        found = weighed(case, raw.replace(b"\n", b"\r\n"), case.last(DANA).reply_to)
        assert found.decision.ticket is not None
        assert found.decision.ticket.status in ("on-partner", "new")
        assert not any(event.kind == "move" for event in found.decision.events), (marks, words)


def test_the_null_sender_commands_nothing(case: Desk) -> None:
    """case 92: a mail from `<>` is a machine's, whatever it looks like."""
    for words in ("close", "#close", "#assign emil@desk.example"):
        raw = answer(case, words).as_bytes().replace(b"\n", b"\r\n")
        found = weighed(case, raw, case.last(DANA).reply_to, sender="")
        assert not any(event.kind in ("move", "assignment") for event in found.decision.events)
    assert moves(weighed(case, raw.replace(words.encode(), b"close"), case.last(DANA).reply_to, sender=DANA).decision)


UNCLEAR = (
    "#closed",
    "#clsoe",
    "#schließen bitte",
    "#to customer\n#close",
    "#close\n#reopen",
    "#close\n#frobnicate",
    "#assign emil@desk.example\n#nonsense",
    "#priority highest",
    "#priority high\n#asign emil@desk.example",
    "/close now please",
    "#to nobody",
    "#close [reopen]",
)


def test_what_is_not_understood_does_nothing_at_all(case: Desk) -> None:
    """case 94: all or nothing, one letter to the writer, the words are kept."""
    letter = case.last(DANA)
    for number, words in enumerate(UNCLEAR):
        letters = case.reply(DANA, f"{words}\n\nMany words to be kept, {number}.", letter=letter)
        assert (case.status(), case.ticket().assignees, case.ticket().priority) == ("on-partner", (), "normal"), words
        assert [post.to for post in letters].count(DANA) <= 1
        assert any(f"Many words to be kept, {number}." in event.text for event in case.timeline())


def test_a_flood_of_nonsense_is_answered_by_no_flood(case: Desk) -> None:
    """case 94: the same mail again is answered once; each other one by one letter, and never to anybody else."""
    case.reply(DANA, "#nonsense")
    assert case.again() == []
    for number in range(5):
        assert {letter.to for letter in case.reply(ANN, f"#nonsense {number}", letter=case.mailboxes[ANN][0])} <= {
            ANN,
            DANA,
            EMIL,
        }
