"""Out-of-office mail: whether the words speak of an absence, and the day on which it ends.

The words decide only between two kinds of machine mail; that a machine wrote it is known before.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

_AWAY = re.compile(
    r"out[- ]of[- ](?:the )?office|away from (?:my |the )?(?:office|desk|e-?mail)|\bi(?:'|’| a)?m away\b"
    r"|\bout today\b|re-?open(?:s|ing)? on|return date"
    r"|\btravell?ing\b"
    r"|closed (?:from|until|till|through|between|for the holidays)|\booo\b|(?:on|from) (?:annual |sick |parental "
    r"|maternity |paternity |medical "
    r"|personal |family )?"
    r"(?:vacation|leave|holiday|pto)\b|on (?:a )?(?:holidays|vacations|business trip)|(?:away|absent|out) (?:from"
    r"|until|till|through|on|this|next|all)\b"
    r"|not (?:be )?in the office|currently (?:away|out|travel"
    r"|unavailable)|will be (?:away|out|travel|unavailable|off)"
    r"|limited access to|intermittent access|no access to (?:my )?e-?mail|be traveling|be travelling"
    r"|back in the office|return to (?:the office|work)"
    r"|be back (?:on|in|at|by)\b|back (?:on )?(?:mon|tues|wednes|thurs|fri)day"
    r"|abwesen|nicht (?:im|am|in meinem) (?:büro|haus|arbeitsplatz|office)|(?:im|in) urlaub|außer haus|ausser haus"
    r"|auf (?:dienst|geschäfts)reise|elternzeit|mutterschutz"
    r"|krankheitsbedingt|wieder (?:erreichbar|im büro|für sie da|zurück|da)|betriebsferien|(?:vom"
    r"|bis) .{3,40} geschlossen|geschlossen (?:vom|bis)|nicht erreichbar"
    r"|absen(?:t|ce)\w{0,2}\b|hors du bureau|en (?:congés?|vacances|déplacement)|de retour (?:le|au|à|lundi|mardi)"
    r"|pas (?:au|à mon) bureau"
    r"|fuera de (?:la |mi )?oficina|ausen(?:te|cia|tar)|de vacaciones|de baja|de viaje|retornarei|(?:estarei"
    r"|estou) de volta|fora (?:do|da"
    r"|de) (?:escritório|escritorio|empresa)|de férias|em férias"
    r"|ausência|fuori (?:sede|ufficio)|assen(?:te|za)|in ferie|in vacanza|afwezig|niet op kantoor|op vakantie"
    r"|met (?:verlof|vakantie)|buiten kantoor|weer (?:bereikbaar|aanwezig)|gesloten (?:t/m|tot|van|vanaf)"
    r"|frånvar|på semester|tillbaka (?:på|den|i)\b|åter (?:på|den|\d)|tilba[gk]e (?:på|den|i|\d)|inte på kontoret"
    r"|föräldraledig|fravær|på ferie|ikke på kontoret|ikke til stede|poissa"
    r"|palaan |lomalla|en ole paikalla|tavoitettavissa"
    r"|poza biurem|nieobecn|na urlopie|mimo (?:kancelář|kancelária)|nepřítom|neprítom|na dovolené|na dovolenke"
    r"|házon kívül|szabadság|távol vagyok|(?:újra|ismét) elérhető"
    r"|ofis dışında|izinde|izinli|yıllık izin|tatilde|вне офиса|не (?:будет|буду) в офисе|в отпуске|отсутств"
    r"|на больничном|в командировке|у відпустці"
    r"|поза офісом|відсутн|отпуск"
    r"|εκτός γραφείου|σε άδεια|λείπω|επιστρέψω|în concediu|voi reveni|concediu|din birou|nu sunt (?:la|în) "
    r"|na godišnjem|izvan ureda"
    r"|na dopustu|kontorist väljas|puhkusel|בחופשה|אני לא נמצא|מחוץ למשרד|خارج المكتب|في إجازة|sedang cuti"
    r"|di luar kantor|nghỉ phép|vắng mặt"
    r"|不在|出社|休暇|休業|休みを|外出中|出張|休假|外出|不在办公室|返回办公室|不在辦公室|出差|度假"
    r"|부재(?: ?중)?|휴가|출장"
    r"|atgriezīšos|grįšiu|tornaré a|atvaļināj|prombūtn|ārpus biroja|neesmu birojā|atostog|nesu biure|ne biure"
    r"|komandiruot|ei viibi kontoris"
    r"|komandeeringus|odsot|odsut|на одмору|одсутан|извън офиса|отсъств|í (?:sumar)?fríi|fjarverandi"
    r"|fora de l['’]oficina"
    r"|de vacances|oporretan|bulegotik kanpo|fóra da oficina|de vacacións|allan o['’]r swyddfa|met verlof"
    r"|छुट्टी पर|कार्यालय से बाहर|ลาพักร้อน|ไม่อยู่(?:ที่|ใน)สำนักงาน|مرخصی|خارج از دفتر"
    r"|자리를 비",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\w{0,12}\s{0,2}(?:$|[:;,.(\[–-]|(?:auto\w*|reply|notice|notification|message|until|till|from|through|bis|vom|ab"
    r"|jusqu|du|hasta"
    r"|del|até|fino|dal|tot|van|t\.?o\.?m|till|fra|från|do|od|до|с)\b)",
    re.IGNORECASE,
)
# Something begins again on the day that stands in the same sentence.
_RETURN = re.compile(
    r"\b(?:back|return(?:ing|s)?|again|resum\w{1,4}|reachable|available (?:from|again|on|as)|zurück|wieder|ab dem"
    r"|retour|re-?open\w{0,3}|reviendrai|serai (?:joignable|disponible)|reprendrai|rentrerai"
    r"|vuelvo|vuelva|volver\w{0,2}|regres\w{1,5}|reincorpor\w{1,5}|estar[eé] de vuelta|volt(?:o|arei|ando)|de volta"
    r"|retorn\w{1,5}|regress\w{1,5}|torn(?:o|erò|ando)|rientr\w{1,5}|terug|weer|tillbaka|åter"
    r"|tilbage|tilbake|igen|igjen|takaisin|palaan|palaa|wracam|wrócę|powrót|powrotu|zpět|vrátím|vraciam|späť"
    r"|vissza\w{0,10}|újra|ismét|dön\w{1,8}|ofiste ol\w{2,8}|вернусь|возвращ\w{1,6}|повернусь|επιστρ\w{1,8}|revin"
    r"|reveni|atgriezīšos|atpakaļ|grįšiu|grįžtu|tagasi|vrnem|nazaj|aftur|tornaré|връщам|върна"
    r"|враћам|povratak|vraćam)\b"
    r"|戻り|通常(?:通り|どおり|営業)|営業を?再開|より対応|復帰|出社|返回|回来|回來|恢复|복귀|돌아",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:\b(?:until|till|til|through|thru|to|up to|ends?(?: on)?|inclu\w{2,6}|bis(?: (?:zum|einschließlich|inklusive"
    r"|inkl\.))*|jusqu['’](?:au|à|a)|au|hasta(?: el)?|al|até(?: (?:o|ao|a))?|ao"
    r"|fino (?:al|a)|tot(?: en met)?|t/m|till och med|t\.?o\.?m\.?|til og med|t\.?o\.?m|do|aż do|po|до|по|έως|μέχρι|ως"
    r"|până (?:la|pe|în)|đến|sampai|hingga|līdz|iki|kuni|fins (?:al|a))\b|\bt\.?o\.?m\.?|至|到|~|～|حتى|עד(?: ה-?)?)"
    r"[\s:]{0,3}(?:(?:[^\W\d_]{2,14}[.,]?\s){0,2}(?:(?:the|den|dem|le|el|o|dia|il|de|zo|am|on)\s)?)$",
    re.IGNORECASE,
)
# `8/8(土)`
_WEEKDAY_SIGN = r"(?:\s?[(（][^()（）]{1,4}[)）])?"
_AFTER = re.compile(
    _WEEKDAY_SIGN
    + r"\s?(?:まで|迄|까지|为止|止|以前|前|-?ig\b|['’]?\w{0,5} kadar|\w{0,4} tarihine kadar|asti|saakka|inclu)",
    re.IGNORECASE,
)
# "between 6 and 17 July"
_SECOND = re.compile(
    r"\b(?:between|zwischen|entre|tra|tussen|mellan|mellem|mellom|między|mezi|между)\b.{1,30}"
    r"\s(?:and|und|et|y|e|en|och|og|a|i|и)\s$",
    re.IGNORECASE,
)
_TOMORROW = re.compile(
    r"\b(?:tomorrow|morgen|demain|mañana|amanhã|domani|imorgen|i morgon|i morgen|huomenna|jutro|zítra|zajtra|holnap"
    r"|yarın|завтра|mâine)\b|明日|明天|내일",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:\b(?:from|starting|since|beginning|as of|ab|vom|von|seit|du|dès|depuis|à partir du|del?|desde(?: el)?|dal"
    r"|vanaf|från|fra|od|с|з|із|alkaen)|自|从|從)[\s:]{0,2}(?:(?:the|dem|den|le|el)\s)?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    _WEEKDAY_SIGN
    + r"\s?(?:[-–—~～]|から|至|到|부터|(?:to|until|till|through|bis|au|al|a|até|ao|tot|t/m|till|til|do|po|до|по"
    r"|ile)\b)\s?"
    r"(?:(?:the|zum|[^\W\d_]{2,10},?)\s)?(?:(?:den|dem|le|el)\s)?",
    re.IGNORECASE,
)
_MONTHS = tuple(
    frozenset(words.split())
    for words in (
        "january jaanuarini janvāris janvāra janvārim janvārī sausio janúar gener januarja јануара ianuarie jan "
        "januar jänner "
        "jän januari janvier janv enero ene janeiro gennaio gen ianuarie ian stycznia "
        "styczeń sty leden ledna január januára januárja "
        "tammikuuta tammikuu tammikuun ocak января январь янв січня січень siječnja ιανουαρίου ιανουάριος ιαν jaanuar "
        "януари",
        "february veebruarini februāris februāra februārim februārī vasario febrúar febrer februarja фебруара "
        "февруари feb "
        "februar feber februari février fevrier févr fév febrero fevereiro fev febbraio febr februarie "
        "lutego luty lut února únor februára február "
        "helmikuuta helmikuu helmikuun şubat февраля февраль фев февр лютого лютий veljače φεβρουαρίου φεβρουάριος "
        "φεβ veebruar фебруари",
        "march märtsini marta martam martā kovo març marca marta марта март maret mar märz maerz mrz maart mrt mars "
        "marzo "
        "março marco mart martie marca marzec marec března březen márc "
        "március maaliskuuta maaliskuu maaliskuun marts "
        "марта март мар березня березень ožujka μαρτίου μάρτιος μαρ märts",
        "april aprillini aprīlis aprīļa aprīlim aprīlī balandžio apríl aprila aprilja априла април apr avril avr "
        "abril abr "
        "aprile aprilie kwietnia kwiecień kwi dubna duben apríla apríl április ápr "
        "huhtikuuta huhtikuu huhtikuun nisan апреля апрель апр "
        "квітня квітень travnja απριλίου απρίλιος απρ aprill април",
        "may maini maijs maija maijam maijā gegužės maí maig maja маја май mai mei maj mayo maio maggio mag máj mája "
        "máje "
        "květen května május toukokuuta toukokuu toukokuun mayıs "
        "мая май травня травень svibnja μαΐου μάιος μαϊ maja",
        "june jūnijs jūnija jūnijam jūnijā birželio júní juny junija juuni juunini јуна юни jun juni juin junio "
        "junho giugno giu iunie czerwca czerwiec cze června červen júna jún június kesäkuuta "
        "kesäkuu kesäkuun haziran июня июнь июн червня червень "
        "lipnja ιουνίου ιούνιος ιουν juuni юни",
        "july jūlijs jūlija jūlijam jūlijā liepos júlí juliol julija juulini јула юли jul juli juillet juil julio "
        "julho luglio lug iulie lipca lipiec lip července červenec júla júl július "
        "heinäkuuta heinäkuu heinäkuun temmuz июля июль июл "
        "липня липень srpnja ιουλίου ιούλιος ιουλ juuli юли",
        "august augusts augusta augustam augustā rugpjūčio ágúst agost avgusta augustini августа август agustus aug "
        "augustus août aout agosto ago augusti sierpnia sierpień sie srpna srpen augusta augusztus "
        "elokuuta elokuu elokuun ağustos августа август авг серпня "
        "серпень kolovoza αυγούστου αύγουστος αυγ",
        "september septembris septembra septembrim septembrī rugsėjo setembre septembrini септембра септември sep "
        "sept septembre septiembre setiembre setembro set settembre septembrie września wrzesień wrz "
        "září septembra szeptember szept syyskuuta syyskuu "
        "syyskuun eylül сентября сентябрь сен сент вересня вересень rujna σεπτεμβρίου σεπτέμβριος σεπ септември",
        "october oktoobrini oktobris oktobra oktobrim oktobrī spalio október octubre oktobra октобра октомври oct "
        "oktober okt "
        "octobre octubre outubro out ottobre ott octombrie października październik paź října "
        "říjen októbra október lokakuuta lokakuu lokakuun "
        "ekim октября октябрь окт жовтня жовтень οκτωβρίου οκτώβριος οκτ oktoober октомври",
        "november novembrini novembris novembra novembrim novembrī lapkričio nóvember novembre novembra новембра "
        "ноември nov "
        "novembre noviembre novembro noiembrie listopada listopad lis listopadu novembra marraskuuta "
        "marraskuu marraskuun kasım ноября ноябрь ноя листопада "
        "листопад studenoga νοεμβρίου νοέμβριος νοε ноември",
        "december decembris decembra decembrim decembrī gruodžio desember desembre decembra децембра декември "
        "detsembrini dec dez dezember décembre decembre déc diciembre dic dezembro dicembre decembrie grudnia grudzień "
        "gru prosince prosinec decembra joulukuuta joulukuu "
        "joulukuun aralık des desember декабря декабрь дек грудня грудень prosinca δεκεμβρίου δεκέμβριος δεκ "
        "detsember декември",
    )
)
# The names of months become one character each before dates are looked for, as there are some four hundred of them.
_MARK = {word: chr(0xE000 + number) for number, words in enumerate(_MONTHS, 1) for word in words}
_MARKS = "[\ue001-\ue00c]"
_LETTERS = re.compile(r"[^\W\d_]{3,14}")
_WEEKDAYS = tuple(
    re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for words in (
        r"mon(?:day)?\b|montag|lundi|lunes|segunda|lunedì|lunedi|maandag|måndag|mandag|maanantai|poniedział|ponděl"
        r"|pondel|hétfő|pazartesi|понед|δευτέρα|月曜|周一|星期一|월요일",
        r"tue(?:s|sday)?\b|dienstag|mardi|martes|terça|martedì|martedi|dinsdag|tisdag|tirsdag|tiistai|wtor|úter|kedd"
        r"|salı|вторн|вівтор|τρίτη|火曜|周二|星期二|화요일",
        r"wed(?:nesday)?\b|mittwoch|mercredi|miércoles|quarta|mercoledì|mercoledi|woensdag|onsdag|keskiviik|środ|střed"
        r"|stred|szerda|çarşamba|сред|серед|τετάρτη|水曜|周三|星期三|수요일",
        r"thu(?:rs|rsday)?\b|donnerstag|jeudi|jueves|quinta|giovedì|giovedi|donderdag|torsdag|torstai|czwart|čtvrt"
        r"|štvrt|csütörtök|perşembe|четв|πέμπτη|木曜|周四|星期四|목요일",
        r"fri(?:day)?\b|freitag|vendredi|viernes|sexta|venerdì|venerdi|vrijdag|fredag|perjantai|piąt|pátek|pátk|piat"
        r"|péntek|cuma\b|пятн|п'ятн|παρασκευή|金曜|周五|星期五|금요일",
        r"sat(?:urday)?\b|samstag|sonnabend|samedi|sábado|sabato|zaterdag|lördag|lørdag|lauantai|sobot|szombat"
        r"|cumartesi|суббот|субот|σάββατο|土曜|周六|星期六|토요일",
        r"sun(?:day)?\b|sonntag|dimanche|domingo|domenica|zondag|söndag|søndag|sunnuntai|niedziel|neděl|nedeľ|vasárnap"
        r"|pazar\b|воскрес|неділ|κυριακή|日曜|周日|星期日|일요일",
    )
)
_DATE = re.compile(
    r"(?<![\d:/])(?<!\d[.-])(?:"
    r"(?P<iso>(20\d\d)\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?:日|일|号)?)"
    r"|(?P<cjk>(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号])"
    r"|(?P<numeric>(\d{1,2})(?P<sign>[./-])\s?(\d{1,2})(?:(?P=sign)\s?(20\d\d|\d\d(?!\d))|\.)?(?:\sr\.|г\.)?)"
    r"|(?P<day>(?:\d{1,2}\.?\s?[-–]\s?)?(\d{1,2})(?:st|nd|rd|th|er|º|°|ª|\.|-?го|:?e|de)?(?:\s(?:of\s|de\s|di\s"
    r"|d['’])?|[-/])(" + _MARKS + r")\.?(?:,?\s(?:de\s|del\s)?(20\d\d))?)"
    r"|(?P<nth>\bthe (\d{1,2})(?:st|nd|rd|th)\b)"
    r")(?![\d:])"
    r"|(?P<month>(" + _MARKS + r")\.?\s(\d{1,2})(?:st|nd|rd|th|\.)?(?:\s?[-–]\s?(\d{1,2}))?(?![\d:])(?:,?\s(20\d\d))?)",
    re.IGNORECASE,
)
_RANGED = re.compile(rf"\d\.?\s?[-–]\s?\d{{1,2}}\.?\s?{_MARKS}|{_MARKS}\.?\s\d{{1,2}}\s?[-–]\s?\d{{1,2}}(?!\d)")
_SENTENCE = re.compile(r"[!?。！？]|\.(?=\s+[^\W\d_])")
_LETTER = re.compile(r"(?<![^\W\d_])[^\W\d_]\Z")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d])")
_WEST = re.compile(r"-(?:0[3-9]|10)\d\d\b")
_READ = 4_000
_LATE, _AHEAD = dt.timedelta(days=31), dt.timedelta(days=150)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date in a sentence; `ranged` says that it is written as the end of one, as in "10-31 July"."""

    start: int
    end: int
    date: dt.date
    ranged: bool


