"""Socket Mode: two connections, each thrown away and built anew when it is dead, whatever it says of itself.

Slack's client can stay wedged for ever: it retries a used-up address, and calls a half-open link connected. So a link
is judged by when Slack last answered a ping, and a bad one is replaced whole.
"""

import contextlib
import logging
import socket
import threading
import time
from dataclasses import dataclass

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient

from bot.slack.client import TIMEOUT, error_of
from bot.slack.settings import SlackSettings
from core.errors import Misconfigured, ProviderDown
from core.ports import Check

log = logging.getLogger(__name__)

LINKS = 2
"""Slack closes connections to refresh them; with a second one there is no gap."""

_WORKERS = 20
_CLOSING = 6.0


@dataclass(frozen=True)
class Patience:
    """How long is waited for what, in seconds."""

    ping: float = 5.0
    """Between two pings."""
    silence: float = 20.0
    """Without an answer to a ping, after which a link counts as dead."""
    look: float = 2.0
    """Between two looks at every link."""
    longest: float = 30.0
    """Between two attempts to connect."""


_PATIENCE = Patience()


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

    def __init__(self, app: App, settings: SlackSettings, patience: Patience) -> None:
        self._app = app
        self._settings = settings
        self._patience = patience
        self._handler: SocketModeHandler | None = None
        self._since = 0.0
        self._fails = 0
        self._not_before = 0.0

    @property
    def alive(self) -> bool:
        """Whether Slack has answered on this link lately."""
        handler = self._handler
        if handler is None:
            return False
        session = handler.client.current_session
        if session is None or not handler.client.is_connected():
            return False
        last = max(session.last_ping_pong_time or 0.0, self._since)
        return time.time() - last < self._patience.silence

    def tend(self) -> None:
        """Replace the link if it is dead and its time has come."""
        if self.alive:
            self._fails = 0
            return
        if time.monotonic() < self._not_before:
            return
        self.close()
        self._fails += 1
        self._not_before = time.monotonic() + min(self._patience.look * 2**self._fails, self._patience.longest)
        try:
            self._open()
        except (SlackApiError, OSError, RuntimeError) as wrong:
            log.warning("no connection to Slack yet: %s", type(wrong).__name__)

    def close(self) -> None:
        """End the link, in bounded time: a wedged one may never end by itself."""
        thread = self.closing()
        if thread is not None:
            thread.join(timeout=_CLOSING)

    def closing(self) -> threading.Thread | None:
        """Begin to end the link; return the thread that does it."""
        handler, self._handler = self._handler, None
        if handler is None:
            return None
        thread = threading.Thread(target=_end, args=(handler,), name="slack-link-close", daemon=True)
        thread.start()
        return thread

    def _open(self) -> None:
        handler = SocketModeHandler(
            self._app,
            self._settings.app_token.get_secret_value(),
            web_client=WebClient(base_url=self._settings.api_url, timeout=TIMEOUT, retry_handlers=[]),
            ping_interval=self._patience.ping,
            concurrency=_WORKERS,
        )
        self._since = time.time()
        self._handler = handler
        handler.client.connect()


class Socket:
    """The links to Slack and the watchdog over them."""

    def __init__(self, app: App, settings: SlackSettings, patience: Patience = _PATIENCE) -> None:
        self._patience = patience
        self._links = [Link(app, settings, patience) for _ in range(LINKS)]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="slack-watchdog", daemon=True)

    def start(self) -> None:
        """Connect, and keep connected."""
        for link in self._links:
            link.tend()
        self._thread.start()

    def stop(self) -> None:
        """Take nothing new, acknowledge what has come in, then end every link."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_CLOSING)
        for thread in [link.closing() for link in self._links]:
            if thread is not None:
                thread.join(timeout=_CLOSING)

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
        while not self._stopped.wait(self._patience.look):
            for link in self._links:
                try:
                    link.tend()
                except Exception:
                    log.exception("a connection to Slack could not be looked after")


def _wake(client: SocketModeClient) -> None:
    """End the wait of the thread that reads, which would otherwise last for seconds."""
    session = client.current_session
    client.current_session_state.terminated = True
    if session is not None and session.sock is not None:
        with contextlib.suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)


def _end(handler: SocketModeHandler) -> None:
    client = handler.client
    try:
        client.closed = True  # takes no more out of its queue; Slack sends what waits there again
        client.message_workers.shutdown(wait=True)  # the acknowledgements under way still need the link
        client.auto_reconnect_enabled = False
        _wake(client)
        client.close()
        # An attempt to reconnect that was under way may have ended in a new connection that nobody reads.
        with client.connect_operation_lock:
            client.disconnect()
    except Exception as wrong:  # noqa: BLE001 - it is thrown away; how it goes does not matter
        log.debug("a link to Slack ended badly: %s", type(wrong).__name__)
