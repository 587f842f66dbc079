"""A small desk with timers and ratings, for the people of the town."""

from functools import cache

from routing.workflow import Workflow, load
from tests.unit.routing.town import TEMPLATES

LETTERS = TEMPLATES | {"reminder", "expired", "escalated", "rated", "changed"}

DESK = """
key = "clockwork"
name = "Clockwork"
bare_phrases = ["partner", "operator"]

[states]
open = { name = "Open", kind = "open" }
waiting = { name = "Waiting", kind = "waiting" }
done = { name = "Done", kind = "open" }
closed = { name = "Closed", kind = "closed" }

[roles]
web-it-provider = "Web-IT Provider"
2nd-level-provider = "2nd Level Provider"

[resolutions]
resolved = "Resolved"
duplicate = "A duplicate"

[opening]
status = "open"
holder = "operator"
notify = ["agents"]
template = "opened"
acknowledgement = "acknowledgement"

[[comment]]
who = ["customer", "partner", "operator"]
from = ["closed"]
to = "open"
holder = "operator"
notify = ["agents"]
template = "comment"

[[comment]]
who = ["customer", "partner"]
from = ["open", "waiting", "done"]
to = "open"
holder = "operator"
notify = ["agents"]
template = "comment"

[[comment]]
who = ["operator"]
from = ["open", "waiting", "done"]
notify = ["requester"]
template = "comment"

[[move]]
verb = "ask"
label = "Ask"
phrases = ["ask"]
from = ["open"]
to = "waiting"
holder = "customer"
who = ["operator"]
notify = ["requester"]
template = "moved"

[[move]]
verb = "finish"
label = "Finish"
phrases = ["done"]
from = ["open", "waiting"]
to = "done"
holder = "operator"
who = ["operator"]
notify = ["requester"]
template = "moved"

[[move]]
verb = "close"
label = "Close"
phrases = ["close"]
from = ["open", "waiting"]
to = "closed"
holder = "operator"
who = ["customer", "operator"]
notify = ["requester", "agents"]
template = "closed"
resolutions = ["resolved", "duplicate"]

[acts]
priority = ["operator"]
watch = ["customer", "partner", "operator"]

[[timer]]
name = "remind"
from = ["waiting"]
after = "3 days"
notify = ["requester"]

[[timer]]
name = "give-up"
from = ["waiting"]
after = "1 week"
move = "close"
resolution = "resolved"

[[timer]]
name = "escalate"
from = ["open"]
after = "4 hours"
priority = "high"
notify = ["agents"]

[rating]
from = ["done"]
to = "closed"
notify = ["agents"]
"""


@cache
def clockwork(text: str = DESK) -> Workflow:
    """The desk."""
    return load(text, "clockwork.toml", LETTERS)
