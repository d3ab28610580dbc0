"""Kills Noodle with SIGKILL at a given step of a workflow, starts it again, and says what became of it.

A program of its own: `crash_lab.py <home> <line> [<line before> …]`. It prepares a world in <home>, runs the line once
to learn its steps, then once more for each step, killed there and restarted, each time in a copy of the world. Prints
one JSON object a trial.
Trials are forked before anything is started, so the price of importing everything is paid once.
"""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from quick_builder import providers

from bot import settings
from bot.bootstrap import Program, build
from bot.sandbox.demo_repo import create
from core.asked import Asked, Place
from core.engine.workflow import Phase, Watch
from core.environments.model import Environment
from core.notify.model import Notice
from core.runs.model import Run, RunState

ASKED = Asked(person="terminal:lab", name="lab", place=Place(channel="C1"), request="lab")
PACKAGE = "hello-noodle"
_DEADLINE = 60.0


def program(home: Path, watch: Watch | None = None) -> Program:
    """Return Noodle in a world."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NOODLE_")}
    url = os.environ.get("LAB_DATABASE_URL", "")
    read = settings.read(environ | ({"NOODLE_DATABASE_URL": url} if url else {}), home=home / "noodle")
    return build(read, environ, providers=providers(), watch=watch, with_slack=False, port=0)


def prepare(home: Path, lines: list[str]) -> None:
    """Make a world: a repo, a package, an environment, and whatever the lines ask for."""
    create(home / "repo.git")
    made = program(home)
    with made.working():
        noodle = made.noodle
        noodle.packages.create(PACKAGE, repo=str(home / "repo.git"), by="lab", channel="C1")
        noodle.environments.create(Environment(name="staging", checklist=("Check the dashboards",)))
        for line in lines:
            run = made.asking.ask(line, ASKED).value
            if isinstance(run, Run):
                made.follow(run)


def trial(home: Path, line: str, kill_at: int) -> None:
    """Ask for the line and die at that step; -1 lives and writes down every step."""
    seen: list[str] = []

    def watch(workflow_id: str, step: str, phase: Phase) -> None:
        seen.append(f"{workflow_id.rpartition('-')[0]}/{step}/{phase}")
        if len(seen) - 1 == kill_at:
            (home / "killed").write_text(seen[-1])
            os.kill(os.getpid(), signal.SIGKILL)

    made = program(home, watch)
    with made.working():
        made.noodle.packages.update(PACKAGE, repo=str(home / "repo.git"))  # this copy's own
        run = made.asking.ask(line, ASKED).value
        if not isinstance(run, Run):
            raise TypeError(line)
        _ended(made, run)
    (home / "steps").write_text(json.dumps(seen))


def recover(home: Path) -> None:
    """Start again, see everything to its end, and write down what became of it."""
    made = program(home)
    with made.working():
        (run,) = made.noodle.runs.latest(limit=1)
        run = _ended(made, run)
        (home / "end").write_text(json.dumps(_end(made, run)))


def _ended(made: Program, run: Run) -> Run:
    """Wait until a run is over and its message waits to be sent in its last form."""
    deadline = time.monotonic() + _DEADLINE
    while not run.state.over and time.monotonic() < deadline:
        time.sleep(0.02)
        run = made.noodle.runs.get(run.number)
    for step in ("deploy", "plan", "build", "test", "release", "publish"):
        if made.engine.status(f"{step}-{run.number:012d}"):
            made.engine.wait(f"{step}-{run.number:012d}")
    return made.noodle.runs.get(run.number)


def _end(made: Program, run: Run) -> dict[str, Any]:
    noodle = made.noodle
    messages = _said(made)
    live = noodle.deploys.live(noodle.environments.get("staging"), PACKAGE)
    return {
        "state": run.state,
        "error": run.error,
        "stages": [(stage.name, stage.state) for stage in run.stages],
        "runs": len(noodle.runs.latest(state=RunState.RUNNING)),
        "releases": [(one.version, one.state, len(one.files)) for one in noodle.releases.list(PACKAGE)],
        "tags": _tags(made),
        "tasks": len(noodle.tasks.unfinished()),
        "live": live.version if live else None,
        "told": [notice.data.get("state") for notice in messages if notice.key == run.subject],
        "audited": len(noodle.audit.latest(request="lab", limit=100)),
        "left": sorted(path.name for path in (made.settings.home / "work").glob("*")),
    }


def _said(made: Program) -> list[Notice]:
    """Return all that waits to be said, in order."""
    said = []
    while heads := made.noodle.outbox.ready():
        for head in heads:
            if made.noodle.outbox.take(head.id) is not None:
                made.noodle.outbox.sent(head.id, None)
                said.append(head.notice)
    return said


def _tags(made: Program) -> list[str]:
    repo = Path(made.noodle.packages.get(PACKAGE).repo)
    loose = [path.name for path in (repo / "refs" / "tags").glob("*")]
    packed = repo / "packed-refs"
    lines = packed.read_text().splitlines() if packed.exists() else []
    return sorted({*loose, *(line.rpartition("/")[2] for line in lines if "refs/tags/" in line and line[0] != "^")})


def _forked(work: Any, *given: Any) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work(*given)
            os._exit(0)
        except BaseException as wrong:  # noqa: BLE001 - a child says what went wrong and ends, whatever it was
            print(f"{type(wrong).__name__}: {wrong}", file=sys.stderr, flush=True)  # noqa: T201 - a program's output
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(home: Path, line: str, *before: str) -> None:
    """Prepare, learn the steps, then die once at each."""
    world = home / "world"
    world.mkdir(parents=True)
    if _forked(prepare, world, list(before)):
        raise SystemExit("the world could not be made")
    learn = _copy(world, home / "learn")
    if _forked(trial, learn, line, -1):
        raise SystemExit("the line failed without any crash")
    steps = json.loads((learn / "steps").read_text())
    for number, step in enumerate(steps):
        if step.endswith("/kept") and ": " in step:
            continue  # between a mark and what it marks lies nothing that the next kill does not meet
        copy = _copy(world, home / f"trial-{number}")
        code = _forked(trial, copy, line, number)
        again = _forked(recover, copy)
        end = json.loads((copy / "end").read_text()) if again == 0 else {}
        print(json.dumps({"step": step, "killed": code == -signal.SIGKILL, "recovered": again == 0, "end": end}))  # noqa: T201
        sys.stdout.flush()
        shutil.rmtree(copy)


def _copy(world: Path, to: Path) -> Path:
    shutil.copytree(world, to, symlinks=True)
    return to


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
