"""Thanks and nothing else, or thanks and that it works: such an answer asks for nothing. Eight languages in full, the
bare word in a dozen more.

A text is read from left to right, and every word of it must belong to a phrase known here or to a name. One word that
does not, a digit or a question mark, and it is taken for what it may be: news.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

_LONGEST = 300  # characters
_MOST_WORDS = 40
_LONGEST_PHRASE = 6  # words
_WORD = re.compile(r"[^\W\d_]+(?:['’´`][^\W\d_]+)*")
_SAYS_MORE = re.compile(r"[?¿？\d@]|://")
_HANDS = re.compile("(?:[\U0001f44d\U0001f64f\U0001f44f\u2764][\U0001f3fb-\U0001f3ff\ufe0f]?\\s*){1,5}")
_HEARTS = re.compile(r"<3+")


class _Sort(Enum):
    THANKS = auto()
    POLITE = auto()
    FOR = auto()


_THANKS = {
    "en": "thanks|thank you|thank u|thx|tnx|ty|cheers|many thanks|much obliged|much appreciated|appreciated"
    "|i appreciate it|i really appreciate it|we appreciate it|thanks a lot|thanks a million|thanks so much"
    "|thank you so much|thank you very much|thanks very much|thanks again|thank you again|thanks all|thank you all"
    "|thanks everyone|thanks guys|thanks team|with thanks|big thanks|i thank you|we thank you",
    "de": "danke|dankeschön|danke schön|danke sehr|danke vielmals|danke nochmals|danke euch|danke ihnen|danke dir"
    "|vielen dank|vielen lieben dank|herzlichen dank|besten dank|tausend dank|lieben dank|schönen dank|dank euch"
    "|dank ihnen|dank dir|ich danke ihnen|ich danke dir|ich danke euch|wir danken|wir danken ihnen|ich bedanke mich"
    "|wir bedanken uns|merci vielmals|dankend",
    "fr": "merci|merci beaucoup|merci bien|merci infiniment|mille mercis|un grand merci|grand merci|merci encore"
    "|merci à vous|merci à toi|merci à tous|je vous remercie|je te remercie|nous vous remercions|avec mes remerciements"
    "|tous mes remerciements|remerciements",
    "es": "gracias|muchas gracias|muchísimas gracias|mil gracias|gracias a todos|gracias a ti|gracias a usted"
    "|gracias de nuevo|le agradezco|te agradezco|les agradezco|se agradece|muy agradecido|muy agradecida|agradecido"
    "|agradecida",
    "it": "grazie|grazie mille|mille grazie|molte grazie|tante grazie|grazie tante|grazie infinite|grazie ancora"
    "|grazie a tutti|grazie a voi|grazie a te|grazie a lei|la ringrazio|vi ringrazio|ti ringrazio|ringrazio"
    "|ringraziamo",
    "nl": "bedankt|dank|dank je|dank je wel|dankjewel|dank u|dank u wel|dankuwel|hartelijk dank|hartelijk bedankt"
    "|heel erg bedankt|erg bedankt|heel veel dank|veel dank|super bedankt|nogmaals bedankt|nogmaals dank|alvast bedankt"
    "|bedankt hoor|dank jullie wel",
    "pt": "obrigado|obrigada|muito obrigado|muito obrigada|obrigadíssimo|obrigadíssima|muitíssimo obrigado"
    "|muitíssimo obrigada|obrigado a todos|obrigada a todos|agradeço|agradecemos|grato|grata|muito grato|muito grata"
    "|valeu",
    "more": "tack|tack så mycket|tusen tack|tak|mange tak|takk|tusen takk|kiitos|kiitos paljon|děkuji|děkuju|díky"
    "|ďakujem|köszönöm|köszi|mulțumesc|hvala|teşekkürler|teşekkür ederim|ευχαριστώ|спасибо|большое спасибо|дякую"
    "|благодаря|谢谢|感谢|多谢|謝謝|ありがとう|ありがとうございます|ありがとうございました|감사합니다|고맙습니다",
    "pl": "dziękuję|dziękujemy|dzięki|dzieki|dzięki wielkie|wielkie dzięki|dziękuję bardzo|bardzo dziękuję"
    "|bardzo dziękujemy|serdecznie dziękuję|serdecznie dziękujemy|serdeczne dzięki|stokrotne dzięki|z podziękowaniem",
}  # fmt: skip
_POLITE = {
    "en": "hi|hello|hey|dear|hi all|hello all|hi team|dear team|dear all|good morning|good afternoon|good evening|sir"
    "|madam|mr|mrs|ms|team|support|ok|okay|great|perfect|super|awesome|excellent|brilliant|wonderful|fantastic|lovely"
    "|nice|very nice|well done|good job|great job|great work|nice work|best|regards|best regards|kind regards"
    "|warm regards|best wishes|all the best|yours sincerely|sincerely|yours faithfully|yours truly|have a nice day"
    "|have a great day|have a good day|have a nice weekend|have a good weekend|have a great weekend|bye|you rock"
    "|you are the best|you're the best|much",
    "de": "hallo|hallo zusammen|guten tag|guten morgen|guten abend|moin|servus|grüezi|liebe|lieber|liebes team"
    "|liebes support team|sehr geehrte damen und herren|sehr geehrte|sehr geehrter|frau|herr|alles klar|prima|toll"
    "|spitze|klasse|wunderbar|perfekt|hervorragend|ausgezeichnet|sehr gut|gut|bestens|viele grüße|viele liebe grüße"
    "|liebe grüße|beste grüße|schöne grüße|freundliche grüße|herzliche grüße|mit freundlichen grüßen"
    "|mit freundlichem gruß|mit besten grüßen|freundlicher gruß|grüße|gruß|lg|vg|mfg|bg|schönen tag|schönen tag noch"
    "|einen schönen tag|einen schönen tag noch|schönes wochenende|schönen abend|schönen feierabend|tschüss",
    "fr": "bonjour|bonsoir|salut|coucou|cher|chère|chers|madame|monsieur|bonjour à tous|parfait|super|génial|très bien"
    "|excellent|nickel|impeccable|cordialement|bien cordialement|très cordialement|bien à vous|bien à toi|salutations"
    "|meilleures salutations|sincères salutations|bonne journée|bonne soirée|bon week end|bonne fin de journée"
    "|à bientôt|amicalement",
    "es": "hola|buenos días|buenas tardes|buenas noches|buenas|estimado|estimada|estimados|señor|señora|perfecto"
    "|genial|excelente|estupendo|muy bien|fenomenal|saludos|un saludo|saludos cordiales|un cordial saludo|cordialmente"
    "|atentamente|un abrazo|buen día|que tenga un buen día|buen fin de semana|hasta luego|vale",
    "it": "ciao|salve|buongiorno|buonasera|buon giorno|buona sera|gentile|gentili|egregio|signor|signora|perfetto"
    "|ottimo|benissimo|eccellente|molto bene|va bene|fantastico|saluti|cordiali saluti|distinti saluti|un saluto"
    "|cordialmente|buona giornata|buona serata|buon lavoro|buon weekend|buon fine settimana|a presto",
    "nl": "hallo|hoi|dag|beste|geachte|geachte heer|geachte mevrouw|goedemorgen|goedemiddag|goedenavond|prima|top"
    "|perfect|geweldig|super|fijn|uitstekend|heel goed|groet|groeten|groetjes|met vriendelijke groet"
    "|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|hartelijke groet|hartelijke groeten|mvg"
    "|fijne dag|nog een fijne dag|fijn weekend|fijne avond",
    "pt": "olá|oi|bom dia|boa tarde|boa noite|prezado|prezada|prezados|caro|cara|senhor|senhora|perfeito|ótimo"
    "|excelente|muito bom|muito bem|maravilha|show|atenciosamente|cumprimentos|com os melhores cumprimentos"
    "|melhores cumprimentos|saudações|abraço|abraços|um abraço|bom fim de semana|tenha um bom dia|até logo",
    "pl": "cześć|dzień dobry|witam|witaj|dobry wieczór|szanowni państwo|szanowny panie|szanowna pani|pani|panie|pan"
    "|świetnie|super|doskonale|znakomicie|bardzo dobrze|rewelacja|pozdrawiam|pozdrawiamy|pozdrowienia"
    "|serdecznie pozdrawiam|z poważaniem|z wyrazami szacunku|miłego dnia|miłego weekendu|dobrego dnia|do widzenia",
}  # fmt: skip
# That it is done. Every word beside such a phrase must be known, too: "but", "not" and "only" are not.
_WORKS = {
    "en": "it works|it works now|it works again|it is working|it is working now|it's working|it's working now|works"
    "|works now"
    "|works again|works fine|works fine now|works perfectly|works perfectly now|works great|works like a charm"
    "|working now"
    "|that works|that worked|this worked|it worked|that helped|this helped|that did it|that did the trick|that fixed it"
    "|this fixed it|that solved it|this solved it|that solved the problem|that fixed the problem|problem solved"
    "|problem fixed|issue solved|issue resolved|issue fixed|fixed|fixed now|solved|resolved|all good|all good now"
    "|all fine"
    "|all fine now|all is well|everything works|everything works now|everything is fine|everything is fine now|got it"
    "|it is fixed|it is solved|it is resolved|received|well received|noted",
    "de": "funktioniert|funktioniert wieder|funktioniert jetzt|funktioniert jetzt wieder|es funktioniert"
    "|es funktioniert wieder|es funktioniert jetzt|jetzt funktioniert es|jetzt funktioniert es wieder"
    "|jetzt funktioniert alles"
    "|alles funktioniert|alles funktioniert wieder|läuft|läuft wieder|es läuft wieder|jetzt läuft es|geht wieder"
    "|es geht wieder"
    "|jetzt geht es|jetzt geht's|jetzt geht es wieder|hat geklappt|das hat geklappt|es hat geklappt|klappt|klappt jetzt"
    "|klappt wieder|das hat geholfen|hat geholfen|das war's|das war es|problem gelöst|problem behoben|erledigt"
    "|hat sich erledigt|alles gut|alles bestens|passt|passt so",
    "fr": "ça marche|ça marche maintenant|ça marche à nouveau|ça marche de nouveau|cela marche|ça fonctionne"
    "|cela fonctionne"
    "|ça fonctionne maintenant|tout fonctionne|tout fonctionne maintenant|c'est bon|c'est réglé|c'est résolu"
    "|problème résolu"
    "|tout va bien|tout est en ordre|bien reçu|c'est parfait|résolu",
    "es": "ya funciona|funciona|funciona ya|ahora funciona|funciona perfectamente|todo funciona|ya está"
    "|ya está solucionado"
    "|solucionado|resuelto|problema resuelto|problema solucionado|todo bien|todo correcto|recibido|ha funcionado",
    "it": "funziona|ora funziona|adesso funziona|funziona di nuovo|ora funziona tutto|tutto funziona|tutto bene"
    "|tutto ok"
    "|risolto|problema risolto|tutto a posto|ricevuto|ha funzionato",
    "nl": "het werkt|het werkt weer|het werkt nu|werkt|werkt weer|werkt nu|alles werkt|alles werkt weer|opgelost"
    "|probleem opgelost|het is opgelost|is gelukt|het is gelukt|in orde|helemaal goed|ontvangen",
    "pt": "já funciona|funciona|agora funciona|funcionou|já está|está resolvido|resolvido|problema resolvido"
    "|tudo certo|tudo bem"
    "|está a funcionar|está funcionando|recebido",
    "pl": "działa|już działa|teraz działa|znowu działa|wszystko działa|działa poprawnie|rozwiązane|problem rozwiązany"
    "|wszystko w porządku|wszystko gra|pomogło|to pomogło",
}  # fmt: skip
# What one gives thanks for: begins with the first word of a group and goes on with any of its others.
_FOR = {
    "en": ("for", "all|your|the|this|that|it|everything|everyone's|team's|very|really|so|quick|fast|swift|prompt|speedy"
           "|great|good|excellent|kind|nice|friendly|helpful|super|help|support|assistance|answer|answers|reply|replies"
           "|response|service|work|effort|efforts|time|patience|care|advice|update|explanation|fix|fixing|helping"
           "|looking|into|taking|me|us|and|of|today|to|you|both"),
    "de": ("für|fürs", "die|das|den|der|ihre|ihren|eure|euren|deine|deinen|diese|alles|schnelle|rasche|prompte|flotte"
           "|gute|tolle|super|nette|freundliche|kompetente|große|hilfe|unterstützung|antwort|rückmeldung|mühe"
    "|bemühungen"
           "|einsatz|service|support|zeit|geduld|erledigung|bearbeitung|auskunft|info|information|lösung|kümmern"
           "|helfen|und|sehr|wirklich"),
    "fr": ("pour|de|d", "votre|vos|ton|ta|tes|cette|le|la|les|l|tout|toute|aide|réponse|réactivité|rapidité|efficacité"
           "|retour|support|assistance|soutien|travail|temps|patience|intervention|service|explications|rapide"
    "|précieuse"
           "|excellente|excellent|bonne|et|très|d'avance"),
    "es": ("por|de", "su|sus|tu|tus|la|el|los|todo|toda|ayuda|respuesta|apoyo|soporte|rapidez|atención|servicio|trabajo"
           "|tiempo|paciencia|gestión|colaboración|rápida|rápido|excelente|gran|buena|y|muy"),
    "it": ("per|di|del|dell", "il|la|l|lo|tuo|tua|suo|sua|vostro|vostra|tutto|aiuto|l'aiuto|risposta|supporto"
           "|assistenza|l'assistenza|disponibilità|rapidità|lavoro|tempo|pazienza|servizio|rapida|veloce|ottimo"
    "|ottima|preziosa|e"
           "|molto"),
    "nl": ("voor", "de|het|je|jouw|uw|jullie|alle|alles|snelle|goede|prima|vlotte|fijne|geweldige|hulp|antwoord|reactie"
           "|ondersteuning|service|moeite|inzet|tijd|geduld|uitleg|en|heel|hele"),
    "pt": ("por|pela|pelo|pelas|pelos", "a|o|as|os|sua|seu|tua|teu|vossa|vosso|toda|todo|tudo|ajuda|resposta|apoio"
           "|suporte|rapidez|atenção|serviço|trabalho|tempo|paciência|assistência|colaboração|rápida|rápido|excelente|e"
           "|muito"),
    "pl": ("za", "pomoc|szybką|szybka|odpowiedź|wsparcie|wszystko|pańską|państwa|twoją|waszą|czas|cierpliwość|obsługę"
           "|informację|reakcję|interwencję|dobrą|miłą|świetną|i|bardzo|tak"),
}  # fmt: skip


def _folded(text: str) -> str:
    """Case and accents do not count: people leave them out."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_LOOKALIKES)