def speaks_of_absence(text: str) -> bool:
    """True where a subject or the first words of a mail say that somebody is away."""
    return _AWAY.search(" ".join(text.split())) is not None


def begins(subject: str) -> bool:
    """True where a subject begins with the absence and goes on as a machine's does: "Out of office: Re: Printer"."""
    found = _AWAY.match(subject)
    return found is not None and _GOES_ON.match(subject, found.end()) is not None


def until(text: str, sent: dt.date | None, zone: str = "") -> dt.date | None:
    """The day of return that the text states, else the last day of the absence, None where it states none.

    `sent` is the day of the mail, from which a date without a year and a weekday are reckoned. `zone` is the Date
    field: west of the Atlantic 3/4 is a day in March.
    """
    order = _order(text[:_READ], zone)
    found = [_end(s, sent, order) for paragraph in re.split(r"\n\s*\n", text[:_READ]) for s in _sentences(paragraph)]
    for wanted in (True, False):
        for date, is_return in found:
            if date and is_return is wanted:
                return date
    whole = {
        d
        for m in re.finditer(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)", text[:_READ])
        if (d := _day(*map(int, m.groups())))
    }
    return whole.pop() if len(whole) == 1 else None


def _order(text: str, zone: str) -> str:
    """How the writer sets numbers with slashes: "month" or "day" first, empty where nothing tells."""
    for found in _SLASHED.finditer(text):
        first, second = map(int, found.groups())
        if max(first, second) > 12:
            return "month" if second > 12 else "day"
    return "month" if _WEST.search(zone) else ""


