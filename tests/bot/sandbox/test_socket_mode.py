"""Socket Mode with a real Bolt app: delivery, acks, retries, and every way a connection breaks."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import websockets.sync.client
from slack_bolt import App
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import InvalidStatus

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.conftest import Connect, Plug, TurnedClock, client_for

# Slack's client forgets its socket without closing it when a connection breaks
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


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
    slack.wait(lambda: len(slack.deliveries) == 6)
    # Bolt keeps an app's own edits from its listeners, so the payloads themselves are looked at
    edits = [d.payload["event"] for d in slack.deliveries][-2:]
    assert [event["subtype"] for event in edits] == ["message_changed", "message_deleted"]
    assert (edits[0]["previous_message"]["text"], edits[0]["message"]["text"]) == ("x", "y")
    assert edits[1]["deleted_ts"] == posted["ts"]


def test_an_event_that_is_never_acked_comes_four_times(hasty: SandboxSlack, plug: Plug) -> None:
    attempts: list[tuple[int | None, str | None]] = []

    def ignore(_: Any, request: SocketModeRequest) -> None:
        attempts.append((request.retry_attempt, request.retry_reason))

    plug(hasty, ignore)
    hasty.person("dev").say("general", "hello")
    hasty.wait(lambda: hasty.deliveries and len(hasty.deliveries[0].outcomes) == 4)
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]


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
    address = wss_address(slack)
    with websockets.sync.client.connect(address, proxy=None) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
    with pytest.raises(InvalidStatus) as refused, websockets.sync.client.connect(address, proxy=None):
        pass
    assert refused.value.response.status_code == 404


def test_a_ticket_runs_out(timed: SandboxSlack, clock: TurnedClock) -> None:
    address = wss_address(timed)
    clock.turn(31)
    with pytest.raises(InvalidStatus), websockets.sync.client.connect(address, proxy=None):
        pass


def test_a_handshake_can_be_refused_on_order(slack: SandboxSlack) -> None:
    slack.faults.refuse_handshakes(status=408)
    with pytest.raises(InvalidStatus) as refused, websockets.sync.client.connect(wss_address(slack), proxy=None):
        pass
    assert refused.value.response.status_code == 408
    with websockets.sync.client.connect(wss_address(slack), proxy=None) as socket:
        assert json.loads(socket.recv())["connection_info"] == {"app_id": "A01NOODLE"}


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


def test_two_connections_share_the_events(slack: SandboxSlack, plug: Plug) -> None:
    takers: list[BaseSocketModeClient] = []

    def take(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        takers.append(client)
        acknowledge(client, request)

    both = {plug(slack, take), plug(slack, take)}
    for n in range(4):
        slack.person("dev").say("general", str(n))
    slack.wait(lambda: sum(d.acked for d in slack.deliveries) == 4)
    assert set(takers) == both


def test_an_app_rate_limit_notice_can_be_sent(slack: SandboxSlack, plug: Plug) -> None:
    seen: list[dict[str, Any]] = []

    def take(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        seen.append(request.payload)
        acknowledge(client, request)

    plug(slack, take)
    slack.emit_raw({"type": "app_rate_limited", "team_id": "T01NOODLE"})
    slack.wait(lambda: slack.deliveries and slack.deliveries[0].acked)
    assert seen == [{"type": "app_rate_limited", "team_id": "T01NOODLE"}]


def test_a_person_reads_on_while_a_command_waits_for_its_ack(slack: SandboxSlack, plug: Plug) -> None:
    waiting: list[SocketModeRequest] = []

    def take(_: BaseSocketModeClient, request: SocketModeRequest) -> None:
        waiting.append(request)
        slack.workspace.feed.stir()

    client = plug(slack, take)
    dev = slack.person("dev")
    saying = threading.Thread(target=dev.say, args=("general", "/noodle status"))
    saying.start()
    slack.wait(lambda: waiting)
    assert dev.messages("general") == []
    payload = {"text": "All is well."}
    client.send_socket_mode_response(SocketModeResponse(envelope_id=waiting[0].envelope_id, payload=payload))
    saying.join()
    assert [m["text"] for m in dev.messages("general")] == ["All is well."]


def test_an_ack_that_comes_too_late_changes_nothing(hasty: SandboxSlack, plug: Plug) -> None:
    waiting: list[SocketModeRequest] = []
    client = plug(hasty, lambda _, request: waiting.append(request))
    hasty.person("dev").say("general", "/noodle status")
    client.send_socket_mode_response(SocketModeResponse(envelope_id=waiting[0].envelope_id, payload={"text": "late"}))
    hasty.refresh_sockets()
    texts = [m["text"] for m in hasty.person("dev").messages("general")]
    assert len(texts) == 1
    assert "operation_timeout" in texts[0]


def acknowledge(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
    client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))


def wss_address(slack: SandboxSlack) -> str:
    answer = client_for(slack).apps_connections_open(app_token=slack.workspace.app_token)
    return str(answer["url"])
