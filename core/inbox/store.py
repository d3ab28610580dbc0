"""The table of requests that have been acknowledged."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, delete
from sqlmodel import Field, Session, SQLModel, col

from core.db import UtcDateTime
from core.inbox.model import Inbound


class InboxRow(SQLModel, table=True):
    """One acknowledged request. `done_at` is set in the transaction that did what was asked."""

    __tablename__ = "inbox"

    key: str = Field(primary_key=True)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def known(session: Session, key: str) -> bool:
    """Whether a request with this key has come in before."""
    return session.get(InboxRow, key) is not None


def add(session: Session, inbound: Inbound, at: datetime) -> None:
    """Keep a request; a second one with the same key breaks the primary key."""
    session.add(InboxRow(key=inbound.key, data=inbound.to_json(), received_at=at))
    session.flush()


def get(session: Session, key: str) -> Inbound | None:
    """Return a request that still waits; None once it is done."""
    row = session.get(InboxRow, key, with_for_update=True, populate_existing=True)
    return None if row is None or row.done_at is not None else Inbound.from_json(row.data)


def finish(session: Session, key: str, at: datetime) -> None:
    """Mark a request as done."""
    row = session.get(InboxRow, key)
    if row is not None:
        row.done_at = at
        session.add(row)


def forget(session: Session, before: datetime) -> int:
    """Delete requests that were done before then."""
    return session.exec(delete(InboxRow).where(col(InboxRow.done_at) < before)).rowcount
