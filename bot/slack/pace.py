"""How fast Slack may be spoken to: its own tiers, and what it says when we are too fast.

docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, some fifty edits a minute in all, a hundred
private answers a minute in all.
"""

import threading
import time
from collections.abc import Callable

POST = (1.0, 4)
UPDATE = (60 / 50, 12)
WHISPER = (60 / 100, 30)


class Bucket:
    """Lets `burst` through at once, and one more every so many seconds."""

    def __init__(self, every: float, burst: int, now: Callable[[], float]) -> None:
        self._every = every
        self._burst = burst
        self._now = now
        self._tokens = float(burst)
        self._at = now()

    def take(self) -> bool:
        """Take one, if there is one."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._at) / self._every)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Pace:
    """Says whether a call may be made now."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}
        self._closed: dict[str, float] = {}

    def may(self, method: str, channel: str) -> bool:
        """Whether `method` may be called for a channel (or a person) now; a yes is used up by asking."""
        with self._lock:
            if self._closed.get(method, 0.0) > self._now():
                return False
            if method == "chat.update":
                return self._bucket(method, UPDATE).take()
            if method == "chat.postEphemeral":
                return self._bucket(method, WHISPER).take()
            return self._bucket(f"post:{channel}", POST).take()

    def wait(self, method: str, seconds: float) -> None:
        """Call `method` no more for as long as Slack has said."""
        with self._lock:
            self._closed[method] = self._now() + seconds

    def _bucket(self, name: str, rule: tuple[float, int]) -> Bucket:
        if name not in self._buckets:
            self._buckets[name] = Bucket(*rule, self._now)
        return self._buckets[name]
