"""Socket Mode: two connections, each thrown away and built anew when it is dead, whatever it says of itself.

Slack's client can stay wedged for ever: it retries a used-up address, and calls a half-open link connected. So it may
not reconnect by itself: a link is judged by when Slack last answered a ping, and a bad one is replaced whole.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

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


class OneLink(SocketModeClient):
    """Slack's client, held to one connection: what would have it connect anew only says so."""

    def __init__(self, *, worn: Callable[[], None], **options: Any) -> None:
        super().__init__(auto_reconnect_enabled=False, **options)
        self._worn = worn

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Say that Slack wants this connection replaced."""
        self._worn()


class Link:
    """One of our places at Slack's, and the connection that fills it now. A connection is used once, then replaced."""

    def __init__(self, app: App, settings: SlackSettings, patience: Patience, wake: Callable[[], None]) -> None:
        self._app = app
        self._settings = settings
        self._patience = patience
        self._wake = wake
        self._client: OneLink | None = None
        self._worn = threading.Event()
        self._ending: list[threading.Thread] = []
        self._since = 0.0
        self._fails = 0
        self._not_before = 0.0

    @property
    def alive(self) -> bool:
        """Whether Slack has answered on this link lately."""
        session = None if self._client is None else self._client.current_session
        if session is None or session.sock is None or session.consecutive_check_state_error_count:
            return False
        return time.time() - max(session.last_ping_pong_time or 0.0, self._since) < self._patience.silence

    def tend(self) -> None:
        """Replace the connection if it is dead or Slack asks for that, and its time has come."""
        if self.alive and not self._worn.is_set():
            self._fails = 0
            return
        if time.monotonic() < self._not_before:
            return
        self._fails += 1
        self._not_before = time.monotonic() + min(self._patience.look * 2**self._fails, self._patience.longest)
        fresh = self._connected()
        if fresh is None and self.alive:
            return  # the old one is good until Slack closes it
        old, self._client = self._client, fresh
        self._since = time.time()
        self._end(old)

    def close(self) -> list[threading.Thread]:
        """Begin to end the link; return the threads that do it."""
        old, self._client = self._client, None
        self._end(old)
        return self._ending

    def _connected(self) -> OneLink | None:
        """Return a new connection, or None when there is none to be had."""
        self._worn.clear()
        fresh = OneLink(
            worn=self._is_worn,
            app_token=self._settings.app_token.get_secret_value(),
            web_client=WebClient(base_url=self._settings.api_url, timeout=TIMEOUT, retry_handlers=[]),
            ping_interval=self._patience.ping,
            concurrency=_WORKERS,
            logger=_quiet(),
        )
        fresh.socket_mode_request_listeners.append(self._asked)
        try:
            fresh.connect()
            if fresh.is_connected():
                return fresh
            log.warning("Slack refuses a connection; another one is asked for")
        except (SlackApiError, OSError, RuntimeError) as wrong:
            log.warning("no connection to Slack yet: %s", type(wrong).__name__)
        self._end(fresh)
        return None

    def _asked(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        begun = time.time()
        send_response(client, request, run_bolt_app(self._app, request), begun)

    def _is_worn(self) -> None:
        self._worn.set()
        self._wake()

    def _end(self, old: OneLink | None) -> None:
        self._ending = [thread for thread in self._ending if thread.is_alive()]
        if old is None:
            return
        thread = threading.Thread(target=_end, args=(old,), name="slack-link-close", daemon=True)
        thread.start()
        self._ending.append(thread)


class Socket:
    """The links to Slack and the watchdog over them."""

    def __init__(self, app: App, settings: SlackSettings, patience: Patience = _PATIENCE) -> None:
        self._patience = patience
        self._stopped = threading.Event()
        self._look = threading.Event()
        self._links = [Link(app, settings, patience, self._look.set) for _ in range(LINKS)]
        self._thread = threading.Thread(target=self._watch, name="slack-watchdog", daemon=True)

    def start(self) -> None:
        """Connect, and keep connected."""
        for link in self._links:
            link.tend()
        self._thread.start()

    def stop(self) -> None:
        """Take nothing new, acknowledge what has come in, then end every link."""
        self._stopped.set()
        self._look.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_CLOSING)
        for thread in [thread for link in self._links for thread in link.close()]:
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
        while not self._stopped.is_set():
            self._look.wait(self._patience.look)
            self._look.clear()
            for link in self._links:
                if self._stopped.is_set():
                    return
                try:
                    link.tend()
                except Exception:
                    log.exception("a connection to Slack could not be looked after")


def _end(client: OneLink) -> None:
    try:
        client.closed = True  # takes no more out of its queue; Slack sends what waits there again
        client.message_workers.shutdown(wait=True)  # the acknowledgements under way still need the link
        session = client.current_session
        client.current_session_state.terminated = True
        if session is not None and session.sock is not None:
            with contextlib.suppress(OSError):
                session.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads, which waits for seconds
        client.close()
    except Exception as wrong:  # noqa: BLE001 - it is thrown away; how it goes does not matter
        log.debug("a link to Slack ended badly: %s", type(wrong).__name__)


def _quiet() -> logging.Logger:
    # At DEBUG the client logs whole envelopes, and with them the addresses one may answer at.
    quiet = logging.getLogger(f"{__name__}.link")
    quiet.setLevel(logging.INFO)
    return quiet
