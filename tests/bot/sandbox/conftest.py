"""A running local Slack, Slack's own client for it, and real Bolt apps on top."""

import contextlib
import gc
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import DEFAULT_MANIFEST

SHORTCUTS = [
    {"name": "New deploy", "type": "global", "callback_id": "new_deploy", "description": "Deploy"},
    {"name": "Act on this", "type": "message", "callback_id": "act_on", "description": "Act"},
]
MANIFEST = {**DEFAULT_MANIFEST, "features": {**DEFAULT_MANIFEST["features"], "shortcuts": SHORTCUTS}}


class TurnedClock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def turn(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    """A local Slack without rate limits, whose retries come at once."""
    world = Workspace.create(manifest=MANIFEST)
    with SandboxSlack(world, limits="off", retries=(0.0, 0.0, 0.0)) as running:
        yield running


@pytest.fixture
def hasty() -> Iterator[SandboxSlack]:
    """A local Slack that waits a fifth of a second for acks."""
    with SandboxSlack(limits="off", retries=(0.0, 0.0, 0.0), deadline=0.2) as running:
        yield running


@pytest.fixture
def timed(clock: TurnedClock) -> Iterator[SandboxSlack]:
    """A local Slack with real limits whose time stands still until the test turns it."""
    with SandboxSlack(Workspace.create(clock=clock)) as running:
        yield running


@pytest.fixture
def client(slack: SandboxSlack) -> WebClient:
    return client_for(slack)


def client_for(slack: SandboxSlack) -> WebClient:
    return WebClient(slack.workspace.bot_token, base_url=slack.api_url)


Connect = Callable[[SandboxSlack, App], SocketModeHandler]


@pytest.fixture
def bolt_for() -> Callable[[SandboxSlack], App]:
    """Makes a Bolt app that knows nothing of the sandbox but its address."""

    def make(slack: SandboxSlack) -> App:
        return App(client=client_for(slack), signing_secret=slack.workspace.signing_secret)

    return make


@pytest.fixture
def bolt(slack: SandboxSlack, bolt_for: Callable[[SandboxSlack], App]) -> App:
    return bolt_for(slack)


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connects a Bolt app by Socket Mode and closes it after the test."""
    opened: list[tuple[SandboxSlack, SocketModeHandler]] = []

    def go(slack: SandboxSlack, app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, slack.workspace.app_token, ping_interval=1)
        opened.append((slack, handler))
        before = slack.connections
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt left it so
        slack.wait(lambda: slack.connections > before)
        return handler

    yield go
    for slack, handler in opened:
        unplug(slack, handler.client)


Listener = Callable[[BaseSocketModeClient, SocketModeRequest], None]
Plug = Callable[[SandboxSlack, Listener], SocketModeClient]


@pytest.fixture
def plug() -> Iterator[Plug]:
    """Connects Slack's own Socket Mode client without Bolt and closes it after the test."""
    opened: list[tuple[SandboxSlack, SocketModeClient]] = []

    def go(slack: SandboxSlack, listener: Listener) -> SocketModeClient:
        client = SocketModeClient(slack.workspace.app_token, web_client=client_for(slack))
        opened.append((slack, client))
        client.socket_mode_request_listeners.append(listener)
        before = slack.connections
        client.connect()
        slack.wait(lambda: slack.connections > before)
        return client

    yield go
    for slack, client in opened:
        unplug(slack, client)


def unplug(slack: SandboxSlack, client: Any) -> None:
    """Close a client; its reader sleeps in `recv` for seconds unless the server hangs up first.

    The client forgets its socket without closing it when the connection breaks. Where that happens while it closes,
    it stumbles and leaves its threads running, so it is closed once more.
    """
    client.auto_reconnect_enabled = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        slack.drop_sockets()
        for _ in range(2):
            with contextlib.suppress(AttributeError):
                client.close()
        gc.collect()
