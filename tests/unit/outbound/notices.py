"""Letters for tests: one call, everything usual."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from outbound.headers import compose
from outbound.letter import Letter
from outbound.render import Rendered
from outbound.thread import Thread
from routing.model import Notice

NOW = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
MESSAGE_ID = "<l7.k3f2@desk.example>"
ROOT = "<t104.9a1c@desk.example>"


def notice(
    to: str = "ann@acme.example",
    name: str = "Ann Berg",
    template: str = "comment",
    subject: str = "Scanner",
    key: str = "CT-104",
    *,
    answer: bool = False,
    in_reply_to: str | None = None,
) -> Notice:
    return Notice(
        to=to,
        name=name,
        language="en",
        template=template,
        lane="customer",
        sender="support@desk.example",
        key=key,
        subject=subject,
        answer=answer,
        in_reply_to=in_reply_to,
    )


def letter(
    of: Notice | None = None,
    *,
    subject: str = "[CT-104] Scanner",
    text: str = "Hello\n",
    html: str = "<p>Hello</p>\n",
    gateway: str = "Example Support",
    root: str = ROOT,
    thread: Thread | None = None,
) -> Letter:
    return compose(
        Rendered(subject, text, html),
        of or notice(),
        reply_to="support+abc234@desk.example",
        envelope_sender="support+abc234@desk.example",
        message_id=MESSAGE_ID,
        thread=thread or Thread(root),
        gateway_name=gateway,
        now=NOW,
    )


def read(composed: Letter) -> EmailMessage:
    """The letter as another program reads it."""
    message = message_from_bytes(composed.data, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    assert not part.defects
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
