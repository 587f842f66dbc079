"""File names of attachments, for showing: cleaned first, checked after, never a path."""

import mimetypes
import re
import unicodedata

_LONGEST = 200
_LONGEST_ENDING = 20
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})
# The types that the language brings; those of the machine would name files otherwise on every machine.
_TYPES = mimetypes.MimeTypes()
_ENDINGS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/global-delivery-status": ".txt",
    "message/global-headers": ".txt",
    "message/global-disposition-notification": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/x-png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/tiff": ".tif",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "text/x-vcard": ".vcf",
    "text/vcard": ".vcf",
    "text/csv": ".csv",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/x-pdf": ".pdf",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/x-zip-compressed": ".zip",
    "application/x-7z-compressed": ".7z",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}


def file_name(claimed: str, content_type: str, number: int) -> str:
    """The name to show for the `number`th attachment: what the sender claimed, made harmless, or one by its type.

    Control, bidirectional and zero-width characters go first, so that none of them hides a path or a leading dot.
    """
    visible = claimed if claimed.isascii() and claimed.isprintable() else _visible(claimed)
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", visible))[-1]
    name = re.sub(r"^[A-Za-z]:", "", name)
    name = _FORBIDDEN.sub("_", name).lstrip(". ").rstrip(". ")
    if not name:
        return f"attachment-{number}{_ending(content_type)}"
    if name.partition(".")[0].strip().lower() in _DEVICES:
        name = f"_{name}"
    return _shortened(name)


def _visible(claimed: str) -> str:
    kept = [
        c
        for i, c in enumerate(claimed)
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or _joins(claimed, i)
    ]
    return "".join(kept)


def _joins(claimed: str, i: int) -> bool:
    """A joiner or non-joiner between two letters beyond ASCII belongs to the spelling: Persian, Hindi, emoji."""
    around = claimed[i - 1 : i] + claimed[i + 1 : i + 2]
    return claimed[i] in "\u200c\u200d" and len(around) == 2 and all(c > "\u024f" and _is_mark(c) for c in around)


def _is_mark(c: str) -> bool:
    return unicodedata.category(c)[0] in "LMS"


def _ending(content_type: str) -> str:
    return _ENDINGS.get(content_type) or _TYPES.guess_extension(content_type) or ".bin"


def _shortened(name: str) -> str:
    """At most 200 bytes of UTF-8, with the ending kept where it is a short one."""
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_ENDING:
        stem, ending = name, ""
    tail = dot + ending if ending else ""
    return stem.encode()[: _LONGEST - len(tail.encode())].decode("utf-8", "ignore").rstrip(". ") + tail
