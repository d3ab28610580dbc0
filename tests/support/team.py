"""A team in the sandbox, as the journeys see it: people who say lines, and what comes of it."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import quick_builder

from bot import settings
from bot.demo import PACKAGE, Demo
from bot.sandbox.slack.visitor import Visitor
from core.audit.model import Entry
from core.provider import Provider
from core.runs.model import Run

Json = dict[str, Any]
_PATIENCE = 20.0
SAID = {"succeeded": "done"}


class Team:
    """The demo world with a builder that takes no time, and no limits on how fast one may speak."""

    def __init__(
        self, home: Path, database_url: str = "", providers: Mapping[str, Provider] | None = None, **given: str
    ) -> None:
        """Keep the world under `home`; what else is given are settings, by the names of their variables."""
        if database_url.startswith("postgres"):
            given["NOODLE_DATABASE_URL"] = database_url
        self.demo = Demo(
            settings.read(given, home=home),
            dict(os.environ),
            port=_two_free_ports(),
            limits="off",
            providers=providers or quick_builder.providers(),
        )
        self.repo = home / "repos" / f"{PACKAGE}.git"
        self.home = home

    def start(self) -> None:
        """Start everything."""
        self.demo.start()
        self.noodle = self.demo.program.noodle

    def stop(self) -> None:
        """Stop everything."""
        self.demo.stop()

    def person(self, name: str) -> Visitor:
        """Return somebody's hands."""
        return self.demo.slack.person(name)

    def say(self, name: str, line: str, channel: str = "releases", thread: str = "") -> str:
        """Have somebody say a line."""
        return self.person(name).say(channel, line, thread)

    def whispered(self, name: str, line: str) -> Json:
        """Have somebody say a line; return what they alone are answered."""
        before = {one["ts"] for one in self.person(name).messages("releases")}
        self.say(name, line)
        return self._message(name, lambda one: one["ts"] not in before and one.get("ephemeral"))

    def token(self, name: str, what: str) -> str:
        """Have somebody make a token; return its secret, as they alone are shown it."""
        found = re.search(r"ndl_\w+", self.whispered(name, f"/noodle token create {what}")["text"])
        if found is None:
            raise LookupError("no token was shown")
        return found[0]

    def ran(self, name: str, line: str) -> Run:
        """Have somebody say a line that starts a run; return the run once it is over or waits for somebody."""
        newest = self.noodle.runs.latest(limit=1)
        self.say(name, line)
        return self.over(newest[0].number + 1 if newest else 1)

    def over(self, number: int) -> Run:
        """Return a run once it is over or waits for somebody."""

        def look() -> Run | None:
            found = [one for one in self.noodle.runs.latest(limit=5) if one.number == number]
            if found and (found[0].state.over or ("plan" in found[0].detail and found[0].state == "planned")):
                return found[0]
            return None

        found: Run = self.wait(look)
        return found

    def ended(self, number: int) -> Run:
        """Return a run once it is over."""
        found: Run = self.wait(lambda: (run := self.noodle.runs.get(number)).state.over and run)
        return found

    def message_of(self, run: Run, name: str = "ada") -> Json:
        """Return the living message of a run, once it says what the run is now."""
        says = "To do it: confirm" if run.state == "planned" else f"): {SAID.get(run.state, run.state)}"
        return self._message(name, lambda one: f"(#{run.number})" in one["text"] and says in one["text"])

    def task(self, state: str, name: str = "ada") -> Json:
        """Return the message of the first task, once it is in that state."""
        return self._message(name, lambda one: one["text"].startswith("Task 1:") and state in one["text"])

    def audit(self, **filters: Any) -> list[Entry]:
        """Return the newest entries of the audit trail."""
        return self.noodle.audit.latest(**filters)

    def tags(self) -> list[str]:
        """Return the tags of the repo."""
        command = ["git", "-C", str(self.repo), "tag", "--list"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    def ship(self, version: str = "minor") -> str:
        """Release and publish a version; return it."""
        if not self.noodle.packages.find(PACKAGE):
            self.whispered("ada", f"/noodle package create {PACKAGE} --repo {self.repo}")
        run = self.ran("ada", f"/noodle release {PACKAGE} {version}")
        self.ran("ada", f"/noodle publish {PACKAGE}")
        return str(run.detail["version"])

    def wait(self, look: Callable[[], Any]) -> Any:
        """Return the first true answer."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.02)
        raise TimeoutError("it did not happen")

    def _message(self, name: str, fits: Callable[[Json], Any]) -> Json:
        found: Json = self.wait(lambda: next((m for m in reversed(self._messages(name)) if fits(m)), None))
        return found | {"channel": "releases"}

    def _messages(self, name: str) -> list[Json]:
        return self.person(name).messages("releases")


def _two_free_ports() -> int:
    for port in range(20_000, 30_000, 2):
        try:
            with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", port + 1)):
                return port
        except OSError:
            continue
    raise OSError("no free ports")
