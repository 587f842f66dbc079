"""How much of a message is read before the rest is left as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on the work that one message may cause; each is counted on the bytes, before anything is parsed.

    Sizes are bytes, `text_length` is characters. `html_work` caps the sum, over all tags, of how deep each one stands:
    browsers' parsing rules walk that far for a tag. `html_tags` caps the tags to sanitise.
    """

    headers: int = 1_000
    header_bytes: int = 64 * 1024
    all_header_bytes: int = 256 * 1024
    depth: int = 50
    parts: int = 500
    attachments: int = 200
    html_bytes: int = 512 * 1024
    html_depth: int = 256
    html_work: int = 600_000
    html_tags: int = 20_000
    text_length: int = 1_000_000
