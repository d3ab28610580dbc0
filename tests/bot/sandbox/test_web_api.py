"""The Web API, spoken to by Slack's own client."""

import dataclasses
import json
import urllib.error
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import DEFAULT_MANIFEST
from tests.bot.sandbox.conftest import TurnedClock, client_for

Call = Callable[[WebClient], Any]


def refusal(call: Callable[[], Any]) -> SlackApiError:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value


def code(call: Callable[[], Any]) -> str:
    return str(refusal(call).response["error"])


def raw(slack: SandboxSlack, method: str, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.post(slack.api_url + method, headers=headers).json()
    return found


def test_auth_test_says_who_the_bot_is(slack: SandboxSlack, client: WebClient) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == slack.workspace.app.bot_user
    assert answer["team"] == "Noodle Sandbox"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


def test_no_token_is_not_authed(slack: SandboxSlack) -> None:
    assert raw(slack, "auth.test") == {"ok": False, "error": "not_authed"}


def test_a_wrong_token_is_invalid_auth(slack: SandboxSlack) -> None:
    assert code(lambda: WebClient("xoxb-no", base_url=slack.api_url).auth_test()) == "invalid_auth"


def test_an_app_token_is_for_connections_only(slack: SandboxSlack, client: WebClient) -> None:
    app_level = WebClient(slack.workspace.app_token, base_url=slack.api_url)
    assert code(app_level.auth_test) == "not_allowed_token_type"
    assert code(lambda: client.api_call("apps.connections.open")) == "not_allowed_token_type"
    assert app_level.apps_connections_open(app_token=slack.workspace.app_token)["url"].startswith("ws://127.0.0.1:")


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert code(lambda: client.api_call("chat.shout")) == "unknown_method"


def test_a_scope_that_was_not_granted_is_named() -> None:
    manifest = {**DEFAULT_MANIFEST, "oauth_config": {"scopes": {"bot": ["channels:read"]}}}
    with SandboxSlack(Workspace.create(manifest=manifest)) as slack:
        client = client_for(slack)
        answer = refusal(lambda: client.chat_postMessage(channel="C01GENERAL", text="x")).response
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            "chat:write",
            "channels:read",
        )
        history = refusal(lambda: client.conversations_history(channel="C01GENERAL")).response
        assert history["needed"] == "channels:history"


def test_a_posted_message_is_in_the_history_with_its_metadata(client: WebClient) -> None:
    metadata = {"event_type": "run", "event_payload": {"id": "r1"}}
    posted = client.chat_postMessage(channel="#general", text="hello", metadata=metadata)
    plain = client.conversations_history(channel=posted["channel"])["messages"]
    full = client.conversations_history(channel=posted["channel"], include_all_metadata=True)["messages"]
    assert [m["text"] for m in plain] == ["hello"]
    assert "metadata" not in plain[0]
    assert full[0]["metadata"] == metadata


def test_arguments_come_as_json_form_or_query_alike(slack: SandboxSlack, client: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "b"}}]
    client.api_call("chat.postMessage", json={"channel": "C01GENERAL", "text": "json", "blocks": blocks})
    client.api_call("chat.postMessage", data={"channel": "C01GENERAL", "text": "form", "blocks": json.dumps(blocks)})
    client.api_call("chat.postMessage", params={"channel": "C01GENERAL", "text": "query", "blocks": json.dumps(blocks)})
    seen = [(m["text"], m["blocks"][0]["text"]["text"]) for m in slack.person("ada").messages("general")]
    assert seen == [("json", "b"), ("form", "b"), ("query", "b")]


