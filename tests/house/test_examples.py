"""What the documentation shows can be done: the example configuration loads, the README's commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import trustme

from gateway import config
from gateway.mailbox_settings import MailboxTable
from gateway.oauth_settings import OAuth
from gateway.relay_settings import Relay
from gateway.settings import OwnAddress
from gateway.toml_file import Table
from tests.rig.command import postern

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
COMMAND = re.compile(r"^(?:\./)?postern(?: -c \S+)? ([a-z]+)", re.MULTILINE)
LAUNCHER_ONLY = {"test"}


def test_the_example_loads() -> None:
    assert config.load(EXAMPLE).smtp.hostname == "desk.example"


def test_the_example_shows_every_key() -> None:
    shown = re.sub(r"(?m)^# (\w+ = |\[)", r"\1", EXAMPLE.read_text(encoding="utf-8"))
    keys: dict[str, set[str]] = {}
    table = ""
    for line in shown.splitlines():
        if header := re.match(r"\[+([\w.]+)\]+", line):
            table = header[1]
        elif key := re.match(r"(\w+) = ", line):
            keys.setdefault(table, set()).add(key[1])
    wanted = {name: set(model.model_fields) for name, model in config.TABLES.items()}
    for name in ("mailbox", "relay"):
        wanted[name].remove("oauth")  # it is a table of its own
    # Those of a further relay are shown with [relay].
    wanted["relays.partner"] = wanted.pop("relays") & keys.get("relays.partner", set())
    assert wanted["relays.partner"]
    assert keys == {**wanted, "mailbox.oauth": set(OAuth.model_fields), "relay.oauth": set(OAuth.model_fields)}


def test_the_mailbox_of_the_example_is_one(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    mailbox = text[text.index("# [[mailbox]]") :]
    shown = re.sub(r"(?m)^# (?!password_env|client_secret_env|password_file)", "", mailbox)
    for name in ("client-secret", "refresh-token"):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text("a secret\n")
    (tmp_path / "config.toml").write_text(
        f'[[address]]\naddress = "support@desk.example"\n[relay]\nkind = "keep"\n{shown}'
    )
    (found,) = config.load(tmp_path / "config.toml").mailboxes
    usual = MailboxTable.model_construct(host=found.host, username=found.username)
    differ = {key for key in MailboxTable.model_fields if getattr(found, key) != getattr(usual, key)}
    assert differ == {"address", "heartbeat", "oauth", "after"}
    assert (found.after.deed, found.name) == ("keep", "support@desk.example@imap.example.com/INBOX")


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    smallest = tmp_path / "config.toml"
    smallest.write_text('[[address]]\naddress = "support@desk.example"\n[relay]\nhost = "smtp.example.com"\n')
    example, default = config.load(EXAMPLE), config.load(smallest)
    assert example.gateway.data_dir.relative_to(ROOT) == default.gateway.data_dir.relative_to(tmp_path)
    for name in ("name", "keys", "workflow", "directory", "unknown_senders"):
        assert getattr(example.gateway, name) == getattr(default.gateway, name)
    assert (example.smtp, example.addresses, example.relay) == (default.smtp, default.addresses, default.relay)
    assert (example.trust, example.limits) == (default.trust, default.limits)


def test_the_smallest_tables_need_what_the_messages_say() -> None:
    def required(model: type[Table]) -> set[str]:
        return {name for name, field in model.model_fields.items() if field.is_required()}

    assert required(OwnAddress) == {"address"}
    assert required(Relay) == set()


def test_the_settings_of_the_readme_load(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    pair = trustme.CA().issue_cert("desk.example")
    pair.private_key_pem.write_to_path(tmp_path / "key.pem")
    (tmp_path / "cert.pem").write_bytes(pair.cert_chain_pems[0].bytes())
    login = postern(None, "password", "ann@acme.example", stdin=b"a-password\n")
    for name, text in (("logins", login.out), ("mailbox-password", "a-password\n")):
        (tmp_path / name).write_text(text)
    for path in tmp_path.iterdir():
        path.chmod(0o600)
    for block in blocks:
        text = f'[[address]]\naddress = "support@desk.example"\n[relay]\nkind = "keep"\n{block}'
        (tmp_path / "config.toml").write_text(text)
        found = config.load(tmp_path / "config.toml")
        assert "[tls]" not in block or (found.tls.load() and found.smtp.logins and found.smtp.is_proxy("192.0.2.7"))


def readme_commands() -> set[str]:
    """The commands in the README's shell blocks."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return {name for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for name in COMMAND.findall(block)}


def test_the_readme_shows_the_first_steps() -> None:
    assert {"demo", "test"} <= readme_commands()


def test_the_commands_of_the_readme_exist() -> None:
    for name in sorted(readme_commands() - LAUNCHER_ONLY):
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", name, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{name}: {done.stderr}"
