"""The tables `[[dkim]]` of config.toml: with which keys letters are signed."""

from importlib.util import find_spec
from typing import Annotated

from pydantic import PlainValidator, ValidationInfo

from gateway.faults import BadValue
from gateway.fields import Domain, existing
from gateway.toml_file import Table
from outbound.signing import PrivateKey, SigningKey, UnfitKey, private_key

_MEND = "make one with: openssl genrsa -out dkim.pem 2048, or openssl genpkey -algorithm ed25519 -out dkim.pem"


def _key(value: object, info: ValidationInfo) -> PrivateKey:
    """The private key in a PEM file that others may not read."""
    if find_spec("dkim") is None:
        raise BadValue("needs a library that is not installed", 'install the extra `dkim`: pip install "postern[dkim]"')
    path = existing(value, info)
    if path.stat().st_mode & 0o007:
        raise BadValue("names a file that every user of this machine may open", "take that away with chmod o= on it")
    try:
        return private_key(path.read_bytes())
    except OSError as error:
        raise BadValue(f"names a file that cannot be read ({error.strerror})", "mend its permissions") from None
    except UnfitKey as unfit:
        raise BadValue(f"names a file that {unfit}", _MEND) from None


class Dkim(Table):
    """One key of the letters from one domain, whose public half stands in the DNS under the selector."""

    domain: Domain
    selector: Domain
    key_file: Annotated[PrivateKey, PlainValidator(_key)]

    @property
    def key(self) -> SigningKey:
        """What signs."""
        return SigningKey(self.domain, self.selector, self.key_file)
