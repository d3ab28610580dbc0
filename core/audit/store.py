"""The table of the audit trail. Rows are added, never changed."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from core.audit.model import Entry
from core.db import UtcDateTime


class AuditRow(SQLModel, table=True):
    """One decision or write."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    person: str = Field(index=True)
    name: str
    source: str
    action: str
    subject: str = Field(index=True)
    line: str
    outcome: str
    rule: str
    reason: str
    request: str = Field(index=True)


def add(session: Session, entry: Entry, at: datetime) -> None:
    """Add a row."""
    session.add(AuditRow(**entry.model_dump(exclude={"id", "at"}), at=at))
    session.flush()


def latest(session: Session, *, subject: str = "", person: str = "", request: str = "", limit: int = 50) -> list[Entry]:
    """Return the newest rows that match, newest first; an empty filter matches all."""
    query = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
    if subject:
        query = query.where(AuditRow.subject == subject)
    if person:
        query = query.where(AuditRow.person == person)
    if request:
        query = query.where(AuditRow.request == request)
    return [Entry.model_validate(row) for row in session.exec(query)]
