"""Flowed text (RFC 3676): the lines that a mail program broke are joined again."""


def joined(text: str, delete_space: bool = False) -> str:
    """A `format=flowed` text with its paragraphs whole. `delete_space` is `delsp=yes`: the space at a break goes, too.

    Quotes are joined within one depth only, and the line `-- ` above a signature never joins (sections 4.2 to 4.5).
    A blank line ends a paragraph even where the line above it wants to flow on.
    """
    paragraphs: list[list[str]] = []
    flowing = -1
    for written in text.split("\n"):
        line = written.removesuffix("\r")
        unquoted = line.lstrip(">")
        depth = len(line) - len(unquoted)
        content = unquoted.removeprefix(" ")
        separator = content == "-- "
        if content and flowing == depth and not separator:
            paragraphs[-1].append(content)
        else:
            # A quote keeps its one space; without a quote mark that space is stuffing.
            paragraphs.append([line[:depth], unquoted if depth else content])
        flows = content.endswith(" ") and not separator
        flowing = depth if flows else -1
        if flows and delete_space:
            paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
    return "\n".join("".join(pieces) for pieces in paragraphs)
