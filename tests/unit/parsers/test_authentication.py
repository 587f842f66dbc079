"""Authentication-Results: whose count, and what they must say."""

import pytest

from parsers.authentication import Vouching, organisational, proven_domains
from parsers.headers import Headers

OURS = ("mx.desk.example",)


def proven(*values: str, author: str | None = "ann@acme.example", ids: tuple[str, ...] = OURS) -> tuple[str, ...]:
    return proven_domains(Headers({"authentication-results": values}), author, Vouching(ids))


@pytest.mark.parametrize(
    "value",
    [
        "mx.desk.example; dmarc=pass header.from=acme.example",
        "mx.desk.example 1; dmarc=pass (p=none; dis=none) header.from=acme.example",
        "MX.desk.example; spf=fail smtp.mailfrom=x.example; DMARC=pass header.from=Acme.example",
        'mx.desk.example; dkim=pass reason="ok" header.d=acme.example header.s=x',
        "mx.desk.example; dkim=pass header.i=@acme.example",
        "mx.desk.example; dkim/1=pass header.d=acme.example",
        "mx.desk.example; dkim=fail header.d=acme.example; dkim=pass header.d=acme.example",
        "mx.desk.example; spf=pass smtp.mailfrom=ann@acme.example",
        "mx.desk.example; spf=pass smtp.mailfrom=acme.example",
        'mx.desk.example; spf=pass smtp.mailfrom="ann@acme.example"',
        "mx.desk.example; dmarc = pass header . from = acme.example",
        "mx.desk.example;dmarc=pass(p=none)header.from=acme.example",
        "(ours) mx.desk.example (at our side) 1; (first) dmarc=pass (nested (once)) header.from=acme.example",
        "mx.desk.example;\tspf=none smtp.mailfrom=x.example;\t dmarc=pass header.from=acme.example",
        "mx.desk.example; dkim=pass (2048-bit key; unprotected) header.d=acme.example header.b=abc+/=",
    ],
)
def test_an_aligned_pass_proves_the_domain(value: str) -> None:
    assert proven(value) == ("acme.example",)


@pytest.mark.parametrize(
    "value",
    [
        "mx.desk.example; none",
        "mx.desk.example; dmarc=fail header.from=acme.example",
        "mx.desk.example; dmarc=passed header.from=acme.example",
        "mx.desk.example; dmarc=pa(ss)ss header.from=acme.example",
        "mx.desk.example; dmarc=bestguesspass header.from=acme.example",
        'mx.desk.example; dmarc=fail reason="pass header.from=acme.example"',
        'mx.desk.example; dmarc=pass header.from="acme.example; x=y"',
        "mx.desk.example; dmarc=pass header.from=evil.example header.from=acme.example",
        "mx.desk.example; dmarc=pass header.from=evil.example",
        "mx.desk.example; dmarc=pass header.from=sub.acme.example",
        "mx.desk.example; dmarc=pass",
        "mx.desk.example; dkim=pass header.d=evil.example",
        "mx.desk.example; dkim=pass header.d=evil.example header.i=@acme.example",
        "mx.desk.example; spf=pass smtp.helo=acme.example",
        "mx.desk.example; arc=pass header.d=acme.example",
        "mx.desk.example; x=y (dmarc=pass header.from=acme.example)",
        'mx.desk.example; x="; dmarc=pass header.from=acme.example"',
        "mx.desk.example; dmarc=fail (; dmarc=pass header.from=acme.example;",
        "mx.desk.example.evil; dmarc=pass header.from=acme.example",
        "evil (mx.desk.example); dmarc=pass header.from=acme.example",
        '"mx.desk.example"; dmarc=pass header.from=acme.example',
        "mx.desk.example 1 2; dmarc=pass header.from=acme.example",
        "; dmarc=pass header.from=acme.example",
        "",
        "(" * 2000,
    ],
)
def test_anything_else_proves_nothing(value: str) -> None:
    """case 74: look-alike servers, comments, quoted words, version tokens, two thousand brackets."""
    assert proven(value) == ()


def test_only_the_topmost_results_count() -> None:
    """case 75: the first field of anybody else ends ours."""
    ours = "mx.desk.example; dmarc=pass header.from=acme.example"
    assert proven("other.example; none", ours) == ()
    assert proven(ours, "other.example; none") == ("acme.example",)


def test_without_configured_servers_or_without_an_author_nothing_is_proven() -> None:
    ours = "mx.desk.example; dmarc=pass header.from=acme.example"
    assert proven(ours, ids=()) == ()
    assert proven(ours, author=None) == ()


SIGNED = "v=1; a=rsa-sha256; d=acme.example; s=x; h=From:Subject:Message-ID:Date; bh=AAAA; b=abcdef"
OURS_PASSED = "mx.desk.example; dkim=pass header.d=acme.example"


def found(*items: tuple[str, str], relaxed: bool = False) -> tuple[str, ...]:
    """What a whole header section proves of Ann."""
    rest = (("From", "ann@acme.example"), ("Subject", "Images"), ("Message-ID", "<1@acme.example>"))
    return proven_domains(Headers.of((*items, *rest)), "ann@acme.example", Vouching(OURS, relaxed))


