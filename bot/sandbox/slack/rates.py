"""Rate limits by Slack's tiers, per method, and the special rule of chat.postMessage. The caller holds the lock."""

import math
from collections import deque
from collections.abc import Callable

from bot.sandbox.slack.errors import SlackError

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL_PER_MINUTE = 600
POSTS_PER_MINUTE = 300
POST_BURST = 5.0
MINUTE = 60.0


class Rates:
    """Counts calls and refuses those above the tier with 429 and Retry-After.

    Args:
        now: seconds since the epoch.
        enforced: False lets everything pass.
    """

    def __init__(self, now: Callable[[], float], *, enforced: bool) -> None:
        self.enforced = enforced
        self._now = now
        self._calls: dict[str, deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    def check(self, method: str, tier: int, channel: str) -> None:
        """Count a call; raises `ratelimited` when it is one too many. `channel` matters for chat.postMessage."""
        if not self.enforced:
            return
        posting = method == "chat.postMessage"
        most = PER_MINUTE.get(tier) or (POSTS_PER_MINUTE if posting else SPECIAL_PER_MINUTE)
        now = self._now()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= most:
            raise limited(calls[0] + MINUTE - now)
        if posting:
            self._spend(channel, now)
        calls.append(now)

    def _spend(self, channel: str, now: float) -> None:
        """One message a second for each channel, with a short burst: a bucket of five that refills one a second."""
        left, since = self._buckets.get(channel, (POST_BURST, now))
        left = min(POST_BURST, left + now - since)
        if left < 1:
            raise limited(1 - left)
        self._buckets[channel] = (left - 1, now)


def limited(seconds: float) -> SlackError:
    """Return the refusal that asks to wait `seconds`, rounded up to whole ones."""
    wait = max(1, math.ceil(seconds))
    return SlackError("ratelimited", status=429, headers={"Retry-After": str(wait)})
