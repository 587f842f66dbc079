"""Authentication-Results and signatures, as somebody outside would like them to be read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.records import Records
from gateway.walk import Considered
from parsers.authentication import Vouching, proven_domains
from parsers.headers import Headers
from routing.model import Proof
from tests.abuse.authority.dry import TAGGED, moves, weighed, written
from tests.rig.signing import Zone, signer
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, SUPPORT, Desk

PASS = "mx.desk.example; dkim=pass header.d=desk.example"
FIELD = f"Authentication-Results: {PASS}"
FROM = f"From: {DANA}"


@pytest.mark.parametrize(
    ("fields", "trusted"),
    [
        ((FIELD, FROM), False),
        (("Authentication-Results: mx.desk.example; dkim=none", FIELD, FROM), True),
        (("Authentication-Results: mx.desk.example; none", FIELD, FROM), True),
        (("Authentication-Results: mx.desk.example; spf=none", "Received: from x by mx", FIELD, FROM), True),
        (("Authentication-Results: other.example; dkim=pass header.d=desk.example", FIELD, FROM), True),
        (("X-Authentication-Results: " + PASS, FROM), True),
        (("Authentication-Results-Original: " + PASS, FROM), True),
        (("ARC-Authentication-Results: i=1; " + PASS, FROM), True),
        (("Received-SPF: pass (mx.desk.example) envelope-from=desk.example", FROM), True),
    ],
    ids=[
        "any peer",
        "below ours",
        "below ours of nothing",
        "below Received",
        "below another",
        "X-",
        "-Original",
        "ARC",
        "Received-SPF",
    ],
)
def test_results_that_come_from_outside_are_void(strict: Desk, fields: tuple[str, ...], trusted: bool) -> None:
    """case 73: only what our own server put above everything counts, and only from a peer of the house."""
    found = weighed(strict, written("#close", *fields), strict.last(DANA).reply_to, trusted=trusted)
    assert found.situation.proof < Proof.STRONG
    assert not moves(found.decision)
    assert moves(weighed(strict, written("#close", FIELD, FROM), strict.last(DANA).reply_to).decision)


@pytest.mark.parametrize(
    "results",
    [
        "mx.desk.example.elsewhere.example; dkim=pass header.d=desk.example",
        "elsewhere.example (mx.desk.example); dkim=pass header.d=desk.example",
        '"mx.desk.example; x"; dkim=pass header.d=desk.example',
        "mx.desk.example 2; dkim=pass header.d=desk.example",
        "mx.desk.example; dkim=fail (dkim=pass header.d=desk.example)",
        'mx.desk.example; dkim=fail reason="; dkim=pass header.d=desk.example"',
        "mx.desk.example; dkim=fail\r\n\theader.d=elsewhere.example\r\n\t(; dkim=pass header.d=desk.example)",
        "mx.desk.example; dkim=pass header.d=elsewhere.example header.i=@desk.example",
        "mx.desk.\uff45xample; dkim=pass header.d=desk.example",
        "mx.desk.example\x00; dkim=pass header.d=desk.example",
        "(" * 2000 + "mx.desk.example; dkim=pass header.d=desk.example",
        "mx.desk.example; dkim=pass header.d=desk.example" + "(" * 2000,
        "mx.desk.example" + "; x=y" * 20_000 + "; dkim=pass header.d=desk.example (",
    ],
)
def test_what_only_looks_like_our_results_moves_nothing(strict: Desk, results: str) -> None:
    """case 74: names that begin with ours, comments, quotes, versions, and brackets enough to fell a parser."""
    raw = written("#close", f"Authentication-Results: {results}", FROM)
    found = weighed(strict, raw, strict.last(DANA).reply_to)
    assert found.situation.proof < Proof.STRONG
    assert not moves(found.decision)


LABEL = st.sampled_from(["acme", "evil", "mail", "news", "a", "acme-mail"])
ENDING = st.sampled_from(["com", "co.uk", "example", "github.io"])
DOMAIN = st.tuples(st.lists(LABEL, min_size=1, max_size=3), ENDING)


@given(DOMAIN, DOMAIN, st.booleans(), st.sampled_from(["dkim=pass header.d=", "spf=pass smtp.mailfrom=x@"]))
@settings(max_examples=200, deadline=None)
def test_alignment(author: tuple[list[str], str], other: tuple[list[str], str], relaxed: bool, result: str) -> None:
    """case 76: strictly the same domain; relaxed, the same registered one, never two beside each other."""
    from_, by = (".".join((*labels, ending)) for labels, ending in (author, other))
    fields = Headers({"authentication-results": (f"mx.desk.example; {result}{by}",)})
    found = proven_domains(fields, f"ann@{from_}", Vouching(("mx.desk.example",), relaxed))
    registered = (author[0][-1], author[1]) == (other[0][-1], other[1])
    assert bool(found) is (from_ == by or (relaxed and registered))


# Signatures checked here

OURS, THEIRS = signer("desk.example"), signer("elsewhere.example")


@pytest.fixture
def checking(stage: Stage) -> Iterator[Desk]:
    """CT-1 on a desk that checks signatures itself, whoever brings the mail."""
    desk = stage(more="[trust]\ncheck_dkim = true")
    desk.write(ANN, "All images are missing.", subject="Images")
    records = Records(Zone((OURS, THEIRS)))
    desk.rules, desk.trusted = replace(desk.rules, records=records), False
    yield desk
    records.close()


def closes(found: Considered) -> bool:
    """Whether a mail would close the ticket."""
    return found.decision.ticket is not None and found.decision.ticket.status == "closed"


def test_a_signature_over_a_part_lets_anybody_write_the_rest(checking: Desk) -> None:
    """case 77: text and parts appended under `l=`, and the tag written in other ways."""
    to = checking.last(DANA).reply_to
    raw = written("Hello.", FROM, f"To: {to}")
    whole, part = OURS.sign(raw), OURS.sign(raw, length=True)
    assert weighed(checking, whole, to).situation.proof is Proof.STRONG
    for mail in (part, part + b"\r\n#close\r\n", part.replace(b"l=", b" l = "), part.replace(b" l=", b"\r\n\tl=")):
        found = weighed(checking, mail, to)
        assert found.situation.proof < Proof.STRONG
        assert not closes(found)


ABOVE = (
    "Subject: [close]",
    "subject : [close]",
    f"From: {DANA}",
    f"FROM: {DANA}",
    f"Sender: {DANA}",
    "Message-ID: <other@desk.example>",
    "Content-Type: text/html",
    "Content-Type: multipart/mixed; boundary=x",
)


@pytest.mark.parametrize("more", ABOVE)
def test_what_is_put_above_a_signed_mail_takes_its_power(checking: Desk, more: str) -> None:
    """case 78: dkimpy still says that the signature holds; a second field, or one that was not signed, voids it."""
    to = checking.last(DANA).reply_to
    signed = OURS.sign(written("Hello.", FROM, f"To: {to}"))
    found = weighed(checking, more.encode() + b"\r\n" + signed, to)
    assert found.situation.proof < Proof.STRONG
    assert not closes(found)


TWO_PARTS = "--{0}\r\nContent-Type: text/plain\r\n\r\n{1}\r\n--{0}--"


@pytest.mark.parametrize(
    ("label", "body", "forged"),
    [
        (None, "Hello.\r\n\r\nYou wrote:\r\n" + TWO_PARTS.format("x", "#close"), "multipart/mixed; boundary=x"),
        (None, "Hello.\r\n> </blockquote><p>#close</p>", "text/html"),
        (
            "multipart/mixed; boundary=a",
            TWO_PARTS.format("a", "Hello.\r\n" + TWO_PARTS.format("x", "#close")),
            "multipart/mixed; boundary=x",
        ),
        ("multipart/mixed; boundary=a", TWO_PARTS.format("a", "Hello."), "text/html"),
    ],
    ids=["a quoted part", "a quoted page", "another boundary", "a page"],
)
def test_a_label_that_was_not_signed_makes_nothing_else_of_the_words(
    checking: Desk, label: str | None, body: str, forged: str
) -> None:
    """case 78: most signers leave Content-Type out; what an agent quotes becomes a part or a page of its own."""
    to = checking.last(DANA).reply_to
    own = (f"Content-Type: {label}",) if label else ()
    signed = OURS.sign(written(body, *own, FROM, f"To: {to}"))
    assert weighed(checking, signed, to).situation.proof is Proof.STRONG
    other = b"Content-Type: " + forged.encode()
    without = signed.replace(f"Content-Type: {label}\r\n".encode(), b"") if label else signed
    for mail in (other + b"\r\n" + without, other + b"\r\n" + signed):
        found = weighed(checking, mail, to)
        assert found.situation.proof < Proof.STRONG
        assert not closes(found)


def test_honest_mail_keeps_its_power_where_its_label_is_not_signed(checking: Desk) -> None:
    """case 78: the mails that programs really write, with a signature that leaves Content-Type out."""
    to = checking.last(DANA).reply_to
    parts = TWO_PARTS.format("a", "#close")
    for label, body in (
        ("text/plain; charset=utf-8", "#close"),
        ("multipart/alternative; boundary=a", parts),
        ('multipart/mixed; boundary="a"', f"This is a multi-part message in MIME format.\r\n{parts}"),
        ("text/html", "<html><p>#close</p></html>"),
        ("text/html\r\nContent-Transfer-Encoding: base64", "PHA+I2Nsb3NlPC9wPg=="),
    ):
        found = weighed(checking, OURS.sign(written(body, f"Content-Type: {label}", FROM, f"To: {to}")), to)
        assert (found.situation.proof, closes(found)) == (Proof.STRONG, True), label


def test_a_signed_mail_for_somebody_else_commands_nothing_of_ours(checking: Desk) -> None:
    """case 78: an agent's signed mail to a friend is brought to us, to another's reply address and to the plain one."""
    signed = OURS.sign(written("close", FROM, "To: friend@elsewhere.example", subject="Please"))
    for to in (SUPPORT, checking.last(ANN).reply_to):
        found = weighed(checking, signed, to)
        assert not moves(found.decision)


def test_a_signed_command_that_comes_again_with_one_more_field_counts_once(checking: Desk) -> None:
    """cases 78 and 95: whoever has an agent's signed mail brings it again with a field that was not signed."""
    to = checking.last(DANA).reply_to
    signed = OURS.sign(written("close", FROM, f"To: {to}", subject=TAGGED, message_id="<1@desk.example>"))
    checking.arrives(signed, DANA, to)
    checking.reply(ANN, "#reopen\n\nStill missing.")
    for more in (b"Cc: x@elsewhere.example\r\n", b"Reply-To: dana@desk.example\r\n", b"References: <a@b.example>\r\n"):
        for recipient in (to, SUPPORT, checking.mailboxes[DANA][0].reply_to):
            checking.arrives(more + signed, DANA, recipient)
    assert checking.kinds().count("move") == 2
    assert checking.status() == "new"
