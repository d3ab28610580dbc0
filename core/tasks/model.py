"""Tasks: what is left for a person to do, and the rules of claiming and completing."""

from datetime import datetime
from enum import StrEnum

from core.asked import Place
from core.errors import Conflict
from core.value import Value


class TaskState(StrEnum):
    """Where a task is."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class Task(Value):
    """Something a person is to do."""

    id: int
    title: str
    state: TaskState
    package: str = ""
    environment: str = ""
    run: int = 0
    """The run that left it behind, or 0."""
    place: Place | None = None
    claimed_by: str = ""
    claimed_by_name: str = ""
    done_by: str = ""
    done_by_name: str = ""
    created_at: datetime
    done_at: datetime | None = None

    @property
    def subject(self) -> str:
        """The name other parts know this task by."""
        return f"task:{self.id}"


def claimed(task: Task, by: str, name: str) -> Task:
    """Return the task claimed. Raises Conflict when it is done or somebody else has it."""
    if task.state is TaskState.DONE:
        raise Conflict(f"{task.title} (task {task.id}) is already done, by {task.done_by_name}.")
    if task.state is TaskState.CLAIMED and task.claimed_by != by:
        raise Conflict(f"{task.claimed_by_name} has already claimed “{task.title}” (task {task.id}).")
    return task.model_copy(update={"state": TaskState.CLAIMED, "claimed_by": by, "claimed_by_name": name})


def unclaimed(task: Task, by: str) -> Task:
    """Return the task free again. Only who claimed it gives it back; anyone else's taking back changes nothing."""
    if task.state is not TaskState.CLAIMED or task.claimed_by != by:
        return task
    return task.model_copy(update={"state": TaskState.OPEN, "claimed_by": "", "claimed_by_name": ""})


def done(task: Task, by: str, name: str, at: datetime) -> Task:
    """Return the task done; done twice, it stays the first one's."""
    if task.state is TaskState.DONE:
        return task
    return task.model_copy(update={"state": TaskState.DONE, "done_by": by, "done_by_name": name, "done_at": at})


def undone(task: Task, by: str) -> Task:
    """Return the task as it was before `by` completed it; anyone else's taking back changes nothing."""
    if task.state is not TaskState.DONE or task.done_by != by:
        return task
    before = TaskState.CLAIMED if task.claimed_by else TaskState.OPEN
    return task.model_copy(update={"state": before, "done_by": "", "done_by_name": "", "done_at": None})


def reopened(task: Task) -> Task:
    """Return the task open, whoever had it."""
    return task.model_copy(
        update={
            "state": TaskState.OPEN,
            "claimed_by": "",
            "claimed_by_name": "",
            "done_by": "",
            "done_by_name": "",
            "done_at": None,
        }
    )
