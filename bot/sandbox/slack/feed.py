"""The feed: everything that changes in the workspace, in order, told to whoever listens."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal[
    "message",
    "changed",
    "deleted",
    "reaction",
    "ephemeral",
    "view_opened",
    "view_updated",
    "view_closed",
    "home",
    "home_opened",
    "joined",
    "error",
    "connection",
]


@dataclass(frozen=True)
class Change:
    """One thing that happened. `audience` is the only user who may see it; None means everyone in the channel."""

    kind: Kind
    channel: str | None = None
    audience: str | None = None
    data: Json = field(default_factory=dict)


Listener = Callable[[Change], None]


class Feed:
    """Tells listeners about changes and lets a thread wait for one.

    `lock` guards the whole workspace state; a listener is called with the lock held and must return at once.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._moved = threading.Condition(self.lock)
        self._moves = 0
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on every later change; returns what ends that."""
        with self.lock:
            self._listeners.append(listener)

        def end() -> None:
            with self.lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def publish(self, change: Change) -> None:
        """Tell everyone about `change`."""
        with self.lock:
            for listener in tuple(self._listeners):
                listener(change)
            self.stir()

    def stir(self) -> None:
        """Wake those who wait for something the feed has no change for, such as a delivery."""
        with self.lock:
            self._moves += 1
            self._moved.notify_all()

    def wait(self, ready: Callable[[], Any], timeout: float) -> Any:
        """Return the first true answer of `ready`, asked again after each change; the last answer after `timeout` s.

        `ready` is asked without the lock, so that it may call the server.
        """
        end = time.monotonic() + timeout
        while True:
            seen = self._moves
            answer = ready()
            left = end - time.monotonic()
            if answer or left <= 0:
                return answer
            with self.lock:
                self._moved.wait_for(lambda seen=seen: self._moves != seen, left)  # type: ignore[misc]  # mypy cannot type a bound default
