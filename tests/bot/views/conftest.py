"""A small world to show: one package on its way through two environments."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.deploys.model import Plan
from core.ports import CheckResult, Commit
from core.runs.model import Run, RunState, Stage, StageState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAGES = ("install", "smoke check", "switch", "verify")


@pytest.fixture
def plan() -> Callable[..., Plan]:
    """Return what makes a plan; a difference is given by name."""

    def make(**more: Any) -> Plan:
        commits = tuple(
            Commit(sha=f"{n:x}" * 40, subject=f"Change {n}", author="Ada" if n % 3 else "Bob", email="", at=NOON)
            for n in range(1, 13)
        )
        facts: dict[str, Any] = {
            "environment": "production",
            "protected": True,
            "package": "api",
            "before": "1.4.1",
            "after": "1.4.2",
            "filename": "api-1.4.2-py3-none-any.whl",
            "sha256": "ab" * 32,
            "commits": commits,
            "changed": ("api/clock.py", "api/block.py", "migrations/0002_users.py", "uv.lock", "requirements-dev.txt"),
            "checks": (
                CheckResult(name="build", state="success"),
                CheckResult(name="lint", state="failure"),
                CheckResult(name="docs", state="pending"),
            ),
            "stages": STAGES,
            "at": NOON,
        }
        return Plan(**(facts | more))

    return make


@pytest.fixture
def run() -> Callable[..., Run]:
    """Return what makes a run of some kind; a difference is given by name."""

    def make(kind: str, state: RunState = RunState.RUNNING, **more: Any) -> Run:
        facts: dict[str, Any] = {
            "number": 42,
            "kind": kind,
            "package": "api",
            "title": f"{kind} api",
            "state": state,
            "asked_by": "slack:T1:U1",
            "asked_by_name": "Ada",
            "created_at": NOON,
            "finished_at": NOON + timedelta(seconds=75) if state.over else None,
        }
        return Run(**(facts | more))

    return make


@pytest.fixture
def stages() -> Callable[..., tuple[Stage, ...]]:
    """Return what makes the stages of a deploy, each in a state: done ones took eight seconds."""

    def make(*states: StageState) -> tuple[Stage, ...]:
        return tuple(
            Stage(
                name=name,
                state=state,
                note="all is well" if state is StageState.DONE else "",
                started_at=NOON if state is not StageState.WAITING else None,
                finished_at=NOON + timedelta(seconds=8) if state is StageState.DONE else None,
            )
            for name, state in zip(STAGES, states, strict=True)
        )

    return make
