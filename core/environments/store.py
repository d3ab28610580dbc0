"""The table of environments."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select

from core.environments.model import Environment


class EnvironmentRow(SQLModel, table=True):
    """One environment."""

    __tablename__ = "environment"

    name: str = Field(primary_key=True)
    order: int
    protected: bool
    target: str
    settings: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    checklist: list[str] = Field(sa_column=Column(JSON, nullable=False))


def every(session: Session) -> list[Environment]:
    """Return every environment, in order."""
    rows = session.exec(select(EnvironmentRow).order_by(col(EnvironmentRow.order), col(EnvironmentRow.name)))
    return [Environment.model_validate(row) for row in rows]


def get(session: Session, name: str) -> Environment | None:
    """Return one environment."""
    row = session.get(EnvironmentRow, name)
    return None if row is None else Environment.model_validate(row)


def save(session: Session, environment: Environment) -> None:
    """Write an environment, new or changed."""
    session.merge(EnvironmentRow(**environment.to_json()))
    session.flush()