def _sentences(paragraph: str) -> Iterator[str]:
    """A full stop inside a date ends none, one at its end may, unless a small letter follows."""
    shown = _LETTERS.sub(_marked, " ".join(paragraph.split()))
    inside = [found.span() for found in _DATE.finditer(shown)]
    start = 0
    for stop in _SENTENCE.finditer(shown):
        if _LETTER.search(shown, max(stop.start() - 2, 0), stop.start()):
            # "2026 m. liepos 20 d.": one letter is an abbreviation.
            continue
        goes_on = stop.end() + 1 < len(shown) and shown[stop.end() + 1].islower()
        if not any(a <= stop.start() < b - (not goes_on) for a, b in inside):
            yield shown[start : stop.end()]
            start = stop.end()
    yield shown[start:]


def _marked(found: re.Match[str]) -> str:
    return _MARK.get(found.group().lower(), found.group())


def _end(sentence: str, sent: dt.date | None, order: str) -> tuple[dt.date | None, bool]:
    """The end of an absence in one sentence, and whether it is said as a return."""
    dates = list(_dates(sentence, sent, order))
    back = _RETURN.search(sentence)
    if back and (returned := [d for d in dates if not _begins(sentence, d)]):
        return returned[-1].date, True
    for number, dated in enumerate(dates):
        before = sentence[max(0, dated.start - 40) : dated.start]
        ranged = dated.ranged or (number and _BETWEEN.fullmatch(sentence[dates[number - 1].end : dated.start]))
        if (
            ranged
            or _UNTIL.search(before)
            or _SECOND.search(before)
            or _AFTER.match(sentence[dated.end : dated.end + 24])
        ):
            return dated.date, False
    if (
        not dates
        and sent
        and (said := back or re.search(r"\b(?:until|till|bis|jusqu|hasta|até|fino|tot)\b", sentence, re.IGNORECASE))
    ):
        return _weekday(sentence[said.end() : said.end() + 40], sent), back is not None
    return None, False


