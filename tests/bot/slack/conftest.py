"""A running local Slack with the shipped manifest, and Noodle's own parts connected to it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from slack_bolt import App
from slack_sdk import WebClient

from bot.message import Message
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.workspace import Workspace
from bot.slack.app import build
from bot.slack.client import client
from bot.slack.delivery import Delivery
from bot.slack.parse import Parser
from bot.slack.settings import SlackSettings
from core.asked import Place
from core.clock import SystemClock
from core.db import Database
from core.inbox.model import Inbound
from core.inbox.service import Inbox
from core.notify.model import Mode, Notice
from core.notify.service import Outbox
from core.seal import Seal

MANIFEST = yaml.safe_load((Path(__file__).parents[3] / "manifest.yml").read_text())
EMOJI = {"white_check_mark", "eyes"}


def until(found: Callable[[], object], seconds: float = 10) -> bool:
    """Wait for a true answer."""
    end = time.monotonic() + seconds
    while True:
        if found():
            return True
        if time.monotonic() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.01)


class Desk:
    """A real inbox, and what it handed over to be answered."""

    def __init__(self, db: Database) -> None:
        self.started: list[str] = []
        self.inbox = Inbox(db, SystemClock(), self._start)

    def _start(self, workflow: str, workflow_id: str, data: dict[str, object]) -> None:
        self.started.append(str(data["key"]))

    def kept(self) -> list[Inbound]:
        """Return what was handed over, in order."""
        return [one for one in map(self.inbox.waiting, list(self.started)) if one is not None]


def read_form(view: dict[str, Any]) -> str | dict[str, str]:
    """Return the line of a modal whose only field is a title."""
    values = view["state"]["values"]["title"].values()
    title = next(iter(values))["value"]
    return f"task add {title}" if len(title) > 2 else {"title": "Say a little more."}


def render(view: str, data: dict[str, Any]) -> Message:
    """Return the message of a view that is simply the message."""
    return {"message": Message.from_json}[view](data)


def said(text: str, channel: str, mode: Mode = Mode.POST, **more: Any) -> Notice:
    """Return a notice of a few words."""
    thread = more.pop("thread", "")
    data = {"text": text, "blocks": more.pop("blocks", [])}
    return Notice(mode=mode, place=Place(channel=channel, thread=thread), view="message", data=data, **more)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of an empty SQLite database; both kinds are tried where the tables are."""
    path = tmp_path / "noodle.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    """Return a local Slack without rate limits, whose retries come at once."""
    with SandboxSlack(Workspace.create(manifest=MANIFEST), limits="off", retries=(0.0, 0.0, 0.0)) as running:
        yield running


@pytest.fixture
def settings(slack: SandboxSlack) -> SlackSettings:
    """Return the settings that lead to the local Slack."""
    return SlackSettings(
        bot_token=SecretStr(slack.workspace.bot_token),
        app_token=SecretStr(slack.workspace.app_token),
        signing_secret=SecretStr(slack.workspace.signing_secret),
        api_url=slack.api_url,
    )


@pytest.fixture
def web(settings: SlackSettings) -> WebClient:
    """Return Noodle's own client."""
    return client(settings)


@pytest.fixture
def desk(db: Database) -> Desk:
    """Return a real inbox that remembers what it started."""
    return Desk(db)


@pytest.fixture
def parser(slack: SandboxSlack, seal: Seal) -> Parser:
    """Return a parser for the bot of the local Slack."""
    return Parser(bot_user=slack.workspace.app.bot_user, emoji=EMOJI, read_form=read_form, seal=seal.close)


@pytest.fixture
def app_of(slack: SandboxSlack, settings: SlackSettings, parser: Parser) -> Callable[[Callable[[Inbound], bool]], App]:
    """Return what makes the Bolt app over an `accept`."""
    world = slack.workspace.app

    def make(accept: Callable[[Inbound], bool]) -> App:
        return build(settings, bot_user=world.bot_user, bot_id=world.bot_id, parser=parser, accept=accept)

    return make


@pytest.fixture
def outbox(db: Database, seal: Seal) -> Outbox:
    """Return an outbox in real time, as Slack's is."""
    return Outbox(db, SystemClock(), seal)


@pytest.fixture
def delivery(web: WebClient, outbox: Outbox) -> Delivery:
    """Return what makes the calls."""
    return Delivery(web, outbox, render, SystemClock())
