"""Delivery notices in plain words, written as the named mail systems write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.mail import Bounce, FailedRecipient, Kind, ParsedMail
from parsers.read import read

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"
RETURNED = (
    "From: desk@desk.example\nTo: ann@acme.example\nSubject: Printer\nMessage-ID: <letter@desk.example>\n\nhello\n"
)


def notice(body: str, subject: str = "failure notice", sender: str = DAEMON, fields: str = "") -> ParsedMail:
    head = (
        f"From: {sender}\nTo: desk@desk.example\nSubject: {subject}\n{fields}Content-Type: text/plain; charset=utf-8\n"
    )
    return read(f"{head}\n{body}".encode())


def failed(mail: ParsedMail) -> list[tuple[str, str, str]]:
    assert mail.kind is Kind.BOUNCE
    assert mail.bounce is not None
    return [(r.address, r.action, r.status) for r in mail.bounce.recipients]


QMAIL = (
    "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the "
    "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    "<ann@acme.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n"
    "<bob@acme.example>:\nUser's Disk Quota Exceeded.\n\n--- Below this line is a copy of the message.\n\n" + RETURNED
)
EXIM = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
    "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
    "  ann@acme.example\n    (generated from office@acme.example)\n    host mx.acme.example [192.0.2.1]\n"
    "    SMTP error from remote mail server after RCPT TO:<ann@acme.example>:\n    550 No such user here\n\n"
    "------ This is a copy of the message, including all the headers. ------\n\n" + RETURNED
)
SENDMAIL = (
    "The original message was received at Sat, 31 Jan 2026 12:00:00 GMT\nfrom desk@desk.example\n\n"
    "   ----- The following addresses had permanent fatal errors -----\n<ann@acme.example>\n\n"
    "   ----- Transcript of session follows -----\n... while talking to mx.acme.example.:\n"
    ">>> RCPT To:<ann@acme.example>\n<<< 550 5.2.1 <ann@acme.example>... Mailbox disabled\n"
    "550 5.1.1 <ann@acme.example>... User unknown\n\n   ----- Original message follows -----\n" + RETURNED
)
EXCHANGE = (
    "Your message\n\n  To:      ann@acme.example; bob@acme.example\n  Subject: Printer\n\n"
    "did not reach the following recipient(s):\n\nann@acme.example on Sat, 31 Jan 2026 12:00:00\n"
    "    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=acme\n"
)
HMAIL = (
    "Your message did not reach some or all of the intended recipients.\n\n   Subject: Printer\n\n"
    "The following recipient(s) could not be reached:\n\nann@acme.example\n   Error Type: SMTP\n"
    "   Remote server (192.0.2.1) issued an error.\n   Remote server replied: 552 5.2.2 mailbox is over quota\n"
)
COURIER = (
    "                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n"
    "<ann@acme.example>:\n    mx.acme.example [192.0.2.1]:\n<<< 550 5.1.1 <ann@acme.example>... User Unknown\n"
)
LISTSERV = (
    'Error-for:  ann@acme.example\nError-Code: 0\nError-Text: Mailer said: "554 Message looping (received 6 times)"\n'
)
DOMINO = (
    "Your message\n\n  Subject: Printer\n\nwas not delivered to:\n\n  ann@acme.example\n\nbecause:\n\n"
    "  User ann (ann@acme.example) not listed in Domino Directory\n"
)


@pytest.mark.parametrize(
    ("body", "recipients"),
    [
        (QMAIL, [("ann@acme.example", "failed", "5.1.1"), ("bob@acme.example", "failed", "5.2.2")]),
        (EXIM, [("ann@acme.example", "failed", "5.1.1"), ("office@acme.example", "failed", "5.1.1")]),
        (SENDMAIL, [("ann@acme.example", "failed", "5.2.1")]),
        (EXCHANGE, [("ann@acme.example", "failed", "5.1.1")]),
        (HMAIL, [("ann@acme.example", "failed", "5.2.2")]),
        (COURIER, [("ann@acme.example", "failed", "5.1.1")]),
        (LISTSERV, [("ann@acme.example", "failed", "5.4.6")]),
        (DOMINO, [("ann@acme.example", "failed", "5.1.1")]),
    ],
    ids=["qmail", "exim", "sendmail", "exchange", "hmail", "courier", "listserv", "domino"],
)
def test_who_failed_and_why(body: str, recipients: list[tuple[str, str, str]]) -> None:
    assert failed(notice(body)) == recipients


@pytest.mark.parametrize(
    ("subject", "body", "status"),
    [
        (
            "Unzustellbar: Angebot",
            "Ihre Nachricht konnte nicht zugestellt werden:\n\nann@acme.example\nPostfach ist voll",
            "2.2",
        ),
        (
            "Non remis : Devis",
            "Votre message n'a pas pu être remis à :\n\nann@acme.example\nUtilisateur inconnu",
            "1.1",
        ),
        ("No se puede entregar: Oferta", "No se pudo entregar a:\n\nann@acme.example\nEl usuario no existe", "1.1"),
        ("Não entregue", "A mensagem não pôde ser entregue:\n\nann@acme.example: caixa postal cheia", "2.2"),
        ("Non recapitabile: Offerta", "Impossibile recapitare a:\n\nann@acme.example\nutente sconosciuto", "1.1"),
        ("Onbestelbaar: Offerte", "Uw bericht is niet bezorgd:\n\nann@acme.example\nHet postvak is vol", "2.2"),
        (
            "Kan inte levereras: Offert",
            "Meddelandet kunde inte levereras:\n\nann@acme.example\nAdressen finns inte",
            "1.1",
        ),
        (
            "Niedostarczone: Oferta",
            "Wiadomość nie została dostarczona:\n\nann@acme.example\nUżytkownik nie istnieje",
            "1.1",
        ),
        ("Nedoručitelná zpráva", "Zprávu nelze doručit:\n\nann@acme.example\nUživatel neexistuje", "1.1"),
        ("Teslim Edilemedi: Teklif", "İletiniz teslim edilemedi:\n\nann@acme.example\nAlıcı bulunamadı", "1.1"),
        (
            "Недоставленное сообщение",
            "Ваше письмо не может быть доставлено:\n\nann@acme.example\nящик переполнен",
            "2.2",
        ),
        ("メールを配信できませんでした", "以下の宛先に配信できませんでした。\nann@acme.example\n宛先不明", "1.1"),
        ("系统退信", "您的邮件无法送达：\nann@acme.example\n收件人不存在", "1.1"),
        ("메일 전송 실패", "메일을 전달하지 못했습니다.\nann@acme.example\n존재하지 않는 계정", "1.1"),
    ],
)
@pytest.mark.parametrize("sender", [DAEMON, "postmaster@mx.example", "Mail Server <no-reply@mx.example>"])
def test_in_other_languages(sender: str, subject: str, body: str, status: str) -> None:
    assert failed(notice(body, subject, sender)) == [("ann@acme.example", "failed", f"5.{status}")]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Warning: message 1a delayed 24 hours",
            "The address to which it has not yet been delivered is:\n\n  ann@acme.example\n",
        ),
        (
            "Delivery Status Notification (Delay)",
            "Delivery to the following recipient has been delayed:\n\n  ann@acme.example",
        ),
        ("Undelivered mail", "<ann@acme.example>: Connection timed out\n\nIt will be retried until it is 5 days old."),
        (
            "Mail Delivery Warning",
            "could not be delivered to\nann@acme.example\nDelivery attempts will continue to be made",
        ),
        (
            "Zustellung verzögert",
            "Ihre Nachricht wurde noch nicht zugestellt:\nann@acme.example\nEs wird weiterhin versucht",
        ),
    ],
)
def test_a_message_that_is_only_late(subject: str, body: str) -> None:
    ((address, action, status),) = failed(notice(body, subject))
    assert (address, action, status[0]) == ("ann@acme.example", "delayed", "4")


def test_what_is_given_up_is_not_late_any_more() -> None:
    body = "<ann@acme.example>:\nThe connection was delayed. (#4.4.1)\nI'm not going to try again."
    assert failed(notice(body)) == [("ann@acme.example", "failed", "4.4.1")]


def test_addresses_that_send_answer_or_help_did_not_fail() -> None:
    body = (
        "I could not deliver your message from desk@desk.example to ann@acme.example: 550 no such user\n"
        "For help please contact help@mx.example or reply to postmaster@mx.example\n"
    )
    assert [r[0] for r in failed(notice(body))] == ["ann@acme.example"]


def test_names_without_a_domain_belong_to_the_mail_system_that_lists_them() -> None:
    body = "Your mail to the following recipients could not be delivered:\n\tscreenname\n"
    assert failed(notice(body, sender="MAILER-DAEMON@mx.example"))[0][0] == "screenname@mx.example"


def test_a_field_for_the_recipients_takes_its_reasons_from_the_words() -> None:
    mail = notice(EXIM, fields="X-Failed-Recipients: ann@acme.example,\n  carl@acme.example\n")
    assert failed(mail) == [("ann@acme.example", "failed", "5.1.1"), ("carl@acme.example", "failed", "5.1.1")]


def test_where_nobody_is_named_the_returned_message_says_whom_it_was_for() -> None:
    body = "Your message could not be delivered: the mailbox is full.\n\n----- Original message -----\n\n" + RETURNED
    assert failed(notice(body)) == [("ann@acme.example", "failed", "5.2.2")]


def test_fields_of_a_report_may_stand_in_the_text() -> None:
    body = (
        "Technical report:\n\nReporting-MTA: dns; mx.example\n\n"
        "Action: failed\nFinal-Recipient: rfc822; ann@acme.example\n"
        "Diagnostic-Code: smtp; 550 5.3.5 System error\nStatus: 5.3.5\n"
    )
    assert notice(body).bounce == Bounce(
        (FailedRecipient("ann@acme.example", "failed", "5.3.5", "550 5.3.5 System error"),), None
    )


def test_a_report_that_a_gateway_wraps_is_read_through() -> None:
    inner = (
        "From: postmaster@mx.example\nSubject: Delivery Status Notification (Failure)\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="i"\n\n'
        "--i\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ann@acme.example\n"
        "Action: failed\nStatus: 5.1.1\n--i--\n"
    )
    head = 'Subject: Delivery Status Notification (Failure)\nContent-Type: multipart/mixed; boundary="o"\n'
    outer = f"From: postmaster@mx.example\n{head}\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    assert failed(read(outer.encode())) == [("ann@acme.example", "failed", "5.1.1")]


@pytest.mark.parametrize(
    "heading",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "--- Original message follows.",
        "   ----- Unsent message follows -----",
        "|------------------------- Message text follows: ------------------------|",
        "--- The header of the original message is following. ---",
        "Included is a copy of the message header:",
        "    Below is a copy of the original message:",
        "---- Mensaje original adjunto.",
        "----- Ursprüngliche Nachricht -----",
        "Received: from desk.example by mx.example; Sat, 31 Jan 2026 12:00:00 +0000",
    ],
)
def test_the_returned_message_is_no_part_of_the_notice(heading: str) -> None:
    returned = RETURNED + "\n<carl@acme.example>: 550 5.1.1 no such user\n"
    mail = notice(f"Could not be delivered:\n\n<ann@acme.example>: 550 5.2.2 full\n\n{heading}\n\n{returned}")
    assert failed(mail) == [("ann@acme.example", "failed", "5.2.2")]
    assert mail.bounce is not None
    assert mail.bounce.original_message_id == "<letter@desk.example>"


SES = (
    '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":'
    '"ann@acme.example","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},'
    '"mail":{"commonHeaders":{"messageId":"<letter@desk.example>"}}}\n\n--\nIf you wish to stop\n'
)


def test_a_notice_of_amazon_ses() -> None:
    mail = notice(SES, "AWS Notification Message", "AWS Notifications <no-reply@sns.amazonaws.com>")
    assert mail.bounce == Bounce(
        (FailedRecipient("ann@acme.example", "failed", "5.1.1", "550 5.1.1 user unknown"),), "<letter@desk.example>"
    )


def test_a_notice_of_amazon_ses_that_was_folded_or_wrapped() -> None:
    folded = SES.replace("user unknown", "user\n unknown")
    wrapped = json.dumps({"Type": "Notification", "Message": SES.partition("\n")[0]}, indent=2)
    for text in (folded, wrapped):
        assert failed(notice(text, "AWS Notification Message", "AWS Notifications <no-reply@sns.amazonaws.com>")) == [
            ("ann@acme.example", "failed", "5.1.1")
        ]


def test_a_complaint_that_amazon_ses_passes_on_is_no_failure() -> None:
    text = '{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"ann@acme.example"}]}}'
    assert notice(text, "AWS Notification Message", "no-reply@sns.amazonaws.com").kind is Kind.FEEDBACK


GATEWAY = (
    "Error: Invalid user address\n\nError message below:\n550 - Requested action not taken: no such user here\n\n"
    "Message details:\n  MAIL FROM: desk@desk.example\n  RCPT TO: 5550100@text.example\n  From: desk@desk.example\n"
)


def test_a_gateway_answers_under_the_subject_of_the_mail() -> None:
    mail = notice(GATEWAY, "Re: Printer", "post_master@text.example", "In-Reply-To: <letter@desk.example>\n")
    assert failed(mail) == [("5550100@text.example", "failed", "5.1.1")]
    person = notice("Hello,\n\n" + GATEWAY, "Re: Printer", "postmaster@text.example")
    assert person.kind is Kind.PERSONAL


def test_a_notice_may_show_fields_of_the_mail_that_failed() -> None:
    body = (
        "Your message:\n   From:    desk@desk.example\n   Subject: Printer\n\nCould not be delivered because of\n\n"
        "550 5.1.1 User unknown\n\nThe following recipients were affected:\n    ann@acme.example\n"
    )
    mail = notice(body, 'Undeliverable Mail: "Printer"', "postmaster@gate.example")
    assert failed(mail) == [("ann@acme.example", "failed", "5.1.1")]


def test_a_message_without_a_sender_and_without_a_subject_that_says_so() -> None:
    head = "Return-Path: <>\nFrom: no-reply@phone.example\nTo: desk@desk.example\nSubject: Mail\n"
    said = "Could not be delivered to: <ann@phone.example>\n As their mailbox is full.\n"
    returned = f"--b\nContent-Type: message/rfc822\n\n{RETURNED}\n--b--\n"
    whole = f"{head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{said}\n{returned}"
    assert failed(read(whole.encode())) == [("ann@phone.example", "failed", "5.2.2")]
    alone = read(f"{head}\n{said}".encode())
    assert alone.kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "text", ['{"bouncedRecipients"', '{"bouncedRecipients":' + "[" * 100_000, SES[:200], "{" * 1_000]
)
def test_what_only_begins_like_one_is_none(text: str) -> None:
    assert notice(text, "AWS Notification Message", "no-reply@sns.amazonaws.com").bounce is None


NOTICE = "Your message could not be delivered.\n\n<bob@acme.example>: host mx said: 550 5.1.1 User unknown\n"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Fwd: Undelivered Mail Returned to Sender", "Hi, I got this back:\n\n" + NOTICE),
        ("Fwd: Undelivered Mail Returned to Sender", "---------- Forwarded message ---------\nFrom: x\n\n" + NOTICE),
        ("WG: Unzustellbar: Angebot", "Guten Tag,\nsiehe unten.\n\n" + NOTICE),
        ("Re: Undeliverable: offer", "Bob has left us.\n\n> " + NOTICE.replace("\n", "\n> ")),
        ("Undelivered mail", "Dear support,\n\n" + NOTICE),
        ("Undelivered mail", NOTICE),
        ("Mail delivery failed", "Our mail to bob@acme.example could not be delivered: 550 5.1.1 user unknown.\n"),
        ("Printer", NOTICE),
        ("Delivery failed: your parcel", "We could not deliver your parcel. Write to service@parcel.example.\n"),
    ],
)
@pytest.mark.parametrize("sender", ["Ann <ann@acme.example>", "Office <office@acme.example>"])
def test_a_person_who_writes_about_a_bounce_stays_a_person(sender: str, subject: str, body: str) -> None:
    mail = notice(body, subject, sender)
    assert (mail.kind, mail.bounce) == (Kind.PERSONAL, None)


def test_an_administrator_may_be_a_person() -> None:
    body = "Since Monday mails to bob@acme.example fail: 550 5.7.1 blocked. Please check.\n"
    assert notice(body, "Mail delivery failed", "IT <admin@acme.example>").kind is Kind.PERSONAL


def test_a_program_may_greet() -> None:
    body = "Hello, this is the mail server on mx.example.\n\n  <ann@acme.example>  delivery failed; mailbox is full\n"
    assert failed(notice(body, "Delivery report", "postmaster@mx.example")) == [("ann@acme.example", "failed", "5.2.2")]


def test_a_postmaster_may_be_a_person() -> None:
    body = "Hello,\n\nwe see many undeliverable mails from you:\n550 5.1.1 <bob@acme.example>: user unknown\n"
    assert (
        notice(body, "Undeliverable mail from your server", "Postmaster <postmaster@acme.example>").kind
        is Kind.PERSONAL
    )


def test_an_answering_machine_that_speaks_of_delivery_is_no_mail_system() -> None:
    fields = "Return-Path: <>\nAuto-Submitted: auto-replied\n"
    body = "I have left Acme. Your message has not been delivered to anybody; write to ann@acme.example.\n"
    assert notice(body, "Automatic reply: offer", "Bob <bob@acme.example>", fields).kind is Kind.AUTO_REPLY


LOCAL = st.from_regex(r"[a-z0-9]{1,10}([._+-][a-z0-9]{1,10}){0,3}", fullmatch=True)
HOST = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,6}){1,3}", fullmatch=True)


@given(
    local=LOCAL,
    host=HOST,
    shape=st.sampled_from(["<{}>:\n550 5.1.1 no", "  {}\n    550 5.1.1 no", "* {}: 550 5.1.1 no"]),
)
def test_every_address_is_read_back(local: str, host: str, shape: str) -> None:
    address = f"{local}@{host}"
    mail = notice("These could not be delivered:\n\n" + shape.format(address) + "\n")
    assert failed(mail) == [(address, "failed", "5.1.1")]


@given(st.text(max_size=400))
def test_any_text_of_a_mail_system_is_read_without_a_defect(text: str) -> None:
    mail = notice(text.replace("\r", " "))
    assert mail.kind is Kind.BOUNCE
    assert not [d for d in mail.defects if d.code == "unreadable"]
