from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.sandbox.slack.server import SandboxSlack
from bot.slack.http import PATH
from bot.slack.settings import SlackSettings
from bot.slack.workspace import SlackWorkspace
from core.asked import Place
from core.errors import Misconfigured
from core.inbox.model import Inbound
from core.notify.model import Mode, Notice
from core.notify.service import Outbox
from core.seal import Seal
from tests.bot.slack.conftest import EMOJI, Desk, read_form, render

Open = Callable[[SlackSettings], SlackWorkspace]


@pytest.fixture
def opened(outbox: Outbox, desk: Desk, seal: Seal) -> Iterator[Open]:
    """Return what connects a workspace that answers every request with its own line."""
    made: list[SlackWorkspace] = []

    def accept(inbound: Inbound) -> bool:
        new = desk.inbox.accept(inbound)
        if new:
            data = {"text": f"you said {inbound.line}", "blocks": []}
            place = inbound.place or Place(channel="")
            notice = Notice(mode=Mode.WHISPER, place=place, view="message", data=data, person=inbound.person)
            outbox.add(notice.model_copy(update={"respond": inbound.respond}))
        return new

    def go(settings: SlackSettings) -> SlackWorkspace:
        workspace = SlackWorkspace(
            settings, outbox=outbox, accept=accept, emoji=EMOJI, read_form=read_form, seal=seal.close, render=render
        )
        made.append(workspace)
        workspace.start()
        return workspace

    yield go
    for workspace in made:
        workspace.stop()


def test_a_command_is_answered_to_the_person_alone(slack: SandboxSlack, settings: SlackSettings, opened: Open) -> None:
    workspace = opened(settings)
    dev = slack.person("dev")
    dev.say("general", "/noodle deploy api")
    dev.wait_message("general", "you said deploy api")
    assert workspace.check().ok
    assert workspace.routes == []


def test_without_an_app_token_slack_posts_to_us(settings: SlackSettings, opened: Open) -> None:
    workspace = opened(replace(settings, app_token=SecretStr("")))
    assert [getattr(route, "path", "") for route in workspace.routes] == [PATH]
    assert workspace.check().ok


def test_a_bot_token_alone_is_refused_naming_what_is_missing(settings: SlackSettings, opened: Open) -> None:
    with pytest.raises(Misconfigured) as wrong:
        opened(replace(settings, app_token=SecretStr(""), signing_secret=SecretStr("")))
    assert "NOODLE_SLACK_APP_TOKEN" in wrong.value.hint
