"""The lines with which mail programs introduce what they quote, by language. Every pattern is linear in its line."""

import re

LONGEST_LINE = 300

# "… wrote:" with the names of languages in the order of the alternatives.
_WROTE = (
    r"wrote|writes|sent|said"  # English
    r"|schrieb|schrieben|geschrieben"  # German
    r"|a écrit|écrit"  # French
    r"|escribió|escribi[oó]"  # Spanish
    r"|escreveu"  # Portuguese
    r"|ha scritto|scritto"  # Italian
    r"|schreef|geschreven"  # Dutch
    r"|skrev|skrev følgende"  # Danish, Norwegian, Swedish
    r"|kirjoitti"  # Finnish
    r"|napisał(?:\(a\)|a)?|pisze"  # Polish
    r"|napsal(?:\(a\)|a)?"  # Czech
    r"|napísal(?:\(a\)|a)?"  # Slovak
    r"|пишет|писал(?:\(а\)|а)?|написал(?:\(а\)|а)?|написав|пише|написа"  # Russian, Ukrainian, Bulgarian
    r"|yazdı|şunları yazdı|şunu yazdı"  # Turkish
    r"|írta|ezt írta"  # Hungarian
    r"|a scris"  # Romanian
    r"|έγραψε"  # Greek
    r"|đã viết"  # Vietnamese
    r"|menulis"  # Indonesian
    r"|je napisao|je napisala|je napisal"  # Croatian, Slovenian
    r"|va escriure"  # Catalan
    r"|kirjutas|rakstīja|rašė"  # Estonian, Latvian, Lithuanian
    r"|כתב|כתבה|كتب"  # Hebrew, Arabic
)
WROTE = re.compile(rf"(?<!\w)(?:{_WROTE})(?!\w)|写道|寫道|님이 작성|のメール|が書きました", re.IGNORECASE)

_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
OPENER = re.compile(
    r"[\W_]{0,8}(?:on|am|le|el|il|em|op|den|på|dne|dnia|w dniu|vào|pe|στις|at|в|у|ti|a|dana|dne|u)\s", re.IGNORECASE
)
INSIDE = re.compile(rf"-*\s?\bOn {_DAY},? ", re.IGNORECASE)
TAIL = re.compile(rf">\s?(?:{_WROTE})?\s?[:：]", re.IGNORECASE)
SENDER = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}\s?>\s?[:：]$")

DATE = re.compile(
    r"(?<!\d)(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d|\d{1,2}[:.h]\d\d|\d{1,2}[.-]? ?[^\W\d_]{3,12}\.?)(?!\d)"
)

_MESSAGE = (
    r"message|nachricht|meddelelse|besked|meddelande|melding|mensaje|mensagem|messaggio|bericht|viesti|wiadomość|zpráva|správa"
    r"|сообщение|повідомлення|съобщение|ileti|mesaj|μήνυμα|üzenet|poruka|sporočilo|thư|メッセージ|邮件|郵件|메시지|원본"
)
_FORWARDED = (
    r"forward|weitergeleitet|transf[eé]r|réexpédi|reenvi|encaminh|inoltr|doorgestuurd|videresend|vidarebefordra"
    r"|välitetty|przekazan|przesłan|přeposlan|preposlan|пересыл|пересла|переслан|препратен|iletilen|προωθημέν|továbbított"
    r"|転送|转发|轉寄|전달|begin forwarded"
)
RULED = re.compile(r"(?:-{2,}|_{2,}|={2,}|\*{2,})\s*(\S[^\n]{0,120}?)\s*(?:-{2,}|_{2,}|={2,}|\*{2,})")
_ORIGINAL = re.compile(_MESSAGE, re.IGNORECASE)
_FORWARD = re.compile(_FORWARDED, re.IGNORECASE)
RULE = re.compile(r"[-_=*—–]{3,}")

