"""What is sent to the app, and the two ways there: a line is Socket Mode or HTTP."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.sandbox.slack.feed import Json

ParcelKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Parcel:
    """One delivery. `attempt` and `reason` are of retries; `answerable` says whether the ack may carry a body."""

    kind: ParcelKind
    payload: Json
    attempt: int = 0
    reason: str = ""
    answerable: bool = False


class Undelivered(Exception):
    """The app did not take a parcel. `reason` is a retry reason such as `timeout`; `final` forbids retries."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Line(Protocol):
    """A way to the app."""

    async def send(self, parcel: Parcel, deadline: float) -> Any:
        """Return the ack's body, None for an empty one; raises Undelivered after `deadline` seconds or on failure."""
        ...
