"""The table of grants."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from core.access.model import Grant, Role
from core.db import UtcDateTime


class GrantRow(SQLModel, table=True):
    """One role given to somebody."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("person", "role", "package", "environment"),)

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    role: str
    package: str
    environment: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


def grants(session: Session) -> list[Grant]:
    """Return every grant, oldest first."""
    return [Grant.model_validate(row) for row in session.exec(select(GrantRow).order_by(col(GrantRow.id)))]


def find(session: Session, person: str, role: Role, package: str, environment: str) -> Grant | None:
    """Return exactly this grant, if it stands."""
    row = _find(session, person, role, package, environment)
    return None if row is None else Grant.model_validate(row)


def add(session: Session, person: str, role: Role, package: str, environment: str, *, by: str, at: datetime) -> Grant:
    """Write a grant."""
    row = GrantRow(person=person, role=role, package=package, environment=environment, by=by, at=at)
    session.add(row)
    session.flush()
    return Grant.model_validate(row)


def remove(session: Session, person: str, role: Role, package: str, environment: str) -> bool:
    """Delete exactly this grant; return whether it stood."""
    row = _find(session, person, role, package, environment)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def _find(session: Session, person: str, role: Role, package: str, environment: str) -> GrantRow | None:
    return session.exec(
        select(GrantRow).where(
            GrantRow.person == person,
            GrantRow.role == role,
            GrantRow.package == package,
            GrantRow.environment == environment,
        )
    ).first()
