"""The table of tasks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.tasks.model import Task, TaskState


class TaskRow(SQLModel, table=True):
    """One task."""

    __tablename__ = "task"

    id: int | None = Field(default=None, primary_key=True)
    title: str
    state: str = Field(index=True)
    package: str = Field(index=True)
    environment: str
    run: int = Field(index=True)
    place: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    claimed_by: str
    claimed_by_name: str
    done_by: str
    done_by_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def add(session: Session, task: Task) -> Task:
    """Keep a new task; return it with its number."""
    row = TaskRow(**_columns(task) | {"id": None})
    session.add(row)
    session.flush()
    return Task.model_validate(row)


def get(session: Session, task_id: int) -> Task | None:
    """Return a task, held against other writers until the transaction ends."""
    row = session.get(TaskRow, task_id, with_for_update=True, populate_existing=True)
    return None if row is None else Task.model_validate(row)


def save(session: Session, task: Task) -> None:
    """Write a task back."""
    session.merge(TaskRow(**_columns(task)))
    session.flush()


def unfinished(session: Session, limit: int) -> list[Task]:
    """Return the tasks that are not done, oldest first."""
    rows = session.exec(select(TaskRow).where(TaskRow.state != TaskState.DONE).order_by(col(TaskRow.id)).limit(limit))
    return [Task.model_validate(row) for row in rows]


def _columns(task: Task) -> dict[str, Any]:
    return task.to_json() | {"created_at": task.created_at, "done_at": task.done_at}
