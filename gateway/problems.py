"""What can go wrong between us and a server that we log in to; each is told in a sentence."""


class Problem(Exception):  # noqa: N818 - a state of the server
    """The server cannot be used now: the connection ends, and is tried again later."""


class LoginRefused(Problem):
    """The server does not take our name and secret: to knock on is to be locked out."""


class Unsafe(Problem):
    """What the server does would show our secret to others; nothing secret was sent."""


class Unreadable(Exception):  # noqa: N818 - a state of the message
    """One message cannot be had; the connection is still good."""
