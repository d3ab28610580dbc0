"""Noodle is killed with SIGKILL after every step of every workflow, then started again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
LAB = ROOT / "tests" / "support" / "crash_lab.py"
RELEASED = ("release hello-noodle minor", "publish hello-noodle")

LABS: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "build": ("build hello-noodle", (), {}),
    "test": ("test hello-noodle", (), {}),
    "release": (
        "release hello-noodle minor",
        (),
        {"releases": [["0.1.0", "draft", 2]], "tags": ["v0.1.0"]},
    ),
    "publish": (
        "publish hello-noodle",
        RELEASED[:1],
        {"releases": [["0.1.0", "published", 2]], "tags": ["v0.1.0"]},
    ),
    "deploy": (
        "deploy hello-noodle to staging --yes",
        RELEASED,
        {"releases": [["0.1.0", "published", 2]], "tags": ["v0.1.0"], "live": "0.1.0", "tasks": 1},
    ),
    "rollback": (
        "rollback hello-noodle in staging --yes",
        (
            *RELEASED,
            "deploy hello-noodle to staging --yes",
            "release hello-noodle patch",
            "publish hello-noodle",
            "deploy hello-noodle to staging --yes",
        ),
        {
            "releases": [["0.1.1", "published", 2], ["0.1.0", "published", 2]],
            "tags": ["v0.1.0", "v0.1.1"],
            "live": "0.1.0",
            "tasks": 3,
        },
    ),
}
"""For each workflow: the line, what has happened before, and how the world differs from an empty one in the end."""

EMPTY: dict[str, Any] = {
    "state": "succeeded",
    "error": None,
    "runs": 0,
    "releases": [],
    "tags": [],
    "tasks": 0,
    "live": None,
    "left": [],
}


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Start every lab at once: they mostly wait."""
    started = {}
    for name, (line, before, _) in LABS.items():
        home = tmp_path_factory.mktemp(f"lab-{name}")
        started[name] = subprocess.Popen(
            [sys.executable, str(LAB), str(home), line, *before],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{LAB.parent}", "HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    yield started
    for process in started.values():
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("name", LABS)
def test_killed_at_any_step_a_run_goes_on_to_its_true_end_and_nothing_happens_twice(
    name: str, labs: dict[str, subprocess.Popen[str]]
) -> None:
    out, err = labs[name].communicate()
    trials = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    expected = EMPTY | LABS[name][2]

    assert labs[name].returncode == 0, err
    assert len(trials) >= 8
    for one in trials:
        assert one["killed"], one["step"]
        assert one["recovered"], one["step"]
        end = one["end"]
        assert {key: end[key] for key in expected} == expected, one["step"]
        assert {state for _, state in end["stages"]} == {"done"}, one["step"]
        assert end["told"][-1] == "succeeded", one["step"]
        # One row for the line itself, and one for each line before it.
        assert end["audited"] == 1 + len(LABS[name][1]), one["step"]
