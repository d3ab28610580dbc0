"""What core asks of the outside world: small protocols and the facts they exchange.

Every adapter translates its vendor's exceptions into `core.errors` and gives back only these values.
Every call that acts looks before it acts: called again with the same order it changes nothing more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field

from core.value import Value


class Commit(Value):
    """One commit of a repo."""

    sha: str
    subject: str
    author: str
    email: str
    at: datetime


class CheckResult(Value):
    """One check (CI job, status) of a commit, by name."""

    name: str
    state: Literal["success", "failure", "pending"]
    url: str = ""


class CodeHost(Protocol):
    """Where git repositories live. `repo` is what `package create --repo` was given."""

    def resolve(self, repo: str, ref: str) -> Commit:
        """Return the commit of a branch, tag, SHA, or "" for the default branch. Raises Unknown, with suggestions."""
        ...

    def log(self, repo: str, until: str, since: str = "", limit: int = 100) -> tuple[Commit, ...]:
        """Return commits reachable from `until` and not from `since`, newest first."""
        ...

    def changed_files(self, repo: str, since: str, until: str) -> tuple[str, ...]:
        """Return the paths that differ between two commits."""
        ...

    def checks(self, repo: str, sha: str) -> tuple[CheckResult, ...]:
        """Return the checks known for a commit; empty where the host has none."""
        ...

    def checkout(self, repo: str, sha: str, folder: Path) -> None:
        """Make `folder` a clean work tree of the commit, with an origin that `push_tag` can reach."""
        ...

    def push_tag(self, folder: Path, tag: str, message: str, at: datetime) -> Commit:
        """Commit what changed in `folder` (if anything), tag it, push the tag; return the tagged commit.

        `at` is the commit's time, so that doing it twice makes the same commit. A tag that already stands on
        another commit raises Conflict.
        """
        ...


class Limits(Value):
    """How long and how large a child process may grow."""

    seconds: int = 300
    memory_mb: int = 2048


class BuiltFile(Value):
    """A file a builder made, not yet stored."""

    path: Path
    filename: str
    kind: Literal["wheel", "sdist"]


class Project(Value):
    """What a project says of itself, read from its own files."""

    name: str
    version: str = ""
    summary: str = ""
    dynamic_version: bool = False
    smoke: tuple[str, ...] = ()
    """The command of `[tool.noodle] smoke` that must exit 0 in an environment before it goes live."""


class TestFailure(Value):
    """One failing test."""

    name: str
    message: str = ""


class TestReport(Value):
    """How a project's own tests went."""

    passed: int
    failed: int
    skipped: int
    seconds: float
    failures: tuple[TestFailure, ...] = ()


class Builder(Protocol):
    """Builds and tests the projects of one ecosystem, in isolation, under limits, with a log on disk."""

    def read(self, folder: Path) -> Project:
        """Return what the project says of itself. Raises RunFailed naming the file and the fault."""
        ...

    def set_version(self, folder: Path, version: str) -> bool:
        """Write the version into the project's own file; return whether anything changed."""
        ...

    def build(
        self, folder: Path, out: Path, log: Path, limits: Limits, *, version: str, at: datetime
    ) -> tuple[BuiltFile, ...]:
        """Build into the empty folder `out`, writing all output to `log`. Raises RunFailed or TimedOut.

        `at` (the commit's time) is given to the tools as SOURCE_DATE_EPOCH; `version` ("" to leave it alone)
        is what a project with a dynamic version is told it is.
        """
        ...

    def test(self, folder: Path, log: Path, limits: Limits) -> TestReport:
        """Run the project's own tests. Failing tests are a report; a run that could not be is RunFailed."""
        ...


class DeployOrder(Value):
    """Everything a target needs to put one version of a package live in one environment."""

    run: int
    """The run's number; a target may name folders by it."""
    environment: str
    package: str
    version: str
    filename: str
    sha256: str
    smoke: tuple[str, ...] = ()
    settings: Mapping[str, str] = Field(default_factory=dict)
    limits: Limits = Limits()


class Live(Value):
    """What is live in an environment, as the target itself says."""

    version: str
    since: datetime
    run: int = 0
    """The run that put it there."""
    sha256: str = ""


class Target(Protocol):
    """Somewhere to deploy to. A deploy is the stages in order; only the one called "switch" changes what is live."""

    stages: Sequence[str]

    def perform(self, stage: str, order: DeployOrder, log: Path) -> str:
        """Do one stage, appending output to `log`; return a few words for people. Raises RunFailed or ProviderDown."""
        ...

    def live(self, environment: str, package: str) -> Live | None:
        """Return what is live now, read from the target, or None when nothing ever was."""
        ...

    def abandon(self, order: DeployOrder) -> None:
        """Remove what an unfinished deploy left behind. Never touches what is live."""
        ...


class Check(Value):
    """How an integration is, at one moment."""

    ok: bool
    detail: str
    """One sentence: what answered, or what is wrong."""
    fix: str = ""
    """What an operator can do about it."""


class Checkable(Protocol):
    """Anything whose health can be asked."""

    def check(self) -> Check:
        """Look, within a few seconds, and say how it is. Never raises for an expected fault."""
        ...
