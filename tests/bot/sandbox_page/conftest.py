"""The sandbox's page in a real browser, before a local Slack with a small real Bolt app."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import Browser, Page, binary, browser
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.conftest import unplug
from tests.bot.sandbox.kit import Json, home, section
from tests.bot.sandbox_page.hands import FORM, Visit


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if binary() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    with SandboxSlack(limits="off", retries=()) as running:
        yield running


@pytest.fixture
def client(slack: SandboxSlack) -> WebClient:
    return WebClient(slack.workspace.bot_token, base_url=slack.api_url)


@pytest.fixture
def app(slack: SandboxSlack, client: WebClient) -> Iterator[App]:
    """A Bolt app that opens a form, whispers, and says which button was pressed."""
    made = App(client=client, signing_secret=slack.workspace.signing_secret)
    _listen(made)
    handler = SocketModeHandler(made, slack.workspace.app_token, ping_interval=1)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt left it so
    slack.wait(lambda: slack.connections)
    yield made
    unplug(slack, handler.client)


def _listen(app: App) -> None:
    @app.command("/noodle")
    def command(ack: Any, command: Json, respond: Any, client: WebClient) -> None:
        ack()
        if command["text"] == "form":
            client.views_open(trigger_id=command["trigger_id"], view=FORM)
        else:
            respond(f"only for you: {command['text']}")

    @app.action("go")
    def go(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        client.chat_update(channel=channel, ts=ts, text="gone", blocks=[section(f"pressed by {body['user']['id']}")])

    @app.action("pick")
    def pick(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel="releases", text=f"picked {body['actions'][0]['selected_option']['value']}")

    @app.view("form")
    def submitted(ack: Any, view: Json, client: WebClient) -> None:
        name = view["state"]["values"]["name"]["typed"]["value"]
        if name == "bad":
            ack(response_action="errors", errors={"name": "This name is taken."})
            return
        ack()
        client.chat_postMessage(channel="releases", text=f"hello {name}")

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=home(section("*Your home*")))


@pytest.fixture
def visit(chromium: Browser, slack: SandboxSlack) -> Visit:
    """Opens the page as somebody, and waits until it listens."""

    @contextlib.contextmanager
    def go(name: str = "ada", channel: str = "releases", **look: Any) -> Iterator[Page]:
        with chromium.page() as page:
            page.open(f"{slack.url}/?as={name}&channel={channel}", **look)
            page.wait("document.body.dataset.ready === 'yes'")
            yield page

    return go


@pytest.fixture
def page(visit: Visit) -> Iterator[Page]:
    """The page as Ada sees it."""
    with visit() as opened:
        yield opened