MODAL: dict[str, Any] = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
REFUSALS: list[tuple[str, Call, str]] = [
    ("an unknown channel", lambda c: c.chat_postMessage(channel="C99", text="x"), "channel_not_found"),
    ("a channel without the bot", lambda c: c.chat_postMessage(channel="#random", text="x"), "not_in_channel"),
    ("an im of others", lambda c: c.conversations_history(channel="D99"), "channel_not_found"),
    ("a message without words", lambda c: c.api_call("chat.postMessage", json={"channel": "#general"}), "no_text"),
    (
        "an unknown thread",
        lambda c: c.chat_postMessage(channel="#general", text="x", thread_ts="1.2"),
        "thread_not_found",
    ),
    ("an update of nothing", lambda c: c.chat_update(channel="C01GENERAL", ts="1.2", text="x"), "message_not_found"),
    ("a delete of nothing", lambda c: c.chat_delete(channel="C01GENERAL", ts="1.2"), "message_not_found"),
    ("a link to nothing", lambda c: c.chat_getPermalink(channel="C01GENERAL", message_ts="1.2"), "message_not_found"),
    ("replies to nothing", lambda c: c.conversations_replies(channel="C01GENERAL", ts="1.2"), "thread_not_found"),
    ("a stranger", lambda c: c.users_info(user="U99"), "user_not_found"),
    ("an unknown address", lambda c: c.users_lookupByEmail(email="x@noodle.test"), "users_not_found"),
    (
        "an ephemeral for a stranger",
        lambda c: c.chat_postEphemeral(channel="#general", user="U99", text="x"),
        "user_not_in_channel",
    ),
    (
        "a reaction to nothing",
        lambda c: c.reactions_add(channel="C01GENERAL", timestamp="1.2", name="eyes"),
        "message_not_found",
    ),
    ("a broken cursor", lambda c: c.conversations_list(cursor="x"), "invalid_cursor"),
    ("a broken time", lambda c: c.conversations_history(channel="C01GENERAL", oldest="yesterday"), "invalid_ts_oldest"),
    ("a taken name", lambda c: c.conversations_create(name="general"), "name_taken"),
    ("a shouted name", lambda c: c.conversations_create(name="General"), "invalid_name_specials"),
    (
        "metadata without a type",
        lambda c: c.chat_postMessage(channel="#general", text="x", metadata={"a": 1}),
        "invalid_metadata_format",
    ),
    (
        "markdown beside text",
        lambda c: c.chat_postMessage(channel="#general", text="x", markdown_text="y"),
        "markdown_text_conflict",
    ),
    (
        "blocks that are no list",
        lambda c: c.chat_postMessage(channel="#general", text="x", blocks="{}"),
        "invalid_blocks_format",
    ),
    ("a view with an unknown trigger", lambda c: c.views_open(trigger_id="1.2.3", view=MODAL), "invalid_trigger_id"),
    ("an update of no view", lambda c: c.views_update(view_id="V9", view=MODAL), "not_found"),
]


@pytest.mark.parametrize(("call", "error"), [pytest.param(*row[1:], id=row[0]) for row in REFUSALS])
def test_slack_refuses(client: WebClient, call: Call, error: str) -> None:
    assert code(lambda: call(client)) == error


def test_refused_blocks_name_the_place(client: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    answer = refusal(lambda: client.chat_postMessage(channel="#general", text="x", blocks=blocks)).response
    assert answer["error"] == "invalid_blocks"
    messages = answer["response_metadata"]["messages"]
    assert messages == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]


def test_text_without_blocks_removes_the_blocks(client: WebClient) -> None:
    blocks = [{"type": "divider"}]
    posted = client.chat_postMessage(channel="#general", text="a", blocks=blocks)
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    kept = client.api_call("chat.update", json={**where, "blocks": blocks})["message"]
    assert (kept["text"], "edited" in kept) == ("a", False)
    changed = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="b")["message"]
    assert "blocks" not in changed
    assert "edited" in changed


