"""What may be wrong with the ways out that only shows across tables: names that lead nowhere, relays without a use."""

from gateway.faults import BadValue, choose
from gateway.fields import key
from gateway.toml_file import TomlFile
from outbound.routes import DEFAULT, among, domain


def refuse_bad_routes(file: TomlFile) -> None:
    """Note all of it."""
    _refuse_bad_names(file)
    _refuse_strange_relays(file)
    _refuse_idle_relays(file)
    _refuse_strange_senders(file)
    _refuse_strange_queues(file)
    _refuse_no_letters(file)


def _refuse_bad_names(file: TomlFile) -> None:
    for name in file.names("relays"):
        try:
            key(name)
        except BadValue as bad:
            file.fault(("relays", name), bad.problem, bad.mend)
        if name == DEFAULT:
            file.fault(("relays", name), "is the name of [relay]", "choose another")


def _refuse_strange_relays(file: TomlFile) -> None:
    """A relay is named once in each list, and is there."""
    known = (DEFAULT, *file.names("relays"))
    for table, names in (("route", "relays"), ("relay", "fall_over")):
        seen: set[tuple[int, str]] = {(0, DEFAULT)} if table == "relay" else set()
        for number, name in file.written(table, names):
            loc = (table, number, names) if table == "route" else (table, names)
            if name not in known:
                file.fault(loc, f'names "{name}", and there is no [relays.{name}]', choose(name, known))
            elif (number, name) in seen:
                file.fault(loc, f'names "{name}", which comes before it already', "keep it in one place")
            seen.add((number, name))


def _refuse_idle_relays(file: TomlFile) -> None:
    """A relay that no letter would take is a route forgotten."""
    used = {name for _, name in (*file.written("route", "relays"), *file.written("relay", "fall_over"))}
    for name in file.names("relays"):
        if name not in used and name != DEFAULT:
            mend = f'name "{name}" in the relays of a [[route]] or in [relay] fall_over, or take it out'
            file.fault(("relays", name), "takes no letter", mend)


def _refuse_strange_senders(file: TomlFile) -> None:
    """Letters come from our own addresses only."""
    ours = sorted({text.lower() for _, text in file.written("address", "address")})
    known = (*ours, *sorted({f"@{domain(address)}" for address in ours}))
    for number, text in file.written("route", "senders"):
        if ours and "@" in text and text.lower() not in known:
            file.fault(("route", number, "senders"), f'names "{text}", from where no letter comes', choose(text, known))


def _refuse_strange_queues(file: TomlFile) -> None:
    known = {text for _, text in file.written("address", "queue")}
    named = {number for number, _ in file.written("address", "queue")}
    if any(number not in named for number, _ in file.written("address", "address")):
        known.add("inbound")
    for number, text in file.written("route", "queues"):
        if text not in known:
            file.fault(
                ("route", number, "queues"), f'names "{text}", which is no queue of an [[address]]', choose(text, known)
            )


def _refuse_no_letters(file: TomlFile) -> None:
    """Letters of a queue come from its addresses: a route for others, too, fits none."""
    queues = dict(file.written("address", "queue"))
    of_route: dict[int, set[str]] = {}
    for number, text in file.written("route", "queues"):
        of_route.setdefault(number, set()).add(text)
    wanted: dict[int, set[str]] = {}
    for number, text in file.written("route", "senders"):
        wanted.setdefault(number, set()).add(text.lower())
    for number, names in of_route.items():
        ours = [text.lower() for at, text in file.written("address", "address") if queues.get(at, "inbound") in names]
        if ours and number in wanted and not any(among(frozenset(wanted[number]), address) for address in ours):
            mend = "take out one of the two, or write a route for each"
            file.fault(("route", number), "fits no letter: its queues have none of its senders", mend)
