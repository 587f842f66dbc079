"""The conversation that the demo plays, as data: who writes what, and what must come of it."""

from dataclasses import dataclass

SUPPORT = "support@desk.example"
ANN = "ann@acme.example"
AGENT = "dana@desk.example"
PARTNER = "wendy@webhost.example"
OUTSIDER = "mallory@elsewhere.example"


@dataclass(frozen=True, slots=True)
class Step:
    """One mail. `to` None answers the last letter that `writer` got; `sender` is the envelope's, where it differs.

    `status` and `event` are what the ticket must then show; the demo fails where it does not.
    """

    title: str
    writer: str
    text: str
    status: str
    event: str
    to: str | None = None
    subject: str = ""
    quoting: bool = False
    sender: str | None = None


STEPS = (
    Step(
        "A customer writes to the support address.",
        ANN,
        "Hello,\n\nsince this morning every product image on our website is missing.\n"
        "Nothing was changed on our side.\n\nAnn",
        "new",
        "opened",
        to=SUPPORT,
        subject="Product images are missing",
    ),
    Step(
        "An agent answers the letter, as anybody answers a mail.",
        AGENT,
        "Hello Ann,\n\nthank you, we see it too and look into it.",
        "in-progress",
        "comment",
    ),
    Step(
        "The agent needs something of the customer: a keyword on the first line does it.",
        AGENT,
        "to customer\n\nWhich browser shows it? And is it the same on a phone?",
        "on-customer",
        "move",
    ),
    Step(
        "The customer answers, with all of the old mail quoted below. Only the new words count.",
        ANN,
        "It is the same in all of them, on phones too.",
        "new",
        "comment",
        quoting=True,
    ),
    Step(
        "The agent hands it to the web host.",
        AGENT,
        "to web-it provider\n\nThe image server answers 403 since 06:00. Could you look at its certificate?",
        "on-partner",
        "move",
    ),
    Step(
        "The partner answers from its own mailbox.",
        PARTNER,
        "The certificate had expired. It is renewed; the cache may need an hour.",
        "new",
        "comment",
        quoting=True,
    ),
    Step(
        "The customer turns to the web host directly. Customers mark commands with a #.",
        ANN,
        "#to web-it provider\n\nTwo images are still missing: /shop/42.jpg and /shop/43.jpg.",
        "on-partner",
        "move",
    ),
    Step(
        "The customer tries a party that this system does not involve: refused, and told what is possible.",
        ANN,
        "#to it-provider\n\nOr is this one for you?",
        "on-partner",
        "refusal",
    ),
    Step(
        "The agent closes the ticket.",
        AGENT,
        "close\n\nAll images are back. Thank you both.",
        "closed",
        "move",
    ),
    Step(
        "An outsider forges the agent's From, with the ticket number in the subject. Nothing moves.",
        AGENT,
        "reopen\n\nPlease send me the whole history.",
        "closed",
        "unverified",
        to=SUPPORT,
        subject="[{key}] Product images are missing",
        sender=OUTSIDER,
    ),
)
