"""Configurations for daemons under test."""

from pathlib import Path

from gateway.commands import init


def write(folder: Path, database: str, relay_port: int) -> Path:
    """The sample desk on a database, sending to a relay on this machine; returns the path of its config.toml."""
    list(init.write(folder, "127.0.0.1:0"))
    path = folder / "config.toml"
    text = path.read_text().replace("[gateway]\n", f'[gateway]\ndatabase = "{database}"\n', 1)
    head = text[: text.index("[relay]")]
    path.write_text(f'{head}[relay]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {relay_port}\ntls = "none"\n')
    return path
