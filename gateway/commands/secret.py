"""`postern secret rotate`: a new key signs reply addresses from now on; those signed before stay answerable."""

import argparse

from gateway import config, secret
from gateway.commands.opening import faults_told
from gateway.exits import DONE, FAILED, Exit


def command(arguments: argparse.Namespace) -> int:
    """Rotate; exit 78 where configuration or secret has a fault, 1 where the file cannot be written."""
    with faults_told():
        path = config.load(config.find(arguments.config)).gateway.secret
        try:
            keys = secret.rotate(path)
        except OSError as error:
            raise Exit(FAILED, f"{path}: {error.strerror}; nothing was changed.") from None
    older = len(keys.secrets) - 1
    print(f"{path}: key {keys.current} signs from now on; {older} older stay valid for the letters that they signed.")
    print("A running `postern serve` takes it up on SIGHUP: all that share this secret, one after another.")
    return DONE
