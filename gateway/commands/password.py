"""`postern password ADDRESS`: the line that lets somebody log in for submission."""

import argparse
import getpass
import sys

from gateway.exits import DONE, USAGE, Exit
from gateway.faults import BadValue
from gateway.fields import mailbox
from gateway.smtp.logins import hashed


def command(arguments: argparse.Namespace) -> int:
    """Ask for a password, or read it from standard input, and print the line for the file of logins."""
    try:
        address = mailbox(arguments.address)
    except BadValue as bad:
        raise Exit(USAGE, f"password: ADDRESS {bad.problem}; {bad.mend}.") from None
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password of {address}: ")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Exit(USAGE, "password: an empty password is none; give one.")
    print(address.lower(), hashed(password))
    return DONE
