"""An invitation in words (RFC 5545): what, when, where and who."""

import datetime as dt
import re

from parsers.characters import charset

_EVENT = re.compile(r"^BEGIN:(VEVENT|VTODO|VJOURNAL)[ \t]*\r?\n", re.IGNORECASE | re.MULTILINE)
_METHOD = re.compile(r"^METHOD:([A-Za-z-]{1,30})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_INNER = re.compile(r"^BEGIN:|^END:", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]")
_WANTED = re.compile(
    r"(?:SUMMARY|DTSTART|DTEND|DUE|LOCATION|ORGANIZER|ATTENDEE|DESCRIPTION|STATUS|RECURRENCE-ID)[;:]", re.IGNORECASE
)
_LONGEST = 64 * 1024
_MOST_LINES = 60
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative", "DELEGATED": "delegated"}


def told(text: str) -> str:
    """The first event of a calendar for reading, empty where there is none that can be read."""
    event = _first_event(text[:_LONGEST])
    if not event:
        return ""
    from icalendar import Event  # slow to import, and few mails need it

    try:
        found = Event.from_ical(event)
        lines = [_text(found, "SUMMARY"), _when(found), _labelled("Where", _text(found, "LOCATION"))]
        lines += [_labelled("Organizer", _person(who)) for who in _all(found, "ORGANIZER")]
        lines += [_labelled("Attendee", _person(who)) for who in _all(found, "ATTENDEE")]
        status = _text(found, "STATUS").lower()
        lines.append(_labelled("Status", status) if status == "cancelled" else "")
        words = _text(found, "DESCRIPTION").strip()
    except Exception:  # noqa: BLE001 - a library that raises many kinds; the calendar is still attached
        return ""
    return charset.clean("\n".join([*filter(None, lines), *(("", words) if words else ())]))


def method(text: str) -> str:
    """What a calendar wants done with it (RFC 5546 section 1.4), lower-case, empty where it does not say."""
    found = _METHOD.search(text[:_LONGEST])
    return found.group(1).lower() if found else ""


def _first_event(text: str) -> str:
    """The properties of the first event that are told, unfolded: alarms in it have a description, too."""
    opening = _EVENT.search(text)
    if opening is None:
        return ""
    closing = _INNER.search(text, opening.end())
    inside = _FOLD.sub("", text[opening.end() : closing.start() if closing else len(text)])
    kept = [line for line in inside.splitlines() if _WANTED.match(line)][:_MOST_LINES]
    return "\r\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT", ""]) if kept else ""


def _all(event: object, name: str) -> list[object]:
    found = event.get(name) if isinstance(event, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _text(event: object, name: str) -> str:
    return " ".join(str(found) for found in _all(event, name)[:1]).strip()


def _labelled(label: str, shown: str) -> str:
    return f"{label}: {shown}" if shown else ""


def _when(event: object) -> str:
    starts, ends = _all(event, "DTSTART"), _all(event, "DTEND") or _all(event, "DUE")
    begin, end = (_moment(found[0]) if found else "" for found in (starts, ends))
    if begin[:11] == end[:11] and len(end) > 11:
        end = end[11:]
    zone = _zone(starts[0]) if starts else ""
    shown = " - ".join(filter(None, (begin, end)))
    return _labelled("When", f"{shown} ({zone})" if zone and shown else shown)


def _moment(written: object) -> str:
    moment = getattr(written, "dt", None)
    if isinstance(moment, dt.datetime):
        return moment.strftime("%Y-%m-%d %H:%M")
    return moment.isoformat() if isinstance(moment, dt.date) else ""


def _zone(written: object) -> str:
    """The time zone as the sender named it."""
    moment = getattr(written, "dt", None)
    named = getattr(written, "params", {}).get("TZID", "")
    if named or not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        return str(named)
    return "UTC" if moment.utcoffset() == dt.timedelta() else str(moment.tzinfo)


def _person(written: object) -> str:
    params = getattr(written, "params", {})
    address = re.sub(r"^mailto:", "", str(written).strip(), flags=re.IGNORECASE)
    name = str(params.get("CN", "")).strip("\"' ")
    answer = _ANSWERS.get(str(params.get("PARTSTAT", "")).upper(), "")
    shown = f"{name} <{address}>" if name and name.lower() != address.lower() else address
    return f"{shown}, {answer}" if answer else shown
