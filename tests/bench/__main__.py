"""`make bench`: how fast Noodle is, each figure beside a bare loop or a peer in the same run. Read the ratios.

Nothing here is asserted: a machine under load is slow, and that is no fault.
"""

import logging
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot import settings
from bot.bootstrap import Program, build
from bot.sandbox.slack.server import SandboxSlack
from bot.web.server import Server
from core.access.model import Role

AT_ONCE = 20
ROUNDS = 15
PAGES = 400


def main() -> None:
    """Run every comparison and print a table."""
    logging.basicConfig(level=logging.ERROR)
    print(f"{'what':44} {'p50':>9} {'p99':>9}   ratio of p50")  # noqa: T201 - a program's output
    acks()
    pages()


def acks() -> None:
    """A slash command, 20 at once: from the person's press of Enter to Slack's having the ack."""
    with SandboxSlack(limits="off") as slack, app(slack, "-c", BARE):
        floor = [one for _ in range(ROUNDS) for one in at_once(slack, "/noodle status")]
    with SandboxSlack(limits="off") as slack, app(slack, "-c", NOODLE):
        ours = [one for _ in range(ROUNDS) for one in at_once(slack, "/noodle status")]
    row("ack, a Bolt app that only acks", floor)
    row("ack, Noodle: kept, deduped and answered", ours, floor)


def at_once(slack: SandboxSlack, line: str) -> list[float]:
    """Have as many people as AT_ONCE say a line at the same moment; return the seconds each waited for the ack."""
    took: list[float] = []
    gate = threading.Barrier(AT_ONCE)

    def say() -> None:
        with httpx.Client(trust_env=False, timeout=30) as client:
            gate.wait()
            given = {"user": "ada", "channel": "releases", "text": line}
            took.append(timed(lambda: client.post(f"{slack.url}/sandbox/api/say", json=given).raise_for_status()))

    threads = [threading.Thread(target=say) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def pages() -> None:
    """A project page of the registry, with a token, rights and all, beside a route that returns the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        program = build(settings.read({}, home=Path(folder)), dict(os.environ), with_slack=False, port=0)
        program.start()
        try:
            noodle_page(program)
        finally:
            program.stop()


def noodle_page(program: Program) -> None:
    """Compare one page."""
    made = program.noodle
    made.access.grant("bench", Role.VIEWER, "*", "*", "bench")
    made.packages.create("hello", repo="/nowhere", by="bench")
    _, secret = made.tokens.create("bench", "bench", scope="read", by="bench")
    headers = {"Authorization": f"Bearer {secret}"}
    url = f"{program.server.loopback_url}/simple/hello/"
    body = httpx.get(url, headers=headers).raise_for_status().content
    bare = Server(Starlette(routes=[Route("/", lambda _request: Response(body))]), "127.0.0.1", 0)
    bare.start()
    floor = gets(f"{bare.loopback_url}/", {})
    ours = gets(url, headers)
    bare.stop()
    row("page, a bare route with the same bytes", floor)
    row("page, Noodle's registry with a token", ours, floor)


def gets(url: str, headers: dict[str, str]) -> list[float]:
    """Return the seconds of many requests, one after another on one connection."""
    with httpx.Client(headers=headers) as client:
        return [timed(lambda: client.get(url).raise_for_status()) for _ in range(PAGES)]


def timed(call: Callable[[], Any]) -> float:
    """Return the seconds a call took."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def row(what: str, took: list[float], floor: list[float] | None = None) -> None:
    """Print the median and the 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(took, n=100)
    ratio = f"{statistics.median(took) / statistics.median(floor):12.1f} x" if floor else ""
    print(f"{what:44} {statistics.median(took) * 1000:6.1f} ms {cuts[98] * 1000:6.1f} ms {ratio}")  # noqa: T201 - the same
    sys.stdout.flush()


@contextmanager
def app(slack: SandboxSlack, *command: str) -> Iterator[None]:
    """Run an app on a workspace, in a process of its own as in real life."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "NOODLE_HOME": folder,
            "NOODLE_PORT": "0",
            "NOODLE_SLACK_API_URL": slack.api_url,
            "NOODLE_SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "NOODLE_SLACK_APP_TOKEN": slack.workspace.app_token,
        }
        process = subprocess.Popen([sys.executable, *command], env=environ, stderr=subprocess.DEVNULL)
        try:
            slack.wait(lambda: slack.connections, timeout=30)
            time.sleep(1)
            yield
        finally:
            process.terminate()
            process.wait()


BARE = """
import os, threading
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
url = os.environ["NOODLE_SLACK_API_URL"]
web = WebClient(os.environ["NOODLE_SLACK_BOT_TOKEN"], base_url=url)
app = App(client=web, signing_secret="none", token_verification_enabled=False)
app.command("/noodle")(lambda ack: ack())
SocketModeHandler(app, os.environ["NOODLE_SLACK_APP_TOKEN"], web_client=WebClient(base_url=url)).connect()
threading.Event().wait()
"""
NOODLE = "from bot.cli import main; main(['--log', 'warning', 'serve'])"


main()
