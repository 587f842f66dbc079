"""The cases of "Composition Kills" (Chen et al., USENIX Security 2020), as mails to an agent's reply address."""

import base64

import pytest

from routing.model import Proof
from tests.abuse.authority.dry import moves, weighed, written
from tests.stories.stage import DANA, MALLORY, WENDY, Desk

ENCODED = "=?utf-8?B?" + base64.b64encode(f"<{DANA}>".encode()).decode() + "?="
FIRST = "first@elsewhere.example"

# What a server of ours that is deceived in this way would state, and the From line. The paper's numbers.
BY_SERVER = {
    "A1, a subdomain that does not exist": ("spf=none smtp.mailfrom=any@none.desk.example", f"From: <{DANA}>"),
    "A2, an empty MAIL FROM": ("spf=pass smtp.helo=desk.example smtp.mailfrom=(any@desk.example", f"From: <{DANA}>"),
    "A3, NUL in the selector": ("dkim=pass header.d=elsewhere.example header.s=x\\000.any", f"From: <{DANA}>"),
    "A4, a quote in d=": ("dkim=pass header.d=desk.example'a.elsewhere.example", f"From: <{DANA}>"),
    "A4, a double quote in d=": ('dkim=pass header.d=desk.example"a.elsewhere.example', f"From: <{DANA}>"),
    "A5, a bracket in MAIL FROM": ("spf=pass smtp.mailfrom=any@desk.example(a.elsewhere.example", f"From: <{DANA}>"),
    "A6, a quote in MAIL FROM": ("spf=pass smtp.mailfrom=any@desk.example'@a.elsewhere.example", f"From: <{DANA}>"),
    "A7, a route in MAIL FROM": ("spf=pass smtp.mailfrom=@desk.example,@any.example:'a@x.example", f"From: <{DANA}>"),
    "A8, two From fields": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: <{FIRST}>\r\nFrom: <{DANA}>"),
    "A8, the other way round": ("spf=pass smtp.mailfrom=desk.example", f"From: <{DANA}>\r\nFrom: <{FIRST}>"),
    "A9, a space before it": ("spf=pass smtp.mailfrom=elsewhere.example", f" From: <{FIRST}>\r\nFrom: <{DANA}>"),
    "A10, a space behind it": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: <{FIRST}>\r\nFrom : <{DANA}>"),
    "A11, folded in its name": ("spf=pass smtp.mailfrom=elsewhere.example", f"From\r\n : <{FIRST}>\r\nFrom: <{DANA}>"),
    "A12, Sender instead": ("spf=pass smtp.mailfrom=elsewhere.example", f"From\r\n : <{FIRST}>\r\nSender: <{DANA}>"),
    "A13, Resent-From instead": (
        "spf=pass smtp.mailfrom=elsewhere.example",
        f"From\r\n : <{FIRST}>\r\nResent-From: <{DANA}>",
    ),
    "A14, two addresses": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: <{FIRST}>, <{DANA}>"),
    "A15, an encoded address": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: {ENCODED},<{FIRST}>"),
    "A16, a route": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: <@elsewhere.example,@any.example:{DANA}>"),
    "A17, a quoted pair": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: <{DANA}>\\,<{FIRST}>"),
    "A18, an address without brackets": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: {DANA},<{FIRST}>"),
    "A19, an address behind the brackets": ("spf=pass smtp.mailfrom=elsewhere.example", f"From: <{FIRST}>{DANA}"),
}


@pytest.mark.parametrize("stated", [True, False], ids=["with results", "without results"])
def test_what_deceives_servers_moves_nothing(strict: Desk, stated: bool) -> None:
    """case 72, P52 (espoofer, USENIX Security 2020): nineteen ways to pass a check in one name and write in another."""
    letter = strict.last(DANA)
    honest = "Authentication-Results: mx.desk.example; spf=pass smtp.mailfrom=desk.example"
    assert moves(weighed(strict, written("#close", honest, f"From: <{DANA}>"), letter.reply_to).decision)
    assert len({name.partition(",")[0] for name in BY_SERVER}) == 19
    for name, (results, line) in BY_SERVER.items():
        fields = [f"Authentication-Results: mx.desk.example; {results}"] if stated else []
        found = weighed(strict, written("#close", *fields, line), letter.reply_to)
        assert not moves(found.decision), name
        assert found.situation.proof < Proof.STRONG, name


