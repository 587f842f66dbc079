"""`postern directory`: make the stored directory equal to the file, or show what is stored."""

import argparse
from pathlib import Path

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, table
from gateway.exits import BAD_CONFIGURATION, DONE, USAGE, Exit
from gateway.faults import ConfigFaults
from routing.directory import Directory


def command(arguments: argparse.Namespace) -> int:
    """Apply prints what changed, a line each; 78 where the file has faults."""
    with opened(arguments.config) as office:
        if arguments.action == "apply":
            return _apply(office, arguments.file)
        if arguments.file:
            raise Exit(USAGE, "directory show: it shows what is stored and takes no file.")
        _show(office.store.directory(), as_lines=arguments.json)
    return DONE


def _apply(office: Office, file: str | None) -> int:
    configured = office.config.gateway.directory
    if configured is None and file is None:
        raise Exit(USAGE, "directory apply: name a FILE, or configure one as [gateway] directory.")
    if configured is not None and file is not None and Path(file).resolve() != configured.resolve():
        raise Exit(
            USAGE,
            f"directory apply: {file} is not the configured directory {configured}, which would win at the next start; "
            "edit that one, or take [gateway] directory out.",
        )
    try:
        changed = office.apply_directory(Path(file) if file else None)
    except ConfigFaults as broken:
        raise Exit(BAD_CONFIGURATION, *(str(fault) for fault in broken.faults)) from None
    for line in changed:
        print(line)
    if not changed:
        print("nothing changed")
    return DONE


def _show(directory: Directory, *, as_lines: bool) -> None:
    if as_lines:
        for organisation in directory.organisations.values():
            as_json(
                {
                    "organisation": organisation.key,
                    "name": organisation.name,
                    "kind": organisation.kind.value,
                    "parent": organisation.parent,
                    "domains": list(organisation.domains),
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
                }
            )
        for group in directory.groups:
            as_json({"group": group.key, "organisation": group.organisation, "members": list(group.members)})
        for system in directory.systems.values():
            as_json(
                {
                    "system": system.key,
                    "name": system.name,
                    "customer": system.customer,
                    "involved": dict(system.involved),
                }
            )
        return
    table(
        ("Organisation", "Name", "Kind", "Domains"),
        [(o.key, o.name, o.kind.value, ", ".join(o.domains)) for o in directory.organisations.values()],
    )
    print()
    table(
        ("Person", "Addresses", "Organisation", "Role", "Language"),
        [(p.name, ", ".join(p.addresses), p.organisation, p.role.value, p.language) for p in directory.people],
    )
    print()
    table(("Group", "Organisation", "Members"), [(g.key, g.organisation, ", ".join(g.members)) for g in directory.groups])
    print()
    table(
        ("System", "Name", "Customer", "Involved"),
        [
            (s.key, s.name, s.customer, ", ".join(f"{role} = {who}" for role, who in s.involved.items()))
            for s in directory.systems.values()
        ],
    )
