import pytest
from slack_sdk import WebClient

from bot.message import Modal
from bot.sandbox.slack.server import SandboxSlack
from bot.slack.chat import SlackChat
from core.errors import Refused

MODAL = Modal(
    view={
        "type": "modal",
        "callback_id": "command",
        "title": {"type": "plain_text", "text": "Task add"},
        "blocks": [{"type": "divider"}],
    },
    text="task add",
)
HOME = Modal(view={"type": "home", "blocks": [{"type": "divider"}]}, text="home")


@pytest.fixture
def chat(web: WebClient) -> SlackChat:
    """Return the chat of the local Slack."""
    return SlackChat(web)


def person(slack: SandboxSlack) -> str:
    return f"slack:{slack.workspace.team_id}:{slack.workspace.user('dev').id}"


def test_a_name_is_asked_for_once(slack: SandboxSlack, chat: SlackChat) -> None:
    names = {chat.name_of(person(slack)) for _ in range(5)}
    assert names == {slack.workspace.user("dev").real_name} or names == {"dev"}
    assert [call.method for call in slack.calls] == ["users.info"]


def test_who_slack_does_not_know_keeps_their_id(slack: SandboxSlack, chat: SlackChat) -> None:
    assert chat.name_of(f"slack:{slack.workspace.team_id}:UNOBODY") == "UNOBODY"


def test_who_is_not_in_slack_is_not_asked_about(slack: SandboxSlack, chat: SlackChat) -> None:
    assert chat.name_of("terminal:ada") == "ada"
    assert slack.calls == []


def test_a_modal_opens_while_its_trigger_is_good_and_is_refused_after(slack: SandboxSlack, chat: SlackChat) -> None:
    user = slack.workspace.user("dev").id
    trigger = slack.workspace.tickets.trigger(user)
    chat.open_modal(trigger, MODAL)
    assert slack.person("dev").views()[0]["callback_id"] == "command"
    with pytest.raises(Refused, match="trigger_id"):
        chat.open_modal(trigger, MODAL)


def test_the_home_tab_is_shown(slack: SandboxSlack, chat: SlackChat) -> None:
    chat.publish_home(person(slack), HOME)
    home = slack.person("dev").home()
    assert home is not None
    assert home["type"] == "home"
