"""Who may see what, whatever is asked, written, merged or logged."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import outbound
from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, SUPPORT, WENDY, Desk, token

ROOT = Path(outbound.__file__).parents[1]
PACKAGES = ("gateway", "outbound", "parsers", "routing")


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of some packages, parsed."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """The names of the modules that one imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_whoever_renders_never_sees_a_ticket_or_its_events() -> None:
    """case 159: what writes letters and records is given slices made for one reader, and can ask for no more."""
    known = [f"{name}: {module}" for name, tree in modules("outbound") for module in imported(tree)]
    banned = ("gateway", "routing.events", "routing.ticket", "routing.model.Situation", "routing.cast", "sqlalchemy")
    assert [line for line in known if any(word in line.partition(": ")[2] for word in banned)] == []
    assert any("Visible" in line for line in known)


DANGEROUS = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml", "jsonpickle", "joblib", "code", "codeop"}


def test_nothing_stored_is_ever_run() -> None:
    """case 176: no pickle, no YAML, no eval or exec of anything, and the clock keeps its jobs in memory."""
    wrong = []
    for name, tree in modules(*PACKAGES):
        wrong += [f"{name}: {module}" for module in imported(tree) if module.partition(".")[0] in DANGEROUS]
        wrong += [f"{name}: {module}" for module in imported(tree) if "apscheduler.jobstores.sqlalchemy" in module]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                wrong += (
                    [f"{name}:{node.lineno}: {node.func.id}"] if node.func.id in ("eval", "exec", "compile") else []
                )
    assert wrong == []


@pytest.fixture
def shared(stage: Stage, tmp_path: Path) -> Desk:
    """CT-1 of Ann with a note of Dana, CT-2 of Ann, on a desk with notes."""
    acts = lanes.ACTS.replace("[told]", 'merge = ["operator"]\nunmerge = ["operator"]\n\n[told]')
    desk = lanes.opened(stage, tmp_path, lanes=False, acts=acts)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(ANN, "The shop is slow.", subject="Shop")
    desk.reply(DANA, "#internal\n\nCanary: she has not paid.", letter=desk.mailboxes[DANA][0])
    return desk


def test_an_answer_to_a_note_stays_a_note(shared: Desk) -> None:
    """case 162: whoever stands on Cc, and whatever the answer says of itself."""
    shared.reply(EMIL, "I know.", headers={"Cc": ANN})
    shared.reply(EMIL, "close\n\nShe hears nothing.", headers={"Cc": ANN}, letter=shared.last(EMIL))
    said = [event.audience for event in shared.timeline() if event.text in ("I know.", "She hears nothing.")]
    assert (shared.status(), said) == ("closed", ["internal", "internal"])
    assert all("hears nothing" not in post.text and "I know." not in post.text for post in shared.mailboxes[ANN])


def test_merging_and_reopening_change_no_audience(shared: Desk) -> None:
    """case 163: each entry is seen by the same people after a merge, an unmerge, a close and a reopening."""
    before = [(event.text, event.audience) for event in shared.timeline() if event.text]
    first, second = (next(p for p in shared.mailboxes[DANA] if key in p.subject) for key in ("CT-1", "CT-2"))
    for words, letter in (("#merge CT-1", second), ("#unmerge CT-1", second), ("reopen", first), ("close", first)):
        shared.reply(DANA, words, letter=letter)
        assert [(event.text, event.audience) for event in shared.timeline()][: len(before)][0] == before[0]
        kept = [(event.text, event.audience) for event in shared.timeline() if event.text]
        assert kept[: len(before)] == before
        for key in ("CT-1", "CT-2"):
            shared.reply(ANN, f"#show {key}", letter=next(p for p in shared.mailboxes[ANN] if key in p.subject))
    assert shared.ticket("CT-1").merged_into is None
    assert all(b"Canary" not in post.data for post in shared.mailboxes[ANN])


INJECTIONS = (
    "'; DROP TABLE tickets; --",
    '" OR ""="',
    "1' OR '1'='1",
    "'); DELETE FROM events; --",
    "\\'; SELECT pg_sleep(9); --",
    "${jndi:ldap://x}",
    "%27%20OR%201=1",
    "\x00' OR 1=1",
    "'||(SELECT data FROM raw_mail LIMIT 1)||'",
)


def test_words_are_never_a_part_of_a_query(desk: Desk) -> None:
    """case 170: in subject, name, Message-ID, references, tags and commands they are words, on both databases."""
    for number, bad in enumerate(INJECTIONS):
        head = (
            f"From: {bad} <{MALLORY}>\r\nTo: {SUPPORT}\r\nSubject: [CT-1{bad}] {bad}\r\n"
            f"Message-ID: <{number}{bad}@x.example>\r\nIn-Reply-To: <{bad}>\r\nReferences: <{bad}@x> {bad}\r\nCc: {bad}"
        )
        desk.arrives(f"{head}\r\n\r\n#show {bad}\r\n#system {bad}\r\n\r\n{bad}\r\n".encode(), MALLORY, SUPPORT)
    assert desk.inbox("held", "waiting", "working") == []
    assert len(desk.tickets()) == len(INJECTIONS)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(ANN, "#list mine")
    assert "Images" in desk.last(ANN).text


def test_the_log_tells_no_words_and_no_secrets(desk: Desk) -> None:
    """case 172: neither words nor subjects' commands nor reply tokens nor keys stand in the log."""
    desk.write(ANN, "Canary: my password is swordfish.", subject="Images", attached="Canary attached")
    desk.reply(DANA, "to web-it provider\n\nCanary for the partner.")
    desk.reply(WENDY, "#nonsense Canary\n\nCanary kept.")
    desk.write(WENDY, "close\n\nCanary unproven.", subject="[CT-1] Images", sender=MALLORY)
    log = (desk.office.config.data_dir / "mail.log").read_text()
    assert "CT-1" in log
    for word in ("Canary", "swordfish", *(token(post) for post in desk.letters())):
        assert word not in log
    assert all(secret.hex() not in log for secret in desk.secrets())
