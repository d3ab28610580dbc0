"""The person API, as the browser page uses it: plain HTTP, server-sent events, and the guard around it."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import SandboxSlack

Json = dict[str, Any]


class Follower:
    """Reads a person's stream in a thread."""

    def __init__(self, slack: SandboxSlack, user: str) -> None:
        self.slack = slack
        self.events: list[Json] = []
        self.ended = False
        self._thread = threading.Thread(target=self._read, args=(f"{slack.url}/sandbox/api/stream?user={user}",))
        self._thread.start()
        slack.wait(lambda: self.events)

    def wait(self, *kinds: str) -> list[Json]:
        """Return the events of `kinds`, once the last of the list is there."""
        self.slack.wait(lambda: kinds[-1] in [event["type"] for event in self.events])
        return [event for event in self.events if event["type"] in kinds]

    def join(self) -> None:
        self._thread.join()

    def _read(self, url: str) -> None:
        with httpx.Client(timeout=30, trust_env=False) as client, client.stream("GET", url) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    with self.slack.workspace.feed.lock:
                        self.events.append(json.loads(line[6:]))
                    self.slack.workspace.feed.stir()
        self.ended = True


@pytest.fixture
def follower(slack: SandboxSlack) -> Iterator[Follower]:
    made = Follower(slack, "dev")
    yield made
    slack.stop()
    made.join()


def post(slack: SandboxSlack, act: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{slack.url}/sandbox/api/{act}", json=body)


def test_the_world_shows_team_app_people_and_channels(slack: SandboxSlack) -> None:
    world = slack.person("dev").world()
    assert world["team"] == {"id": "T01NOODLE", "name": "Noodle Sandbox"}
    assert world["app"]["commands"][0]["command"] == "/noodle"
    assert {u["name"]: u["initials"] for u in world["users"]} == {"noodle": "N", "ada": "AA", "dev": "DD", "vic": "VV"}
    names = [(c["name"], c["is_im"]) for c in world["channels"]]
    assert names == [("noodle", True), ("general", False), ("releases", False), ("random", False)]
    assert world["me"] == "U02DEV"


def test_unread_messages_are_counted_until_they_are_read(slack: SandboxSlack, client: WebClient) -> None:
    dev = slack.person("dev")

    def unread() -> int:
        return next(int(c["unread"]) for c in dev.world()["channels"] if c["name"] == "general")

    client.chat_postMessage(channel="#general", text="one")
    client.chat_postMessage(channel="#general", text="two")
    dev.say("general", "mine")
    assert unread() == 2
    dev.messages("general")
    assert unread() == 0


def test_names_and_links_become_slack_markup(slack: SandboxSlack) -> None:
    dev = slack.person("dev")
    dev.say("general", "@noodle ask @ada, not @nobody, in #releases: https://x.test/a?b=1. <!channel> a&b me@x.test")
    assert dev.messages("general")[0]["text"] == (
        "<@U00NOODLE> ask <@U01ADA>, not @nobody, in <#C02RELEASES|releases>: <https://x.test/a?b=1>. "
        "&lt;!channel&gt; a&amp;b me@x.test"
    )


def test_a_thread_is_read_with_its_parent_first(slack: SandboxSlack) -> None:
    dev = slack.person("dev")
    parent = dev.say("general", "parent")
    dev.say("general", "reply", thread=parent)
    timeline, thread = dev.messages("general"), dev.messages("general", thread=parent)
    assert [(m["text"], m["reply_count"]) for m in timeline] == [("parent", 1)]
    assert [m["text"] for m in thread] == ["parent", "reply"]


def test_the_stream_tells_everything_a_page_needs(client: WebClient, follower: Follower) -> None:
    posted = client.chat_postMessage(channel="#general", text="one")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    client.reactions_add(channel=posted["channel"], timestamp=posted["ts"], name="eyes")
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    seen = follower.wait("message", "changed", "reaction", "deleted")
    assert [event["type"] for event in seen] == ["message", "changed", "reaction", "deleted"]
    assert (seen[0]["channel"], seen[0]["message"]["text"]) == ("C01GENERAL", "one")
    assert seen[1]["message"]["edited"] is True
    assert seen[2]["reactions"][0]["name"] == "eyes"
    assert seen[3]["ts"] == posted["ts"]


def test_the_stream_keeps_what_is_private(slack: SandboxSlack, client: WebClient, follower: Follower) -> None:
    ada, dev = slack.workspace.user("ada").id, slack.workspace.user("dev").id
    client.chat_postEphemeral(channel="#general", user=ada, text="for ada")
    client.chat_postMessage(channel=ada, text="for ada")
    client.views_publish(user_id=ada, view={"type": "home", "blocks": []})
    client.chat_postEphemeral(channel="#general", user=dev, text="for dev")
    client.views_publish(user_id=dev, view={"type": "home", "blocks": []})
    seen = follower.wait("message", "ephemeral", "home")
    assert [event["type"] for event in seen] == ["ephemeral", "home"]
    assert seen[0]["message"]["text"] == "for dev"


def test_the_stream_reports_an_app_that_did_not_answer(slack: SandboxSlack, follower: Follower) -> None:
    slack.person("dev").say("general", "/noodle status")
    seen = follower.wait("ephemeral", "error")
    assert "dispatch_failed" in seen[-1]["text"]


def test_a_foreign_page_and_a_foreign_host_are_kept_out(slack: SandboxSlack) -> None:
    address = f"{slack.url}/sandbox/api/world?user=dev"
    assert httpx.get(address).status_code == 200
    assert httpx.get(address, headers={"Origin": slack.url}).status_code == 200
    assert httpx.get(address, headers={"Origin": "http://evil.test"}).status_code == 403
    assert httpx.get(address, headers={"Origin": "null"}).status_code == 403
    assert httpx.get(address, headers={"Host": "evil.test"}).status_code == 403


@pytest.mark.parametrize(
    ("act", "body", "error"),
    [
        ("say", {"user": "nobody", "channel": "general", "text": "x"}, "user_not_found"),
        ("say", {"user": "dev", "channel": "nowhere", "text": "x"}, "channel_not_found"),
        ("say", {"user": "dev", "channel": "general", "text": "  "}, "no_text"),
        ("react", {"user": "dev", "channel": "general", "ts": "1.2", "name": "eyes"}, "message_not_found"),
        (
            "click",
            {"user": "dev", "channel": "general", "ts": "1.2", "block_id": "b", "action_id": "a"},
            "message_not_found",
        ),
        ("submit", {"user": "dev", "view_id": "V1", "values": {}}, "not_found"),
        ("close", {"user": "dev", "view_id": "V1"}, "not_found"),
        ("shortcut", {"user": "dev", "callback_id": "x"}, "unknown_shortcut"),
    ],
)
def test_what_cannot_be_done_is_refused(slack: SandboxSlack, act: str, body: Json, error: str) -> None:
    answer = post(slack, act, **body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_junk_is_refused(slack: SandboxSlack) -> None:
    assert httpx.post(f"{slack.url}/sandbox/api/say", content=b"{").json()["error"] == "invalid_json"
    assert httpx.post(f"{slack.url}/sandbox/api/say", content=b"[]").json()["error"] == "json_not_object"
