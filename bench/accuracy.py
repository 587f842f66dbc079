"""The scoreboard: what the parser understands of real mail, beside what other libraries do.

`python -m bench.accuracy CORPORA [--only CORPUS] [--failures [LIBRARY]] [--no-baselines] [--limit SECONDS]`

CORPORA is a folder with `cases/NAME.jsonl`. `--failures` shows for each failing case of ours what was expected and
what we got. Cases that take "Regards, Ann" for a signature are scored apart: we leave that in the reply.
"""

import argparse
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import ours
from bench.answers import Failed
from bench.baselines import BASELINES
from bench.children import Ask, Timed, answers
from bench.corpora import Case, Kind, load
from bench.scoring import Mark, mark, words_of

BARS: dict[tuple[str, Kind], float] = {
    ("talon", "trim"): 0.88,
    ("talon", "signature"): 20 / 24,
    ("crisp_erp", "trim"): 0.85,
    ("github_erp", "trim"): 0.95,
    ("zapier_erp", "trim"): 0.95,
    ("mail_parser_reply", "trim"): 0.90,
    ("stalwart", "mime"): 50 / 53,
    ("enmime", "mime"): 1.0,
    ("enmime", "bounce"): 1.0,
    ("django_helpdesk", "mime"): 1.0,
    ("django_helpdesk", "trim"): 1.0,
    ("flufl_bounce", "bounce"): 1.0,
    ("sisimai", "bounce"): 0.97,
    ("sisimai_newlines", "bounce"): 0.97,
    ("robustness", "robust"): 1.0,
}
"""The share of cases that must be right; of a bounce corpus of sisimai's, the share that must be found."""

OURS = "postern"
MOST_SHOWN = 1500


def rows(cases: Sequence[Case], timed: Sequence[Timed], kind: Kind) -> Iterator[str]:
    """What one library made of the cases of one kind, as figures in words."""
    marks = [mark(case, each.answer) for case, each in zip(cases, timed, strict=True)]
    main = [m for case, m in zip(cases, marks, strict=True) if not case.apart]
    exact, spaced = sum(m.exact for m in main), sum(m.spaced for m in main)
    if kind == "trim":
        yield f"exact {_share(exact, len(main))}, white space aside {_share(spaced, len(main))}"
        precision, recall = words_of(main)
        yield f"words: precision {precision:.1%}, recall {recall:.1%}"
        apart = [m for case, m in zip(cases, marks, strict=True) if case.apart]
        if apart:
            yield f"sign-offs stripped, apart: {sum(m.spaced for m in apart)} of {len(apart)}"
    else:
        yield f"right {_share(spaced, len(main))}"
    if kind in ("mime", "bounce"):
        yield ", ".join(_parts(main))
    failed = [each.answer for each in timed if isinstance(each.answer, Failed)]
    hung = sum(failure.hung for failure in failed)
    if failed:
        yield f"raised {len(failed) - hung}, hung {hung}"


def _parts(marks: Sequence[Mark]) -> Iterator[str]:
    stated = Counter(name for m in marks for name in m.parts)
    right = Counter(name for m in marks for name, good in m.parts.items() if good)
    for name in stated:
        if name == "false alarm":
            yield f"false alarms {stated[name] - right[name]} of {stated[name]}"
        else:
            yield f"{name} {right[name]}/{stated[name]}"


def _share(count: int, total: int) -> str:
    return f"{count}/{total} = {count / total:.1%}" if total else "0/0"


def reached(corpus: str, kind: Kind, cases: Sequence[Case], timed: Sequence[Timed]) -> str:
    """The bar of a corpus, and whether we are over it."""
    bar = BARS.get((corpus, kind))
    if bar is None:
        return ""
    marks = [mark(case, each.answer) for case, each in zip(cases, timed, strict=True) if not case.apart]
    good = [m.parts.get("found", True) if corpus.startswith("sisimai") else m.spaced for m in marks]
    over = sum(good) / len(good) >= bar if good else True
    return f"bar {bar:.0%}: {'reached' if over else 'NOT reached'}"


def failures(cases: Sequence[Case], timed: Sequence[Timed]) -> Iterator[str]:
    """Each failing case: its id, its file, what was expected and what was got; nothing where nothing was asked."""
    for case, each in zip(cases, timed, strict=bool(timed)):
        found = mark(case, each.answer)
        if not found.spaced:
            yield f"\n  ── {case.id}  ({case.eml_path}){'  [apart]' if case.apart else ''}"
            for wrong in found.wrong:
                yield f"  {wrong.what}"
                yield textwrap.indent(wrong.expected[:MOST_SHOWN], "    expected | ", lambda _: True)
                yield textwrap.indent(wrong.got[:MOST_SHOWN], "    got      | ", lambda _: True)


def by_kind(cases: Sequence[Case]) -> Iterator[tuple[Kind, list[Case]]]:
    """The cases of a corpus, one kind after the other."""
    kinds = dict.fromkeys(case.kind for case in cases)
    for kind in kinds:
        yield kind, [case for case in cases if case.kind == kind]


def show(corpus: str, cases: Sequence[Case], folder: Path, arguments: argparse.Namespace) -> None:
    """Print the figures of one corpus."""
    for kind, some in by_kind(cases):
        mine = answers(ours.answer, some, folder, arguments.limit)
        print(f"\n{corpus}: {kind}, {len(some)} cases   {reached(corpus, kind, some, mine)}")
        _print(OURS, rows(some, mine, kind))
        shown = {OURS: mine}
        for name, ask in () if arguments.no_baselines else _asked(kind):
            shown[name] = answers(ask, some, folder, arguments.limit)
            _print(name, rows(some, shown[name], kind))
        print("\n".join(failures(some, shown.get(arguments.failures, ()))))


def _asked(kind: Kind) -> Iterator[tuple[str, Ask]]:
    for name, (kinds, make) in BASELINES.items():
        if kind in kinds:
            ask = _made(name, make)
            if ask is not None:
                yield name, ask


def _made(name: str, make: Callable[[], Ask]) -> Ask | None:
    try:
        return make()
    except ImportError:
        print(f"  {name:<20} not installed; it comes with the extra `bench`")
        return None


def _print(name: str, figures: Iterator[str]) -> None:
    for number, line in enumerate(figures):
        print(f"  {name if number == 0 else '':<20} {line}")


def main() -> int:
    """Print the scoreboard; 1 where a bar is not reached is not an error: figures are for people."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="CORPORA")
    parser.add_argument("--only", metavar="CORPUS", help="one corpus, by the name of its file in cases/")
    help_failures = "show each failing case: ours, or those of another LIBRARY"
    parser.add_argument("--failures", nargs="?", const=OURS, metavar="LIBRARY", help=help_failures)
    parser.add_argument("--no-baselines", action="store_true", help="leave the other libraries out")
    parser.add_argument("--limit", type=float, default=10.0, metavar="SECONDS", help="for each case (default 10)")
    arguments = parser.parse_args()
    if not (arguments.folder / "cases").is_dir():
        print(f"{arguments.folder}: there is no folder `cases` with corpora in it; nothing is scored.", file=sys.stderr)
        return 0
    corpora = list(load(arguments.folder, arguments.only))
    if not corpora:
        print(f"{arguments.folder}: there is no corpus {arguments.only or ''}; nothing is scored.", file=sys.stderr)
    for corpus, cases in corpora:
        show(corpus, cases, arguments.folder, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
