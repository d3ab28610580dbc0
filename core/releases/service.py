"""Drafting, publishing, receiving, yanking and finding releases."""

import builtins
from collections.abc import Callable, Mapping, Sequence

from core.artifacts.blobs import BlobStore, Pending
from core.clock import Clock
from core.db import Database
from core.errors import AlreadyExists, BadUpload, Conflict, Misconfigured, Unknown
from core.packages.model import Package, normalize
from core.packages.service import Packages
from core.releases import store
from core.releases.model import (
    FileFacts,
    Inspect,
    Received,
    Release,
    ReleaseFile,
    ReleaseState,
    Stored,
    moved,
)
from core.releases.versions import identity, next_version, taken
from core.suggest import close
from core.versions import ascending, from_pep440, highest, latest


class Releases:
    """Every version of every package. What is published never changes its bytes; what is gone is never reused."""

    def __init__(
        self, db: Database, clock: Clock, packages: Packages, blobs: BlobStore, inspect: Mapping[str, Inspect]
    ) -> None:
        """Work on what `packages` knows; `inspect` says for each ecosystem how to read one of its files."""
        self._db = db
        self._clock = clock
        self._packages = packages
        self._blobs = blobs
        self._inspect = inspect

    def next_version(self, package: str, wanted: str) -> str:
        """Return the version that a release asking for `wanted` makes. Raises BadCommand, AlreadyExists, Unknown."""
        found = self._packages.get(package)
        with self._db.read() as session:
            return next_version(found.name, store.versions(session, found), wanted)

    def draft(
        self,
        package: str,
        version: str,
        *,
        commit: str,
        tag: str,
        changelog: str,
        run: int,
        files: Sequence[Stored],
        by: str,
        smoke: Sequence[str] = (),
    ) -> Release:
        """Keep what a run built as a draft. The same run drafting the same version again gets what stands.

        Raises AlreadyExists for a version another made, BadUpload for a file that is of something else.
        """
        found = self._open(package)
        now = self._clock.now()
        with self._db.begin() as session:
            self._packages.touch(found)
            before = store.find(session, found, version)
            if before is not None and before.run == run:
                return before
            if before is not None:
                raise taken(found.name, version, store.versions(session, found))
            release = Release(
                package=found.name,
                version=version,
                state=ReleaseState.DRAFT,
                commit=commit,
                tag=tag,
                changelog=changelog,
                run=run,
                smoke=tuple(smoke),
                created_at=now,
                created_by=by,
                files=tuple(self._drafted(found, version, file) for file in files),
            )
            for file in release.files:
                other = store.find_file(session, found, file.filename)
                if other is not None:
                    raise _file_exists(found, file.filename, other[0])
            store.save(session, found, release)
        return release

    def publish(self, package: str, version: str, *, by: str) -> Release:
        """Make a draft visible in the registry. Its files count as uploaded from now on. Raises Unknown, Conflict."""
        self._open(package)
        return self._move(package, version, "publish", by, "")

    def yank(self, package: str, version: str, *, by: str, reason: str = "") -> Release:
        """Have installers leave a version alone unless they are asked for exactly it (PEP 592)."""
        return self._move(package, version, "yank", by, reason)

    def unyank(self, package: str, version: str, *, by: str) -> Release:
        """Take a yank back."""
        return self._move(package, version, "unyank", by, "")

    def move(self, package: str, version: str, verb: str, *, by: str, reason: str = "") -> Release:
        """Do any verb of `core.releases.model.MOVES`. Raises Unknown, and Conflict saying what is possible."""
        return self._move(package, version, verb, by, reason)

    def receive(
        self,
        package: str,
        filename: str,
        pending: Pending,
        *,
        by: str,
        published: Callable[[Release], None] = lambda _release: None,
    ) -> Received:
        """Take a whole upload into the registry, visible at once.

        The name and version are read from the file. The very same file again is accepted and changes nothing.
        `published` is called inside the transaction when the upload makes a new version.

        Raises:
            BadUpload: When the file is not what it says it is, or of another package.
            AlreadyExists: When the file name is taken by other bytes.
            Conflict: When the version is closed to uploads.
        """
        found = self._open(package)
        facts = self._read(found, filename, pending)
        self._admit(found, filename, facts, pending.sha256)  # before anything is kept; asked again when it counts
        blob = pending.commit()
        metadata = self._blobs.put(facts.metadata).sha256 if facts.metadata else ""
        with self._db.begin() as session:
            self._packages.touch(found)
            stands = self._admit(found, filename, facts, blob.sha256)
            if stands is not None and any(file.filename == filename for file in stands.files):
                file = next(file for file in stands.files if file.filename == filename)
                return Received(release=stands, file=file, new_file=False, new_release=False)
            file = ReleaseFile(
                filename=filename,
                kind=facts.kind,
                sha256=blob.sha256,
                size=blob.size,
                requires_python=facts.requires_python,
                metadata_sha256=metadata,
                uploaded_at=self._clock.now(),
            )
            release = self._with_file(found, facts, stands, file, by)
            store.save(session, found, release)
            if stands is None:
                published(release)
        return Received(release=release, file=file, new_file=True, new_release=stands is None)

    def get(self, package: str, version: str) -> Release:
        """Return a release by any spelling of its version. Raises Unknown, naming versions there are."""
        found = self._packages.get(package)
        release = self._find(found, version)
        if release is None:
            raise self._unknown(found, version)
        return release

    def find(self, package: str, version: str) -> Release | None:
        """Return a release by any spelling of its version, or None; deleted ones are gone."""
        found = self._packages.find(package)
        return None if found is None else self._find(found, version)

    def list(self, package: str) -> Sequence[Release]:
        """Return a package's releases, the highest version first, without deleted ones."""
        return self.of(self._packages.get(package))

    def of(self, package: Package) -> Sequence[Release]:
        """Return the releases of a package at hand, the highest version first, without deleted ones."""
        with self._db.read() as session:
            every = {release.version: release for release in store.every(session, package)}
        shown = [version for version, release in every.items() if release.state is not ReleaseState.DELETED]
        return [every[version] for version in reversed(ascending(shown))]

    def latest(self, package: str) -> Release | None:
        """Return the release of the highest version, published or not, or None when there is none."""
        return _of_version(self.list(package), highest)

    def latest_published(self, package: str) -> Release | None:
        """Return what installers get unless they ask for more: the newest published, final where there is one."""
        published = [release for release in self.list(package) if release.state is ReleaseState.PUBLISHED]
        return _of_version(published, latest)

    def find_file(self, package: Package, filename: str) -> tuple[Release, ReleaseFile] | None:
        """Return a file of a package, with its release (which here has only this one file)."""
        with self._db.read() as session:
            return store.find_file(session, package, filename)

    def listed_packages(self) -> Sequence[str]:
        """Return the normalized names of the packages that installers see."""
        with self._db.read() as session:
            return store.packages_with(session, [state for state in ReleaseState if state.listed])

    def _find(self, package: Package, version: str) -> Release | None:
        with self._db.read() as session:
            release = store.find(session, package, version)
        return None if release is None or release.state is ReleaseState.DELETED else release

    def _move(self, package: str, version: str, verb: str, by: str, reason: str) -> Release:
        now = self._clock.now()
        with self._db.begin() as session:
            found = self._packages.get(package)
            self._packages.touch(found)
            before = self.get(package, version)
            changes: dict[str, object] = {"state": moved(before, verb), "reason": reason}
            if before.published_at is None and changes["state"] is ReleaseState.PUBLISHED:
                # Installers that wait before they trust a file count from when they could first see it.
                files = tuple(file.model_copy(update={"uploaded_at": now}) for file in before.files)
                changes |= {"published_at": now, "published_by": by, "files": files}
            after = before.model_copy(update=changes)
            store.save(session, found, after)
        return after

    def _open(self, package: str) -> Package:
        found = self._packages.get(package)
        if not found.takes_uploads:
            why = f": {found.status_reason}" if found.status_reason else ""
            raise Conflict(
                f"{found.name} is {found.status} and takes no new versions{why}.",
                hint="An admin can make it active again.",
                example=f"status {found.name}",
            )
        return found

    def _drafted(self, package: Package, version: str, file: Stored) -> ReleaseFile:
        facts = self._inspector(package)(file.filename, self._blobs.path(file.sha256))
        _check_name(package, file.filename, facts)
        if identity(facts.version) != identity(version):
            raise BadUpload(
                f"{file.filename} says it is version {facts.version}, not {version}.",
                hint="The project's own build must take the version it is given.",
            )
        return ReleaseFile(
            filename=file.filename,
            kind=facts.kind,
            sha256=file.sha256,
            size=file.size,
            requires_python=facts.requires_python,
            metadata_sha256=self._blobs.put(facts.metadata).sha256 if facts.metadata else "",
            uploaded_at=self._clock.now(),
        )

    def _read(self, package: Package, filename: str, pending: Pending) -> FileFacts:
        facts = self._inspector(package)(filename, pending.path)
        _check_name(package, filename, facts)
        return facts

    def _inspector(self, package: Package) -> Inspect:
        if package.ecosystem not in self._inspect:
            raise Misconfigured(f"Nothing here can read files of {package.ecosystem}.", hint="No provider offers it.")
        return self._inspect[package.ecosystem]

    def _admit(self, package: Package, filename: str, facts: FileFacts, sha256: str) -> Release | None:
        """Return the release an upload belongs to, None for a new one. Raises what the registry's rules say."""
        with self._db.read() as session:
            release = store.find(session, package, facts.version)
            there = store.find_file(session, package, filename)
        if there is not None:
            if there[1].sha256 == sha256 and there[0].state is not ReleaseState.DELETED:
                return release
            raise _file_exists(package, filename, there[0])
        if release is None:
            return None
        if release.run:
            raise Conflict(
                f"{release.package} {release.version} was built by run {release.run}; its files are closed.",
                hint="Upload under another version, or have Noodle release it.",
                example=f"release {release.package} patch",
            )
        if release.state is not ReleaseState.PUBLISHED:
            raise Conflict(
                f"{release.package} {release.version} is {release.state} and takes no more files.",
                hint="Upload under another version.",
            )
        return release

    def _with_file(
        self, package: Package, facts: FileFacts, stands: Release | None, file: ReleaseFile, by: str
    ) -> Release:
        if stands is not None:
            return stands.model_copy(update={"files": (*stands.files, file)})
        return Release(
            package=package.name,
            version=from_pep440(facts.version),
            state=ReleaseState.PUBLISHED,
            files=(file,),
            created_at=file.uploaded_at,
            created_by=by,
            published_at=file.uploaded_at,
            published_by=by,
        )

    def _unknown(self, package: Package, version: str) -> Unknown:
        versions = [release.version for release in self.of(package)]
        if not versions:
            return Unknown(
                f"{package.name} has no version {version}; it has none at all yet.",
                hint="Release the first one.",
                example=f"release {package.name} minor",
            )
        meant = close(version, versions) or tuple(versions[:3])
        return Unknown(
            f"{package.name} has no version {version}.",
            hint=f"There is: {', '.join(versions[:5])}{' …' if len(versions) > len(versions[:5]) else ''}.",
            example=f"status {package.name}@{meant[0]}",
            suggestions=meant,
        )


def _of_version(releases: Sequence[Release], choose: Callable[[builtins.list[str]], str | None]) -> Release | None:
    version = choose([release.version for release in releases])
    return next((release for release in releases if release.version == version), None)


def _check_name(package: Package, filename: str, facts: FileFacts) -> None:
    if normalize(facts.name) != package.normalized:
        raise BadUpload(
            f"{filename} says it is {facts.name}, not {package.name}.",
            hint="The name in the file's metadata decides.",
        )


def _file_exists(package: Package, filename: str, release: Release) -> AlreadyExists:
    # Uploading tools know this refusal by how it begins.
    what = "with other bytes" if release.state is not ReleaseState.DELETED else "and was deleted"
    return AlreadyExists(
        f"File already exists: {filename} is part of {package.name} {release.version} {what}.",
        hint="A file name is never used twice. Raise the version and upload again.",
        example=f"release {package.name} patch",
    )
