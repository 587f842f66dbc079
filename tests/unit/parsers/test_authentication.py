"""Authentication-Results: whose count, and what they must say."""

import pytest

from parsers.authentication import proven_domains
from parsers.headers import Headers

OURS = ("mx.desk.example",)


def proven(*values: str, author: str | None = "ann@acme.example", ids: tuple[str, ...] = OURS) -> tuple[str, ...]:
    return proven_domains(Headers({"authentication-results": values}), author, ids)


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
def test_case_74_anything_else_proves_nothing(value: str) -> None:
    assert proven(value) == ()


def test_case_75_only_the_topmost_results_count() -> None:
    ours = "mx.desk.example; dmarc=pass header.from=acme.example"
    assert proven("other.example; none", ours) == ()
    assert proven(ours, "other.example; none") == ("acme.example",)


def test_without_configured_servers_or_without_an_author_nothing_is_proven() -> None:
    ours = "mx.desk.example; dmarc=pass header.from=acme.example"
    assert proven(ours, ids=()) == ()
    assert proven(ours, author=None) == ()
