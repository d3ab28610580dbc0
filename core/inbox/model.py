"""What came in from people: one request, before anyone has looked at it."""

from enum import StrEnum

from core.asked import Place
from core.value import Value


class Source(StrEnum):
    """The way in a request took."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct"
    BUTTON = "button"
    REACTION = "reaction"
    MODAL = "modal"
    SHORTCUT = "shortcut"
    HOME = "home"
    REST = "rest"
    TERMINAL = "terminal"


class Inbound(Value):
    """One request by one person. `key` is the same for every delivery of the same request."""

    key: str
    source: Source
    person: str
    """Who asks: `slack:<team>:<user>`, `terminal:<user>`, `token:<name>`."""
    name: str = ""
    place: Place | None = None
    line: str = ""
    """The command line; for a reaction, the emoji's name."""
    message: str = ""
    """The message (its ts) that was pressed or reacted to."""
    removed: bool = False
    """Whether the reaction was taken away rather than given."""
    respond: str = ""
    """The reply address, sealed."""
    trigger: str = ""
    """What opens a modal: good for three seconds, once, and worthless after that."""
