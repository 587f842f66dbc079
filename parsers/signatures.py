"""Signatures over a message (RFC 6376): for what a signer stands, and whether it holds.

`wanted` names the keys that a check needs; whoever may ask the DNS fetches them. `signers` and `chain` only compute;
they alone need dkimpy, of the extra `dkim`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from parsers import identity

MOST_SIGNATURES = 5
"""More signatures of one sort are not looked at: each costs a look-up and an RSA operation."""
MOST_HOPS = 10
"""More instances of a chain (RFC 8617 allows 50) are not followed."""

_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*([^;]*?)\s*")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,200}[A-Za-z0-9])?")
_SPACE = re.compile(r"\s+")
_MUST_BE_SIGNED = ("from", "sender", "subject", "message-id")
_SIGNATURES = ("dkim-signature", "arc-message-signature", "arc-seal")
_ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})  # RFC 8301 section 3.1, RFC 8463
_LEAST_KEY = 1024  # bits, RFC 8301 section 3.2

Records = Mapping[str, str]
"""TXT records by name in lower case, without a dot at its end."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature field says of itself; `whole` is False where `l=` leaves the end of the body to anybody."""

    domain: str
    selector: str
    signed: tuple[str, ...]
    digest: str
    whole: bool
    instance: int = 0

    @property
    def key(self) -> str:
        """The name of the key's TXT record (RFC 6376 section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"

    def covers(self, present: Callable[[str], Sequence[str]]) -> bool:
        """Whether it stands for all of the body and for each field that says who writes what.

        Of a message with an unsigned subject anybody can change what it commands.
        """
        return self.whole and all(name in self.signed for name in _MUST_BE_SIGNED if present(name))


def signature(value: str) -> Signature | None:
    """A signature field, unfolded, as its tags say (RFC 6376 section 3.2); None where they are not well-formed."""
    tags: dict[str, str] = {}
    for part in value.strip().rstrip(";").split(";"):
        tag = _TAG.fullmatch(part)
        if tag is None or tag[1] in tags:
            return None
        tags[tag[1]] = tag[2]
    return _of(tags)


def _of(tags: Mapping[str, str]) -> Signature | None:
    domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
    if tags.get("a", "").lower() not in _ALGORITHMS or not _NAME.fullmatch(domain) or not _NAME.fullmatch(selector):
        return None
    instance = tags.get("i", "")
    return Signature(
        domain=domain,
        selector=selector,
        signed=tuple(name.strip().lower() for name in tags.get("h", "").split(":")),
        digest=_SPACE.sub("", tags.get("b", "")),
        whole="l" not in tags,
        instance=int(instance) if instance.isascii() and instance.isdigit() and len(instance) < 4 else 0,
    )


def wanted(raw: bytes, *, chains: bool) -> tuple[str, ...]:
    """The names of the TXT records that checking this message takes; with `chains` those of ARC, too."""
    found: dict[str, None] = {}
    counts = dict.fromkeys(_SIGNATURES, 0)
    for name, value in identity.headers(raw)[0]:
        field = name.decode("latin-1")
        if field not in counts or (field != "dkim-signature" and not chains):
            continue
        counts[field] += 1
        read = signature(value.decode("latin-1")) if counts[field] <= _most(field) else None
        if read is not None:
            found[read.key] = None
    return tuple(found)


def _most(field: str) -> int:
    return MOST_SIGNATURES if field == "dkim-signature" else MOST_HOPS


def signers(raw: bytes, records: Records) -> tuple[Signature, ...]:
    """The DKIM signatures that hold, checked by ourselves, each as it was checked."""
    if not records:
        return ()
    import dkim

    found = []
    for number in range(MOST_SIGNATURES):
        try:
            checked = dkim.DKIM(raw, minkey=_LEAST_KEY)
            holds = checked.verify(number, dnsfunc=_asked(records))
        except Exception:  # noqa: BLE001, S112 - dkimpy fails on hostile fields in many ways, and none proves anything
            continue
        # What was checked, not what another reading of the header finds: both must not be mixed.
        tags = {key.decode("latin-1"): value.decode("latin-1") for key, value in checked.signature_fields.items()}
        if holds and (read := _of(tags)) is not None:
            found.append(read)
    return tuple(found)


def chain(raw: bytes, records: Records) -> tuple[str, ...]:
    """The domains that sealed an unbroken chain (RFC 8617 section 5.2), instance 1 first; none where it is broken."""
    if not records:
        return ()
    import dkim

    try:
        state, results, _ = dkim.ARC(raw, minkey=_LEAST_KEY).verify(dnsfunc=_asked(records))
        sealed = {int(one["instance"]): bytes(one["as-domain"]).decode("ascii").lower() for one in results}
    except Exception:  # noqa: BLE001 - as above
        return ()
    whole = state == b"pass" and sorted(sealed) == list(range(1, len(sealed) + 1))
    return tuple(sealed[number] for number in sorted(sealed)) if whole else ()


def _asked(records: Records) -> Callable[..., bytes]:
    """What dkimpy asks instead of the DNS."""

    def text(name: bytes | str, timeout: float = 0) -> bytes:
        del timeout
        asked = name.decode("ascii") if isinstance(name, bytes) else name
        return records.get(asked.rstrip(".").lower(), "").encode("ascii", "ignore")

    return text
