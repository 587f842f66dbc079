"""`postern dkim`: the DNS records with which receivers check the signatures on our letters."""

import argparse

from gateway import config
from gateway.commands.opening import faults_told
from gateway.commands.printing import as_json
from gateway.exits import BAD_CONFIGURATION, DONE, Exit


def command(arguments: argparse.Namespace) -> int:
    """Print name and text of each record; exit 78 where the configuration has a fault or no key."""
    with faults_told():
        found = config.load(config.find(arguments.config))
    if not found.dkim:
        raise Exit(BAD_CONFIGURATION, f"{found.path}: dkim: there is no key to sign with; add a table [[dkim]].")
    for key in (table.key for table in found.dkim):
        if arguments.json:
            as_json({"name": key.name, "type": "TXT", "text": key.key.record})
        else:
            print(f"{key.name}. TXT {_quoted(key.key.record)}")
    return DONE


def _quoted(text: str) -> str:
    """Strings of at most 255 characters, as a zone file has them (RFC 1035 section 3.3.14)."""
    return " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
