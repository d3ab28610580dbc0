"""Tables of health and of the ticks that have been claimed."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.health.model import Health


class HealthRow(SQLModel, table=True):
    """How one integration was when last looked at."""

    __tablename__ = "health"

    name: str = Field(primary_key=True)
    ok: bool
    detail: str
    fix: str
    since: datetime = Field(sa_type=UtcDateTime)
    checked_at: datetime = Field(sa_type=UtcDateTime)


class TickRow(SQLModel, table=True):
    """One turn of a timed call: whoever writes it first has the turn."""

    __tablename__ = "tick"

    name: str = Field(primary_key=True)
    tick: int = Field(primary_key=True)


def every(session: Session) -> list[Health]:
    """Return the health of everything that has been looked at."""
    return [Health.model_validate(row) for row in session.exec(select(HealthRow).order_by(HealthRow.name))]


def get(session: Session, name: str) -> Health | None:
    """Return the health of one integration, held against other writers until the transaction ends."""
    row = session.get(HealthRow, name, with_for_update=True)
    return None if row is None else Health.model_validate(row)


def save(session: Session, health: Health) -> None:
    """Write how an integration is."""
    session.merge(HealthRow(**health.model_dump()))
    session.flush()


def remove_others(session: Session, names: list[str]) -> None:
    """Forget integrations that are no longer configured."""
    session.exec(delete(HealthRow).where(col(HealthRow.name).not_in(names)))


def claim(session: Session, name: str, tick: int) -> bool:
    """Take a turn; False when another process has it. Older turns of the same name are forgotten."""
    if session.get(TickRow, (name, tick)) is not None:
        return False
    session.exec(delete(TickRow).where(col(TickRow.name) == name, col(TickRow.tick) < tick))
    session.add(TickRow(name=name, tick=tick))
    session.flush()
    return True
