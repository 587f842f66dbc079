"""The one form in which an address goes out: ASCII, one mailbox, its domain in A-labels."""

import re
import unicodedata

LONGEST = 254  # octets of a mailbox, RFC 5321 section 4.5.3.1.3 less its brackets

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"""{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*\"""")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def mailbox(address: str) -> str:
    """`address` as RFC 5321 section 4.1.2 writes a mailbox, without brackets; an internationalised domain in A-labels.

    Raises ValueError with a full sentence for anything else, a local part beyond ASCII included: that needs SMTPUTF8
    (RFC 6531), which is not spoken.
    """
    local, at, domain = address.rpartition("@")
    if at and not local.isascii():
        raise ValueError(
            f"The address {address!a} has characters beyond ASCII before its @. Such addresses (RFC 6531) cannot be "
            "written to; register one in plain letters."
        )
    labels = [_a_label(label) for label in unicodedata.normalize("NFKC", domain).split(".")]
    plain = f"{local}@{'.'.join(labels)}"
    if not _LOCAL.fullmatch(local) or not all(_LABEL.fullmatch(label) for label in labels) or len(plain) > LONGEST:
        raise ValueError(f"The address {address!a} is no mailbox (RFC 5321): write it as name@domain.")
    return plain


def _a_label(label: str) -> str:
    """RFC 5890 section 2.3.2.1. Only the encoding: a label that IDNA forbids names no host and fails at the relay."""
    if label.isascii():
        return label
    return "xn--" + label.lower().encode("punycode").decode("ascii")