def test_an_update_takes_4000_characters_and_no_more(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#general", text="a")
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    assert len(client.chat_update(**where, text="x" * 4000)["text"]) == 4000
    assert code(lambda: client.chat_update(**where, text="x" * 4001)) == "msg_too_long"


def test_a_post_is_cut_at_40000_characters(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#general", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000


def test_the_bot_changes_only_its_own_messages(slack: SandboxSlack, client: WebClient) -> None:
    ts = slack.person("ada").say("general", "mine")
    assert code(lambda: client.chat_update(channel="C01GENERAL", ts=ts, text="x")) == "cant_update_message"
    assert code(lambda: client.chat_delete(channel="C01GENERAL", ts=ts)) == "cant_delete_message"


def test_replies_stay_in_the_thread_unless_broadcast(client: WebClient) -> None:
    parent = client.chat_postMessage(channel="#general", text="parent")
    first = client.chat_postMessage(channel="#general", text="one", thread_ts=parent["ts"])
    client.chat_postMessage(channel="#general", text="two", thread_ts=first["ts"], reply_broadcast=True)
    channel = parent["channel"]
    thread = client.conversations_replies(channel=channel, ts=parent["ts"])["messages"]
    timeline = client.conversations_history(channel=channel)["messages"]
    assert [m["text"] for m in thread] == ["parent", "one", "two"]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (2, thread[2]["ts"])
    assert [m["text"] for m in timeline] == ["two", "parent"]
    assert thread[2]["thread_ts"] == parent["ts"]


def test_a_deleted_parent_leaves_a_tombstone(client: WebClient) -> None:
    parent = client.chat_postMessage(channel="#general", text="parent")
    client.chat_postMessage(channel="#general", text="one", thread_ts=parent["ts"])
    client.chat_delete(channel=parent["channel"], ts=parent["ts"])
    thread = client.conversations_replies(channel=parent["channel"], ts=parent["ts"])["messages"]
    assert [m.get("subtype") for m in thread] == ["tombstone", None]


def test_a_reaction_is_given_once_and_taken_back_once(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#general", text="x")
    mark = {"channel": posted["channel"], "timestamp": posted["ts"], "name": "eyes"}
    client.reactions_add(**mark)
    assert code(lambda: client.reactions_add(**mark)) == "already_reacted"
    found = client.reactions_get(channel=posted["channel"], timestamp=posted["ts"])["message"]["reactions"]
    assert found == [{"name": "eyes", "users": ["U00NOODLE"], "count": 1}]
    client.reactions_remove(**mark)
    assert code(lambda: client.reactions_remove(**mark)) == "no_reaction"
    assert code(lambda: client.reactions_add(**{**mark, "name": "Bad Name"})) == "invalid_name"


def test_pins_are_put_in_and_taken_out(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#general", text="x")
    mark = {"channel": posted["channel"], "timestamp": posted["ts"]}
    client.pins_add(**mark)
    assert code(lambda: client.pins_add(**mark)) == "already_pinned"
    assert [item["message"]["ts"] for item in client.pins_list(channel=posted["channel"])["items"]] == [posted["ts"]]
    client.pins_remove(**mark)
    assert code(lambda: client.pins_remove(**mark)) == "no_pin"


def test_an_ephemeral_message_is_for_one_person(slack: SandboxSlack, client: WebClient) -> None:
    ada = slack.workspace.user("ada").id
    client.chat_postEphemeral(channel="#general", user=ada, text="psst")
    assert [m["text"] for m in slack.person("ada").messages("general")] == ["psst"]
    assert slack.person("dev").messages("general") == []
    assert client.conversations_history(channel="C01GENERAL")["messages"] == []


def test_channels_are_listed_joined_created_and_filled(slack: SandboxSlack, client: WebClient) -> None:
    listed = {c["name"]: c["is_member"] for c in client.conversations_list()["channels"]}
    assert listed == {"general": True, "releases": True, "random": False}
    client.conversations_join(channel="C03RANDOM")
    made = client.conversations_create(name="incident-1")["channel"]["id"]
    ada = slack.workspace.user("ada").id
    client.conversations_invite(channel=made, users=[ada])
    assert client.conversations_members(channel=made)["members"] == ["U00NOODLE", ada]
    mine = client.users_conversations()["channels"]
    assert {c["name"] for c in mine} == {"general", "releases", "random", "incident-1"}
    assert code(lambda: client.conversations_invite(channel=made, users=ada)) == "already_in_channel"


def test_lists_come_in_pages(client: WebClient) -> None:
    names = [c["name"] for page in client.conversations_list(limit=2) for c in page["channels"]]
    assert names == ["general", "releases", "random"]


def test_people_are_found_by_id_and_address(slack: SandboxSlack, client: WebClient) -> None:
    ada = slack.workspace.user("ada")
    assert client.users_info(user=ada.id)["user"]["profile"]["email"] == "ada@noodle.test"
    assert client.users_lookupByEmail(email="ada@noodle.test")["user"]["id"] == ada.id
    assert len(client.users_list()["members"]) == 4
    assert client.team_info()["team"]["name"] == "Noodle Sandbox"
    assert client.bots_info(bot="B01NOODLE")["bot"]["user_id"] == "U00NOODLE"


def test_groups_have_users(slack: SandboxSlack, client: WebClient) -> None:
    slack.workspace.usergroups.append({"id": "S1", "handle": "ops", "name": "Ops", "users": ["U01ADA"]})
    assert [g["handle"] for g in client.usergroups_list()["usergroups"]] == ["ops"]
    assert client.usergroups_users_list(usergroup="S1")["users"] == ["U01ADA"]


def test_a_file_takes_its_three_steps(slack: SandboxSlack, client: WebClient) -> None:
    client.files_upload_v2(channel="C01GENERAL", content="log line", filename="run.log", initial_comment="the log")
    message = slack.person("ada").messages("general")[-1]
    assert (message["text"], message["files"][0]["name"]) == ("the log", "run.log")
    assert slack.workspace.files[message["files"][0]["id"]]["content"] == b"log line"


def test_an_im_is_opened_by_its_person(slack: SandboxSlack, client: WebClient) -> None:
    dev = slack.workspace.user("dev").id
    channel = client.conversations_open(users=[dev])["channel"]["id"]
    client.chat_postMessage(channel=dev, text="hi dev")
    assert [m["text"] for m in slack.person("dev").messages("@bot")] == ["hi dev"]
    assert channel == slack.workspace.im("dev").id
    with pytest.raises(Exception, match="channel_not_found"):
        slack.person("vic").messages(channel)


def test_a_permalink_names_channel_and_message(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#general", text="x")
    link = client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])["permalink"]
    assert link.endswith(f"/archives/C01GENERAL/p{posted['ts'].replace('.', '')}")


def test_a_home_is_published_for_one_person_and_guarded_by_its_hash(slack: SandboxSlack, client: WebClient) -> None:
    ada = slack.workspace.user("ada").id
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id=ada, view=home)["view"]
    second = client.views_publish(user_id=ada, view=home, hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    assert code(lambda: client.views_publish(user_id=ada, view=home, hash=first["hash"])) == "hash_conflict"
    seen = slack.person("ada").home()
    assert seen is not None
    assert seen["hash"] == second["hash"]
    assert slack.person("dev").home() is None


def test_refused_views_name_the_place(slack: SandboxSlack, client: WebClient) -> None:
    bad = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": ""}}]}
    answer = refusal(lambda: client.views_publish(user_id=slack.workspace.user("ada").id, view=bad)).response
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view/blocks/0/text/text]" in answer["response_metadata"]["messages"][0]


def test_a_channel_takes_a_burst_and_then_one_message_a_second(timed: SandboxSlack, clock: TurnedClock) -> None:
    client = client_for(timed)
    for n in range(5):
        client.chat_postMessage(channel="#general", text=str(n))
    answer = refusal(lambda: client.chat_postMessage(channel="#general", text="x")).response
    assert (answer.status_code, answer["error"], answer.headers["retry-after"]) == (429, "ratelimited", "1")
    client.chat_postMessage(channel="#releases", text="elsewhere")
    clock.turn(1)
    client.chat_postMessage(channel="#general", text="later")


def test_a_tier_is_counted_over_a_minute(timed: SandboxSlack, clock: TurnedClock) -> None:
    client = client_for(timed)
    posted = client.chat_postMessage(channel="#general", text="x")
    for n in range(50):
        client.chat_update(channel=posted["channel"], ts=posted["ts"], text=str(n))
    refused = refusal(lambda: client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x"))
    assert refused.response.headers["retry-after"] == "60"
    clock.turn(60)
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x")


def test_throttling_on_order_is_honoured_by_the_clients_retry_handler(slack: SandboxSlack, client: WebClient) -> None:
    slack.throttle_next("chat.postMessage", 1)
    assert code(lambda: client.chat_postMessage(channel="#general", text="x")) == "ratelimited"
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    slack.throttle_next("chat.postMessage", 1)
    client.chat_postMessage(channel="#general", text="got through")
    assert [m["text"] for m in slack.person("ada").messages("general")] == ["got through"]


def test_a_call_can_fail_with_500(slack: SandboxSlack, client: WebClient) -> None:
    slack.faults.fail_next("chat.postMessage")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="#general", text="x")
    assert caught.value.response.status_code == 500
    client.chat_postMessage(channel="#general", text="y")
    assert [m["text"] for m in slack.person("ada").messages("general")] == ["y"]


def test_a_broken_connection_leaves_the_message_posted(slack: SandboxSlack) -> None:
    client = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
    slack.faults.break_next("chat.postMessage")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        client.chat_postMessage(channel="#general", text="was it sent?")
    assert [m["text"] for m in slack.person("ada").messages("general")] == ["was it sent?"]


def test_the_clients_own_retry_posts_twice_after_a_broken_connection(slack: SandboxSlack, client: WebClient) -> None:
    slack.faults.break_next("chat.postMessage")
    client.chat_postMessage(channel="#general", text="twice")
    assert [m["text"] for m in slack.person("ada").messages("general")] == ["twice", "twice"]


def test_calls_are_recorded_without_the_token(slack: SandboxSlack, client: WebClient) -> None:
    client.chat_postMessage(channel="#general", text="x")
    last = slack.calls[-1]
    assert dataclasses.asdict(last) == {
        "method": "chat.postMessage",
        "args": {"channel": "#general", "text": "x"},
        "error": "",
    }


def test_many_threads_get_as_many_timestamps(slack: SandboxSlack, client: WebClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(lambda n: client.chat_postMessage(channel="#general", text=str(n))["ts"], range(64)))
    stored = [m["ts"] for m in slack.person("ada").messages("general")]
    assert len(set(posted)) == 64
    assert sorted(posted) == stored
