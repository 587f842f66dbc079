"""Plays the conversation against a running daemon and tells it as it goes."""

import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.app import Office
from gateway.demo import post
from gateway.demo.script import STEPS, Step
from routing.directory import Directory

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.05
WIDTH = 92


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the play takes place."""

    office: Office
    host: str
    port: int
    tell: Callable[[str], None]

    @property
    def folder(self) -> Path:
        """Where the built-in relay keeps what went out."""
        return self.office.config.data_dir / "outgoing"


def play(stage: Stage) -> list[str]:
    """All steps in order; returns what did not come as it must, a sentence each."""
    wrong = []
    for number, step in enumerate(STEPS, 1):
        fault = _act(stage, number, step)
        if fault:
            wrong.append(f"step {number}: {fault}")
    return wrong


def _act(stage: Stage, number: int, step: Step) -> str | None:
    before = post.received(stage.folder)
    ticket = _latest(stage)
    answered = next((letter for letter in reversed(before) if letter.to == step.writer and not step.to), None)
    mail = post.write(step, _name(stage.office.store.directory(), step.writer), answered, ticket.key if ticket else "")
    identifier = post.send(mail, step.sender or step.writer, stage.host, stage.port)
    _settle(stage, identifier)
    _narrate(stage, number, step, str(mail["Subject"]), post.received(stage.folder)[len(before) :])
    after = _latest(stage)
    if after is None or after.status != step.status or after.event != step.event:
        return f"the ticket should show {step.event} and {step.status}, but shows {after}"
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """The ticket as a step left it."""

    key: str
    status: str
    event: str


def _latest(stage: Stage) -> Shown | None:
    with stage.office.store.read() as reading:
        listed = reading.tickets()
        if not listed:
            return None
        whole = reading.ticket(listed[0].key)
    assert whole is not None
    return Shown(whole.ticket.key, whole.ticket.status, whole.timeline[-1].event.kind)


def _settle(stage: Stage, identifier: str) -> None:
    """Wait until the mail is decided and its letters are out."""
    end = time.monotonic() + WAIT_SECONDS
    inbox_id = int(identifier.removeprefix("in-"))
    store = stage.office.store
    while time.monotonic() < end:
        if store.inbox_states([inbox_id]).get(inbox_id) not in ("waiting", "working"):
            with store.read() as reading:
                if not reading.queue(("waiting", "working"), limit=1):
                    return
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"the gateway did not finish {identifier} within {WAIT_SECONDS:.0f} s; look at its mail log")


def _narrate(stage: Stage, number: int, step: Step, subject: str, letters: list[post.Received]) -> None:
    directory = stage.office.store.directory()
    tell = stage.tell
    tell(f"{number:2}. {step.title}")
    tell(f"    From: {_who(directory, step.writer)}" + (f"  (sent by {step.sender})" if step.sender else ""))
    if step.to:
        tell(f"    To: {step.to}")
    tell(f"    Subject: {subject}")
    for line in step.text.splitlines():
        tell(f"      | {line}".rstrip())
    if step.quoting:
        tell("      | > (the whole letter, quoted)")
    shown = _latest(stage)
    assert shown is not None
    workflow = stage.office.rules().desk.workflow
    tell(f"    => {shown.key}: {_EVENTS[shown.event]}; status {workflow.states[shown.status].name}")
    for letter in letters:
        tell(f"       told {_who(directory, letter.to)}: {letter.subject}")
    if not letters:
        tell("       nobody is told")
    tell("")


_EVENTS = {
    "opened": "opened",
    "comment": "comment added",
    "move": "moved",
    "refusal": "refused, nothing moved",
    "unverified": "kept for the operator's eyes only, nothing moved",
}


def board(directory: Directory, folder: Path, tell: Callable[[str], None]) -> None:
    """What each party received, in the order of its coming."""
    letters = post.received(folder)
    readers = list(dict.fromkeys(letter.to for letter in letters))
    tell("What each party received")
    for reader in sorted(readers, key=lambda address: (address.rpartition("@")[2], address)):
        tell("")
        tell(f"  {_who(directory, reader)}")
        for letter in letters:
            if letter.to == reader:
                tell(f"    - {letter.subject}")
                tell(textwrap.shorten(_gist(letter.text), WIDTH, initial_indent=" " * 6, placeholder=" …"))


def _gist(text: str) -> str:
    """The first sentences of a letter, after the line that asks to reply above it."""
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if not line.strip()), 0)
    return " ".join(lines[start:])


def _who(directory: Directory, address: str) -> str:
    person = directory.person(address)
    if person is None:
        return address
    organisation = directory.organisations.get(person.organisation or "")
    return f"{person.name}, {organisation.name} <{address}>" if organisation else f"{person.name} <{address}>"


def _name(directory: Directory, address: str) -> str:
    person = directory.person(address)
    return person.name if person else address.partition("@")[0].title()
