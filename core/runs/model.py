"""A run: one execution of a workflow, as people see it. Values and pure rules."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from core.asked import Place
from core.value import Value


class RunState(StrEnum):
    """Where a run is. `planned` waits for a person; the last three are the end."""

    PLANNED = "planned"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED}


class StageState(StrEnum):
    """Where one stage of a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Stage(Value):
    """One step of a run that people are told about."""

    name: str
    state: StageState = StageState.WAITING
    note: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Run(Value):
    """One build, test, release, publish, deploy or rollback."""

    number: int
    kind: str
    package: str
    title: str
    """What it does, in a few words: `deploy api 1.4.2 to staging`."""
    state: RunState
    stages: tuple[Stage, ...] = ()
    asked_by: str
    asked_by_name: str
    place: Place | None = None
    detail: dict[str, Any] = Field(default_factory=dict)
    """What only this kind of run has: the plan of a deploy, the files of a build, the failing tests."""
    error: dict[str, Any] | None = None
    """The refusal that ended it, as `NoodleError.to_json`."""
    reason: str = ""
    log: str = ""
    """SHA-256 of the stored log, or "" before there is one."""
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def subject(self) -> str:
        """The name other parts know this run by."""
        return f"run:{self.number}"


def with_stage(run: Run, name: str, state: StageState, at: datetime, note: str = "") -> Run:
    """Return the run with one stage moved on; a stage it does not know is added at the end."""
    known = {stage.name: stage for stage in run.stages}
    before = known.get(name, Stage(name=name))
    known[name] = Stage(
        name=name,
        state=state,
        note=note or before.note,
        started_at=before.started_at or at,
        finished_at=at if state not in {StageState.RUNNING, StageState.WAITING} else None,
    )
    return run.model_copy(update={"stages": tuple(known.values())})
