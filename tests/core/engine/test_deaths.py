"""Processes with an engine in them are killed; living ones are watched."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import engine_lab
import pytest
from engine_lab import Lab
from sqlalchemy import text

from core.db import Database

ROOT = Path(__file__).parents[3]
Process = subprocess.Popen[bytes]
Run = Callable[[str], Process]
MOMENTS = 8
"""Four steps, each with a moment before its result is kept and one after."""


@pytest.fixture
def run(tmp_path: Path, database_url: str, engine_url: str) -> Iterator[Run]:
    """Start processes with an engine each; all are gone at the end."""
    started: list[Process] = []

    def start(what: str) -> Process:
        command = [sys.executable, engine_lab.__file__, str(tmp_path), database_url, engine_url, what]
        environ = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen(command, env=environ, cwd=tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.fixture
def lab(tmp_path: Path, db: Database, engine_url: str) -> Iterator[Lab]:
    """Return an engine of this process, not launched yet."""
    made = Lab(tmp_path, db, engine_url)
    yield made
    made.engine.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + engine_lab.DEADLINE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def counted(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(session.connection().execute(text("SELECT name FROM tick")).scalars())


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_process_killed_at_any_moment_leaves_what_the_next_one_finishes(
    run: Run, lab: Lab, tmp_path: Path, moment: int
) -> None:
    assert run(f"die:{moment}").wait(engine_lab.DEADLINE) == -signal.SIGKILL

    lab.launch()

    said = {"code": "conflict", "message": "taken", "hint": "", "example": "", "suggestions": ["other"]}
    assert lab.ended("run-1") == {"kind": "Conflict", "said": said}
    assert counted(lab.db) == ["first", "last"]
    # Outside, what was done and not kept yet is done again; nothing else is.
    again = {2: ["step"], 4: ["refuse"]}.get(moment, [])
    assert sorted((tmp_path / "outside").read_text().split()) == sorted(["step", "refuse", *again])


def test_a_living_process_is_left_alone_and_a_dead_one_is_taken_over(run: Run, lab: Lab, tmp_path: Path) -> None:
    other = run("hang")
    hanging = tmp_path / "hanging"
    until(hanging.exists)
    lab.launch()

    lab.engine.sweep()
    assert hanging.read_text().split() == [str(other.pid)]
    other.kill()
    other.wait()

    def taken_over() -> bool:
        lab.engine.sweep()  # PostgreSQL lets go of a dead client's lock a moment later
        return len(hanging.read_text().split()) > 1

    until(taken_over)
    (tmp_path / "gate").touch()
    assert lab.ended("run-1") == {"waited": True}
    assert hanging.read_text().split() == [str(other.pid), str(os.getpid())]


def test_workflows_of_two_processes_never_hold_one_lease_at_once(run: Run, tmp_path: Path) -> None:
    both = [run("hold:a"), run("hold:b")]

    assert [one.wait(engine_lab.DEADLINE * 2) for one in both] == [0, 0]
    lines = [line.split() for line in (tmp_path / "held").read_text().splitlines()]
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert len(pairs) == 8
    assert all(into == ["in", out[1]] and out[0] == "out" for into, out in pairs)
