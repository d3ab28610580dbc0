"""The tables of releases and their files."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.packages.model import Package
from core.releases.model import Release, ReleaseFile, ReleaseState
from core.releases.versions import identity


class ReleaseRow(SQLModel, table=True):
    """One version. `identity` is what all its spellings share. Never deleted: a version is never used twice."""

    __tablename__ = "release"

    package: str = Field(primary_key=True, foreign_key="package.normalized")
    identity: str = Field(primary_key=True)
    version: str
    state: str
    commit: str = ""
    tag: str = ""
    changelog: str = ""
    run: int = Field(default=0, index=True)
    smoke: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: str = ""
    reason: str = ""


class ReleaseFileRow(SQLModel, table=True):
    """One file. Never deleted: a file name is never used twice."""

    __tablename__ = "release_file"

    package: str = Field(primary_key=True, foreign_key="package.normalized")
    filename: str = Field(primary_key=True)
    identity: str = Field(index=True)
    kind: str
    sha256: str = Field(index=True)
    size: int
    requires_python: str = ""
    metadata_sha256: str = ""
    uploaded_at: datetime = Field(sa_type=UtcDateTime)


class DownloadRow(SQLModel, table=True):
    """How often a file was downloaded on a day (UTC)."""

    __tablename__ = "download"

    package: str = Field(primary_key=True)
    filename: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    count: int


def find(session: Session, package: Package, version: str) -> Release | None:
    """Return a release by any spelling of its version, a deleted one too."""
    row = session.get(ReleaseRow, (package.normalized, identity(version)), populate_existing=True)
    if row is None:
        return None
    query = select(ReleaseFileRow).where(
        ReleaseFileRow.package == package.normalized, ReleaseFileRow.identity == row.identity
    )
    return _release(package, row, list(session.exec(query.order_by(ReleaseFileRow.filename))))


def every(session: Session, package: Package) -> list[Release]:
    """Return every release of a package, deleted ones too, in no order that means anything."""
    files: dict[str, list[ReleaseFileRow]] = defaultdict(list)
    query = select(ReleaseFileRow).where(ReleaseFileRow.package == package.normalized)
    for file in session.exec(query.order_by(ReleaseFileRow.filename)):
        files[file.identity].append(file)
    rows = session.exec(select(ReleaseRow).where(ReleaseRow.package == package.normalized))
    return [_release(package, row, files[row.identity]) for row in rows]


def versions(session: Session, package: Package) -> list[str]:
    """Return every version there ever was."""
    return list(session.exec(select(ReleaseRow.version).where(ReleaseRow.package == package.normalized)))


def packages_with(session: Session, states: Sequence[ReleaseState]) -> list[str]:
    """Return the normalized names of the packages that have a release in one of the states."""
    query = select(ReleaseRow.package).where(col(ReleaseRow.state).in_([str(state) for state in states]))
    return list(session.exec(query.distinct().order_by(ReleaseRow.package)))


def find_file(session: Session, package: Package, filename: str) -> tuple[Release, ReleaseFile] | None:
    """Return a file by its name with the release it belongs to (without that one's other files)."""
    query = (
        select(ReleaseFileRow, ReleaseRow)
        .where(ReleaseFileRow.package == package.normalized, ReleaseFileRow.filename == filename)
        .where(ReleaseRow.package == ReleaseFileRow.package, ReleaseRow.identity == ReleaseFileRow.identity)
    )
    found = session.exec(query).first()
    if found is None:
        return None
    file, row = found
    release = _release(package, row, [file])
    return release, release.files[0]


def save(session: Session, package: Package, release: Release) -> None:
    """Write a release and its files, new or changed."""
    key = {"package": package.normalized, "identity": identity(release.version)}
    columns: dict[str, Any] = release.model_dump(exclude={"files", "package"}) | key
    session.merge(ReleaseRow(**columns | {"state": str(release.state), "smoke": list(release.smoke)}))
    for file in release.files:
        session.merge(ReleaseFileRow(**file.model_dump() | key))
    session.flush()


def add_downloads(session: Session, package: str, filename: str, day: date, count: int) -> None:
    """Add to the count of a file's downloads on a day."""
    query = (
        update(DownloadRow)
        .where(col(DownloadRow.package) == package, col(DownloadRow.filename) == filename, col(DownloadRow.day) == day)
        .values(count=DownloadRow.count + count)
    )
    if session.exec(query).rowcount:
        return
    try:
        with session.begin_nested():
            session.add(DownloadRow(package=package, filename=filename, day=day, count=count))
            session.flush()
    except IntegrityError:  # another process began the day at the same moment
        session.exec(query)


def downloads(session: Session, package: str) -> dict[str, int]:
    """Return how often each file of a package was ever downloaded."""
    query = (
        select(DownloadRow.filename, func.sum(DownloadRow.count))
        .where(DownloadRow.package == package)
        .group_by(DownloadRow.filename)
    )
    return {filename: int(count) for filename, count in session.exec(query)}


def _release(package: Package, row: ReleaseRow, files: Sequence[ReleaseFileRow]) -> Release:
    facts = row.model_dump(exclude={"identity"}) | {"package": package.name}
    every_file = tuple(ReleaseFile(**file.model_dump(exclude={"package", "identity"})) for file in files)
    return Release(**facts, files=every_file)
