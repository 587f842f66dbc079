"""The words that mail programs write around what they quote, by language. Data only, and its shape.

Each field lists alternatives, parted by `|`. Words are stems where a language bends them; `signed` and `made` are
regular expressions without back-tracking ends. Sources: the programs' own messages in each language.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What programs write in one language.

    `wrote` is the verb of a line above a quote, `opens` a first word of such a line. `author`, `dated`, `target` and
    `about` are names of header fields. `message`, `original` and `forwarded` are stems in a divider. `signed` begins
    the line that a telephone adds, wherever it stands; `made` does so where a device or a program is named.
    """

    wrote: str = ""
    opens: str = ""
    author: str = ""
    dated: str = ""
    target: str = ""
    about: str = ""
    message: str = ""
    original: str = ""
    forwarded: str = ""
    signed: str = ""
    made: str = ""


DEVICES = (
    "iphon|ipad|ipod|android|blackberry|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|oneplus|pixel|nokia|htc|sony|xperia"
    "|motorola|lumia|windows|outlook|yahoo|gmail|aol|gmx|web\\.de|proton|tutanota|tuta|k-9|thunderbird|mailbird|mailspring"
    "|airmail|spark|sparrow|superhuman|zoho|bluemail|newton|polymail|typeapp|mail\\.ru|mymail|yandex|яндекс|icloud|mailbox"
    "|acompli|boxer|libero|verizon|vodafone|t-mobile|orange mail|mail orange|qq|foxmail|网易|邮箱大师|naver|네이버|daum"
    "|fairmail|hey\\.com|mobile|mobil|mobiele|móvil|movil|celular|cellulare|smartphone|smartfon|phone|telefon|téléphone|teléfono|telefone"
    "|telefono|telefoon|puhelin|puhelim|handy|cell(?:phone)?\\b|tablet|handheld|gerät|appareil|dispositivo|apparaat|enhet|device|cihaz"
    "|urządzeni|zařízení|készülék|телефон|смартфон|устройств|пристро|κινητό|手机|手機|スマート|휴대|điện thoại"
    "|ponsel|มือถือ|הנייד|הטלפון|هاتف"
)
"""Devices and programs that sign what they send, and the common words for them."""
