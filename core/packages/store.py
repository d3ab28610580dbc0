"""The table of packages."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.packages.model import Package


class PackageRow(SQLModel, table=True):
    """One package. `revision` grows with every change of what the registry shows of it."""

    __tablename__ = "package"

    normalized: str = Field(primary_key=True)
    name: str
    ecosystem: str
    repo: str
    channel: str = Field(default="", index=True)
    summary: str = ""
    status: str = "active"
    status_reason: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    revision: int = 0


# Asked with every request of an installer: built once, and past the ORM, they take half the time.
_REVISION = select(col(PackageRow.revision)).where(col(PackageRow.normalized) == bindparam("name"))
_REVISION_OF_ALL = select(func.count(), func.coalesce(func.sum(PackageRow.revision), 0)).select_from(PackageRow)


def get(session: Session, normalized: str) -> Package | None:
    """Return a package by its normalized name."""
    row = session.get(PackageRow, normalized, populate_existing=True)
    return None if row is None else _package(row)


def every(session: Session) -> list[Package]:
    """Return every package, by name."""
    return [_package(row) for row in session.exec(select(PackageRow).order_by(PackageRow.normalized))]


def in_channel(session: Session, channel: str) -> list[Package]:
    """Return the packages of a channel, by name."""
    query = select(PackageRow).where(PackageRow.channel == channel).order_by(PackageRow.normalized)
    return [_package(row) for row in session.exec(query)]


def add(session: Session, package: Package) -> None:
    """Keep a new package; a second one of that name breaks the primary key."""
    session.add(PackageRow(**_columns(package)))
    session.flush()


def save(session: Session, package: Package) -> None:
    """Write a package's facts over those that stand, and count the change."""
    changes = _columns(package) | {"revision": PackageRow.revision + 1}
    session.exec(update(PackageRow).where(col(PackageRow.normalized) == package.normalized).values(**changes))


def touch(session: Session, normalized: str) -> None:
    """Count a change. The row stays locked to the end of the transaction, so writers of one package take turns."""
    query = update(PackageRow).where(col(PackageRow.normalized) == normalized)
    session.exec(query.values(revision=PackageRow.revision + 1))


def revision(session: Session, normalized: str) -> int | None:
    """Return how often the package has changed, or None when there is none of that name."""
    return session.connection().execute(_REVISION, {"name": normalized}).scalar()


def revision_of_all(session: Session) -> tuple[int, int]:
    """Return two numbers that change whenever any package does. Packages are never deleted."""
    count, changes = session.connection().execute(_REVISION_OF_ALL).one()
    return int(count), int(changes)


def _columns(package: Package) -> dict[str, Any]:
    return package.model_dump()


def _package(row: PackageRow) -> Package:
    return Package.model_validate(row.model_dump(exclude={"revision"}))
