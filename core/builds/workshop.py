"""The workshop: a work folder per run, where sources are fetched, built and tested.

Everything here looks before it acts, so a run that was cut off goes on in the same folder or, where that is gone,
makes it again.
"""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from core.artifacts.blobs import BlobStore
from core.errors import Misconfigured
from core.packages.model import Package
from core.ports import Builder, BuiltFile, CodeHost, Commit, Limits, Project, TestReport
from core.process import await_the_end
from core.value import Value


class StoredFile(Value):
    """A built file that is kept."""

    filename: str
    kind: str
    sha256: str
    size: int


class Workshop:
    """Where runs get their sources and leave their results."""

    def __init__(
        self, folder: Path, code: CodeHost, builders: Mapping[str, Builder], blobs: BlobStore, limits: Limits
    ) -> None:
        self._folder = folder
        self.code = code
        self._builders = builders
        self._blobs = blobs
        self._limits = limits

    def resolve(self, package: Package, ref: str) -> Commit:
        """Return the commit a ref names in the package's repo. Raises Unknown with suggestions."""
        return self.code.resolve(package.repo, ref)

    def read(self, run: int, package: Package, sha: str) -> Project:
        """Return what the project says of itself at a commit."""
        return self._builder(package).read(self._sources(run, package, sha))

    def build(
        self, run: int, package: Package, sha: str, at: datetime, version: str = ""
    ) -> tuple[tuple[StoredFile, ...], str]:
        """Build a commit and keep the files and the log; return the files and the log's SHA-256.

        `version` is written into the project first; "" leaves the project's own. A failed build keeps its log too,
        see `log`.
        """
        builder = self._builder(package)
        sources = self._sources(run, package, sha, purpose="build")
        if version:
            builder.set_version(sources, version)
        out = _empty(self._home(run) / "out")
        built = builder.build(sources, out, self._log(run), self._limits, version=version, at=at)
        return tuple(self._store(file) for file in built), self.log(run)

    def test(self, run: int, package: Package, sha: str) -> TestReport:
        """Run the project's own tests at a commit."""
        sources = self._sources(run, package, sha, purpose="test")
        return self._builder(package).test(sources, self._log(run), self._limits)

    def tag(self, run: int, package: Package, commit: Commit, version: str, tag: str) -> Commit:
        """Tag the commit, with the version written into the project, and push the tag; return what was tagged."""
        sources = self._sources(run, package, commit.sha, purpose="tag")
        self._builder(package).set_version(sources, version)
        return self.code.push_tag(sources, tag, f"Release {version}", commit.at)

    def log(self, run: int) -> str:
        """Keep what the run has logged so far; return its SHA-256, or "" when it logged nothing."""
        log = self._log(run)
        return self._blobs.add(log).sha256 if log.exists() else ""

    def log_of(self, run: int) -> Path:
        """Return the file a run logs to."""
        self._home(run).mkdir(parents=True, exist_ok=True)
        return self._log(run)

    def cleaner(self, run: int) -> Callable[[], None]:
        """Return what takes the run's work folder away."""
        return lambda: shutil.rmtree(self._home(run), ignore_errors=True)

    def _store(self, file: BuiltFile) -> StoredFile:
        blob = self._blobs.add(file.path)
        return StoredFile(filename=file.filename, kind=file.kind, sha256=blob.sha256, size=blob.size)

    def _builder(self, package: Package) -> Builder:
        builder = self._builders.get(package.ecosystem)
        if builder is None:
            raise Misconfigured(
                f"No provider builds {package.ecosystem} packages.",
                hint=f"There is: {', '.join(sorted(self._builders)) or 'none'}.",
            )
        return builder

    def _sources(self, run: int, package: Package, sha: str, purpose: str = "read") -> Path:
        folder = self._home(run) / purpose
        self.code.checkout(package.repo, sha, _empty(folder))
        return folder

    def _home(self, run: int) -> Path:
        return self._folder / f"run-{run}"

    def _log(self, run: int) -> Path:
        return self._home(run) / "log.txt"


def _empty(folder: Path) -> Path:
    await_the_end(folder)  # what a killed run started there may still be ending
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
