"""Socket Mode with a real Bolt app: delivery, acks, retries, and every way a connection breaks."""

import threading
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.conftest import Connect, client_for


class Heard:
    """Collects what an app was told."""

    def __init__(self, slack: SandboxSlack) -> None:
        self.slack = slack
        self.events: list[dict[str, Any]] = []

    def note(self, body: dict[str, Any]) -> None:
        with self.slack.workspace.feed.lock:
            self.events.append(body)
        self.slack.workspace.feed.stir()

    def wait(self, count: int) -> list[dict[str, Any]]:
        self.slack.wait(lambda: len(self.events) >= count)
        return self.events

    def kinds(self) -> list[str]:
        return [body["event"]["type"] for body in self.events]


def listen(slack: SandboxSlack, app: App, *kinds: str) -> Heard:
    heard = Heard(slack)

    def listener(body: dict[str, Any]) -> None:
        heard.note(body)

    for kind in kinds:
        app.event(kind)(listener)
    return heard


def settled(slack: SandboxSlack, count: int) -> list[list[str]]:
    slack.wait(lambda: sum(bool(d.outcomes) for d in slack.deliveries) >= count)
    return [d.outcomes for d in slack.deliveries]


def test_a_mention_comes_as_two_events_of_one_message(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "message", "app_mention")
    connect(slack, bolt)
    ts = slack.person("dev").say("general", "@noodle deploy api")
    events = heard.wait(2)
    assert sorted(heard.kinds()) == ["app_mention", "message"]
    assert {body["event"]["ts"] for body in events} == {ts}
    assert len({body["event_id"] for body in events}) == 2
    assert events[0]["event"]["text"] == "<@U00NOODLE> deploy api"
    assert settled(slack, 2) == [["ok"], ["ok"]]


def test_a_direct_message_is_a_message_im(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "message")
    connect(slack, bolt)
    slack.person("dev").say("@bot", "help @noodle")
    event = heard.wait(1)[0]["event"]
    assert (event["channel_type"], event["user"]) == ("im", slack.workspace.user("dev").id)
    assert heard.kinds() == ["message"]


def test_what_is_said_where_the_bot_is_not_stays_unheard(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "message", "member_joined_channel")
    connect(slack, bolt)
    dev = slack.person("dev")
    dev.say("random", "@noodle hello")
    dev.say("random", "/invite @noodle")
    assert heard.wait(1)[0]["event"]["type"] == "member_joined_channel"
    dev.say("random", "now you hear me")
    assert heard.wait(2)[1]["event"]["text"] == "now you hear me"


def test_reactions_edits_deletes_and_home_visits_are_told(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "reaction_added", "reaction_removed", "app_home_opened")
    subtypes = Heard(slack)

    @bolt.event({"type": "message", "subtype": "message_changed"})
    @bolt.event({"type": "message", "subtype": "message_deleted"})
    def changed(body: dict[str, Any]) -> None:
        subtypes.note(body)

    connect(slack, bolt)
    client = client_for(slack)
    dev = slack.person("dev")
    posted = client.chat_postMessage(channel="#general", text="x")
    dev.react("general", posted["ts"], "eyes")
    dev.react("general", posted["ts"], "eyes", remove=True)
    dev.open_home()
    heard.wait(3)
    assert heard.kinds() == ["reaction_added", "reaction_removed", "app_home_opened"]
    assert heard.events[0]["event"]["item"] == {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="y")
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    subtypes.wait(2)
    assert [body["event"]["subtype"] for body in subtypes.events] == ["message_changed", "message_deleted"]


def test_an_event_that_is_never_acked_comes_four_times(hasty: SandboxSlack) -> None:
    attempts: list[tuple[int | None, str | None]] = []

    def ignore(_: Any, request: SocketModeRequest) -> None:
        attempts.append((request.retry_attempt, request.retry_reason))

    client = raw_client(hasty, ignore)
    try:
        hasty.person("dev").say("general", "hello")
        hasty.wait(lambda: hasty.deliveries and len(hasty.deliveries[0].outcomes) == 4)
        assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    finally:
        client.close()


def test_an_ack_that_is_lost_brings_the_event_again(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "app_mention")
    listen(slack, bolt, "message")
    connect(slack, bolt)
    event_id = slack.emit({"type": "app_mention", "user": "U01ADA", "channel": "C01GENERAL", "text": "x", "ts": "1.2"})
    heard.wait(1)
    slack.redeliver(event_id, times=2)
    assert [body["event_id"] for body in heard.wait(3)] == [event_id] * 3


def test_a_swallowed_ack_takes_the_connection_along_and_the_event_comes_again(
    hasty: SandboxSlack,
    bolt_for: Callable[[SandboxSlack], App],
    connect: Connect,
) -> None:
    app = bolt_for(hasty)
    heard = listen(hasty, app, "message")
    connect(hasty, app)
    hasty.faults.swallow_acks()
    hasty.person("dev").say("general", "hello")
    hasty.wait(lambda: hasty.deliveries and hasty.deliveries[0].outcomes)
    assert hasty.deliveries[0].outcomes[0] in {"timeout", "connection_failed"}
    assert heard.events