BY_CLIENT = {
    "C1, two From fields": f"From: <{WENDY}>\r\nFrom: <{DANA}>",
    "C2, two addresses": f"From: <{WENDY}>, <{DANA}>",
    "C3, somebody else's From": f"From: <{DANA}>",
}


@pytest.mark.parametrize("case_of_the_paper", BY_CLIENT)
def test_who_has_a_mailbox_in_the_house_writes_for_nobody_else(strict: Desk, case_of_the_paper: str) -> None:
    """case 72, P52 (espoofer, USENIX Security 2020): three ways in which one account becomes another."""
    strict.submitter = WENDY
    letter = strict.last(DANA)
    raw = written("#close", BY_CLIENT[case_of_the_paper], f"To: {letter.reply_to}")
    strict.arrives(raw, WENDY, letter.reply_to)
    assert strict.status() == "on-partner"


GAMES = {
    "two fields": f"From: {DANA}\r\nFrom: {DANA}",
    "two that differ in capitals": f"From: {DANA}\r\nFROM: {DANA}",
    "a group": f"From: Staff: {DANA};",
    "a group of none": "From: Staff:;",
    "many": "From: " + ", ".join([DANA] * 50),
    "nobody": "From:",
    "none at all": f"Reply-To: {DANA}",
    "two senders": f"From: {DANA}\r\nSender: {DANA}\r\nSender: {MALLORY}",
    "a route": f"From: <@relay.example:{DANA}>",
    "a comment inside": f"From: dana(x)@desk.example <{MALLORY}>",
    "behind the brackets": f"From: <{DANA}> {MALLORY}",
    "in the name": f'From: "{DANA}" <{MALLORY}>',
    "in the name, as mail programs show it": f"From: {DANA} <{MALLORY}>",
}


@pytest.mark.parametrize("game", GAMES)
def test_a_from_that_names_more_than_one_has_no_author(case: Desk, game: str) -> None:
    """case 79, P28 (GitLab, CVE-2023-7028): a list, a group or a second field where one address was expected."""
    letter = case.last(DANA)
    found = weighed(case, written("#close", GAMES[game]), letter.reply_to)
    assert found.situation.author is None
    assert not moves(found.decision)
    assert all("," not in notice.to and notice.to.count("@") == 1 for notice in found.decision.notices)


@pytest.mark.parametrize("field", ["Sender", "Resent-From", "Resent-Sender", "Reply-To"])
def test_only_from_says_who_writes(case: Desk, field: str) -> None:
    """case 79: the mail of somebody else is not the agent's, whatever another field says."""
    found = weighed(case, written("#close", f"From: {MALLORY}", f"{field}: {DANA}"), case.last(DANA).reply_to)
    assert (found.situation.author, found.situation.proof) == (MALLORY, Proof.NONE)
    assert not moves(found.decision)


ENCODINGS = (
    "=?utf-8?q?dana=40desk.example?=",
    "<=?utf-8?q?dana=40desk.example?=>",
    "<=?utf-8?q?dana?=@desk.example>",
    "=?utf-8?q?dana=40desk.example=00?=@elsewhere.example",
    "=?utf-8?q?dana=40desk.example=3E?= <mallory@elsewhere.example>",
    "=?utf-7?q?dana+AEA-desk.example?= <mallory@elsewhere.example>",
    "=?utf-7?q?dana+AEA-desk.example?=",
    "<dana+AEA-desk.example>",
    "=?x?q?=41=42?=dana@desk.example",
    "=?iso-8859-1?q?=61=22=3c=64=61=6e=61=40=64=65=73=6b=3e?= dana@desk.example",
    "dana@desk.example\x00",
    "dana@desk.example\x00@elsewhere.example",
    "<dana@desk.example\x00.elsewhere.example>",
    "<dana@desk.example\x1b>",
    "dana@desk.example%00@elsewhere.example",
    '"dana@desk.example=3E=00"@elsewhere.example',
    "<dana@=?utf-8?q?desk.example?=>",
    "<dana@xn--0049.example>",
)


@pytest.mark.parametrize("value", ENCODINGS)
def test_nothing_is_decoded_inside_an_address(case: Desk, value: str) -> None:
    """case 81, P53 (Splitting the email atom, 2024): encoded words, UTF-7, NUL and an encoded bracket make no agent."""
    found = weighed(case, written("#close", f"From: {value}"), case.last(DANA).reply_to)
    assert found.situation.author in (None, "dana@xn--0049.example")
    assert found.situation.proof is Proof.NONE
    assert not moves(found.decision)
