"""Until when a certificate is valid, read off its DER: tag, length and contents, one in another (ITU-T X.690)."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_VERSION, _UTC_TIME = 0xA0, 0x17
_LONG = 0x80  # a first octet of the length from here on tells of how many more it consists


def end_of(pem: str) -> datetime:
    """The end of the first certificate in a PEM text, the server's own. Raises ValueError where none can be read."""
    _, begin, rest = pem.partition(_BEGIN)
    body, end, _ = rest.partition(_END)
    if not end:
        raise ValueError("it holds no certificate")
    der = ssl.PEM_cert_to_DER_cert(f"{begin}{body}{end}")
    try:
        ((_, certificate),) = _parts(der)
        _, signed = next(_parts(certificate))
        fields = [contents for tag, contents in _parts(signed) if tag != _VERSION]
        _, (tag, moment) = _parts(fields[3])  # serial number, algorithm, issuer, validity (RFC 5280 section 4.1)
    except (IndexError, StopIteration) as cut:
        raise ValueError("its certificate is cut off") from cut
    return _moment(tag, moment.decode("ascii"))


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The values that stand one after the other, each with its tag."""
    place = 0
    while place < len(der):
        tag, length = der[place], der[place + 1]
        place += 2
        if length >= _LONG:
            more = length - _LONG
            length = int.from_bytes(der[place : place + more], "big")
            place += more
        yield tag, der[place : place + length]
        place += length


def _moment(tag: int, text: str) -> datetime:
    """RFC 5280 section 4.1.2.5: a UTCTime has a year of two digits, those from 50 on of the last century."""
    if tag == _UTC_TIME:
        text = ("19" if text >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
