"""Planning, confirming and undoing deploys."""

from collections.abc import Mapping
from typing import Literal

from core.asked import Asked
from core.clock import Clock
from core.deploys.model import Plan, ensure_valid
from core.engine.ids import run_id
from core.engine.workflow import Start
from core.environments.model import Environment
from core.environments.service import Environments
from core.errors import Conflict, NotReady, Unknown
from core.packages.model import Package
from core.ports import Live, Target
from core.releases.model import Release, ReleaseState
from core.releases.service import Releases
from core.runs.model import Run, RunState
from core.runs.service import Runs

Then = Literal["ask", "deploy", "dry_run"]

PLAN = "deploy-plan.v1"
DEPLOY = "deploy.v1"
DRY_RUN = "deploy-dry-run.v1"
KINDS = ("deploy", "rollback")


class Deploys:
    """What is asked of deploys; `workflow.py` carries it out."""

    def __init__(
        self,
        *,
        runs: Runs,
        environments: Environments,
        releases: Releases,
        targets: Mapping[str, Target],
        clock: Clock,
        start: Start,
    ) -> None:
        self._runs = runs
        self._environments = environments
        self._releases = releases
        self._targets = targets
        self._clock = clock
        self._start = start

    def plan(
        self,
        package: Package,
        version: str,
        environment: Environment,
        asked: Asked,
        *,
        then: Then = "ask",
    ) -> Run:
        """Begin to plan a deploy of a published version ("" is the newest). Raises Unknown, NotReady.

        `then` says what follows once the plan is made: somebody is asked, it is done at once, or tried.
        """
        release = self._release(package, version)
        title = f"deploy {package.name} {release.version} to {environment.name}"
        return self._plan("deploy", title, release, environment, asked, then=then)

    def rollback(
        self,
        package: Package,
        version: str,
        environment: Environment,
        asked: Asked,
        *,
        then: Then = "ask",
    ) -> Run:
        """Begin to plan the way back to the version before, or to `version`. Raises Unknown, NotReady.

        A version that has been yanked since may be gone back to; one that never was published, or no longer may be
        installed, may not.
        """
        release = self._releases.get(package.name, version or self._before(package, environment))
        if not release.state.listed:
            raise _not_published(release)
        title = f"roll back {package.name} in {environment.name} to {release.version}"
        return self._plan("rollback", title, release, environment, asked, then=then)

    def confirm(self, number: int, asked: Asked) -> Run:
        """Begin a planned deploy. Raises Conflict when the plan is void, old, not yet made or already used."""
        run = self._planned(number)
        plan = Plan.from_json(run.detail["plan"])
        ensure_valid(plan, run, self.live(self._environments.get(plan.environment), plan.package), self._clock.now())
        self._runs.begin(number)
        run = self._runs.detail(number, confirmed_by=asked.person, confirmed_by_name=asked.name)
        self._start(DEPLOY, run_id("deploy", number), {"run": number})
        return run

    def dry_run(self, number: int, asked: Asked) -> Run:
        """Try all of a planned deploy that changes nothing; what it finds is told in the plan's thread."""
        run = self._planned(number)
        self._start(DRY_RUN, f"dry-run-{number}-{asked.request}", {"run": number})
        return run

    def cancel(self, number: int, asked: Asked) -> Run:
        """Put a plan aside. Raises Conflict once it has begun."""
        self._runs.detail(number, cancelled_by=asked.person, cancelled_by_name=asked.name)
        return self._runs.cancel(number, asked.reason)

    def live(self, environment: Environment, package: str) -> Live | None:
        """Return what is live, as the target itself says."""
        return self.target(environment).live(environment.name, package)

    def target(self, environment: Environment) -> Target:
        """Return the target an environment is deployed to by. Raises Unknown when its provider is gone."""
        target = self._targets.get(environment.target)
        if target is None:
            raise Unknown(
                f"{environment.name} is deployed to by `{environment.target}`, which is not configured.",
                hint=f"There is: {', '.join(sorted(self._targets)) or 'none'}.",
            )
        return target

    def environment_of(self, run: Run) -> Environment:
        """Return the environment a deploy is about."""
        return self._environments.get(str(run.detail["environment"]))

    def _plan(
        self,
        kind: str,
        title: str,
        release: Release,
        environment: Environment,
        asked: Asked,
        *,
        then: Then,
    ) -> Run:
        stages = tuple(self.target(environment).stages)
        run = self._runs.open(
            kind,
            release.package,
            title,
            asked,
            stages=stages,
            detail={"environment": environment.name, "version": release.version, "then": then},
            state=RunState.PLANNED,
        )
        self._start(PLAN, run_id("plan", run.number), {"run": run.number})
        return run

    def _planned(self, number: int) -> Run:
        run = self._runs.get(number)
        if run.state is not RunState.PLANNED:
            raise Conflict(f"{run.title} (#{number}) is already {run.state}.", example=f"status #{number}")
        if "plan" not in run.detail:
            raise NotReady(f"The plan of #{number} is still being made.", hint="Try again in a moment.")
        return run

    def _release(self, package: Package, version: str) -> Release:
        if not version:
            newest = self._releases.latest_published(package.name)
            if newest is None:
                raise NotReady(
                    f"Nothing of {package.name} has been published yet.",
                    hint="Release a version, then publish it.",
                    example=f"release {package.name} minor",
                )
            return newest
        release = self._releases.get(package.name, version)
        if release.state is not ReleaseState.PUBLISHED:
            raise _not_published(release)
        return release

    def _before(self, package: Package, environment: Environment) -> str:
        live = self.live(environment, package.name)
        if live is None:
            raise NotReady(
                f"Nothing of {package.name} is live in {environment.name}: there is nothing to go back from."
            )
        # What a rollback came from is not "before": going back twice would go forward again. Nor is the same version.
        past = self._runs.latest(package=package.name, kinds=("deploy",), state=RunState.SUCCEEDED, limit=200)
        for run in past:
            before, there = str(run.detail.get("before", "")), run.detail.get("environment") == environment.name
            if there and run.detail["version"] == live.version and before not in {"", live.version}:
                return before
        raise NotReady(
            f"No version of {package.name} was live in {environment.name} before {live.version}.",
            hint="Name the version you want.",
            example=f"deploy {package.name}@<version> to {environment.name}",
        )


def _not_published(release: Release) -> NotReady:
    name = f"{release.package} {release.version}"
    return NotReady(
        f"{name} is {release.state}, not published.",
        hint="Only a published version can go live.",
        example=f"publish {release.package}@{release.version}",
    )
