"""`parse --json`: every key, always."""

import json

from parsers.read import read
from parsers.show import as_json, failed
from parsers.verbs import Verb, Verbs

VERBS = Verbs((Verb("close", ("close",), takes_arguments=True),))
KEYS = [
    "file", "error", "message_id", "in_reply_to", "references", "date", "from", "reply_to", "to", "cc", "subject",
    "kind", "until", "text", "reply", "signature", "quoted", "html", "attachments", "bounce", "tags", "commands",
    "defects",
]  # fmt: skip


def test_every_key_is_present_even_for_nothing() -> None:
    shown = as_json("x.eml", read(b""), VERBS, None)
    assert list(shown) == KEYS
    assert (shown["from"], shown["date"], shown["html"], shown["bounce"], shown["error"]) == (None,) * 5
    assert (shown["to"], shown["tags"], shown["commands"], shown["attachments"]) == ([], [], [], [])


def test_a_mail_as_plain_values() -> None:
    raw = (
        b"From: Ann <ann@acme.example>\nDate: Sat, 31 Jan 2026 13:00:00 +0100\nSubject: [CT-12] x\n\n"
        b"#close resolved\n\nThanks.\n-- \nAnn\n\nOn Sat, 31 Jan 2026, Support wrote:\n> hi\n"
    )
    shown = json.loads(json.dumps(as_json("x.eml", read(raw), VERBS, None)))
    assert shown["from"] == {"name": "Ann", "address": "ann@acme.example"}
    assert shown["date"] == "2026-01-31T12:00:00Z"
    assert shown["tags"] == ["CT-12"]
    assert shown["commands"] == [{"name": "close", "arguments": ["resolved"], "source": "body", "line": 1}]
    assert shown["reply"] == "#close resolved\n\nThanks."
    assert shown["signature"] == "-- \nAnn"
    assert shown["quoted"] == "On Sat, 31 Jan 2026, Support wrote:\n> hi"
    assert shown["defects"] == []


def test_a_mail_that_could_not_be_read_has_every_key_too() -> None:
    shown = failed("x.eml", "the reader died of it")
    assert list(shown) == KEYS
    assert shown["error"] == "the reader died of it"
