"""The live stream of a person's page: server-sent events, one per change they may see."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from bot.sandbox.slack.feed import Change, Json
from bot.sandbox.slack.workspace import Workspace

_SHOWN = {
    "message",
    "changed",
    "deleted",
    "reaction",
    "ephemeral",
    "view_opened",
    "view_updated",
    "view_closed",
    "home",
    "error",
    "connection",
}
_INNER = ("silent", "previous")
PULSE_SECONDS = 15.0


class Streams:
    """All open streams; `close` ends them so that the server can stop."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._queues: set[asyncio.Queue[Json | None]] = set()

    async def follow(self, user: str, first: Json) -> AsyncIterator[str]:
        """Yield events for `user` until the stream closes; `first` opens it."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Json | None] = asyncio.Queue()

        def heard(change: Change) -> None:
            event = seen(self._workspace, user, change)
            if event is not None:
                loop.call_soon_threadsafe(queue.put_nowait, event)

        end = self._workspace.feed.subscribe(heard)
        self._queues.add(queue)
        try:
            yield _frame(first)
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), PULSE_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                yield _frame(event)
        finally:
            end()
            self._queues.discard(queue)

    def close(self) -> None:
        """End every stream; call it on the server's loop."""
        for queue in self._queues:
            queue.put_nowait(None)


def seen(workspace: Workspace, user: str, change: Change) -> Json | None:
    """Return the event `user` gets for `change`, None when it is not theirs to see."""
    if change.kind not in _SHOWN or change.audience not in (None, user):
        return None
    if change.channel is not None and not workspace.visible(user, workspace.channels[change.channel]):
        return None
    data = {key: value for key, value in change.data.items() if key not in _INNER}
    if "message" in data:
        data["message"] = on_page(data["message"])
    return {"type": change.kind, **data}


def on_page(message: Json) -> Json:
    """Return a message with every key the page counts on."""
    return {
        **message,
        "edited": "edited" in message,
        "reply_count": message.get("reply_count", 0),
        "reply_users": message.get("reply_users", []),
        "reactions": message.get("reactions", []),
    }


def _frame(event: Any) -> str:
    return f"data: {json.dumps(event)}\n\n"
