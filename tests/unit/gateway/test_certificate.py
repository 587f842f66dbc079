"""The certificate of our own doors: until when it is valid, and that somebody hears of it in time."""

import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from gateway.smtp.certificate import Certificate, Expiry
from gateway.smtp.validity import end_of
from routing.alarm import ALARMING, CERTIFICATE

END = datetime(2036, 5, 31, 12, 30, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def issued(folder: Path, end: datetime = END, before: str = "") -> Certificate:
    """A certificate that ends then, in the files of the last one."""
    pair = trustme.CA().issue_cert("localhost", not_after=end)
    chain, key = folder / "cert.pem", folder / "key.pem"
    pair.private_key_pem.write_to_path(key)
    chain.write_text(before + "".join(blob.bytes().decode() for blob in pair.cert_chain_pems))
    return Certificate(chain, key)


@pytest.mark.parametrize("end", [END, END.replace(year=2049), END.replace(year=2050), END.replace(year=2345)])
def test_its_end_is_read_in_both_ways_to_write_it(tmp_path: Path, end: datetime) -> None:
    assert issued(tmp_path, end).end == end


def test_text_above_it_says_nothing(tmp_path: Path) -> None:
    assert issued(tmp_path, before="Certificate of localhost\nnotAfter=May 31 2031\n").end == END


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        *(
            f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"
            for der in (b"0", b"0\x82", b"0\x03abc", b"0\x020\x00", b"\x30\xff" + b"\xff" * 200, b"\x00" * 64)
        ),
    ],
)
def test_what_is_no_certificate_is_told_as_that(pem: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the caller goes on
        end_of(pem)


def test_where_its_end_cannot_be_read_it_serves_all_the_same(tmp_path: Path) -> None:
    """OpenSSL knows further headings."""
    found = issued(tmp_path)
    text = found.chain.read_text().replace("BEGIN CERTIFICATE", "BEGIN X509 CERTIFICATE")
    found.chain.write_text(text.replace("END CERTIFICATE", "END X509 CERTIFICATE"))
    found.reload()
    assert (found.end, found.warning(END)) == (None, None)
    assert isinstance(found.context, ssl.SSLContext)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (15 * DAY, None),
        (14 * DAY, "ends 2036-05-31T12:30:15Z, in 14 days"),
        (1.5 * DAY, "ends 2036-05-31T12:30:15Z, in 1 day;"),
        (0.5 * DAY, "ends 2036-05-31T12:30:15Z, within a day"),
        (-DAY, "ended 2036-05-31T12:30:15Z"),
    ],
)
def test_it_warns_before_its_end_and_after(tmp_path: Path, left: timedelta, said: str | None) -> None:
    warning = issued(tmp_path).warning(END - left)
    assert (warning is None) if said is None else (said in (warning or ""))


def test_each_mark_is_said_once_and_a_new_certificate_begins_anew(tmp_path: Path) -> None:
    certificate, said = issued(tmp_path), list[str]()
    moment = END - 20 * DAY
    expiry = Expiry(certificate, said.append, lambda: moment)
    when = []
    for _ in range(22 * 4):
        before = len(said)
        expiry.step()
        when += [(END - moment).days] * (len(said) - before)
        moment += DAY / 4
    assert when == [14, 3, 0]
    issued(tmp_path, moment + 10 * DAY)
    certificate.reload()
    expiry.step()
    assert len(said) == 4
    issued(tmp_path, moment + 90 * DAY)
    certificate.reload()
    expiry.step()
    assert len(said) == 4


def test_what_was_passed_before_the_start_is_one_sentence(tmp_path: Path) -> None:
    said = list[str]()
    expiry = Expiry(issued(tmp_path), said.append, lambda: END - 2 * DAY)
    expiry.step()
    expiry.step()
    assert len(said) == 1
    assert ALARMING["tls", "certificate-ends"] is CERTIFICATE
