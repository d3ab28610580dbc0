"""Who asks for something, where in the chat, and why."""

from core.value import Value


class Place(Value):
    """Where in the chat something was asked and is answered."""

    channel: str
    thread: str = ""
    """The message the answer belongs under, or "" for the channel itself."""


class Asked(Value):
    """Who asks for something, where, and why."""

    person: str
    """The id of the person: `slack:<team>:<user>`, `terminal:<user>`, `token:<owner>`."""
    name: str
    """What people call them."""
    source: str = "terminal"
    """The way in: command, mention, button, reaction, rest, terminal …"""
    place: Place | None = None
    reason: str = ""
    request: str = ""
    """The request's id, the same from the chat to the last step."""
