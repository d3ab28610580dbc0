"""A running local Slack, Slack's own client for it, and real Bolt apps on top."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

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
    handlers: list[SocketModeHandler] = []

    def go(slack: SandboxSlack, app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, slack.workspace.app_token, ping_interval=1)
        handlers.append(handler)
        before = slack.connections
        handler.connect()
        slack.wait(lambda: slack.connections > before)
        return handler

    yield go
    for handler in handlers:
        handler.close()
