"""Deploys: the plan a person confirms, and the rules that hold for it."""

from datetime import datetime, timedelta

from core.errors import Conflict
from core.ports import CheckResult, Commit, Live
from core.releases.model import Release
from core.runs.model import Run
from core.value import Value

GOOD_FOR = timedelta(hours=24)


class Plan(Value):
    """What a deploy would do: bound to the exact bytes, and void when the environment has moved."""

    environment: str
    protected: bool
    package: str
    before: str
    """The version live now, "" when nothing is."""
    after: str
    filename: str
    sha256: str
    commits: tuple[Commit, ...] = ()
    backwards: bool = False
    """Whether `commits` are what would be taken away."""
    changed: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    stages: tuple[str, ...] = ()
    at: datetime


def people(plan: Plan) -> tuple[str, ...]:
    """Return the authors of the plan's commits, each once, most commits first."""
    authors = [commit.author for commit in plan.commits]
    return tuple(sorted(set(authors), key=lambda author: (-authors.count(author), author)))


def ensure_valid(plan: Plan, run: Run, live: Live | None, at: datetime) -> None:
    """Raise Conflict when the plan is no longer what the person has looked at."""
    now = live.version if live else ""
    if now != plan.before:
        raise Conflict(
            f"Since this plan was made, {plan.environment} went from {plan.before or 'nothing'} to {now or 'nothing'}.",
            hint="Make a new plan; this one is void.",
            example=f"deploy {plan.package}@{plan.after} to {plan.environment}",
        )
    if at - plan.at > GOOD_FOR:
        raise Conflict(
            f"This plan (#{run.number}) is more than a day old.",
            hint="Make a new one.",
            example=f"deploy {plan.package}@{plan.after} to {plan.environment}",
        )


def wheel_of(release: Release) -> tuple[str, str]:
    """Return the file name and SHA-256 of what a release installs from. Raises Conflict when it has no wheel."""
    for file in release.files:
        if file.kind == "wheel":
            return file.filename, file.sha256
    raise Conflict(f"{release.package} {release.version} has no wheel to install.", hint="Release a version with one.")
