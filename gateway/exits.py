"""Exit codes as sysexits(3) has them, and the exception that ends a command with one."""

DONE = 0
FAILED = 1
USAGE = 64
BAD_INPUT = 65
NO_INPUT = 66
NO_RECIPIENT = 67
UNAVAILABLE = 69
TRY_LATER = 75
BAD_CONFIGURATION = 78


class Exit(Exception):  # noqa: N818 - an end, not always an error
    """Ends a command: a code, and the sentences for standard error."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__(*lines)
        self.code = code
        self.lines = lines
