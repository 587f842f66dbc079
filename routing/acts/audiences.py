"""Commands that narrow who may read the words of their mail: `internal` and `staff`."""

from dataclasses import replace

from parsers.intent import Command, Words
from routing.draft import Draft


def internal(draft: Draft, _command: Command, _words: Words) -> Draft | str:
    """The operator's own people alone read the words."""
    return replace(draft, audience="internal").did("Your words are for the operator's people alone.")


def staff(draft: Draft, _command: Command, _words: Words) -> Draft | str:
    """Partners and the operator read the words, customers do not."""
    return replace(draft, audience="staff").did("Your words are for partners and the operator, not for customers.")
