"""Delivery: events with Slack's retries, interactions with its three seconds. Runs on the server's loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.events import payloads
from bot.sandbox.slack.feed import Change, Json
from bot.sandbox.slack.parcel import Line, Parcel, ParcelKind, Undelivered
from bot.sandbox.slack.workspace import Workspace

ACK_SECONDS = 3.0
RETRY_SECONDS = (0.0, 60.0, 300.0)
KEPT = 2000


@dataclass
class Delivery:
    """One event on its way: `outcomes` holds `ok` or the reason of failure for each attempt."""

    payload: Json
    outcomes: list[str] = field(default_factory=list)

    @property
    def event_id(self) -> str:
        """Slack's id of the event."""
        return str(self.payload.get("event_id", ""))

    @property
    def acked(self) -> bool:
        """Whether an attempt was acked."""
        return "ok" in self.outcomes


class Mail:
    """Brings events and interactions to the app.

    Args:
        workspace: whose changes become events.
        line: returns the present way to the app.
        deadline: seconds an ack may take.
        retries: seconds before each further attempt at an event.
    """

    def __init__(
        self,
        workspace: Workspace,
        line: Callable[[], Line],
        *,
        deadline: float = ACK_SECONDS,
        retries: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self._workspace = workspace
        self._line = line
        self._deadline = deadline
        self._retries = retries
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: Callable[[], None] | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver every later change."""

        def heard(change: Change) -> None:
            for payload in payloads(self._workspace, change):
                loop.call_soon_threadsafe(self.dispatch, payload)

        self._end = self._workspace.feed.subscribe(heard)

    async def stop(self) -> None:
        """Stop delivering and give up what is under way."""
        if self._end is not None:
            self._end()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def dispatch(self, payload: Json) -> None:
        """Begin to deliver one event payload."""
        delivery = Delivery(payload)
        self.deliveries.append(delivery)
        self._spawn(self._deliver(delivery))

    def redeliver(self, event_id: str, times: int = 1) -> None:
        """Send an event again although it was acked, as Slack does when an ack is lost on the way."""
        for delivery in self.deliveries:
            if delivery.event_id == event_id:
                for attempt in range(1, times + 1):
                    self._spawn(self._attempt(delivery, attempt, "timeout"))
                return

    async def ask(self, kind: ParcelKind, payload: Json, *, answerable: bool = False) -> Any:
        """Send an interaction and return the ack's body; raises Undelivered."""
        return await self._line().send(Parcel(kind, payload, answerable=answerable), self._deadline)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        failure = await self._attempt(delivery, 0, "")
        for attempt, wait in enumerate(self._retries, start=1):
            if failure is None or failure.final:
                return
            await asyncio.sleep(wait)
            failure = await self._attempt(delivery, attempt, failure.reason)

    async def _attempt(self, delivery: Delivery, attempt: int, reason: str) -> Undelivered | None:
        try:
            await self._line().send(Parcel("events_api", delivery.payload, attempt, reason), self._deadline)
        except Undelivered as failure:
            delivery.outcomes.append(failure.reason)
            self._workspace.feed.stir()
            return failure
        delivery.outcomes.append("ok")
        self._workspace.feed.stir()
        return None