def test_several_results_of_ours_at_the_top_count_together() -> None:
    spf = "mx.desk.example; spf=none smtp.mailfrom=x.example"
    assert proven(spf, OURS_PASSED) == ("acme.example",)
    assert proven(spf, "other.example; none", OURS_PASSED) == ()


def test_results_below_a_received_line_came_with_the_message() -> None:
    """case 73: our own name in them changes nothing."""
    results = ("Authentication-Results", OURS_PASSED)
    none = ("Authentication-Results", "mx.desk.example; spf=none")
    received = ("Received", "from mx by desk")
    assert found(received, results) == ("acme.example",)
    assert found(none, results) == ("acme.example",)
    assert found(none, received, results) == ()


def test_a_failed_dmarc_check_outweighs_what_else_passed() -> None:
    assert proven("mx.desk.example; spf=pass smtp.mailfrom=acme.example; dmarc=fail header.from=acme.example") == ()
    assert proven(OURS_PASSED, "mx.desk.example; dmarc=fail header.from=acme.example") == ()


@pytest.mark.parametrize("version", ["2", "01", "1.0", "x"])
def test_another_version_of_the_field_is_not_understood(version: str) -> None:
    assert proven(f"mx.desk.example {version}; dmarc=pass header.from=acme.example") == ()


@pytest.mark.parametrize(
    ("stated", "strict", "relaxed"),
    [
        ("dkim=pass header.d=acme.example", True, True),
        ("dkim=pass header.d=mail.acme.example", False, True),
        ("dkim=pass header.d=example", False, False),
        ("dkim=pass header.d=acme.example.evil.example", False, False),
        ("dkim=pass header.d=xacme.example", False, False),
        ("spf=pass smtp.mailfrom=bounces@news.acme.example", False, True),
        ("dmarc=pass header.from=sub.acme.example", False, False),
    ],
)
def test_alignment_is_strict_unless_configured(stated: str, strict: bool, relaxed: bool) -> None:
    """case 76: siblings, subdomains and other endings."""
    results = ("Authentication-Results", f"mx.desk.example; {stated}")
    assert bool(found(results)) is strict
    assert bool(found(results, relaxed=True)) is relaxed


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("mail.acme.co.uk", "acme.co.uk"),
        ("co.uk", "co.uk"),
        ("a.b.acme.com", "acme.com"),
        ("one.github.io", "one.github.io"),
        ("other.github.io", "other.github.io"),
        ("deep.one.github.io", "one.github.io"),
    ],
)
def test_strangers_under_one_public_suffix_are_no_organisation(domain: str, registered: str) -> None:
    assert organisational(domain) == registered


def test_a_signature_over_part_of_the_body_proves_nothing() -> None:
    """case 77: even where a trusted server says that it passed."""
    results = ("Authentication-Results", OURS_PASSED)
    assert found(results, ("DKIM-Signature", SIGNED)) == ("acme.example",)
    assert found(results, ("DKIM-Signature", f"{SIGNED}; l=20")) == ()
    dmarc = ("Authentication-Results", "mx.desk.example; dmarc=pass header.from=acme.example")
    assert found(dmarc, ("DKIM-Signature", f"{SIGNED}; l=20")) == ()
    assert found(dmarc, ("DKIM-Signature", f"{SIGNED}; l=20"), ("DKIM-Signature", SIGNED)) == ()


@pytest.mark.parametrize("unsigned", ["From", "Subject", "Message-ID"])
def test_a_signature_that_leaves_out_who_says_what_proves_nothing(unsigned: str) -> None:
    """case 78: From, Subject, Message-ID and Sender must be signed where they stand."""
    weak = SIGNED.replace(f"{unsigned}:", "")
    assert found(("Authentication-Results", OURS_PASSED), ("DKIM-Signature", weak)) == ()
    assert found(("Sender", "bob@x.example"), ("Authentication-Results", OURS_PASSED), ("DKIM-Signature", SIGNED)) == ()


def test_the_signature_that_passed_is_the_one_that_is_looked_at() -> None:
    other = SIGNED.replace("b=abcdef", "b=zzzzzz") + "; l=20"
    results = ("Authentication-Results", "mx.desk.example; dkim=pass header.d=acme.example header.b=abcd")
    assert found(results, ("DKIM-Signature", other), ("DKIM-Signature", SIGNED)) == ("acme.example",)
    results = ("Authentication-Results", "mx.desk.example; dkim=pass header.d=acme.example header.b=zzzz")
    assert found(results, ("DKIM-Signature", other), ("DKIM-Signature", SIGNED)) == ()


@pytest.mark.parametrize(
    "bad", ["", "v=1", "d=acme.example; d=evil.example", "a=rsa-sha1; d=acme.example; s=x", "===;;;"]
)
def test_a_signature_that_cannot_be_read_spoils_a_bare_dmarc_result(bad: str) -> None:
    dmarc = ("Authentication-Results", "mx.desk.example; dmarc=pass header.from=acme.example")
    assert found(dmarc, ("DKIM-Signature", bad)) == ()
