"""Mails as programs really write them, and what is understood of them.

A difference leaves a `.got` file beside: look at it, then move it over.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from parsers.hypertext.sanitise import sanitise
from parsers.read import read
from parsers.show import as_json
from parsers.verbs import Verb, Verbs

FOLDER = Path(__file__).parent / "mails"
VERBS = Verbs((Verb("close", ("close",), takes_arguments=True), Verb("to-customer", ("to customer",))))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.eml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_a_mail_is_understood_as_expected(path: Path, line_end: bytes) -> None:
    mail = read(path.read_bytes().replace(b"\n", line_end))
    shown = as_json(path.name, replace(mail, html=sanitise(mail.html) if mail.html else None), VERBS, None)
    for attachment in shown["attachments"] if isinstance(shown["attachments"], list) else ():
        if attachment["content_type"].startswith(("message/", "text/rfc822-headers")):
            # An attached message or header section has the line ends of the message around it.
            del attachment["size"], attachment["sha256"]
    got = json.dumps(shown, ensure_ascii=False, indent=2).replace("\\r\\n", "\\n") + "\n"
    expected, difference = path.with_suffix(".json"), path.with_suffix(".json.got")
    if expected.exists() and expected.read_text(encoding="utf-8") == got:
        difference.unlink(missing_ok=True)
        return
    difference.write_text(got, encoding="utf-8")
    pytest.fail(f"{expected.name} is not what is understood now; see {difference}")
