"""Socket Mode: two connections, each thrown away and built anew when it is dead, whatever it says of itself.

Slack's client can stay wedged for ever: it retries a used-up address, and calls a half-open link connected. So a link
is judged by when Slack last answered a ping, and a bad one is replaced whole.
"""

import contextlib
import logging
import threading
import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.client import TIMEOUT, error_of
from bot.slack.settings import SlackSettings
from core.errors import Misconfigured, ProviderDown
from core.ports import Check

log = logging.getLogger(__name__)

LINKS = 2
"""Slack closes connections to refresh them; with a second one there is no gap."""

_PING = 5.0
_SILENCE = 20.0
_LOOK = 2.0
_LONGEST_WAIT = 30.0
_WORKERS = 20


def preflight(settings: SlackSettings) -> None:
    """Try to open a connection once. Raises Misconfigured naming the variable, ProviderDown."""
    web = WebClient(base_url=settings.api_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        web.apps_connections_open(app_token=settings.app_token.get_secret_value())
    except SlackApiError as wrong:
        raise Misconfigured(
            f"Slack does not take the app token: {error_of(wrong) or 'it gave no reason'}.",
            hint="Set NOODLE_SLACK_APP_TOKEN to an app-level token (xapp-…) with the scope connections:write, and "
            "switch Socket Mode on.",
        ) from wrong
    except OSError as wrong:
        raise ProviderDown(
            "Slack cannot be reached.", hint="Check the network, and NOODLE_SLACK_API_URL if it is set."
        ) from wrong


class Link:
    """One connection, and what it takes to replace it."""

    def __init__(self, app: App, settings: SlackSettings) -> None:
        self._app = app
        self._settings = settings
        self._handler: SocketModeHandler | None = None
        self._since = 0.0
        self._fails = 0
        self._not_before = 0.0

    @property
    def alive(self) -> bool:
        """Whether Slack has answered on this link lately."""
        if self._handler is None:
            return False
        session = self._handler.client.current_session
        if session is None or not self._handler.client.is_connected():
            return False
        last = max(session.last_ping_pong_time or 0.0, self._since)
        return time.time() - last < _SILENCE

    def tend(self) -> None:
        """Replace the link if it is dead and its time has come."""
        if self.alive:
            self._fails = 0
            return
        if time.monotonic() < self._not_before:
            return
        self.close()
        self._fails += 1
        self._not_before = time.monotonic() + min(2.0**self._fails, _LONGEST_WAIT)
        try:
            self._open()
        except (SlackApiError, OSError, RuntimeError) as wrong:
            log.warning("no connection to Slack yet: %s", type(wrong).__name__)

    def close(self) -> None:
        """End the link, in bounded time: a wedged one may never end by itself."""
        handler, self._handler = self._handler, None
        if handler is None:
            return

        def end() -> None:
            with contextlib.suppress(Exception):  # it is thrown away; how it goes does not matter
                handler.close()  # type: ignore[no-untyped-call]  # Bolt has no types here

        thread = threading.Thread(target=end, name="slack-link-close", daemon=True)
        thread.start()
        thread.join(timeout=3)

    def _open(self) -> None:
        self._handler = SocketModeHandler(
            self._app,
            self._settings.app_token.get_secret_value(),
            web_client=WebClient(base_url=self._settings.api_url, timeout=TIMEOUT, retry_handlers=[]),
            ping_interval=_PING,
            concurrency=_WORKERS,
        )
        self._since = time.time()
        self._handler.connect()  # type: ignore[no-untyped-call]  # the same


class Socket:
    """The links to Slack and the watchdog over them."""

    def __init__(self, app: App, settings: SlackSettings) -> None:
        self._links = [Link(app, settings) for _ in range(LINKS)]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="slack-watchdog", daemon=True)

    def start(self) -> None:
        """Connect, and keep connected."""
        for link in self._links:
            link.tend()
        self._thread.start()

    def stop(self) -> None:
        """End every link."""
        self._stopped.set()
        self._thread.join(timeout=_LOOK * 2)
        for link in self._links:
            link.close()

    def check(self) -> Check:
        """Say how many links Slack answers on."""
        alive = sum(link.alive for link in self._links)
        if alive:
            return Check(ok=True, detail=f"{alive} of {LINKS} connections answer")
        return Check(
            ok=False,
            detail="no connection to Slack answers",
            fix="It is built anew by itself; if this lasts, check the network and the app token.",
        )

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK):
            for link in self._links:
                try:
                    link.tend()
                except Exception:
                    log.exception("a connection to Slack could not be looked after")
