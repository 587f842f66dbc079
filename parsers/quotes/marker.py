"""The line that our letters put above the part that a mail program will quote, in each language that ships.

A reader knows all of them by heart: whoever answers may have a letter in any language. No command begins as they do.
"""

from collections.abc import Mapping

MARKERS: Mapping[str, str] = {
    "en": "~~~ Please write your answer above this line ~~~",
    "de": "~~~ Bitte schreiben Sie Ihre Antwort über diese Zeile ~~~",
    "fr": "~~~ Veuillez écrire votre réponse au-dessus de cette ligne ~~~",
    "es": "~~~ Escriba su respuesta encima de esta línea, por favor ~~~",
}
MARKER = MARKERS["en"]

_MARKED = tuple(marker.strip("~ ") for marker in MARKERS.values())


def marker(language: str) -> str:
    """The line of a language tag, in lower case; the English one where there is none of its own."""
    return MARKERS.get(language.partition("-")[0], MARKER)


def marks(text: str) -> tuple[str, ...]:
    """Which of the lines stand in a text, without what is around them: few texts have any."""
    return tuple(one for one in _MARKED if one in text)