_LOOKALIKES = str.maketrans({"’": "'", "´": "'", "`": "'", "ł": "l"})


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_folded(text)))


_PHRASES = {
    _words(phrase): sort
    for sort, tables in ((_Sort.POLITE, _WORKS), (_Sort.POLITE, _POLITE), (_Sort.THANKS, _THANKS))
    for table in tables.values()
    for phrase in table.split("|")
}
_FORS: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(map(_folded, first.split("|"))), frozenset(map(_folded, rest.split("|"))))
    for first, rest in _FOR.values()
)


def is_gratitude(text: str, names: Iterable[str] = ()) -> bool:
    """Whether a text is thanks, with greetings, names and that it works at most; `names` are whom one may name.

    A thumb up, or hands put together, without any word is thanks, too.
    """
    shown = _HEARTS.sub(" ", text).strip()
    if _HANDS.fullmatch(shown):
        return True
    if not shown or len(shown) > _LONGEST or _SAYS_MORE.search(shown):
        return False
    said = _words(shown)
    known = {word for name in names for word in _words(name)}
    sorts = list(_read(said, known)) if len(said) <= _MOST_WORDS else [None]
    return None not in sorts and _Sort.THANKS in sorts


def _read(said: Sequence[str], names: set[str]) -> Iterator[_Sort | None]:
    """The sort of each phrase in turn; None for a word that belongs to none, and then no more."""
    at, last = 0, _Sort.POLITE
    while at < len(said):
        taken, sort = _phrase(said, at, last, names)
        if not taken:
            yield None
            return
        yield sort
        at, last = at + taken, sort


def _phrase(said: Sequence[str], at: int, last: _Sort, names: set[str]) -> tuple[int, _Sort]:
    """How many words from `at` on are one phrase, and its sort; none where there is no such phrase."""
    if last is _Sort.THANKS and (taken := _reason(said, at)):
        return taken, _Sort.FOR
    for count in range(min(_LONGEST_PHRASE, len(said) - at), 0, -1):
        sort = _PHRASES.get(tuple(said[at : at + count]))
        if sort is not None:
            return count, sort
    return int(said[at] in names or len(said[at]) == 1), _Sort.POLITE


def _reason(said: Sequence[str], at: int) -> int:
    """How many words say what the thanks are for."""
    for first, rest in _FORS:
        if said[at] in first:
            end = at + 1
            while end < len(said) and said[end] in rest:
                end += 1
            if end > at + 1:
                return end - at
    return 0
