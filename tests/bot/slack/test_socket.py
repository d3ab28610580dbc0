import contextlib
import socket as net
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Self

import pytest
from pydantic import SecretStr
from slack_bolt import App

from bot.sandbox.slack.server import SandboxSlack
from bot.slack.client import client, identity
from bot.slack.settings import SlackSettings
from bot.slack.socket import LINKS, Patience, Socket, preflight
from core.errors import Misconfigured, ProviderDown
from core.inbox.model import Inbound, Source
from tests.bot.slack.conftest import Desk, until

AppOf = Callable[[Callable[[Inbound], bool]], App]
QUICK = Patience(ping=0.2, silence=1.5, look=0.1, longest=1.0)


class Cable:
    """A wire to a local port that can be cut without either end being told: a half-open connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cut = False
        self._ends: list[net.socket] = []
        self._listener = net.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(net.SHUT_RDWR)
        for end in [self._listener, *self._ends]:
            end.close()

    def cut(self) -> None:
        """From now on swallow everything."""
        self._cut = True

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                far = net.create_connection(("127.0.0.1", self._port))
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: net.socket, sink: net.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self._cut:
                    sink.sendall(data)


@pytest.fixture
def connect(settings: SlackSettings, slack: SandboxSlack) -> Iterator[Callable[[App], Socket]]:
    """Return what connects an app by two links and takes them down afterwards."""
    opened: list[Socket] = []

    def go(app: App) -> Socket:
        socket = Socket(app, settings, QUICK)
        opened.append(socket)
        socket.start()
        until(lambda: slack.connections == LINKS and socket.check().detail.startswith("2"))
        return socket

    yield go
    for socket in opened:
        socket.stop()


@pytest.fixture
def socket(connect: Callable[[App], Socket], app_of: AppOf, desk: Desk) -> Socket:
    """Return two links over the real inbox."""
    return connect(app_of(desk.inbox.accept))


@pytest.mark.usefixtures("socket")
def test_what_people_do_comes_in_by_every_way_there_is(slack: SandboxSlack, desk: Desk) -> None:
    dev = slack.person("dev")
    dev.say("general", "/noodle status")
    ts = dev.say("general", "@noodle deploy api")
    dev.say("@bot", "help")
    dev.open_home()
    dev.shortcut("status")
    until(lambda: len(desk.kept()) == 5)
    dev.react("general", ts, "eyes")
    until(lambda: len(desk.kept()) == 6)
    assert {one.source for one in desk.kept()} == {
        Source.COMMAND,
        Source.MENTION,
        Source.DIRECT,
        Source.HOME,
        Source.SHORTCUT,
        Source.REACTION,
    }


@pytest.mark.usefixtures("socket")
def test_an_event_delivered_four_times_by_socket_is_kept_once(slack: SandboxSlack, desk: Desk) -> None:
    slack.person("dev").say("general", "@noodle status")
    until(lambda: slack.deliveries and slack.deliveries[0].acked)
    slack.redeliver(slack.deliveries[0].event_id, times=3)
    until(lambda: len(slack.deliveries[0].outcomes) == 4)
    assert slack.deliveries[0].outcomes == ["ok"] * 4
    assert len(desk.started) == 1


@pytest.mark.usefixtures("socket")
def test_an_acknowledgement_that_is_lost_does_not_double_the_request(slack: SandboxSlack, desk: Desk) -> None:
    slack.faults.swallow_acks()
    slack.person("dev").say("general", "@noodle status")
    until(lambda: slack.deliveries and slack.deliveries[0].acked, 20)
    assert len(slack.deliveries[0].outcomes) > 1
    assert len(desk.started) == 1


def test_a_process_that_dies_between_keeping_and_acknowledging_does_it_once(
    slack: SandboxSlack, app_of: AppOf, connect: Callable[[App], Socket], desk: Desk
) -> None:
    crashed = threading.Event()

    def accept(inbound: Inbound) -> bool:
        kept = desk.inbox.accept(inbound)
        if not crashed.is_set():
            crashed.set()
            raise SystemError
        return kept

    retrying = connect(app_of(accept))
    slack.person("dev").say("general", "@noodle status")
    until(lambda: slack.deliveries and slack.deliveries[0].acked, 20)
    assert retrying.check().ok
    assert len(desk.started) == 1


def test_links_that_hang_half_open_are_replaced(
    slack: SandboxSlack, app_of: AppOf, connect: Callable[[App], Socket], desk: Desk
) -> None:
    with Cable(int(slack.url.rpartition(":")[2])) as cable:
        straight, slack.workspace.url = slack.url, cable.url
        socket = connect(app_of(desk.inbox.accept))
        slack.workspace.url = straight
        cable.cut()
        until(lambda: not socket.check().ok)
        until(lambda: socket.check().detail.startswith("2"), 20)
        slack.drop_sockets()
        until(lambda: socket.check().ok and slack.connections == LINKS, 20)
        slack.person("dev").say("general", "/noodle status")
    assert [one.line for one in desk.kept()] == ["status"]


# slack_sdk leaves the socket of a refused handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_an_address_that_is_used_up_is_thrown_away_with_the_link(
    slack: SandboxSlack, socket: Socket, desk: Desk
) -> None:
    slack.faults.refuse_handshakes(6)
    slack.drop_sockets()
    until(lambda: not socket.check().ok)
    until(lambda: socket.check().detail.startswith("2"), 30)
    slack.person("dev").say("general", "/noodle status")
    assert [one.line for one in desk.kept()] == ["status"]


@pytest.mark.usefixtures("socket")
def test_a_refresh_of_the_connections_loses_nothing(slack: SandboxSlack, desk: Desk) -> None:
    slack.refresh_sockets()
    for n in range(5):
        slack.person("dev").say("general", f"@noodle status {n}")
    until(lambda: len(desk.kept()) == 5, 20)
    assert {one.line for one in desk.kept()} == {f"status {n}" for n in range(5)}


def test_stopping_acknowledges_what_has_come_in_and_leaves_no_connection(
    slack: SandboxSlack, app_of: AppOf, connect: Callable[[App], Socket], desk: Desk
) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slowly(inbound: Inbound) -> bool:
        inside.set()
        go_on.wait(5)
        return desk.inbox.accept(inbound)

    socket = connect(app_of(slowly))
    slack.person("dev").say("general", "@noodle status")
    inside.wait(5)
    stopping = threading.Thread(target=socket.stop)
    stopping.start()
    go_on.set()
    stopping.join(15)
    until(lambda: slack.deliveries[0].outcomes)
    assert slack.deliveries[0].outcomes == ["ok"]
    until(lambda: slack.connections == 0)


@pytest.mark.usefixtures("socket")
def test_twenty_people_who_ask_at_once_are_all_acknowledged(
    slack: SandboxSlack, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    dev = slack.person("dev")

    def asked(n: int) -> float:
        begun = time.monotonic()
        dev.say("general", f"/noodle status {n}")
        return time.monotonic() - begun

    with ThreadPoolExecutor(20) as people:
        took = sorted(people.map(asked, range(20)))
    record_property("slowest_ack_ms", round(took[-1] * 1000))
    assert len(desk.kept()) == 20


def test_a_wrong_token_is_named_before_anything_starts(settings: SlackSettings) -> None:
    with pytest.raises(Misconfigured, match="app token") as app_token:
        preflight(replace(settings, app_token=SecretStr("xapp-wrong")))
    assert "NOODLE_SLACK_APP_TOKEN" in app_token.value.hint
    with pytest.raises(Misconfigured, match="bot token") as bot_token:
        identity(client(replace(settings, bot_token=SecretStr("xoxb-wrong"))))
    assert "NOODLE_SLACK_BOT_TOKEN" in bot_token.value.hint
    assert "xoxb-wrong" not in str(bot_token.value)


def test_a_slack_that_is_away_is_said_to_be_away(settings: SlackSettings) -> None:
    away = replace(settings, api_url="http://127.0.0.1:9/api/")
    with pytest.raises(ProviderDown):
        preflight(away)
    with pytest.raises(ProviderDown):
        identity(client(away))
