"""Which charset bytes are in that no label and no mark names: by the letters that they would spell.

Statistics over pairs of bytes need long texts, and mistake Swedish for Slovak and Russian for Japanese even there. What
a reader would look at is surer: whether all letters beyond ASCII belong to one language.
"""

from collections import Counter

from parsers.characters.labels import codec

_ENOUGH = 64
_SAMPLE = 16 * 1024
_ENOUGH_LETTERS = 6
_SIGNS = "«»„“”‘’‚…–—•·°§©®™€£´№"

# Languages of the Latin alphabet in order of how much mail there is, so that of two that fit the first is taken.
_LATIN = (
    (("cp1252",), "äöüß", "áéíñóúü¿¡ªº", "àâæçéèêëîïôœùûüÿ", "áâãàçéêíóôõúüªº", "àèéìíòóù", "åäöæøéü", "éëïöüèáó"),
    (("cp1250", "iso8859-2"), "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "áäčďéíľĺňóôŕšťúýž", "ăâîşţ", "čćđšž"),
    (("cp1254",), "ğışçöüâîûİ"),
    (("cp1257",), "ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    (("cp1252",), "áðéíóúýþæö"),
)
# The letters that make two thirds and more of any text in the languages of an alphabet.
_OTHERS = (
    (("cp1251", "koi8-u", "iso8859-5", "cp866"), "оеаинтсрвлкмдпуія"),
    (("cp1253", "iso8859-7"), "αεηιοντσςρκλμπυω"),
    (("cp1255",), "יוהלאתרשםמבנחד"),
)
_LATIN_SHARE = 0.3


def _bytes_of(letters: str, name: str) -> frozenset[int]:
    return frozenset(b for b in letters.encode(name, "ignore") if b > 0x7F)


_SPELLINGS = tuple(
    (name, _bytes_of(letters + letters.upper() + _SIGNS, name))
    for names, *languages in _LATIN
    for letters in languages
    for name in names
)
_FREQUENT = tuple((name, _bytes_of(letters, name)) for names, letters in _OTHERS for name in names)


def likely(data: bytes, dear: bool = True) -> str | None:
    """The codec that `data` is probably in, None where nothing tells. `dear` allows statistics, which take long."""
    sample = data[:_SAMPLE]
    high = sample.translate(None, bytes(range(0x80)) + b"\xa0")
    found = None
    if len(high) >= max(_ENOUGH_LETTERS, _LATIN_SHARE * len(sample)):
        found = _best(high, _FREQUENT, 0.66)
    if found is None:
        found = _best(high, _SPELLINGS, 0.9)
    if found is None and dear and len(data) >= _ENOUGH:
        from charset_normalizer import from_bytes  # slow to import, and most mail never needs it

        best = from_bytes(sample).best()
        found = codec(best.encoding) if best else None
    return found


def _best(high: bytes, spellings: tuple[tuple[str, frozenset[int]], ...], share: float) -> str | None:
    """The first set in which most bytes are letters that are expected; none where that is less than their `share`."""
    counts = Counter(high)
    best, most = None, share * len(high)
    for name, letters in spellings:
        spelt = sum(count for byte, count in counts.items() if byte in letters)
        if spelt > most or (best is None and spelt == most):
            best, most = name, spelt
    return best