def _begins(sentence: str, dated: _Dated) -> bool:
    """A date after "from", unless the return itself is said right beside it."""
    if not _FROM.search(sentence[max(0, dated.start - 24) : dated.start]):
        return False
    near = sentence[max(0, dated.start - 28) : dated.start], sentence[dated.end : dated.end + 40]
    return not any(_RETURN.search(words) for words in near)


def _dates(text: str, sent: dt.date | None, order: str) -> Iterator[_Dated]:
    for found in _DATE.finditer(text):
        date = _read(found, sent, order)
        if date:
            yield _Dated(found.start(), found.end(), date, _RANGED.search(found.group()) is not None)


def _read(found: re.Match[str], sent: dt.date | None, order: str) -> dt.date | None:
    numbers = [group for group in found.groups() if group]
    match found.lastgroup if found.lastgroup != "sign" else "numeric":
        case "iso":
            return _day(int(numbers[1]), int(numbers[2]), int(numbers[3]))
        case "cjk":
            return _of_year(None, int(numbers[1]), int(numbers[2]), sent)
        case "numeric":
            return _numeric(found, sent, order)
        case "nth":
            return _of_day(int(numbers[1]), sent)
        case "day":
            year = numbers[3] if len(numbers) > 3 else None
            return _of_year(year, ord(numbers[2]) - 0xE000, int(numbers[1]), sent)
        case _:
            year = numbers[-1] if len(numbers[-1]) == 4 and numbers[-1].isdigit() else None
            days = [n for n in numbers[2:] if len(n) <= 2]
            return _of_year(year, ord(numbers[1]) - 0xE000, int(days[-1]), sent)


