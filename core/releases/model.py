"""A release: one version of a package, its state, and its files. Values and pure rules."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from core.errors import Conflict
from core.value import Value

Kind = Literal["wheel", "sdist", "other"]


class ReleaseState(StrEnum):
    """Where a release is. Only published, yanked, deprecated and archived ones can be downloaded."""

    DRAFT = "draft"
    PUBLISHED = "published"
    YANKED = "yanked"
    DEPRECATED = "deprecated"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"
    DELETED = "deleted"

    @property
    def listed(self) -> bool:
        """Whether installers see it."""
        return self in {ReleaseState.PUBLISHED, ReleaseState.YANKED, ReleaseState.DEPRECATED, ReleaseState.ARCHIVED}


class Move(NamedTuple):
    """A way from one of some states to another."""

    sources: frozenset[ReleaseState]
    to: ReleaseState
    done: str
    """What has been done to it, for people."""


_S = ReleaseState

MOVES: Mapping[str, Move] = {
    "publish": Move(frozenset({_S.DRAFT}), _S.PUBLISHED, "published"),
    "yank": Move(frozenset({_S.PUBLISHED, _S.DEPRECATED}), _S.YANKED, "yanked"),
    "unyank": Move(frozenset({_S.YANKED}), _S.PUBLISHED, "unyanked"),
    "deprecate": Move(frozenset({_S.PUBLISHED}), _S.DEPRECATED, "deprecated"),
    "archive": Move(frozenset({_S.PUBLISHED, _S.DEPRECATED, _S.YANKED}), _S.ARCHIVED, "archived"),
    "quarantine": Move(frozenset({_S.PUBLISHED, _S.DEPRECATED, _S.YANKED, _S.ARCHIVED}), _S.QUARANTINED, "quarantined"),
    "restore": Move(frozenset({_S.DEPRECATED, _S.ARCHIVED, _S.QUARANTINED}), _S.PUBLISHED, "restored"),
    "delete": Move(frozenset({_S.DRAFT, _S.YANKED, _S.QUARANTINED}), _S.DELETED, "deleted"),
}
"""Every way a release can go. Deleted is the end, and keeps the version and its file names taken for good."""


class ReleaseFile(Value):
    """One file of a release. `size` is in bytes; `uploaded_at` is when installers could first see it."""

    filename: str
    kind: Kind
    sha256: str
    size: int
    requires_python: str = ""
    metadata_sha256: str = ""
    """SHA-256 of its core metadata, kept as a blob of its own (PEP 658); "" where it has none."""
    uploaded_at: datetime


class Release(Value):
    """One version of a package."""

    package: str
    version: str
    state: ReleaseState
    commit: str = ""
    tag: str = ""
    changelog: str = ""
    run: int = 0
    """The number of the run that made it; 0 when its files were uploaded."""
    smoke: tuple[str, ...] = ()
    """The command that must exit 0 in an environment before this version goes live there."""
    files: tuple[ReleaseFile, ...] = ()
    created_at: datetime
    created_by: str
    published_at: datetime | None = None
    published_by: str = ""
    reason: str = ""
    """Why it is yanked, deprecated, archived or quarantined."""

    @property
    def yanked_reason(self) -> str:
        """Why it is yanked, or "" when it is not."""
        return self.reason if self.state is ReleaseState.YANKED else ""


class FileFacts(Value):
    """What a file says of itself."""

    name: str
    version: str
    """As its ecosystem writes it."""
    kind: Kind
    requires_python: str = ""
    metadata: bytes = b""
    """The core metadata, byte for byte as in the file; empty when installers cannot use it."""


Inspect = Callable[[str, Path], FileFacts]
"""Reads the file at a path under the name it shall have. Raises BadUpload when it is not what it says it is."""


class Stored(Protocol):
    """A file whose bytes are kept already."""

    @property
    def filename(self) -> str: ...  # noqa: D102 - the protocol says it all
    @property
    def sha256(self) -> str: ...  # noqa: D102 - the same
    @property
    def size(self) -> int: ...  # noqa: D102 - the same


class Received(Value):
    """What became of an upload."""

    release: Release
    file: ReleaseFile
    new_file: bool
    """False when the very same file was there already."""
    new_release: bool


def moved(release: Release, verb: str) -> ReleaseState:
    """Return the state a verb leads to. Raises Conflict, saying what is possible instead."""
    move = MOVES[verb]
    if release.state in move.sources:
        return move.to
    possible = [other for other, way in MOVES.items() if release.state in way.sources]
    name = f"{release.package} {release.version}"
    only = " or ".join(sorted(move.sources))
    raise Conflict(
        f"{name} is {release.state} and cannot be {move.done}: only a {only} release can.",
        hint=f"It can be {_listed([MOVES[other].done for other in possible])}."
        if possible
        else "Nothing can change it.",
        example=f"{possible[0]} {release.package}@{release.version}" if possible else f"status {release.package}",
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
