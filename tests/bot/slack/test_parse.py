from typing import Any

import pytest

from bot.slack.parse import FormErrors, Parser
from core.asked import Place
from core.inbox.model import Inbound, Source
from tests.bot.slack.conftest import EMOJI, read_form

PARSER = Parser(bot_user="UBOT", emoji=EMOJI, read_form=read_form, seal=lambda text: f"sealed({text})" if text else "")


def event(kind: str, event_id: str = "Ev1", **fields: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": {"type": kind, **fields}}


def message(kind: str = "app_mention", **fields: Any) -> dict[str, Any]:
    return event(kind, **{"user": "U1", "channel": "C1", "ts": "1.5", "text": "<@UBOT> status", **fields})


def pressed(**action: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "name": "ada"},
        "channel": {"id": "C1"},
        "message": {"ts": "9.1", "thread_ts": "9.0"},
        "response_url": "https://hooks.slack.com/x",
        "trigger_id": "t.1",
        "actions": [{"action_id": "run:0", "block_id": "b", "action_ts": "17.3", **action}],
    }


def parsed(body: dict[str, Any]) -> Inbound:
    found = PARSER.parse(body)
    assert isinstance(found, Inbound)
    return found


def test_a_slash_command_says_who_where_and_what() -> None:
    found = parsed(
        {
            "command": "/noodle",
            "text": "deploy “api”",
            "team_id": "T1",
            "user_id": "U1",
            "user_name": "ada",
            "channel_id": "C1",
            "trigger_id": "t.1",
            "response_url": "https://hooks.slack.com/commands/x",
        }
    )
    assert found == Inbound(
        key="command-T1-t.1",
        source=Source.COMMAND,
        person="slack:T1:U1",
        name="ada",
        place=Place(channel="C1"),
        line='deploy "api"',
        respond="sealed(https://hooks.slack.com/commands/x)",
        trigger="t.1",
    )


def test_a_mention_in_a_thread_is_answered_in_that_thread() -> None:
    found = parsed(message(thread_ts="1.0"))
    assert (found.source, found.line, found.place) == (Source.MENTION, "status", Place(channel="C1", thread="1.0"))


def test_two_events_of_one_message_have_one_key() -> None:
    mention = parsed(message(event_id="Ev1", channel="D1"))
    direct = parsed(message("message", event_id="Ev2", channel="D1", channel_type="im"))
    assert mention.key == direct.key


def test_the_same_words_said_twice_are_two_requests() -> None:
    assert parsed(message(ts="1.5")).key != parsed(message(ts="1.6")).key


@pytest.mark.parametrize(
    "fields",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B9"},
        {"user": "UBOT"},
        {"channel_type": "channel"},
        {"user": None},
    ],
)
def test_edits_bots_and_our_own_words_ask_nothing_of_us(fields: dict[str, Any]) -> None:
    assert PARSER.parse(message("message", **{"channel_type": "im", **fields})) is None


def test_another_bot_that_mentions_us_is_not_answered() -> None:
    assert PARSER.parse(message(bot_id="B9")) is None


def test_what_is_pressed_on_the_head_of_a_thread_stands_in_the_channel() -> None:
    head = pressed(value="publish api") | {"message": {"ts": "9.0", "thread_ts": "9.0"}}

    assert parsed(head).place == Place(channel="C1")
    assert parsed(pressed(value="publish api")).place == Place(channel="C1", thread="9.0")


def test_a_buttons_value_is_the_line_and_a_second_press_another_request() -> None:
    found = parsed(pressed(value="deploy api@1.0.0 to staging"))
    assert (found.source, found.line, found.message) == (Source.BUTTON, "deploy api@1.0.0 to staging", "9.1")
    assert found.place == Place(channel="C1", thread="9.0")
    assert found.key == parsed(pressed(value="deploy api@1.0.0 to staging")).key
    assert found.key != parsed(pressed(value="deploy api@1.0.0 to staging", action_ts="18.0")).key


def test_a_chosen_option_is_the_line() -> None:
    assert parsed(pressed(selected_option={"value": "rollback api"})).line == "rollback api"


@pytest.mark.parametrize("action", [{"action_id": "link:log", "url": "https://x"}, {"action_id": "link"}, {}])
def test_a_button_that_only_opens_a_page_is_no_request(action: dict[str, Any]) -> None:
    assert PARSER.parse(pressed(**action)) is None


@pytest.mark.parametrize(("kind", "removed"), [("reaction_added", False), ("reaction_removed", True)])
def test_a_reaction_names_its_emoji_and_its_message(kind: str, removed: bool) -> None:
    item = {"type": "message", "channel": "C1", "ts": "7.7"}
    found = parsed(event(kind, user="U1", reaction="eyes::skin-tone-3", item=item))
    assert (found.source, found.line, found.message, found.removed) == (Source.REACTION, "eyes", "7.7", removed)


@pytest.mark.parametrize(
    "fields",
    [
        {"reaction": "tada", "item": {"type": "message", "channel": "C1", "ts": "7.7"}},
        {"reaction": "eyes", "item": {"type": "file", "file": "F1"}},
        {"reaction": "eyes", "item": {"type": "message", "channel": "C1", "ts": "7.7"}, "user": "UBOT"},
    ],
)
def test_reactions_that_mean_nothing_are_not_kept(fields: dict[str, Any]) -> None:
    assert PARSER.parse(event("reaction_added", **{"user": "U1", **fields})) is None


def submitted(title: str, metadata: str = '{"channel": "C1", "thread": "3.3"}') -> dict[str, Any]:
    state = {"values": {"title": {"title": {"type": "plain_text_input", "value": title}}}}
    view = {"id": "V1", "hash": "h1", "private_metadata": metadata, "state": state}
    return {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1", "name": "ada"}, "view": view}


def test_a_submitted_modal_is_a_line_said_where_it_was_opened() -> None:
    found = parsed(submitted("fix the build"))
    assert (found.key, found.line) == ("view-V1-h1", "task add fix the build")
    assert found.place == Place(channel="C1", thread="3.3")


def test_a_modal_opened_nowhere_is_said_nowhere() -> None:
    assert parsed(submitted("fix the build", "")).place is None


def test_a_modal_filled_in_wrongly_says_what_is_wrong_by_block() -> None:
    assert PARSER.parse(submitted("x")) == FormErrors({"title": "Say a little more."})


def test_a_shortcut_is_the_line_its_id_spells() -> None:
    body = {"type": "shortcut", "team": {"id": "T1"}, "user": {"id": "U1"}, "callback_id": "task_add"}
    found = parsed({**body, "trigger_id": "t.1"})
    assert (found.source, found.line, found.place, found.trigger) == (Source.SHORTCUT, "task add", None, "t.1")


def test_the_home_tab_is_a_request_and_the_messages_tab_is_not() -> None:
    assert parsed(event("app_home_opened", user="U1", tab="home")).source is Source.HOME
    assert PARSER.parse(event("app_home_opened", user="U1", tab="messages")) is None


@pytest.mark.parametrize("body", [{}, {"type": "view_closed"}, {"type": "app_rate_limited"}, event("team_join")])
def test_what_asks_nothing_is_nothing(body: dict[str, Any]) -> None:
    assert PARSER.parse(body) is None
