"""What texts look like to a reader: names and domains that are taken for each other."""

import unicodedata

# Letters of other scripts that look like Latin ones in most typefaces, and digits and signs that pass for letters.
_LOOKS = str.maketrans("аеорсухіјѕԁһӏгвктмнпиαονρτυιко0135|", "aeopcyxijsdhlrbktmhnuaovptuikoolesl")
_PAIRS = (("rn", "m"), ("vv", "w"))
LONGEST = 200


def skeleton(text: str) -> str:
    """Equal for texts that a reader takes for the same; spaces do not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text[:LONGEST].casefold()) if not unicodedata.combining(c))
    seen = plain.translate(_LOOKS)
    for pair, one in _PAIRS:
        seen = seen.replace(pair, one)
    return "".join(seen.split())


def shown(domain: str) -> str:
    """A domain as mail programs show it (RFC 5890 section 2.3.2.1); a label that is no such one stays as it is."""
    return ".".join(map(_label, domain.lower().rstrip(".").split(".")))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label
