"""Things that run out: trigger ids, response urls and socket tickets. The caller holds the lock."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
SOCKET_SECONDS = 30.0


@dataclass
class Trigger:
    """The right to open one view for `user`; `view` is the modal the click came from."""

    user: str
    expires: float
    view: str | None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an app may answer an interaction: 5 times within 30 minutes."""

    token: str
    user: str
    channel: str
    ts: str | None
    thread: str | None
    ephemeral: bool
    expires: float
    left: int = RESPONSE_USES


class Tickets:
    """Gives tickets out and takes them back.

    Args:
        now: seconds since the epoch; tests turn it.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}
        self._sockets: dict[str, float] = {}

    def trigger(self, user: str, view: str | None = None) -> str:
        """Return a new trigger id, good once within 3 seconds."""
        now = self._now()
        self._triggers = {k: t for k, t in self._triggers.items() if t.expires > now - RESPONSE_SECONDS}
        key = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[key] = Trigger(user, now + TRIGGER_SECONDS, view)
        return key

    def exchange(self, key: str) -> Trigger:
        """Take a trigger id; raises as Slack does when it is unknown, old or used."""
        found = self._triggers.get(key)
        if found is None:
            raise SlackError("invalid_trigger_id")
        if found.used:
            raise SlackError("exchanged_trigger_id")
        if self._now() > found.expires:
            raise SlackError("expired_trigger_id")
        found.used = True
        return found

    def response(
        self,
        user: str,
        channel: str,
        *,
        ts: str | None = None,
        thread: str | None = None,
        ephemeral: bool = True,
    ) -> ResponseUrl:
        """Return a new response url for an interaction in `channel`, about the message `ts` if there was one."""
        now = self._now()
        self._responses = {k: r for k, r in self._responses.items() if r.expires > now - RESPONSE_SECONDS}
        token = secrets.token_urlsafe(18)
        found = ResponseUrl(token, user, channel, ts, thread, ephemeral, now + RESPONSE_SECONDS)
        self._responses[token] = found
        return found

    def spend(self, token: str) -> ResponseUrl:
        """Use a response url once; raises `expired_url` or `used_url`."""
        found = self._responses.get(token)
        if found is None or self._now() > found.expires:
            raise SlackError("expired_url", status=404)
        if found.left == 0:
            raise SlackError("used_url", status=404)
        found.left -= 1
        return found

    def socket(self) -> str:
        """Return a ticket for one Socket Mode handshake."""
        ticket = secrets.token_urlsafe(24)
        self._sockets[ticket] = self._now() + SOCKET_SECONDS
        return ticket

    def admit(self, ticket: str) -> bool:
        """Say whether a handshake with `ticket` may go on; the ticket is gone after that."""
        expires = self._sockets.pop(ticket, None)
        return expires is not None and self._now() <= expires