def test_an_event_without_a_connection_is_kept_for_the_retries(slack: SandboxSlack) -> None:
    slack.person("dev").say("general", "is anybody there?")
    slack.wait(lambda: slack.deliveries and len(slack.deliveries[0].outcomes) == 4)
    assert slack.deliveries[0].outcomes == ["connection_failed"] * 4


def test_a_ticket_opens_one_connection(slack: SandboxSlack) -> None:
    client = raw_client(slack, lambda *_: None)
    used = client.wss_uri
    try:
        again = SocketModeClient(slack.workspace.app_token, web_client=client_for(slack), auto_reconnect_enabled=False)
        again.wss_uri = used
        refused = False
        try:
            again.connect()
        except Exception as error:  # noqa: BLE001  the client raises a bare Exception on a refused handshake
            refused = "404" in str(error)
        assert refused
        again.close()
    finally:
        client.close()


def test_the_app_connects_anew_when_slack_asks(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "message")
    connect(slack, bolt)
    opened = sum(call.method == "apps.connections.open" for call in slack.calls)
    slack.refresh_sockets()
    slack.wait(lambda: sum(call.method == "apps.connections.open" for call in slack.calls) > opened)
    slack.wait(lambda: slack.connections == 1)
    slack.person("dev").say("general", "still there?")
    assert heard.wait(1)[0]["event"]["text"] == "still there?"


def test_the_app_comes_back_after_a_dropped_connection(slack: SandboxSlack, bolt: App, connect: Connect) -> None:
    heard = listen(slack, bolt, "message")
    connect(slack, bolt)
    slack.drop_sockets()
    slack.wait(lambda: slack.connections == 0)
    slack.wait(lambda: slack.connections == 1)
    slack.person("dev").say("general", "back?")
    assert heard.wait(1)[0]["event"]["text"] == "back?"


def test_a_refused_handshake_is_seen_by_the_client(slack: SandboxSlack) -> None:
    slack.faults.refuse_handshakes(status=408)
    client = SocketModeClient(slack.workspace.app_token, web_client=client_for(slack), auto_reconnect_enabled=False)
    try:
        client.connect()
    except Exception as error:  # noqa: BLE001  the client raises a bare Exception on a refused handshake
        assert "408" in str(error)  # noqa: PT017  which class it is depends on the client's version
    assert slack.connections == 0
    client.close()


def test_a_half_open_connection_swallows_events_silently(
    hasty: SandboxSlack,
    bolt_for: Callable[[SandboxSlack], App],
    connect: Connect,
) -> None:
    app = bolt_for(hasty)
    heard = listen(hasty, app, "message")
    connect(hasty, app)
    hasty.freeze_sockets()
    hasty.person("dev").say("general", "hello?")
    hasty.wait(lambda: hasty.deliveries and len(hasty.deliveries[0].outcomes) == 4)
    assert hasty.deliveries[0].outcomes == ["timeout"] * 4
    assert heard.events == []
    assert hasty.connections == 1


def test_two_connections_share_the_events(slack: SandboxSlack) -> None:
    counts = {"a": 0, "b": 0}
    both = threading.Barrier(1)

    def taker(name: str) -> Callable[[SocketModeClient, SocketModeRequest], None]:
        def take(client: SocketModeClient, request: SocketModeRequest) -> None:
            with both_lock:
                counts[name] += 1
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        return take

    both_lock = threading.Lock()
    clients = [raw_client(slack, taker("a")), raw_client(slack, taker("b"))]
    try:
        slack.wait(lambda: slack.connections == 2)
        for n in range(4):
            slack.person("dev").say("general", str(n))
        slack.wait(lambda: sum(d.acked for d in slack.deliveries) == 4)
        assert counts == {"a": 2, "b": 2}
    finally:
        for client in clients:
            client.close()
    both.abort()


def test_an_app_rate_limit_notice_can_be_sent(slack: SandboxSlack) -> None:
    seen: list[dict[str, Any]] = []

    def take(client: SocketModeClient, request: SocketModeRequest) -> None:
        seen.append(request.payload)
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client = raw_client(slack, take)
    try:
        slack.emit_raw({"type": "app_rate_limited", "team_id": "T01NOODLE"})
        slack.wait(lambda: slack.deliveries and slack.deliveries[0].acked)
        assert seen == [{"type": "app_rate_limited", "team_id": "T01NOODLE"}]
    finally:
        client.close()


def raw_client(slack: SandboxSlack, listener: Callable[[Any, SocketModeRequest], None]) -> SocketModeClient:
    """Connect Slack's own Socket Mode client, without Bolt."""
    web = WebClient(slack.workspace.bot_token, base_url=slack.api_url)
    client = SocketModeClient(slack.workspace.app_token, web_client=web)
    client.socket_mode_request_listeners.append(listener)
    before = slack.connections
    client.connect()
    slack.wait(lambda: slack.connections > before)
    return client
