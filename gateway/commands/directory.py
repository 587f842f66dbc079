"""`postern directory`: make the stored directory equal to the file, or show what is stored."""

import argparse
from datetime import date
from pathlib import Path

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, table
from gateway.exits import DONE, NO_INPUT, USAGE, Exit
from gateway.fields import FURTHER_NOTICE
from routing.directory import Directory, Person


def command(arguments: argparse.Namespace) -> int:
    """Apply prints what changed, a line each; 78 where the file has faults."""
    with opened(arguments.config) as office:
        if arguments.action == "apply":
            return _apply(office, arguments.file, as_lines=arguments.json)
        if arguments.file:
            raise Exit(USAGE, "directory show: it shows what is stored and takes no file.")
        show = _show_lines if arguments.json else _show_tables
        show(office.store.directory())
    return DONE


def _apply(office: Office, file: str | None, *, as_lines: bool) -> int:
    configured = office.config.gateway.directory
    if configured is None and file is None:
        raise Exit(USAGE, "directory apply: name a FILE, or configure one as [gateway] directory.")
    if configured is not None and file is not None and Path(file).resolve() != configured.resolve():
        raise Exit(
            USAGE,
            f"directory apply: {file} is not the configured directory {configured}, which would win at the next start; "
            "edit that one, or take [gateway] directory out.",
        )
    if file is not None and not Path(file).is_file():
        raise Exit(NO_INPUT, f"directory apply: {file}: there is no such file.")
    changed = office.apply_directory(Path(file) if file else None)
    if as_lines:
        for line in changed:
            as_json({"changed": line})
    else:
        print(*(changed or ["nothing changed"]), sep="\n")
    return DONE


def _show_lines(directory: Directory) -> None:
    for organisation in directory.organisations.values():
        as_json(
            {
                "organisation": organisation.key,
                "name": organisation.name,
                "kind": organisation.kind.value,
                "parent": organisation.parent,
                "domains": list(organisation.domains),
                "reference": organisation.reference,
            }
        )
    for person in directory.people:
        as_json(
            {
                "person": person.address,
                "name": person.name,
                "addresses": list(person.addresses),
                "organisation": person.organisation,
                "role": person.role.value,
                "language": person.language,
                "skills": list(person.skills),
                "notify": {topic.value: wish.value for topic, wish in person.wishes},
                "away_until": _back(person),
                "timezone": person.hours.zone or None,
                "digest_at": f"{person.hours.digest:%H:%M}" if person.hours.digest else None,
                "quiet": list(map(str, person.hours.quiet)),
            }
        )
    for group in directory.groups:
        members, queues = list(group.members), list(group.queues)
        as_json({"group": group.key, "organisation": group.organisation, "members": members, "queues": queues})
    for system in directory.systems.values():
        involved = dict(system.involved)
        as_json({"system": system.key, "name": system.name, "customer": system.customer, "involved": involved})


def _show_tables(directory: Directory) -> None:
    table(
        ("Organisation", "Name", "Kind", "Domains"),
        [(o.key, o.name, o.kind.value, ", ".join(o.domains)) for o in directory.organisations.values()],
    )
    print()
    table(
        ("Person", "Addresses", "Organisation", "Role", "Language", "Skills", "Away until", "Letters"),
        [
            (
                p.name,
                ", ".join(p.addresses),
                p.organisation,
                p.role.value,
                p.language,
                ", ".join(p.skills),
                _back(p),
                _letters(p),
            )
            for p in directory.people
        ],
    )
    print()
    table(
        ("Group", "Organisation", "Members"), [(g.key, g.organisation, ", ".join(g.members)) for g in directory.groups]
    )
    print()
    table(
        ("System", "Name", "Customer", "Involved"),
        [
            (s.key, s.name, s.customer, ", ".join(f"{role} = {who}" for role, who in s.involved.items()))
            for s in directory.systems.values()
        ],
    )


def _letters(person: Person) -> str:
    """Which letters somebody wants, and when, as the directory says such things."""
    wishes = [f"{topic.value} {wish.value}" for topic, wish in person.wishes]
    quiet = [f"quiet {span}" for span in person.hours.quiet]
    at = [f"digest at {person.hours.digest:%H:%M}"] if person.hours.digest else []
    return ", ".join((*wishes, *at, *quiet, *filter(None, (person.hours.zone,))))


def _back(person: Person) -> str | None:
    """The first day on which somebody takes tickets again; or that there is no end."""
    if person.away_until is None:
        return None
    return FURTHER_NOTICE if person.away_until == date.max else person.away_until.isoformat()
