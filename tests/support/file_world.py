"""Noodle at work, with a target that is as quick as a file: for tests about what goes live when."""

import contextlib
import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from quick_builder import providers

from bot import settings
from bot.bootstrap import Program, build
from bot.sandbox.demo_repo import create
from core.asked import Asked
from core.engine.workflow import Phase
from core.environments.model import Environment
from core.ports import DeployOrder, Live
from core.provider import Connected, Provider
from core.runs.model import Run

OPS = Asked(person="terminal:ops", name="ops", request="ops")
PACKAGE = "hello-noodle"
_PATIENCE = 20.0


class FileTarget:
    """What is live is what a file says. A deploy waits at its first stage while the gate is shut."""

    stages: Sequence[str] = ("prepare", "switch")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.gate = threading.Event()
        self.gate.set()
        self.waiting = threading.Event()

    def perform(self, stage: str, order: DeployOrder, log: Path) -> str:
        """Wait at the gate, then write what is live."""
        log.write_text(f"{stage} {order.version}\n")
        if stage == "prepare":
            self.waiting.set()
            assert self.gate.wait(_PATIENCE)
        else:
            live = Live(version=order.version, since=datetime.now(UTC), run=order.run, sha256=order.sha256)
            self._file(order.environment, order.package).write_text(json.dumps(live.to_json()))
        return stage

    def live(self, environment: str, package: str) -> Live | None:
        """Read what is live."""
        file = self._file(environment, package)
        return Live.from_json(json.loads(file.read_text())) if file.exists() else None

    def abandon(self, order: DeployOrder) -> None:
        """There is nothing half done."""

    def _file(self, environment: str, package: str) -> Path:
        return self._folder / f"{environment}-{package}.json"


class Pause:
    """Holds one workflow behind one of its steps."""

    def __init__(self) -> None:
        self.at = ("", "")
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(self, workflow_id: str, step: str, phase: Phase) -> None:
        """Hold it, if this is the step."""
        if (workflow_id, step, phase) == (*self.at, "kept"):
            self.reached.set()
            assert self.go.wait(_PATIENCE)


class World:
    """Noodle at work, asked as whoever runs it."""

    def __init__(self, program: Program, target: FileTarget, pause: Pause) -> None:
        self.program = program
        self.noodle = program.noodle
        self.target = target
        self.pause = pause

    def ask(self, line: str) -> Run:
        """Give a command that starts a run."""
        value = self.program.asking.ask(line, OPS).value
        assert isinstance(value, Run)
        return value

    def do(self, line: str) -> Run:
        """Give a command and follow its run to the end, or to where it waits for somebody."""
        return self.program.follow(self.ask(line))

    def ship(self, *versions: str) -> None:
        """Release and publish versions."""
        for version in versions:
            assert self.do(f"release {PACKAGE} {version}").state == "succeeded"
            assert self.do(f"publish {PACKAGE}").state == "succeeded"

    def live(self) -> str:
        """Return the version that is live in staging."""
        found = self.target.live("staging", PACKAGE)
        return found.version if found else ""


@contextlib.contextmanager
def world(folder: Path) -> Iterator[World]:
    """Run Noodle with a package and an environment that is a file."""
    repo = create(folder / "repo.git")
    target, pause = FileTarget(folder), Pause()
    files = Provider(name="file", summary="files", connect=lambda _kit: Connected(target=target))
    program = build(
        settings.read({}, home=folder / "home"),
        {"PATH": "/usr/bin:/bin"},
        providers={**providers(), "file": files},
        watch=pause,
        with_slack=False,
        port=0,
    )
    with program.working():
        program.noodle.packages.create(PACKAGE, repo=str(repo), by="test")
        program.noodle.environments.create(Environment(name="staging", target="file"))
        yield World(program, target, pause)
        target.gate.set()
        pause.go.set()
