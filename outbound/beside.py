"""What stands in a letter beside the words that it tells of: files that go along, and what was said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from outbound.enclosure import Enclosure, Named
from outbound.language import Language
from outbound.text import many_lines, one_line
from routing.showing import moment
from routing.visible import Visible

LONGEST = 1500
"""Characters of an earlier entry that a letter repeats: enough to know again what was said."""
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Beside:
    """`enclosure` is None where files are only named, `earlier` what the same reader may see, the oldest first."""

    enclosure: Enclosure | None = None
    earlier: tuple[Visible, ...] = ()


NOTHING = Beside()


def quoted(entry: Visible) -> Visible:
    """An earlier entry as far as a letter repeats it."""
    lines = many_lines(entry.text).split("\n")
    kept = "\n".join(lines[:MOST_LINES])
    if len(kept) > LONGEST:
        kept = kept[:LONGEST].rsplit(maxsplit=1)[0]
    cut = entry.cut or len(lines) > MOST_LINES or len(kept) < len(entry.text.strip())
    return replace(entry, actor_name=one_line(entry.actor_name), text=kept.strip("\n"), attachments=(), cut=cut)


_NONE: Mapping[str, object] = dict.fromkeys(
    ("files", "attachments", "enclosed", "pictures", "large", "harmful", "gone", "earlier_entries"), ()
)


def told(beside: Beside, attachments: Sequence[str], language: Language) -> Mapping[str, object]:
    """What templates say of it, as texts in tuples; `attachments` are the names of all files of the event."""
    if beside is NOTHING and not attachments:
        return _NONE
    found = beside.enclosure
    pictures = found.pictures if found else ()
    return {
        "files": bool(attachments),
        "attachments": tuple(attachments) if found is None else (),
        "enclosed": _named(found.sent, language) if found else (),
        "pictures": [
            (
                f"cid:{one.cid}",
                one_line(one.file.name),
                one.width,
                _with_size(one.file.name, len(one.file.data), language),
            )
            for one in pictures
        ],
        "large": _named(found.large, language) if found else (),
        "harmful": _named(found.harmful, language) if found else (),
        "gone": tuple(map(one_line, found.gone)) if found else (),
        "earlier_entries": [_entry(entry, language) for entry in beside.earlier],
    }


def _named(files: Sequence[Named], language: Language) -> tuple[str, ...]:
    return tuple(_with_size(file.name, file.size, language) for file in files)


def _with_size(name: str, size: int, language: Language) -> str:
    return f"{one_line(name)} ({language.size(size)})"


def _entry(entry: Visible, language: Language) -> dict[str, object]:
    return {
        "at": language.moment(moment(entry.at)),
        "writer": entry.actor_name or language.sentence("Somebody"),
        "words": entry.text,
        "cut": entry.cut,
    }
