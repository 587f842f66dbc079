"""What is proven about a message: results of servers that we trust (RFC 8601), and signatures checked here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from parsers import identity, signatures
from parsers.headers import Headers
from parsers.parts import parameters
from parsers.signatures import Signature

_METHOD = re.compile(r"([a-z][a-z0-9-]*)\s*(?:/\s*[0-9]+)?\s*=\s*([a-z]+)(?=\s|$)")
_PROPERTY = re.compile(r"(?<![^\s])([a-z]+)\s*\.\s*([a-z][a-z0-9-]*)\s*=\s*(\"[^\"]+\"|[^\s;\"]+)(?=\s|$)")
_IDENTIFIER = re.compile(r"([^\s;=]+)(?:\s+1)?")
_INSTANCE = re.compile(r"\s*i\s*=\s*([0-9]{1,2})\s*")
_PLAIN = re.compile(r"[A-Za-z0-9@._=+/-]+")
_RESULTS = "authentication-results"
_LABELS = ("content-type", "content-transfer-encoding", "mime-version")
_CUSTOMARY = b"This is a multi-part message in MIME format."


@dataclass(frozen=True, slots=True)
class Vouching:
    """Whose word about a message counts; by default nobody's.

    `authserv_ids` are servers whose Authentication-Results are true: pass them only for mail from a trusted peer.
    `relaxed` takes domains of one organisation for the same (RFC 7489 section 3.1), else they must be equal. `records`
    are TXT records for checks of our own, `sealers` those whose ARC seals are believed.
    """

    authserv_ids: tuple[str, ...] = ()
    relaxed: bool = False
    sealers: tuple[str, ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Result:
    """One result: its method, its value, and its properties as `ptype.property`."""

    method: str
    value: str
    properties: Mapping[str, str]

    def domain(self, *names: str) -> str:
        """The domain in the first of the properties that is stated."""
        stated = next((self.properties[name] for name in names if name in self.properties), "")
        return stated.strip('"').rpartition("@")[2].rstrip(".")


def proven_domains(fields: Headers, author: str | None, vouching: Vouching, raw: bytes = b"") -> tuple[str, ...]:
    """The From domain, where a trusted result, a signature or a sealed chain vouches for it; else nothing.

    `raw` is the message that `fields` stand in, needed only for checks of our own.
    """
    if author is None:
        return ()
    domain = author.rpartition("@")[2].lower()
    ours = {identifier.lower() for identifier in vouching.authserv_ids}
    case = _Case(fields, domain, vouching.relaxed, raw)
    if ours and case.passes(_stated(fields, ours)):
        return (domain,)
    if vouching.records and (case.signed(raw, vouching.records) or case.sealed(raw, vouching)):
        return (domain,)
    return ()


@dataclass(frozen=True, slots=True)
class _Case:
    """One message and the domain of its author, for which something is to vouch."""

    fields: Headers
    author: str
    relaxed: bool
    raw: bytes = b""

    def passes(self, results: Sequence[_Result]) -> bool:
        """Whether the results of one server vouch for the author.

        A failed DMARC check of that domain outweighs what else passed. A signature counts only where it stands for the
        whole message: of another one anybody may change the subject, or add to the text.
        """
        dmarc = [result for result in results if result.method == "dmarc"]
        if any(one.value == "fail" and one.domain("header.from") == self.author for one in dmarc):
            return False
        passed = [result for result in results if result.value == "pass"]
        if any(one.method == "spf" and self._aligned(one.domain("smtp.mailfrom")) for one in passed):
            return True
        if any(one.method == "dkim" and self._is_signed_so(one) for one in passed):
            return True
        return self._is_whole() and any(
            one.method == "dmarc" and one.domain("header.from") == self.author for one in passed
        )

    def signed(self, raw: bytes, records: Mapping[str, str]) -> bool:
        """Whether an aligned signature holds, by our own check."""
        if not self.fields.all("dkim-signature"):
            return False
        found = signatures.signers(raw, records)
        return any(self._aligned(one.domain) and self._is_whole_by(one) for one in found)

    def sealed(self, raw: bytes, vouching: Vouching) -> bool:
        """Whether trusted sealers, from the newest on, state results that vouch for the author (RFC 8617 section 7)."""
        if not vouching.sealers or not self.fields.all("arc-seal"):
            return False
        last = _read(self.fields.all("arc-message-signature"))
        chain = signatures.chain(raw, vouching.records)
        if not chain or not any(one and one.instance == len(chain) and self._is_whole_by(one) for one in last):
            return False
        stated = dict(_by_instance(self.fields.all("arc-authentication-results")))
        for instance in range(len(chain), 0, -1):
            if chain[instance - 1] not in vouching.sealers:
                return False
            if self.passes(stated.get(instance, ())):
                return True
        return False

    def _is_signed_so(self, result: _Result) -> bool:
        """Whether a DKIM result is about an aligned signature that stands for the whole message, if it is here."""
        if not self._aligned(result.domain("header.d", "header.i")):
            return False
        digest = result.properties.get("header.b", "").strip('"')
        candidates = [
            one
            for one in _read(self.fields.all("dkim-signature"))
            if one is None or (self._aligned(one.domain) and one.digest.lower().startswith(digest))
        ]
        return all(one is not None and self._is_whole_by(one) for one in candidates)

    def _is_whole(self) -> bool:
        """Whether no aligned signature leaves part of the message to anybody."""
        found = _read(self.fields.all("dkim-signature"))
        return all(one is not None and (self._is_whole_by(one) or not self._aligned(one.domain)) for one in found)

    def _is_whole_by(self, one: Signature) -> bool:
        """Whether a signature leaves nobody a way to change what is read: no field, no word, nor how they are read."""
        return one.covers(self.fields.all) and self._is_labelled("content-type" in one.signed)

    def _is_labelled(self, signed: bool) -> bool:
        """Whether the body can only be read as its signer meant: under a label that is signed, or that shows in it.

        Most signers leave Content-Type out, and whoever changes it makes of a quoted line the delimiter of a part, or
        of a text a page that hides some of it. What the body begins with is the signer's own.
        """
        if any(len(self.fields.all(name)) > 1 for name in _LABELS):
            return False
        label = parameters.parse(self.fields.first("content-type"))
        if signed or not (label.word.startswith("multipart/") or label.word == "text/html"):
            return True
        body = self.raw[identity.headers(self.raw)[1] :][:500].lstrip()
        if label.word == "text/html":
            encoded = self.fields.first("content-transfer-encoding").strip().lower() == "base64"
            return body.startswith((b"PA", b"PC", b"PD", b"PE", b"PF", b"PG", b"PH")) if encoded else body[:1] == b"<"
        return body.removeprefix(_CUSTOMARY).lstrip().startswith(b"--" + label.boundary)

    def _aligned(self, domain: str) -> bool:
        if domain == self.author:
            return bool(domain)
        return self.relaxed and bool(domain) and organisational(domain) == organisational(self.author)


def organisational(domain: str) -> str:
    """The domain that somebody registered, of one below it (RFC 7489 section 3.2); a public suffix stays itself."""
    return _suffixes()(domain.lower()) or domain.lower()


@cache
def _suffixes() -> Callable[[str], str | None]:
    from publicsuffixlist import PublicSuffixList

    known: Callable[[str], str | None] = PublicSuffixList().privatesuffix
    return known


def _read(values: Sequence[str]) -> list[Signature | None]:
    return [signatures.signature(value) for value in values]


def _stated(fields: Headers, ours: set[str]) -> list[_Result]:
    """What our own servers state: their fields at the top, up to the first of anybody else or that states nothing.

    Those below that one, or below a Received line, may have come with the message (RFC 8601 section 5). What is said of
    a method higher up is all that counts of it: each checker of a server has its own, and none says it twice.
    """
    found: list[_Result] = []
    for value in fields.topmost(_RESULTS, above="received"):
        identifier, results = _field(value)
        if identifier not in ours or not results:
            break
        known = {result.method for result in found}
        found += [result for result in results if result.method not in known]
    return found


def _by_instance(values: Sequence[str]) -> Iterator[tuple[int, Sequence[_Result]]]:
    """The results of each ARC instance; one that is stated twice is void (RFC 8617 section 5.2)."""
    seen: dict[int, Sequence[_Result]] = {}
    for value in values:
        head, _, rest = value.partition(";")
        number = _INSTANCE.fullmatch(head)
        if number is not None:
            instance = int(number[1])
            seen[instance] = () if instance in seen else _field(rest)[1]
    yield from seen.items()


def _field(value: str) -> tuple[str, list[_Result]]:
    """The authserv-id of a field, in lower case, and its results; an empty one where the field is not well-formed."""
    first, *results = _without_comments(value).lower().split(";")
    named = _IDENTIFIER.fullmatch(first.strip())
    if named is None:
        return "", []
    return named[1], [found for result in results if (found := _result(result.strip())) is not None]


def _result(text: str) -> _Result | None:
    method = _METHOD.match(text)
    if method is None:
        return None
    # The first of two equal properties counts: nothing behind it can change what it says.
    stated = {f"{kind}.{name}": value for kind, name, value in reversed(_PROPERTY.findall(text))}
    return _Result(method[1], method[2], stated)


def _without_comments(value: str) -> str:
    """Comments become a space, as white space may stand wherever they may; they nest (RFC 5322 section 3.2.2).

    Quoted strings keep their quotes, and their words where these are plain: what stands in quotes is never syntax.
    Linear, no recursion; a comment or string without an end makes the whole void.
    """
    out: list[str] = []
    inside: list[str] = []
    depth = 0
    quoted = escaped = False
    for char in value:
        if escaped:
            escaped = False
            inside.append(char)
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif quoted and char == '"':
            words = "".join(inside)
            out.append(f'"{words}"' if _PLAIN.fullmatch(words) else '"quoted"')
            quoted = False
        elif quoted:
            inside.append(char)
        elif depth or char == "(":
            depth += (char == "(") - (char == ")")
            out.append("" if depth else " ")
        elif char == '"':
            quoted = True
            inside.clear()
        else:
            out.append(char)
    return "" if depth or quoted else "".join(out)