_AUTHOR = (
    "from|von|de|da|van|fra|från|lähettäjä|od|nadawca|от|від|kimden|feladó|από|expeditor|pengirim"
    "|差出人|发件人|寄件者|보낸 사람"
)
_DATED = (
    "sent|date|message du|gesendet|datum|envoyé|enviado|enviado el|fecha|data|inviato|verzonden|sendt|dato|skickat"
    "|lähetetty|päivä|wysłano|odesláno|odoslané|отправлено|дата|надіслано|gönderildi|tarih|küldve|dátum"
    "|送信日時|日付|发送时间|日期|보낸 날짜"
)
_TARGET = (
    "to|an|à|para|pour|a|aan|til|till|vastaanottaja|do|komu|кому|kime|címzett|προς|către|宛先|收件人|받는 사람"
    "|cc|kopie|copie|copia|kopia|kopi|kopio|dw|копия|копія|bilgi"
)
_ABOUT = (
    "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|aihe|temat|předmět|predmet|тема|konu|tárgy|θέμα"
    "|subiect|件名|主题|主旨|제목"
)
LABEL = re.compile(
    rf"[*_]{{0,2}}(?:(?P<author>{_AUTHOR})|(?P<dated>{_DATED})|(?P<target>{_TARGET})|(?P<about>{_ABOUT}))"
    r"[*_]{0,2}\s{0,2}[:：]",
    re.IGNORECASE,
)

PHONE = re.compile(
    r"(?:sent (?:from|via|with|by|wirelessly)|get outlook for|gesendet (?:von|mit|aus)|von meinem \S{1,30} gesendet"
    r"|diese nachricht wurde von meine[mr]|envoyé (?:de|depuis|à partir|sans fil|par)|télécharger outlook"
    r"|enviado (?:desde|do|de|a partir|pelo|por)|obtener outlook|inviato (?:da|con)|scarica outlook"
    r"|verzonden (?:met|vanaf|via)|verstuurd vanaf|outlook voor|skickat från|sendt fra|lähetetty"
    r"|wysłan[eoy] (?:z|ze|przy)|odesláno (?:z|ze)|odoslané z|отправлено (?:с|из)|надіслано з|gönderen"
    r"|iphone'?umdan gönderildi|iphone[’']?(?:から送信)|發送自|发自我的|나의 iphone에서 보냄)(?!\w)",
    re.IGNORECASE,
)

_GOES_ON = re.compile(r"[,.;] [^\W\dA-Z_]")
FOOTER = re.compile(r"_{2,}")
_LIST = re.compile(r"mailing list|mailinglist|mailman/listinfo|/options/|unsubscribe", re.IGNORECASE)


def is_phone(line: str) -> bool:
    """`Sent from my iPhone` and the like: a whole line, no sentence that goes on."""
    return len(line) < 120 and PHONE.match(line) is not None and _GOES_ON.search(line) is None


def is_list_footer(lines: list[str]) -> bool:
    """What list software adds below an underscore line: says so within a few lines."""
    return any(_LIST.search(line[:LONGEST_LINE]) for line in lines)


def is_original(line: str) -> bool:
    """`-----Original Message-----` and `---- Ann wrote ----`, in any of the languages above."""
    ruled = RULED.fullmatch(line) if len(line) <= LONGEST_LINE else None
    if ruled is None or _FORWARD.search(ruled.group(1)):
        return False
    return bool(_ORIGINAL.search(ruled.group(1)) or WROTE.search(ruled.group(1)))


def is_forward(line: str) -> bool:
    """The line above a mail that somebody forwards inside the text, as `---------- Forwarded message ---------`."""
    shown = line.strip(" >\t")
    if len(shown) > LONGEST_LINE:
        return False
    ruled = RULED.fullmatch(shown)
    if ruled:
        return bool(_FORWARD.search(ruled.group(1)))
    return shown.endswith((":", "：")) and len(shown) <= 60 and shown.lower().startswith("begin forwarded message")
