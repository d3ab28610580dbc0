"""HTTP mode: a real Bolt app behind a real HTTP server gets signed requests, with Slack's retry headers."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App, BoltRequest

from bot.sandbox.slack.server import SandboxSlack

Answer = Callable[[str, dict[str, str]], tuple[int, dict[str, str], str]]


class Door:
    """An HTTP server that answers POSTs with `answer` and keeps their headers."""

    def __init__(self, answer: Answer) -> None:
        self.headers: list[dict[str, str]] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                headers = {key.lower(): value for key, value in self.headers.items()}
                door.headers.append(headers)
                status, more, text = answer(body, headers)
                self.send_response(status)
                for key, value in more.items():
                    self.send_header(key, value)
                self.send_header("content-length", str(len(text.encode())))
                with contextlib.suppress(ConnectionError):
                    self.end_headers()
                with contextlib.suppress(ConnectionError):  # who ran out of patience has hung up
                    self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the parent's
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def door() -> Iterator[Callable[[Answer], Door]]:
    opened: list[Door] = []

    def make(answer: Answer) -> Door:
        opened.append(Door(answer))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def through(app: App) -> Answer:
    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        done = app.dispatch(BoltRequest(body=body, headers={**headers}))
        return done.status, {key: values[0] for key, values in done.headers.items()}, done.body

    return answer


def test_bolt_accepts_the_url_check_and_the_signature(
    slack: SandboxSlack,
    bolt: App,
    door: Callable[[Answer], Door],
) -> None:
    heard: list[dict[str, Any]] = []
    bolt.event("app_mention")(lambda body: heard.append(body))  # noqa: PLW0108  Bolt reads the parameter's name
    bolt.event("message")(lambda: None)
    entrance = door(through(bolt))
    assert slack.verify_request_url(entrance.url)
    slack.person("dev").say("general", "@noodle hello")
    slack.wait(lambda: sum(d.acked for d in slack.deliveries) == 2)
    assert [d.outcomes for d in slack.deliveries] == [["ok"], ["ok"]]
    slack.wait(lambda: heard)


def test_a_forged_secret_is_refused_by_bolt(slack: SandboxSlack, bolt: App, door: Callable[[Answer], Door]) -> None:
    slack.workspace.signing_secret = "another"
    assert not slack.verify_request_url(door(through(bolt)).url)
    assert slack.request_url == ""


def test_commands_and_buttons_come_as_forms(slack: SandboxSlack, bolt: App, door: Callable[[Answer], Door]) -> None:
    @bolt.command("/noodle")
    def command(ack: Callable[..., None], command: dict[str, Any]) -> None:
        ack(f"You said {command['text']}")

    @bolt.action("go")
    def go(ack: Callable[..., None], respond: Callable[..., Any]) -> None:
        ack()
        respond(text="gone", replace_original=True)

    slack.request_url = door(through(bolt)).url
    dev = slack.person("dev")
    dev.say("general", "/noodle a & b")
    dev.wait_message("general", "You said a & b")
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    bolt.client.chat_postMessage(channel="#general", text="go?", blocks=[{"type": "actions", "elements": [button]}])
    dev.click(dev.wait_message("general", "go?"), "go")
    dev.wait_message("general", "gone")


def test_a_failing_app_gets_three_retries_with_their_headers(
    slack: SandboxSlack, door: Callable[[Answer], Door]
) -> None:
    entrance = door(lambda _body, _headers: (500, {}, ""))
    slack.request_url = entrance.url
    slack.person("dev").say("general", "hello")
    slack.wait(lambda: slack.deliveries and len(slack.deliveries[0].outcomes) == 4)
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h in entrance.headers]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]


def test_an_app_may_decline_the_retries(slack: SandboxSlack, door: Callable[[Answer], Door]) -> None:
    entrance = door(lambda _body, _headers: (500, {"x-slack-no-retry": "1"}, ""))
    slack.request_url = entrance.url
    slack.emit({"type": "app_mention"})
    slack.wait(lambda: slack.deliveries and slack.deliveries[0].outcomes)
    slack.emit({"type": "app_mention"})
    slack.wait(lambda: len(slack.deliveries) == 2 and slack.deliveries[1].outcomes)
    assert len(entrance.headers) == 2


def test_a_slow_app_runs_into_http_timeout(hasty: SandboxSlack, door: Callable[[Answer], Door]) -> None:
    release = threading.Event()

    def slow(_body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        if "x-slack-retry-num" not in headers:
            release.wait(10)
        return 200, {}, ""

    entrance = door(slow)
    hasty.request_url = entrance.url
    hasty.emit({"type": "app_mention"})
    hasty.wait(lambda: hasty.deliveries and hasty.deliveries[0].acked)
    release.set()
    assert hasty.deliveries[0].outcomes == ["http_timeout", "ok"]
    assert entrance.headers[1]["x-slack-retry-reason"] == "http_timeout"


def test_an_app_that_is_not_there_is_a_failed_connection(slack: SandboxSlack) -> None:
    gone = Door(lambda _body, _headers: (200, {}, ""))
    gone.close()
    slack.request_url = gone.url
    slack.emit({"type": "app_mention"})
    slack.wait(lambda: slack.deliveries and len(slack.deliveries[0].outcomes) == 4)
    assert set(slack.deliveries[0].outcomes) == {"connection_failed"}
