"""One process with an engine in it, to be killed: `engine_lab.py <folder> <database url> <engine url> <what>`.

`die:<n>` starts a workflow and dies by SIGKILL at the n-th moment around its checkpoints. `hold:<name>` has four
workflows hold one lease. `hang` starts a workflow and stays in its step until killed. Effects outside are lines in
files of <folder>.
"""

import os
import signal
import sys
import time
from pathlib import Path

from sqlalchemy import text

from core.clock import SystemClock
from core.db import Database
from core.engine.engine import Engine
from core.engine.leases import hold
from core.engine.workflow import Flow, Json, Phase, Workflow
from core.errors import Conflict, NoodleError

DEADLINE = 30.0


class Lab:
    """An engine on a folder, with the workflows of the crash tests."""

    def __init__(self, folder: Path, db: Database, engine_url: str, die_at: int = -1) -> None:
        self.folder = folder
        self.db = db
        self._die_at = die_at
        self._moments = 0
        self.engine = Engine(db, engine_url, folder, SystemClock(), watch=self._watch)

    def workflows(self) -> list[Workflow]:
        """Return the workflows."""
        return [Workflow("walk.v1", self._walk), Workflow("hang.v1", self._hang), Workflow("hold.v1", self._hold)]

    def launch(self) -> None:
        """Begin to work."""
        self.engine.launch(self.workflows())

    def begin(self, workflow: str, workflow_id: str) -> None:
        """Start a workflow."""
        with self.db.begin():
            self.engine.start(workflow, workflow_id, {})

    def ended(self, workflow_id: str) -> Json | None:
        """Wait for a workflow to be handed over and to end."""
        deadline = time.monotonic() + DEADLINE
        while self.engine.status(workflow_id) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.engine.wait(workflow_id)

    def _watch(self, _workflow_id: str, _step: str, _phase: Phase) -> None:
        if self._moments == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._moments += 1

    def _count(self, name: str) -> None:
        with self.db.begin() as session:
            session.connection().execute(text("INSERT INTO tick (name, tick) VALUES (:name, 1)"), {"name": name})

    def note(self, file: str, line: str) -> Json:
        """Write a line into a file at once, as something outside would."""
        with (self.folder / file).open("a") as opened:
            opened.write(f"{line}\n")
        return {"line": line}

    def _refuse(self) -> Json:
        self.note("outside", "refuse")
        raise Conflict("taken", suggestions=("other",))

    def _walk(self, flow: Flow, _data: Json) -> Json:
        flow.record("first", lambda: self._count("first"))
        flow.step("outside", lambda: self.note("outside", "step"))
        try:
            flow.step("refuse", self._refuse)
        except NoodleError as wrong:
            refused = {"kind": type(wrong).__name__, "said": wrong.to_json()}
        flow.record("last", lambda: self._count("last"))
        return refused

    def _hang(self, flow: Flow, _data: Json) -> Json:
        def wait() -> Json:
            self.note("hanging", str(os.getpid()))
            while not (self.folder / "gate").exists():
                time.sleep(0.01)
            return {"waited": True}

        return flow.step("wait", wait)

    def _hold(self, flow: Flow, _data: Json) -> Json:
        hold(flow, "environment:staging")

        def work() -> Json:
            self.note("held", f"in {flow.id}")
            time.sleep(0.05)  # wide enough for another holder to show in the file
            return self.note("held", f"out {flow.id}")

        return flow.step("work", work)


def main(folder: Path, url: str, engine_url: str, what: str) -> None:
    """Be the process that is killed."""
    kind, _, value = what.partition(":")
    lab = Lab(folder, Database(url), engine_url, int(value) if kind == "die" else -1)
    lab.launch()
    if kind == "hold":
        ids = [f"hold-{value}-{number}" for number in range(4)]
        for one in ids:
            lab.begin("hold.v1", one)
        for one in ids:
            lab.ended(one)
    else:
        lab.begin({"die": "walk.v1", "hang": "hang.v1"}[kind], "run-1")
        lab.ended("run-1")
    lab.engine.close(0)
    lab.db.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
