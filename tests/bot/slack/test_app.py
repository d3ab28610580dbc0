import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.response import BoltResponse

from bot.sandbox.slack.server import SandboxSlack
from core.errors import StorageFull
from core.inbox.model import Inbound
from tests.bot.slack.conftest import Desk

AppOf = Callable[[Callable[[Inbound], bool]], App]


def sent(app: App, body: dict[str, Any]) -> BoltResponse:
    return app.dispatch(BoltRequest(body=body, mode="socket_mode"))


def mention(event_id: str = "Ev1", ts: str = "1.5", **fields: Any) -> dict[str, Any]:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": ts, "text": "<@U00NOODLE> status", **fields}
    return {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": event}


COMMAND = {
    "command": "/noodle",
    "text": "status",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "t.1",
    "response_url": "https://hooks.slack.com/x",
}


def test_an_event_delivered_four_times_is_kept_once_and_acknowledged_four_times(app_of: AppOf, desk: Desk) -> None:
    app = app_of(desk.inbox.accept)
    assert [sent(app, mention()).status for _ in range(4)] == [200] * 4
    assert len(desk.started) == 1


def test_one_message_told_as_two_events_is_kept_once(app_of: AppOf, desk: Desk) -> None:
    app = app_of(desk.inbox.accept)
    sent(app, mention("Ev1", channel="D1"))
    sent(app, mention("Ev2", channel="D1", type="message", channel_type="im"))
    assert len(desk.started) == 1


def test_what_was_kept_before_a_crash_is_not_kept_again_by_the_next_process(app_of: AppOf, desk: Desk) -> None:
    def crash_after_keeping(inbound: Inbound) -> bool:
        desk.inbox.accept(inbound)
        raise SystemError

    assert sent(app_of(crash_after_keeping), mention()).status == 503
    assert sent(app_of(desk.inbox.accept), mention()).status == 200
    assert len(desk.started) == 1


def full(_inbound: Inbound) -> bool:
    raise StorageFull("The disk is full.")


def test_an_event_that_cannot_be_kept_is_not_acknowledged(app_of: AppOf) -> None:
    assert sent(app_of(full), mention()).status == 503


def test_a_command_that_cannot_be_kept_is_answered_at_once_by_saying_so(app_of: AppOf) -> None:
    answer = sent(app_of(full), COMMAND)
    assert answer.status == 200
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert "nothing was done" in json.loads(answer.body)["text"]


def test_a_button_that_cannot_be_kept_is_not_acknowledged(app_of: AppOf) -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "actions": [{"action_id": "a", "block_id": "b", "action_ts": "1", "value": "status"}],
    }
    assert sent(app_of(full), body).status == 503


@pytest.mark.parametrize(
    "body",
    [
        COMMAND,
        mention(type="team_join"),
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1},
        {"type": "shortcut", "team": {"id": "T1"}, "user": {"id": "U1"}, "callback_id": "status", "trigger_id": "t"},
        {
            "type": "message_action",
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "callback_id": "task_add",
            "trigger_id": "t",
            "channel": {"id": "C1"},
            "message": {"ts": "1.1"},
        },
        {"type": "view_closed", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": {"callback_id": "c", "id": "V"}},
        {
            "type": "block_suggestion",
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "action_id": "a",
            "block_id": "b",
            "value": "",
        },
        {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "actions": [{"action_id": "link:1", "block_id": "b", "action_ts": "1"}],
        },
    ],
    ids=lambda body: str(body.get("type") or "command"),
)
def test_everything_slack_sends_is_acknowledged(app_of: AppOf, desk: Desk, body: dict[str, Any]) -> None:
    assert sent(app_of(desk.inbox.accept), body).status == 200


def test_a_modal_filled_in_wrongly_stays_open_with_its_errors(app_of: AppOf, desk: Desk) -> None:
    state = {"values": {"title": {"title": {"value": "x"}}}}
    view = {"type": "modal", "id": "V1", "hash": "h", "callback_id": "command", "state": state}
    body = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}
    answer = sent(app_of(desk.inbox.accept), body)
    assert json.loads(answer.body) == {"response_action": "errors", "errors": {"title": "Say a little more."}}
    assert desk.started == []


def test_an_event_of_an_unknown_shape_is_let_go_rather_than_sent_for_ever(app_of: AppOf, desk: Desk) -> None:
    body = mention()
    del body["event"]["channel"]
    assert sent(app_of(desk.inbox.accept), body).status == 200
    assert desk.started == []


def test_nothing_of_slack_is_called_before_the_acknowledgement(app_of: AppOf, desk: Desk, slack: SandboxSlack) -> None:
    app = app_of(desk.inbox.accept)
    for body in (COMMAND, mention(), mention("Ev2", user="U2", ts="2.0")):
        sent(app, body)
    assert slack.calls == []
