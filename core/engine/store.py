"""Tables the engine keeps in Noodle's own database: starts to be made, effects that happened, leases."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime


class LaunchRow(SQLModel, table=True):
    """A workflow to be started, written in the transaction that wants it."""

    __tablename__ = "launch"

    workflow_id: str = Field(primary_key=True)
    workflow: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class EffectRow(SQLModel, table=True):
    """A write of a workflow that has happened, in the transaction in which it happened."""

    __tablename__ = "effect"

    workflow_id: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    result: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class LeaseRow(SQLModel, table=True):
    """What a workflow holds alone. It is free again as soon as its holder has ended."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str


def add_launch(session: Session, workflow_id: str, workflow: str, data: dict[str, Any], at: datetime) -> None:
    """Keep a start to be made; asked for twice, it is made once."""
    session.merge(LaunchRow(workflow_id=workflow_id, workflow=workflow, data=data, at=at))
    session.flush()


def launch(session: Session, workflow_id: str) -> tuple[str, dict[str, Any]] | None:
    """Return the workflow and input of a start that has not been made yet."""
    row = session.get(LaunchRow, workflow_id)
    return None if row is None else (row.workflow, row.data)


def launches(session: Session, before: datetime) -> list[str]:
    """Return the starts that have been waiting since before then, oldest first."""
    query = select(LaunchRow.workflow_id).where(col(LaunchRow.at) <= before).order_by(col(LaunchRow.at))
    return list(session.exec(query))


def launched(session: Session, workflow_id: str) -> None:
    """Forget a start that has been made."""
    session.exec(delete(LaunchRow).where(col(LaunchRow.workflow_id) == workflow_id))


def effect(session: Session, workflow_id: str, step: str) -> dict[str, Any] | None:
    """Return the result of a write that has happened."""
    row = session.get(EffectRow, (workflow_id, step))
    return None if row is None else row.result


def keep_effect(session: Session, workflow_id: str, step: str, result: dict[str, Any], at: datetime) -> None:
    """Keep that a write has happened."""
    session.add(EffectRow(workflow_id=workflow_id, step=step, result=result, at=at))
    session.flush()


def forget_effects(session: Session, before: datetime) -> int:
    """Forget writes that happened before then."""
    return session.exec(delete(EffectRow).where(col(EffectRow.at) < before)).rowcount


def holder(session: Session, name: str) -> str | None:
    """Return who holds a lease, locked until the transaction ends."""
    row = session.get(LeaseRow, name, with_for_update=True, populate_existing=True)
    return None if row is None else row.holder


def hand_over(session: Session, name: str, before: str | None, to: str) -> bool:
    """Write who holds a lease if `before` still does (None: nobody ever has); return whether it was so.

    Two first takers at once break the primary key. To look again for a row here, instead, would find the one that
    the other has just committed, and take the lease from its holder.
    """
    if before is None:
        session.add(LeaseRow(name=name, holder=to))
        session.flush()
        return True
    mine = update(LeaseRow).where(col(LeaseRow.name) == name, col(LeaseRow.holder) == before).values(holder=to)
    return session.exec(mine).rowcount == 1