def _numeric(found: re.Match[str], sent: dt.date | None, order: str) -> dt.date | None:
    """Day and month with signs between: with full stops the day comes first, with slashes the nearer reading counts."""
    first, sign, second, year = (group for group in found.groups()[8:12])
    if sign == "-" and year is None:
        return None
    day_first = _of_year(year, int(second), int(first), sent)
    if sign == ".":
        return day_first
    month_first = _of_year(year, int(first), int(second), sent)
    if order and (day_first and month_first):
        return month_first if order == "month" else day_first
    near = [d for d in (day_first, month_first) if d and sent and -_LATE <= d - sent <= _AHEAD]
    return near[0] if len(near) == 1 else day_first or month_first


def _of_year(year: str | None, month: int, day: int, sent: dt.date | None) -> dt.date | None:
    """Without a year it is the next such day, or one that has just passed."""
    if year:
        return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    if sent is None:
        return None
    near = (_day(sent.year + years, month, day) for years in (-1, 0, 1))
    return next((d for d in near if d and d >= sent - _LATE), None)


def _of_day(day: int, sent: dt.date | None) -> dt.date | None:
    """The next day of the month with that number."""
    ahead = (sent + dt.timedelta(days=days) for days in range(62)) if sent else ()
    return next((date for date in ahead if date.day == day), None)


def _weekday(words: str, sent: dt.date) -> dt.date | None:
    if _TOMORROW.search(words):
        return sent + dt.timedelta(days=1)
    for number, name in enumerate(_WEEKDAYS):
        if name.search(words):
            return sent + dt.timedelta(days=(number - sent.weekday() - 1) % 7 + 1)
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None
