"""The audit trail: who did what, when, why, and by which rule."""

from datetime import datetime
from enum import StrEnum

from core.value import Value


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    REFUSED = "refused"
    DENIED = "denied"
    FAILED = "failed"


class Entry(Value):
    """One decision or write."""

    id: int = 0
    at: datetime | None = None
    person: str
    name: str = ""
    source: str
    """The way in: command, button, reaction, rest, registry, workflow …"""
    action: str
    """The command's name or the workflow step that wrote."""
    subject: str = ""
    """What it was done to: a package, an environment, `run:42`."""
    line: str = ""
    """The command line as it was understood, without secrets."""
    outcome: Outcome
    rule: str = ""
    """The access rule that decided."""
    reason: str = ""
    """Why, in the person's own words, or the refusal's."""
    request: str = ""
    """The request it belongs to: one id from the chat to the last step."""
