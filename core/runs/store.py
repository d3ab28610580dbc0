"""The table of runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.runs.model import Run, RunState


class RunRow(SQLModel, table=True):
    """One execution of a workflow, as people see it."""

    __tablename__ = "run"
    __table_args__ = (Index("run_package", "package", "kind", "number"),)

    number: int | None = Field(default=None, primary_key=True)
    kind: str
    package: str
    title: str
    state: str = Field(index=True)
    stages: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    asked_by: str
    asked_by_name: str
    place: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    error: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    reason: str
    log: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def add(session: Session, run: Run) -> Run:
    """Keep a new run; return it with its number."""
    row = RunRow(**run.to_json() | {"number": None, "created_at": run.created_at, "finished_at": run.finished_at})
    session.add(row)
    session.flush()
    return _run(row)


def get(session: Session, number: int) -> Run | None:
    """Return a run, held against other writers until the transaction ends."""
    row = session.get(RunRow, number, with_for_update=True, populate_existing=True)
    return None if row is None else _run(row)


def save(session: Session, run: Run) -> None:
    """Write a run back."""
    row = session.get_one(RunRow, run.number)
    for name, value in run.to_json().items():
        setattr(row, name, value)
    row.created_at, row.finished_at = run.created_at, run.finished_at
    session.add(row)
    session.flush()


def latest(
    session: Session, *, package: str = "", kinds: tuple[str, ...] = (), state: RunState | None = None, limit: int = 20
) -> list[Run]:
    """Return the newest runs that match, newest first; an empty filter matches all."""
    query = select(RunRow).order_by(col(RunRow.number).desc()).limit(limit)
    if package:
        query = query.where(RunRow.package == package)
    if kinds:
        query = query.where(col(RunRow.kind).in_(kinds))
    if state is not None:
        query = query.where(RunRow.state == state)
    return [_run(row) for row in session.exec(query)]


def _run(row: RunRow) -> Run:
    return Run.model_validate(row)
