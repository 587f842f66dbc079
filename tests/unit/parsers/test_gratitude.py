"""Thanks and nothing else: what is, and what only begins so."""

import pytest

from parsers.gratitude import is_gratitude

NAMES = ("Ann Berg", "Dana", "Example Support")


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "thank you so much :-)",
        "Hi Dana,\n\nthanks a lot for your quick help!\n\nBest regards\nAnn Berg",
        "Perfect, thank you.",
        "THX",
        "Many thanks for the great support and have a nice weekend!\nA. Berg",
        "Great, thanks \U0001f600 <3",
        "Danke!",
        "Hallo Dana,\nherzlichen Dank für die schnelle Hilfe!\nViele Grüße\nAnn",
        "Vielen Dank! Gruß, Ann",
        "merci beaucoup",
        "Bonjour Dana,\nmerci pour votre aide.\nCordialement, Ann",
        "¡Muchas gracias por su ayuda!\nSaludos",
        "Grazie mille per l'aiuto! Cordiali saluti",
        "Hartelijk bedankt voor de snelle reactie.\nMet vriendelijke groet, Ann",
        "Muito obrigada pela ajuda! Abraços",
        "Bardzo dziękuję za szybką pomoc. Pozdrawiam",
        "dziekuje",
        "Thank you so much, it works now.",
        "Works perfectly now, thanks!",
        "Great, that fixed it. Thanks a lot!\nAnn",
        "Danke, funktioniert wieder!",
        "Vielen Dank, hat geklappt. Viele Gr\u00fc\u00dfe",
        "Merci, \u00e7a marche maintenant.",
        "Gracias, ya funciona.",
        "Grazie, ora funziona!",
        "Bedankt, het werkt weer.",
        "Obrigado, j\u00e1 funciona.",
        "Dzi\u0119kuj\u0119, ju\u017c dzia\u0142a.",
        "Tack!",
        "\u0421\u043f\u0430\u0441\u0438\u0431\u043e!",
        "\u8c22\u8c22",
        "\u3042\u308a\u304c\u3068\u3046\u3054\u3056\u3044\u307e\u3059\u3002",
        "\U0001f44d\U0001f3fc",
    ],
)
def test_thanks_in_eight_languages(text: str) -> None:
    assert is_gratitude(text, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ann",
        "Hello",
        "Perfect!",
        "Thanks, but it still does not work.",
        "Thanks. When will it be delivered?",
        "Thanks for nothing",
        "No thanks",
        "Help, thanks",
        "Thank you for the reply, the printer is still silent",
        "Thanks 2 you: error 500 again",
        "Danke, geht leider immer noch nicht",
        "Danke, bitte noch einmal prüfen",
        "Merci de rappeler demain",
        "Gracias, pero no funciona",
        "Grazie, ma non funziona",
        "Bedankt, maar het werkt niet",
        "Obrigado, mas continua igual",
        "Dziękuję, ale nadal nie działa",
        "Thanks, see https://acme.example/log",
        "Thanks\nBroken",
        "It works now.",
        "Thanks, it works now, but the logo is missing",
        "Thanks, works only sometimes",
        "Thanks, it works not",
        "Danke, funktioniert nicht",
        "Danke, es funktioniert jetzt nur langsam",
        "Merci, \u00e7a ne marche pas",
        "Gracias, ya no funciona",
        "Grazie, non funziona",
        "Bedankt, het werkt weer niet",
        "Obrigado, j\u00e1 n\u00e3o funciona",
        "Dzi\u0119kuj\u0119, nie dzia\u0142a",
        "\U0001f44e",
        "thanks " * 60,
    ],
)
def test_anything_more_is_news(text: str) -> None:
    assert not is_gratitude(text, NAMES)


def test_a_name_counts_only_where_it_is_one() -> None:
    assert not is_gratitude("Thanks, Robin")
    assert is_gratitude("Thanks, Robin", ("Robin Roe",))
