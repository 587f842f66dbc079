"""`postern deliver`: one message from an MTA's pipe; 0 only once it is durable."""

import argparse
import sys

from gateway import failpoint
from gateway.commands.opening import opened
from gateway.exits import BAD_INPUT, DONE, NO_RECIPIENT, TRY_LATER, Exit
from gateway.instant import now
from gateway.intake import Delivery, Rejected
from parsers.mail import Door


def command(arguments: argparse.Namespace) -> int:
    """Take the message on standard input; 67 no such recipient, 65 too big or looping, 75 for anything else."""
    try:
        return _deliver(arguments, sys.stdin.buffer.read())
    except Exit:
        raise
    except Exception as error:
        raise Exit(
            TRY_LATER, f"deliver: {type(error).__name__}: the message was not taken; try again later."
        ) from error


def _deliver(arguments: argparse.Namespace, raw: bytes) -> int:
    failpoint.reached("deliver.before-open")
    with opened(arguments.config) as office:
        rules = office.rules()
        intake = office.intake(lambda: rules)
        moment = now()
        sender = "" if arguments.sender == "<>" else arguments.sender
        target = intake.banned(sender) or intake.admit(arguments.recipient, moment.date())
        if isinstance(target, Rejected) or not intake.welcomes(target, sender):
            answer = target if isinstance(target, Rejected) else "550 5.7.1 unknown sender"
            office.maillog.rejected("pipe", sender, arguments.recipient, str(answer))
            raise Exit(NO_RECIPIENT, f"deliver: {arguments.recipient}: {answer}.")
        identity = intake.examine(raw)
        if isinstance(identity, Rejected):
            office.maillog.rejected("pipe", sender, arguments.recipient, str(identity))
            raise Exit(BAD_INPUT, f"deliver: {identity}.")
        intake.accept([Delivery(raw, identity, sender, (target,), Door.PIPE, moment, trusted=arguments.trusted)])
    failpoint.reached("deliver.before-exit")
    return DONE
