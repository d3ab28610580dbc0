"""What is to be said where: notices on their way out, and the messages they became."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from core.asked import Place
from core.value import Value


class Mode(StrEnum):
    """How a notice reaches people."""

    SHOW = "show"
    """One living message per key and channel: posted the first time, edited ever after."""
    POST = "post"
    """A message of its own."""
    WHISPER = "whisper"
    """Seen by one person in a channel only."""
    DIRECT = "direct"
    """A direct message to one person."""


class NoticeState(StrEnum):
    """Where a notice is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


class Notice(Value):
    """Something to say. `view` names the function that turns `data` into words and blocks, at sending time."""

    mode: Mode
    place: Place
    view: str
    data: dict[str, Any] = Field(default_factory=dict)
    key: str = ""
    """The living message this belongs to: what SHOW edits, and what `under` refers to."""
    under: str = ""
    """The key of the living message in whose thread this is said."""
    person: str = ""
    """Who alone is to see it (WHISPER, DIRECT); who is told when it cannot be posted."""
    respond: str = ""
    """The sealed reply address of the request this answers, or ""."""
    secret: bool = False
    """Whether `data` holds something that may not stand in the outbox in clear."""


class Queued(Value):
    """A notice in the outbox."""

    id: int
    notice: Notice
    state: NoticeState
    attempts: int
    created_at: datetime
    not_before: datetime
    doubtful: bool
    """Whether an earlier attempt may have reached Slack without our learning of it."""


class Handle(Value):
    """A message that stands in a channel: how it is found again to be edited, threaded under or reacted to."""

    key: str
    channel: str
    ts: str
