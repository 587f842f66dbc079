"""The command line: what can be said, and which module does it. Slow imports wait until a command needs them."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from gateway.exits import DONE, USAGE, Exit


class _Parser(argparse.ArgumentParser):
    """Wrong usage ends with the sysexits code 64, not with argparse's 2."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"postern: {message}\n")


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(prog="postern", description="An email-driven ticketing gateway.")
    places = "default: $POSTERN_CONFIG, ./config.toml, /etc/postern/config.toml"
    parser.add_argument("-c", "--config", metavar="CONFIG", help=places)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _setting_up(commands)
    _mail(commands)
    _reading(commands)
    _queues(commands)
    return parser


_Commands = argparse._SubParsersAction  # argparse gives its type no public name


def _setting_up(commands: "_Commands[_Parser]") -> None:
    init = commands.add_parser("init", help="write config.toml, directory.toml and a secret; never overwrites")
    init.add_argument("folder", nargs="?", default=".")
    init.add_argument("--desk", metavar="NAME", help="which of the desks that ship to begin with")
    secret = commands.add_parser("secret", help="the keys that sign reply addresses")
    secret.add_argument("action", choices=["rotate"])
    dkim = commands.add_parser("dkim", help="the DNS records for the signatures on letters")
    dkim.add_argument("--json", action="store_true")
    check = commands.add_parser("check", help="validate configuration, directory, workflow and templates")
    check.add_argument("--connect", action="store_true", help="also reach mailboxes, relay and database")
    serve = commands.add_parser("serve", help="run the daemon")
    serve.add_argument(
        "--roles", help="which parts to run, in this one process: smtp,imap,work,send,clock (default: all, in two)"
    )
    password = commands.add_parser("password", help="a line for the file of [smtp] logins; asks for the password")
    password.add_argument("address")
    demo = commands.add_parser("demo", help="play a whole conversation, with nothing to configure")
    demo.add_argument("--once", action="store_true", help="play and exit")
    demo.add_argument("--board", action="store_true", help="only print what each party has received")
    demo.add_argument("--port", type=int, default=2525, help="where to listen (default 2525, or the next free port)")
    directory = commands.add_parser("directory", help="organisations, people, groups, systems")
    directory.add_argument("action", choices=["apply", "show"])
    directory.add_argument("file", nargs="?")
    directory.add_argument("--json", action="store_true")
    workflow = commands.add_parser("workflow", help="the desk's states and transitions")
    workflow.add_argument("action", nargs="?", choices=["show", "graph", "matrix"], default="show")
    workflow.add_argument("--desk", metavar="NAME", help="one of the desks that ship, instead of the configured one")
    workflow.add_argument("--out", metavar="FILE", help="where graph writes its SVG (default: standard output)")
    workflow.add_argument("--json", action="store_true")
    templates = commands.add_parser("templates", help="what letters look like")
    templates.add_argument("action", choices=["preview"])
    templates.add_argument("name")
    templates.add_argument("--lang", default="en")
    templates.add_argument("--out", metavar="FOLDER", help="write .txt, .html, .eml and, with a browser, .png there")


def _mail(commands: "_Commands[_Parser]") -> None:
    deliver = commands.add_parser("deliver", help="take one message on standard input, for an MTA's pipe")
    deliver.add_argument("--sender", default="", metavar="A", help="the envelope sender; none for the null one")
    deliver.add_argument("--recipient", required=True, metavar="B")
    deliver.add_argument("--trusted", action="store_true", help="the calling MTA's Authentication-Results count")
    load = commands.add_parser("import", help="read old mail: files, mbox, Maildir, folders")
    load.add_argument("paths", nargs="+", metavar="PATH")
    load.add_argument("--to", metavar="ADDRESS")
    load.add_argument("--notify", action="store_true", help="treat it as new mail: run commands, send letters")
    parse = commands.add_parser("parse", help="show what the parser understands")
    parse.add_argument("paths", nargs="+", metavar="PATH")
    parse.add_argument("--json", action="store_true")
    parse.add_argument("--report", metavar="FOLDER", help="write pages that show each mail's text in colours")
    explain = commands.add_parser("explain", help="dry run: what a message would do, and who would be told")
    explain.add_argument("file")
    explain.add_argument("--sender", metavar="A")
    explain.add_argument("--recipient", metavar="B")
    explain.add_argument("--json", action="store_true")


def _reading(commands: "_Commands[_Parser]") -> None:
    tickets = commands.add_parser("tickets", help="list tickets, newest update first")
    for name in ("state", "queue", "organisation", "assignee"):
        tickets.add_argument(f"--{name}")
    tickets.add_argument("--deleted", action="store_true", help="those that were deleted, and no others")
    tickets.add_argument("--json", action="store_true")
    ticket = commands.add_parser("ticket", help="one ticket with its timeline")
    ticket.add_argument("key")
    ticket.add_argument("--json", action="store_true")
    log = commands.add_parser("log", help="the mail log: one line a step of each message")
    log.add_argument("-f", "--follow", action="store_true")
    for name in ("id", "ticket", "address", "message", "outcome", "step"):
        log.add_argument(f"--{name}")
    log.add_argument("--json", action="store_true")


def _queues(commands: "_Commands[_Parser]") -> None:
    queue = commands.add_parser("queue", help="outgoing letters")
    queue.add_argument(
        "action", nargs="?", choices=["list", "shape", "retry", "hold", "release", "drop"], default="list"
    )
    queue.add_argument("ids", nargs="*", metavar="ID")
    queue.add_argument("--json", action="store_true")
    suppressed = commands.add_parser("suppressed", help="addresses to which nothing is sent, for letters failed there")
    suppressed.add_argument("action", nargs="?", choices=["list", "lift"], default="list")
    suppressed.add_argument("addresses", nargs="*", metavar="ADDRESS")
    suppressed.add_argument("--release", action="store_true", help="with lift: send what was held because of it")
    suppressed.add_argument("--json", action="store_true")
    inbox = commands.add_parser("inbox", help="incoming messages, failed ones first")
    inbox.add_argument("action", nargs="?", choices=["list", "show", "replay", "drop"], default="list")
    inbox.add_argument("ids", nargs="*", metavar="ID")
    inbox.add_argument("--json", action="store_true")


_MODULES = {
    "import": "gateway.commands.load",
    "queue": "gateway.commands.queues",
    "inbox": "gateway.commands.queues",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code follows sysexits(3)."""
    parsed = _arguments().parse_args(arguments)
    module = import_module(_MODULES.get(parsed.command, f"gateway.commands.{parsed.command}"))
    command: Callable[[argparse.Namespace], int] = module.command
    try:
        return command(parsed)
    except Exit as failed:
        for line in failed.lines:
            print(line, file=sys.stderr)
        return failed.code
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
