import hashlib
import hmac
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from slack_bolt import App
from starlette.applications import Starlette

from bot.sandbox.slack.server import SandboxSlack
from bot.slack.http import PATH, route
from bot.slack.settings import SlackSettings
from core.inbox.model import Inbound, Source
from tests.bot.slack.conftest import Desk, until

AppOf = Callable[[Callable[[Inbound], bool]], App]


@pytest.fixture
def address(app_of: AppOf, desk: Desk, settings: SlackSettings) -> Iterator[str]:
    """Return where a real server waits for Slack's requests."""
    asgi = Starlette(routes=[route(app_of(desk.inbox.accept), settings.signing_secret)])
    server = uvicorn.Server(uvicorn.Config(asgi, log_config=None, lifespan="off", access_log=False))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
    server.should_exit = True
    thread.join()


def signed(secret: str, body: bytes, *, stamp: str = "", kind: str = "application/json") -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}", "content-type": kind}


def test_slack_verifies_the_address_and_a_mention_comes_in(slack: SandboxSlack, address: str, desk: Desk) -> None:
    assert slack.verify_request_url(address)
    slack.person("dev").say("general", "@noodle deploy api")
    until(desk.kept)
    (kept,) = desk.kept()
    assert (kept.source, kept.line) == (Source.MENTION, "deploy api")


def test_a_command_typed_by_a_person_comes_in_over_http(slack: SandboxSlack, address: str, desk: Desk) -> None:
    slack.request_url = address
    slack.person("dev").say("general", "/noodle status")
    (kept,) = desk.kept()
    assert (kept.source, kept.line) == (Source.COMMAND, "status")


def test_an_event_sent_four_times_over_http_is_kept_once(slack: SandboxSlack, address: str, desk: Desk) -> None:
    slack.request_url = address
    slack.person("dev").say("general", "@noodle status")
    until(lambda: slack.deliveries and slack.deliveries[0].acked)
    slack.redeliver(slack.deliveries[0].event_id, times=3)
    until(lambda: len(slack.deliveries[0].outcomes) == 4)
    assert slack.deliveries[0].outcomes == ["ok"] * 4
    assert len(desk.started) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "v0=zz"},
        {"x-slack-signature": "v0=" + "é" * 64},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "abc"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": "12²"},
        {"x-slack-request-timestamp": "1700000000"},
        {"content-type": "text/xml"},
    ],
)
def test_a_forged_request_is_refused_and_its_body_is_not_logged(
    slack: SandboxSlack, address: str, desk: Desk, caplog: pytest.LogCaptureFixture, change: dict[str, str]
) -> None:
    body = b'{"type": "event_callback", "secret": "hunter2"}'
    headers = signed(slack.workspace.signing_secret, body) | change
    with caplog.at_level(logging.DEBUG, logger="slack_bolt"):
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = httpx.post(address, content=body, headers=raw)
    assert answer.status_code == (415 if "content-type" in change else 401)
    assert "hunter2" not in caplog.text
    assert desk.started == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1, 2]", b"null"])
def test_a_signed_body_that_cannot_be_read_is_no_fault_of_ours(slack: SandboxSlack, address: str, body: bytes) -> None:
    answer = httpx.post(address, content=body, headers=signed(slack.workspace.signing_secret, body))
    assert answer.status_code == 400


def test_more_than_a_megabyte_is_refused_whether_announced_or_not(slack: SandboxSlack, address: str) -> None:
    body = urlencode({"payload": "x" * 1_100_000}).encode()
    headers = signed(slack.workspace.signing_secret, body, kind="application/x-www-form-urlencoded")
    assert httpx.post(address, content=body, headers=headers).status_code == 413
    assert httpx.post(address, content=iter([body]), headers=headers).status_code == 413
